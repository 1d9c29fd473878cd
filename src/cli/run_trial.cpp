#include "cli/run_trial.hpp"

#include "base/errors.hpp"
#include "base/version.hpp"
#include "cli/chunking.hpp"
#include "cli/journalled_run.hpp"
#include "cli/output.hpp"
#include "cli/precision.hpp"
#include "cli/prepared_trial.hpp"
#include "engine/agree.hpp"
#include "engine/chunks.hpp"
#include "engine/kernel.hpp"
#include "engine/mpi_communicator.hpp"
#include "engine/rest.hpp"
#include "engine/stop.hpp"
#include "io/progress.hpp"
#include "io/provenance.hpp"
#include "io/trial_result.hpp"
#include "trial/enrolment.hpp"
#include "trial/fresh_trials.hpp"
#include "trial/operating.hpp"
#include "trial/report.hpp"
#include "trial/simulate_bank.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

namespace kohort::cli {
namespace {

/// A trial on its way: what the steps of run_trial share.
struct Run {
    Session& session;
    const RunOptions& options;
    const PreparedTrial& trial;
    engine::Journal& journal;
    Kernels kernels;
    engine::SimulatorOptions simulator_options;
    engine::Simulator simulator;
    engine::Simulator screening_simulator;

    Run(Session& in, const RunOptions& with, const PreparedTrial& of, engine::Journal& to)
        : session(in),
          options(with),
          trial(of),
          journal(to),
          kernels(build_kernels(of, in.communicator(), say_compiling)),
          simulator_options(cli::simulator_options(of, kernels.in_double)),
          simulator(kernels.in_double, of.bound.trial, simulator_options, kernels.mixed_or_none()),
          screening_simulator(kernels.in_double, of.bound.screening_run, simulator_options) {}

