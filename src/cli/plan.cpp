// What a study would take on a machine that is not here: a short calibration on this one, then the real scheduling code on
// pretended ranks.
#include "base/errors.hpp"
#include "cli/chunking.hpp"
#include "cli/commands.hpp"
#include "cli/prepared_trial.hpp"
#include "engine/disk_file.hpp"
#include "engine/dry_run.hpp"
#include "engine/kernel.hpp"
#include "io/paths.hpp"
#include "io/progress.hpp"
#include "trial/enrolment.hpp"
#include "trial/simulate_bank.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>

namespace kohort::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct PlanOptions {
    std::filesystem::path study;
    int nodes = 1;
    int ranks_per_node = 1;
    int threads = 1;
    std::int64_t chunk = 0;
    std::int64_t calibrate = 256;
    std::filesystem::path script;  // empty: none is written
};

/// What one twin takes on one core of this machine.
struct Calibration {
    double seconds = 0.0;    // mean of a twin in all arms
    double screening = 0.0;  // [s] mean of a person who is screened
    double cv = 0.0;         // standard deviation of a twin's steps over their mean
    double eligible = 1.0;   // share of the people drawn
    std::int64_t twins = 0;
};

Calibration calibrate(const PlanOptions& options, const PreparedTrial& trial, const engine::Kernel& kernel, int threads) {
    const engine::SimulatorOptions simulator_options = cli::simulator_options(trial, kernel);
    engine::Simulator simulator(kernel, trial.bound.trial, simulator_options);
    engine::Simulator screening(kernel, trial.bound.screening_run, simulator_options);
    const std::int64_t size = trial.cohort->size();
    const std::int64_t n = size < 0 ? options.calibrate : std::min(size, options.calibrate);
    const auto start = Clock::now();
    std::vector<cohort::Person> people;
    for (std::int64_t twin = 0; twin < n; ++twin) people.push_back(trial.cohort->describe(twin));
    const auto verdicts = trial::screen({*trial.cohort, trial.bound.screening, screening}, people);
    std::vector<cohort::Person> eligible;
    for (std::size_t one = 0; one < people.size(); ++one)
        if (verdicts[one].eligible()) eligible.push_back(people[one]);
    if (eligible.empty())
        throw InputError(trial.study().cohort.place, "none of the first " + std::to_string(n) + " people is eligible",
                         "calibrate with more of them: --calibrate");
    const auto screened = Clock::now();
    std::vector<double> steps(eligible.size(), 0.0);
    simulator.prepare(eligible);
    for (std::size_t arm = 0; arm < trial.plan.arms.size(); ++arm) {
        const auto& run = simulator.run(std::vector<int>(eligible.size(), static_cast<int>(arm)));
        for (std::size_t twin = 0; twin < eligible.size(); ++twin)
            steps[twin] += static_cast<double>(run.steps_accepted[twin] + run.steps_rejected[twin]);
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - screened).count();
    double mean = 0.0;
    double squares = 0.0;
    for (const double one : steps) mean += one / static_cast<double>(steps.size());
    for (const double one : steps) squares += (one - mean) * (one - mean) / static_cast<double>(steps.size());
    Calibration found;
    found.twins = static_cast<std::int64_t>(eligible.size());
    found.seconds = seconds * threads / static_cast<double>(eligible.size());
    found.screening = std::chrono::duration<double>(screened - start).count() * threads / static_cast<double>(n);
    found.cv = mean > 0.0 ? std::sqrt(squares) / mean : 0.0;
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

/// Seconds of a rank for a chunk: the mean, and a spread as large as that of a sum of so many twins. Which chunk is costly does not
/// matter here, only how costs are distributed: the fractional parts of multiples of the golden ratio are spread evenly.
double chunk_seconds(const Calibration& calibration, const engine::Chunk& chunk, int threads) {
    constexpr double golden = 0.6180339887498949;
    const double even = std::fmod(static_cast<double>(chunk.index + 1) * golden, 1.0);
    const double spread = std::sqrt(3.0) * (2.0 * even - 1.0) * calibration.cv /
                          std::sqrt(static_cast<double>(chunk.size()));
    return calibration.seconds * static_cast<double>(chunk.size()) * std::max(0.1, 1.0 + spread) / threads;
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
        return chunk_seconds(study.calibration, chunk, study.threads);
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

std::string bytes_in_words(double bytes) {
    static constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    std::size_t unit = 0;
    for (; bytes >= 999.5 && unit + 1 < std::size(units); ++unit) bytes /= 1000.0;
    char text[32];
    std::snprintf(text, sizeof text, "%.3g %s", bytes, units[unit]);
    return text;
}

/// The shipped Slurm script with its marked lines filled in.
void write_script(const PlanOptions& options, double wall_seconds) {
    std::ifstream shipped(io::find_shipped(std::filesystem::path("jobscripts") / "slurm-cpu.sh"));
    std::stringstream text;
    text << shipped.rdbuf();
    const auto minutes = static_cast<std::int64_t>(std::ceil(1.5 * wall_seconds / 60.0)) + 15;
    char time[32];
    std::snprintf(time, sizeof time, "%02lld:%02lld:00", static_cast<long long>(minutes / 60),
                  static_cast<long long>(minutes % 60));
    const std::string size = "--nodes=" + std::to_string(options.nodes) +
                             " --ntasks-per-node=" + std::to_string(options.ranks_per_node) +
                             " --cpus-per-task=" + std::to_string(options.threads) + " --time=" + time;
    std::string script = std::regex_replace(
        text.str(), std::regex("--nodes=[^ ]* --ntasks-per-node=[^ ]* --cpus-per-task=[^ ]* --time=[^ ]*"), size);
    script = std::regex_replace(script, std::regex("study=study\\.yaml"), "study=" + options.study.string());
    engine::replace_file(options.script, script);
}

Exit plan(Session& session, const PlanOptions& options) {
    if (!session.is_first()) return Exit::ok;
    const PreparedTrial trial = prepare_trial(options.study);
    const auto alone = engine::single_process();
    const engine::Kernel kernel = engine::build_kernel(trial.program, *alone);
    const Calibration calibration = calibrate(options, trial, kernel, session.threads());
    const std::int64_t n_twins = twins_of(trial.study().cohort, calibration.eligible);
    const int ranks = options.nodes * options.ranks_per_node;
    engine::SimulatorOptions none;
    engine::Simulator simulator(kernel, trial.bound.trial, none);
    const trial::BankContext bank{*trial.cohort, trial.bound, trial.plan, simulator};
    const std::int64_t chunk = chunk_size(options.chunk, n_twins, ranks, options.threads, kernel.api().lanes);
    const engine::ChunkPlan chunks = trial::bank_chunks(static_cast<std::size_t>(n_twins), chunk, bank);
    const auto rehearsal_start = Clock::now();
    const engine::DryRunReport report = rehearse(
        {.ranks = ranks, .ranks_per_node = options.ranks_per_node},
        {trial.bound.screening, people_screened(trial.study().cohort, calibration.eligible), chunks, calibration,
         options.threads});
    const double rehearsal_seconds = std::chrono::duration<double>(Clock::now() - rehearsal_start).count();
    const double fresh_person = calibration.screening / calibration.eligible +
                                calibration.seconds / static_cast<double>(trial.plan.arms.size());
    const double fresh_seconds = static_cast<double>(fresh_people(trial.study(), trial.plan)) * fresh_person /
                                 (ranks * options.threads);
    const double wall = report.seconds + fresh_seconds;

    const double numbers = static_cast<double>(chunks.record_numbers) / static_cast<double>(chunks.chunk_size);
    std::printf("%s on %d nodes x %d ranks x %d threads\n\n", trial.study().name.c_str(), options.nodes,
                options.ranks_per_node, options.threads);
    std::printf("Calibrated here with %lld twins: %.3g s of one core each, steps vary by %.0f %% (CV)\n",
                static_cast<long long>(calibration.twins), calibration.seconds, 100.0 * calibration.cv);
    std::printf("  twins               %lld in %zu arms\n", static_cast<long long>(n_twins), trial.plan.arms.size());
    std::printf("  chunks              %lld of %lld twins, %.3g a rank\n", static_cast<long long>(chunks.n_chunks()),
                static_cast<long long>(chunk), static_cast<double>(chunks.n_chunks()) / ranks);
    std::printf("  wall time           %s%s\n", io::words_for_seconds(wall).c_str(),
                fresh_seconds > 0.0
                    ? (", of which " + io::words_for_seconds(fresh_seconds) + " for fresh people's trials").c_str()
                    : "");
    std::printf("  core-hours          %.3g\n", wall * ranks * options.threads / 3600.0);
    std::printf("  efficiency          %.1f %% of the ranks' time is spent computing\n",
                100.0 * (report.mean_spent_seconds + fresh_seconds) / std::max(wall, 1e-12));
    std::printf("  memory of a rank    %s for what is kept of all twins, %s for a chunk\n",
                bytes_in_words(trial::bytes_kept(n_twins, bank, ranks)).c_str(),
                bytes_in_words(2.0 * 8.0 * static_cast<double>(chunks.record_numbers)).c_str());
    std::printf(
        "  journal             %s, until the result is whole\n",
        bytes_in_words(8.0 * static_cast<double>(chunks.record_numbers) * static_cast<double>(chunks.n_chunks())).c_str());
    std::printf("  result              at most %s, less what gzip saves\n",
                bytes_in_words(8.0 * numbers * static_cast<double>(n_twins)).c_str());
    std::printf("\nRehearsed with the real scheduling code on %d pretended ranks in %.1f s of this one:\n", ranks,
                rehearsal_seconds);
    std::printf("                      mean of a rank    most of a rank\n");
    std::printf("  messages            %14.1f    %14lld\n", static_cast<double>(report.messages) / ranks,
                static_cast<long long>(report.most_messages));
    std::printf("  bytes               %14.1f    %14lld\n", static_cast<double>(report.bytes) / ranks,
                static_cast<long long>(report.most_bytes));
    std::printf("  requests served                       %14lld\n", static_cast<long long>(report.most_served));
    if (!options.script.empty()) {
        write_script(options, wall);
        std::printf("\nSubmit with: sbatch %s\n", options.script.c_str());
    }
    return Exit::ok;
}

}  // namespace

void add_plan(CLI::App& app, Job& job) {
    auto options = std::make_shared<PlanOptions>();
    CLI::App* command = app.add_subcommand("plan", "Say what a study would take on a large machine");
    command->add_option("STUDY", options->study, "A study file")->required();
    command->add_option("--nodes", options->nodes, "Machines")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--ranks-per-node", options->ranks_per_node, "MPI ranks on each")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--threads", options->threads, "Threads of a rank")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--chunk", options->chunk, "Twins in a chunk; 0: as a run would choose")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--calibrate", options->calibrate, "People to run here first")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--script", options->script, "Write a Slurm job script for this");
    command->callback([&job, options] { job = [options](Session& session) { return plan(session, *options); }; });
}

}  // namespace kohort::cli
