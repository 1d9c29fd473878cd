#include "base/errors.hpp"
#include "cli/chunking.hpp"
#include "cli/plan.hpp"
#include "cli/precision.hpp"
#include "engine/kernel.hpp"
#include "io/progress.hpp"
#include "trial/enrolment.hpp"
#include "trial/simulate_bank.hpp"

#include <cmath>
#include <cstdio>

namespace kohort::cli {
namespace {

/// What one twin takes on one core of this machine.
struct Calibration {
    double seconds = 0.0;    // mean of a twin in all arms
    double screening = 0.0;  // [s] mean of a person who is screened
    double cv = 0.0;         // standard deviation of a twin's steps over their mean
    double eligible = 1.0;   // share of the people drawn
    std::int64_t twins = 0;
};

Calibration calibrate(const PlanOptions& options, const PreparedTrial& trial, const Kernels& kernels, int threads) {
    const engine::SimulatorOptions simulator_options = cli::simulator_options(trial, kernels.in_double);
    engine::Simulator simulator(kernels.in_double, trial.bound.trial, simulator_options, kernels.mixed_or_none());
    engine::Simulator screening(kernels.in_double, trial.bound.screening_run, simulator_options);
    const std::int64_t size = trial.cohort->size();
    const std::int64_t n = size < 0 ? options.calibrate : std::min(size, options.calibrate);
    const double start = io::steady_seconds();
    std::vector<cohort::Person> people;
    for (std::int64_t twin = 0; twin < n; ++twin) people.push_back(trial.cohort->describe(twin));
    const auto verdicts = trial::screen({*trial.cohort, trial.bound.screening, screening}, people);
    std::vector<cohort::Person> eligible;
    for (std::size_t one = 0; one < people.size(); ++one)
        if (verdicts[one].eligible()) eligible.push_back(people[one]);
    if (eligible.empty())
        throw InputError(trial.study().cohort.place, "none of the first " + std::to_string(n) + " people is eligible",
                         "calibrate with more of them: --calibrate");
    const double screened = io::steady_seconds();
    std::vector<double> steps(eligible.size(), 0.0);
    simulator.prepare(eligible);
    for (std::size_t arm = 0; arm < trial.plan.arms.size(); ++arm) {
        const auto& run = simulator.run(std::vector<int>(eligible.size(), static_cast<int>(arm)));
        for (std::size_t twin = 0; twin < eligible.size(); ++twin)
            steps[twin] += static_cast<double>(run.steps_accepted[twin] + run.steps_rejected[twin]);
    }
    const double seconds = io::steady_seconds() - screened;
    Calibration found;
    found.twins = static_cast<std::int64_t>(eligible.size());
    found.seconds = seconds * threads / static_cast<double>(eligible.size());
    found.screening = (screened - start) * threads / static_cast<double>(n);
    found.cv = variation(steps);
    found.eligible = static_cast<double>(eligible.size()) / static_cast<double>(n);
    return found;
}

std::int64_t twins_of(const trial::CohortChoice& cohort, double eligible) {
    if (cohort.enrol > 0) return cohort.enrol;
    return std::llround(static_cast<double>(cohort.persons) * eligible);
}

std::int64_t people_screened(const trial::CohortChoice& cohort, double eligible) {
    return cohort.enrol > 0 ? std::llround(static_cast<double>(cohort.enrol) / eligible) : cohort.persons;
}

/// What is rehearsed: how many are screened, and how the eligible are cut up.
struct Rehearsal {
    const trial::ScreeningPlan& screening;
    std::int64_t people;
    engine::ChunkPlan twins;
    Calibration calibration;
    int threads;
};

/// Screens a round, and lets all ranks hear of all people.
void rehearse_round(const Rehearsal& study, std::int64_t first, engine::DryRank& rank) {
    const std::int64_t n = std::min(trial::largest_round, study.people - first);
    std::int64_t told = 0;  // bytes
    engine::run_chunks<std::int64_t>(
        rank, nullptr, trial::screening_chunks(study.screening, first, n),
        [&](const engine::Chunk& chunk) {
            rank.spend(study.calibration.screening * static_cast<double>(chunk.size()) / study.threads);
            return std::vector<std::int64_t>();
        },
        [&](const engine::Chunk&, std::span<const std::int64_t>) { told += trial::screening_chunk_bytes; });
    rank.pretend_to_gather(told);
}

engine::DryRunReport rehearse(const engine::DryRunOptions& machine, Rehearsal study) {
    study.twins.cost = [&study](const engine::Chunk& chunk) {
        return chunk_seconds(study.calibration.seconds, study.calibration.cv, chunk.index, chunk.size(), study.threads);
    };
    return engine::dry_run(machine, [&](engine::DryRank& rank) {
        for (std::int64_t first = 0; first < study.people; first += trial::largest_round)
            rehearse_round(study, first, rank);
        engine::run_chunks<double>(
            rank, nullptr, study.twins,
            [&](const engine::Chunk& chunk) {
                rank.spend(study.twins.cost(chunk));
                return std::vector<double>();
            },
            [](const engine::Chunk&, std::span<const double>) {});
    });
}

/// People whom trials of their own need on top of the bank.
std::int64_t fresh_people(const trial::TrialStudy& study, const trial::TrialPlan& plan) {
    const auto& asked = study.operating_characteristics;
    if (!asked || asked->mode != "fresh" || !plan.randomisation) return 0;
    const bool with_null = std::count(asked->report.begin(), asked->report.end(), "type1") > 0;
    return asked->trials * plan.randomisation->n * (with_null ? 2 : 1);
}

std::string in_words(const Calibration& calibration) {
    char text[120];
    std::snprintf(text, sizeof text,
                  "Calibrated here with %lld twins: %.3g s of one core each, steps vary by %.0f %% (CV)",
                  static_cast<long long>(calibration.twins), calibration.seconds, 100.0 * calibration.cv);
    return text;
}

}  // namespace

Plan plan_trial(const Session& session, const PlanOptions& options) {
    const PreparedTrial trial = prepare_trial(options.study);
    const auto alone = engine::single_process();
    const Kernels kernels = build_kernels(trial, *alone);
    const Calibration calibration = calibrate(options, trial, kernels, session.threads());
    const std::int64_t n_twins = twins_of(trial.study().cohort, calibration.eligible);
    const int ranks = options.ranks();
    engine::SimulatorOptions none;
    engine::Simulator simulator(kernels.in_double, trial.bound.trial, none, kernels.mixed_or_none());
    const trial::BankContext bank{*trial.cohort, trial.bound, trial.plan, simulator};
    const std::int64_t chunk = chunk_size(options.chunk, n_twins, ranks, options.threads, kernels.lanes());
    const engine::ChunkPlan chunks = trial::bank_chunks(static_cast<std::size_t>(n_twins), chunk, bank);
    const double start = io::steady_seconds();
    const engine::DryRunReport rehearsal = rehearse(
        options.machine(), {trial.bound.screening, people_screened(trial.study().cohort, calibration.eligible), chunks,
                            calibration, options.threads});
    const double rehearsal_seconds = io::steady_seconds() - start;
    const double fresh_person = calibration.screening / calibration.eligible +
                                calibration.seconds / static_cast<double>(trial.plan.arms.size());
    const double fresh_seconds = static_cast<double>(fresh_people(trial.study(), trial.plan)) * fresh_person /
                                 (ranks * options.threads);
    const double numbers = static_cast<double>(chunks.record_numbers) / static_cast<double>(chunks.chunk_size);
    return {
        .name = trial.study().name,
        .calibration = in_words(calibration),
        .item = "twins",
        .items = std::to_string(n_twins) + " in " + std::to_string(trial.plan.arms.size()) + " arms",
        .n_chunks = chunks.n_chunks(),
        .chunk_items = chunk,
        .wall_seconds = rehearsal.seconds + fresh_seconds,
        .wall_note = fresh_seconds > 0.0
                         ? ", of which " + io::words_for_seconds(fresh_seconds) + " for fresh people's trials"
                         : std::string(),
        .computing_seconds = rehearsal.mean_spent_seconds + fresh_seconds,
        .memory = bytes_in_words(trial::bytes_kept(n_twins, bank, ranks)) + " for what is kept of all twins, " +
                  bytes_in_words(2.0 * 8.0 * static_cast<double>(chunks.record_numbers)) + " for a chunk",
        .journal_bytes = 8.0 * static_cast<double>(chunks.record_numbers) * static_cast<double>(chunks.n_chunks()),
        .result = "at most " + bytes_in_words(8.0 * numbers * static_cast<double>(n_twins)) + ", less what gzip saves",
        .rehearsal = rehearsal,
        .rehearsal_seconds = rehearsal_seconds};
}

}  // namespace kohort::cli