    [[nodiscard]] engine::Communicator& communicator() { return session.communicator(); }
    [[nodiscard]] trial::ScreeningContext screening() {
        return {*trial.cohort, trial.bound.screening, screening_simulator};
    }
    [[nodiscard]] trial::BankContext bank() { return {*trial.cohort, trial.bound, trial.plan, simulator}; }
};

void warn_of_unstable_rests(const Run& run) {
    const auto warnings = engine::unstable_rests(run.kernels.in_double, run.trial.bound.trial, run.simulator_options,
                                                 pilots_of(run.trial));
    print_warnings(warnings);
}

/// The ids that these twins have in the file that the cohort was read from; none where there are none.
std::vector<std::string> ids_of(const PreparedTrial& trial, const std::vector<std::int64_t>& twin_ids) {
    std::vector<std::string> ids;
    if (!trial.file.cohort.from || trial.file.cohort.from->table->id.empty()) return ids;
    for (const std::int64_t twin : twin_ids) {
        const std::int64_t row = trial.cohort->describe(twin).row;
        ids.push_back(trial.file.cohort.from->table->id[static_cast<std::size_t>(row)]);
    }
    return ids;
}

trial::Enrolment enrol(Run& run) {
    io::ProgressLine progress("screening", run.session.is_first());
    return trial::enrol(run.trial.study().cohort, run.screening(), run.communicator(), &run.journal, progress.callback());
}

trial::Bank simulate(Run& run, const engine::ChunkPlan& chunks, const trial::Enrolment& enrolment) {
    io::ProgressLine progress("twins", run.session.is_first());
    return trial::simulate_bank(enrolment.twin_ids, chunks, run.bank(), run.communicator(), &run.journal,
                                progress.callback());
}

/// Collective: repeated trials from the bank, shared out over ranks. They are too quick to be worth journalling.
void repeat_from_bank(Run& run, const trial::BankView& bank, std::int64_t trials, bool with_null,
                      const trial::Progress& progress, trial::OperatingSums& sums) {
    engine::run_chunks<std::int64_t>(
        run.communicator(), &run.journal, {.name = "trials", .n_items = trials, .chunk_size = 64},
        [&](const engine::Chunk& chunk) {
            trial::run_bank_trials(run.trial.plan, bank, chunk.first, chunk.last, with_null, sums);
            return std::vector<std::int64_t>();
        },
        [](const engine::Chunk&, std::span<const std::int64_t>) {}, progress);
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
                                run.communicator(), &run.journal, progress.callback(), sums);
    else
        repeat_from_bank(run, bank.view(), asked->trials, with_null, progress.callback(), sums);
    return trial::summarise(run.trial.plan, operating, sums, fresh ? trial::TrialMode::fresh : trial::TrialMode::bank);
}

std::optional<trial::TrialResult> one_trial(const PreparedTrial& trial, const trial::Bank& bank) {
    if (!trial.plan.randomisation || bank.endpoints.n_twins == 0) return std::nullopt;
    return trial::run_trial(trial.plan, bank.view(), 0);
}

/// Writes the journalled twins and the findings into the result file. A few dozen ranks do it: more would have too little
/// each, and the file's bytes do not depend on how many they are.
void write_result(Run& run, const std::filesystem::path& output, const engine::ChunkPlan& chunks,
                  const io::TrialResultInfo& info, io::TrialFindings findings) {
    constexpr int most_writers = 64;
    engine::Communicator& all = run.communicator();
    const int stride = (all.size() + most_writers - 1) / most_writers;
    const bool writes = all.rank() % stride == 0;
    MPI_Comm mpi_writers = MPI_COMM_NULL;
    MPI_Comm_split(MPI_COMM_WORLD, writes ? 0 : MPI_UNDEFINED, all.rank(), &mpi_writers);
    // A writer that fails alone must not wait for the others here: they may wait for it inside the file.
    std::exception_ptr stopped;
    if (writes) {
        try {
            const auto writers = engine::mpi_communicator(mpi_writers);
            io::TrialResultFile file(mpi_writers, output, true, info);
            trial::store_bank(chunks, run.bank(), *writers, run.journal,
                              [&](const trial::BankChunk& chunk) { file.store(chunk); });
            file.close(findings);
        } catch (const engine::Interrupted&) {
            stopped = std::current_exception();  // thrown on all writers alike
        }
    }
    engine::agree_on_failure(all, stopped);
    if (writes) MPI_Comm_free(&mpi_writers);
}

io::Provenance provenance_of(const PreparedTrial& trial, const RunOptions& options, const std::string& started,
                             double seconds) {
    const trial::CohortChoice& cohort = trial.study().cohort;
    return {.name = trial.study().name,
            .title = trial.study().title,
            .study = options.study,
            .study_sha256 = trial.file.sha256,
            .model = trial.program.model.name,
            .model_sha256 = codegen::hash_of(trial.program),
            .cohort = cohort.use.empty() ? cohort.file : cohort.use,
            .seed = std::to_string(trial.study().seed),
            .started = started,
            .run = {.seconds = seconds}};
}

Exit run_to_the_end(Session& session, const RunOptions& options, const PreparedTrial& trial,
                    const std::filesystem::path& output, engine::Journal& journal, double start) {
    const std::string started = io::utc_now();
    Run run(session, options, trial, journal);
    if (session.is_first()) warn_of_unstable_rests(run);
    trial::Enrolment enrolment = enrol(run);
    const auto audited = audit(trial, run.kernels, run.simulator_options, enrolment.twin_ids, run.communicator());
    const io::TrialResultInfo info{trial.file,
                                   trial.plan,
                                   trial.bound.columns,
                                   enrolment.twin_ids,
                                   trial.program.model.time_unit,
                                   codegen::hash_of(trial.program),
                                   std::string(version),
                                   ids_of(trial, enrolment.twin_ids),
                                   audited};
    const std::int64_t twins_a_chunk = chunk_size(options.chunk, std::ssize(enrolment.twin_ids),
                                                  session.communicator().size(), session.threads(), run.kernels.lanes());
    const engine::ChunkPlan chunks = trial::bank_chunks(enrolment.twin_ids.size(), twins_a_chunk, run.bank());
    const trial::Bank bank = simulate(run, chunks, enrolment);
    const auto result = one_trial(trial, bank);
    const auto operating = repeat(run, bank);
    write_result(run, output, chunks, info,
                 {enrolment.counts, trial.bound.screening.criteria, bank.failures, result, operating});

    const double seconds = session.communicator().max(io::steady_seconds() - start);
    finish(session, journal, output, provenance_of(trial, options, started, seconds));
    if (session.is_first())
        std::fputs(trial::report_text({trial.study(), trial.bound, trial.plan, enrolment, bank, result, operating,
                                       seconds, output.string(), audited})
                       .c_str(),
                   stdout);
    const bool is_sound = bank.failures.total() == 0 && (!audited || audited->passed());
    return is_sound ? Exit::ok : Exit::twins_failed;
}

}  // namespace

Exit run_trial(Session& session, const RunOptions& options) {
    const double start = io::steady_seconds();
    const PreparedTrial trial = prepare_trial(options.study);
    const std::filesystem::path output = output_of(options, trial.study().name);
    if (session.is_first()) print_warnings(trial.warnings);
    const JournalledRun what{options, output, trial.file.sha256, codegen::hash_of(trial.program)};
    return run_with_journal(session, what, [&](engine::Journal& journal) {
        return run_to_the_end(session, options, trial, output, journal, start);
    });
}

}  // namespace kohort::cli
