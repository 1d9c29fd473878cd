#include "cli/run_trial.hpp"

#include "base/errors.hpp"
#include "base/version.hpp"
#include "cli/prepared_trial.hpp"
#include "engine/chunks.hpp"
#include "engine/kernel.hpp"
#include "engine/rest.hpp"
#include "io/progress.hpp"
#include "io/result_reader.hpp"
#include "io/side_file.hpp"
#include "io/trial_result.hpp"
#include "trial/enrolment.hpp"
#include "trial/fresh_trials.hpp"
#include "trial/operating.hpp"
#include "trial/report.hpp"
#include "trial/simulate_bank.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <utility>

namespace kohort::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void say_compiling() { std::fputs("model: compiling, once for this model and what is measured of it\n", stderr); }

/// A trial on its way: what the steps of run_trial share.
struct Run {
    Session& session;
    const RunOptions& options;
    const PreparedTrial& trial;
    engine::Kernel kernel;
    engine::SimulatorOptions simulator_options;
    engine::Simulator simulator;
    engine::Simulator screening_simulator;

    Run(Session& in, const RunOptions& with, const PreparedTrial& of)
        : session(in),
          options(with),
          trial(of),
          kernel(engine::build_kernel(of.program, in.communicator(), say_compiling)),
          simulator_options(cli::simulator_options(of, kernel)),
          simulator(kernel, of.bound.trial, simulator_options),
          screening_simulator(kernel, of.bound.screening_run, simulator_options) {}

    [[nodiscard]] engine::Communicator& communicator() { return session.communicator(); }
    [[nodiscard]] trial::ScreeningContext screening() {
        return {*trial.cohort, trial.bound.screening, screening_simulator};
    }
};

std::filesystem::path output_of(const RunOptions& options, const PreparedTrial& trial) {
    return options.output.empty() ? std::filesystem::path(trial.study().name + ".h5") : options.output;
}

/// --overwrite is for results: it must not cost anybody a table of persons, or a study, whose name was typed by mistake.
void refuse_to_replace_other_files(const std::filesystem::path& output) {
    if (!std::filesystem::is_regular_file(output)) return;
    try {
        const io::ResultReader earlier(output);
    } catch (const InputError& error) {
        throw InputError({output.string()}, "only results are replaced, but " + error.problem(),
                         "choose another name, or delete this file yourself");
    }
}

/// Notes on the model that cannot be in the report, because it may take long until then.
void print_warnings(const PreparedTrial& trial) {
    for (const std::string& warning : trial.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
}

void warn_of_unstable_rests(const Run& run) {
    const auto warnings = engine::unstable_rests(run.kernel, run.trial.bound.trial, run.simulator_options,
                                                 pilots_of(run.trial));
    for (const std::string& warning : warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
}

trial::Enrolment enrol(Run& run) {
    io::ProgressLine progress("screening", run.session.is_first());
    return trial::enrol(run.trial.study().cohort, run.screening(), run.communicator(), progress.callback());
}

trial::Bank simulate(Run& run, const trial::Enrolment& enrolment, io::TrialResultFile& file) {
    io::ProgressLine progress("twins", run.session.is_first());
    return trial::simulate_bank(
        enrolment.twin_ids, run.options.chunk, {*run.trial.cohort, run.trial.bound, run.trial.plan, run.simulator},
        run.communicator(), [&](const trial::BankChunk& chunk) { file.store(chunk); }, progress.callback());
}

/// Collective: repeated trials from the bank, shared out over ranks.
void repeat_from_bank(Run& run, const trial::BankView& bank, std::int64_t trials, bool with_null,
                      const trial::Progress& progress, trial::OperatingSums& sums) {
    constexpr std::int64_t per_chunk = 64;
    engine::run_chunks<int>(
        run.communicator(),
        {.n_items = trials, .chunk_size = per_chunk, .chunks_per_wave = std::numeric_limits<std::int64_t>::max() / 2},
        [&](const engine::Chunk& chunk) {
            trial::run_bank_trials(run.trial.plan, bank, chunk.first, chunk.last, with_null, sums);
            return 0;
        },
        [](const engine::Chunk&, int) {}, [&](std::int64_t done) { trial::report(progress, done, trials); },
        [] { return 0; });
    trial::report(progress, trials, trials);
    run.communicator().sum(sums.integers());
}

std::vector<trial::OperatingCharacteristic> repeat(Run& run, const trial::Bank& bank) {
    const auto& asked = run.trial.study().operating_characteristics;
    if (!asked || asked->trials == 0) return {};
    const trial::OperatingPlan operating = trial::plan_operating(run.trial.plan, bank.view());
    trial::OperatingSums sums(run.trial.plan, operating);
    const bool with_null = std::count(asked->report.begin(), asked->report.end(), "type1") > 0;
    const bool fresh = asked->mode == "fresh";
    io::ProgressLine progress("trials", run.session.is_first());
    if (fresh)
        trial::run_fresh_trials(asked->trials, asked->place, {run.screening(), run.trial.plan, run.simulator, with_null},
                                run.communicator(), progress.callback(), sums);
    else
        repeat_from_bank(run, bank.view(), asked->trials, with_null, progress.callback(), sums);
    return trial::summarise(run.trial.plan, operating, sums, fresh ? trial::TrialMode::fresh : trial::TrialMode::bank);
}

std::optional<trial::TrialResult> one_trial(const PreparedTrial& trial, const trial::Bank& bank) {
    if (!trial.plan.randomisation || bank.endpoints.n_twins == 0) return std::nullopt;
    return trial::run_trial(trial.plan, bank.view(), 0);
}

}  // namespace

Exit run_trial(Session& session, const RunOptions& options) {
    const auto start = Clock::now();
    const PreparedTrial trial = prepare_trial(options.study);
    const std::filesystem::path output = output_of(options, trial);
    if (options.overwrite) refuse_to_replace_other_files(output);
    io::require_writable(MPI_COMM_WORLD, output, options.overwrite);
    if (session.is_first()) print_warnings(trial);

    Run run(session, options, trial);
    if (session.is_first()) warn_of_unstable_rests(run);
    trial::Enrolment enrolment = enrol(run);
    const io::TrialResultInfo info{trial.file,
                                   trial.plan,
                                   trial.bound.columns,
                                   enrolment.twin_ids,
                                   trial.program.model.time_unit,
                                   codegen::hash_of(trial.program),
                                   std::string(version)};
    io::TrialResultFile file(MPI_COMM_WORLD, output, options.overwrite, info);
    const trial::Bank bank = simulate(run, enrolment, file);
    const auto result = one_trial(trial, bank);
    const auto operating = repeat(run, bank);
    file.close({enrolment.counts, trial.bound.screening.criteria, bank.failures, result, operating});

    const double seconds = session.communicator().max(seconds_since(start));
    const std::vector<std::string> hosts = io::hosts_of(MPI_COMM_WORLD);
    if (session.is_first()) {
        io::write_side_file(
            output,
            {.ranks = session.communicator().size(), .threads = session.threads(), .seconds = seconds, .hosts = hosts});
        std::fputs(trial::report_text({trial.study(), trial.bound, trial.plan, enrolment, bank, result, operating,
                                       seconds, output.string()})
                       .c_str(),
                   stdout);
    }
    return bank.failures.total() == 0 ? Exit::ok : Exit::twins_failed;
}

}  // namespace kohort::cli
