#include "cli/run_uncertainty.hpp"

#include "base/text_table.hpp"
#include "base/version.hpp"
#include "cli/chunking.hpp"
#include "cli/journalled_run.hpp"
#include "cli/output.hpp"
#include "cli/prepared_trial.hpp"
#include "cli/prepared_uncertainty.hpp"
#include "engine/rest.hpp"
#include "io/progress.hpp"
#include "io/provenance.hpp"
#include "io/uncertainty_result.hpp"
#include "io/uncertainty_state.hpp"
#include "uncertainty/ranges.hpp"
#include "uncertainty/report.hpp"
#include "uncertainty/rounds.hpp"

#include <algorithm>
#include <cstdio>

namespace kohort::cli {
namespace {

/// Takes over what an earlier job has summed. Rank 0 has it all; the others begin with nothing.
uncertainty::StudyProgress go_on_from(const std::filesystem::path& earlier, const PreparedUncertainty& study,
                                      const std::string& model_sha256, uncertainty::Analysis& analysis, bool is_first) {
    io::SavedState saved = io::read_state(earlier, study.file, model_sha256);
    if (saved.progress.blocks > study.design->blocks())
        throw InputError({earlier.string()}, "this result has more samples than the study asks for",
                         "give the study a larger n");
    if (uncertainty::state_of(analysis).size() != saved.numbers.size())
        throw InputError({earlier.string()}, "the sums of this result do not fit the study", "run the whole study");
    if (is_first) KOHORT_CHECK(uncertainty::restore(analysis, saved.numbers));
    return saved.progress;
}

/// Before the runs, in case that someone shares a machine with many ranks.
std::vector<std::string> warnings_of_memory(uncertainty::Analysis& analysis) {
    constexpr double most = 32e6;  // [bytes] a rank
    const auto all = static_cast<double>(uncertainty::bytes_of(analysis));
    if (all <= most) return {};
    double counts = 0;  // of quantiles: the only small numbers that are added
    for (const uncertainty::StatePiece& piece : analysis.pieces()) {
        const auto* numbers = std::get_if<std::span<std::int32_t>>(&piece.numbers);
        if (numbers != nullptr && !piece.largest) counts += static_cast<double>(numbers->size_bytes());
    }
    return {"the sums of this study take " + with_decimals(all / 1e6, 1) + " MB on every rank, counts for quantiles " +
            with_decimals(counts / 1e6, 1) +
            " MB of it. A larger analysis: relative_error makes these smaller, and so does a "
            "range of an output that does not go below 0; fewer replicates, groups, times or outputs make the others "
            "smaller"};
}

io::EstimationCost cost_of(const uncertainty::RunCounts& counts, uncertainty::Analysis& analysis) {
    return {.seconds_simulating = 1e-9 * static_cast<double>(counts.nanoseconds_simulating),
            .seconds_estimating = 1e-9 * static_cast<double>(counts.nanoseconds_analysing),
            .accumulator_bytes = uncertainty::bytes_of(analysis)};
}

Exit run_to_the_end(Session& session, const RunOptions& options, const PreparedUncertainty& study,
                    const std::filesystem::path& output, engine::Journal& journal, double start) {
    const std::string started = io::utc_now();
    engine::Communicator& communicator = session.communicator();
    const trial::TrialStudy& base = study.file.base;
    const engine::Kernel kernel = engine::build_kernel(study.program, communicator, say_compiling);
    const engine::SimulatorOptions how = simulator_options(study, kernel);
    if (session.is_first()) print_warnings(engine::unstable_rests(kernel, *study.run, how, pilots_of(study)));
    engine::Simulator simulator(kernel, *study.run, how);
    const uncertainty::RunContext context = run_context(study, simulator);
    const auto analysis = make_analysis(study, ranges_of(study, context));
    const std::string model_sha256 = codegen::hash_of(study.program);
    if (session.is_first()) print_warnings(warnings_of_memory(*analysis));
    uncertainty::StudyProgress progress;
    if (!options.extend.empty())
        progress = go_on_from(options.extend, study, model_sha256, *analysis, session.is_first());
    {
        io::ProgressLine line("runs", session.is_first());
        uncertainty::run_rounds(study.study(), context,
                                {.chunk = chunk_size(options.chunk, study.design->rows(), communicator.size(),
                                                     session.threads(), kernel.api().lanes),
                                 .journal = &journal,
                                 .seconds_between = options.checkpoint_seconds},
                                *analysis, communicator, line.callback(), progress);
    }
    const double began = io::steady_seconds();
    const uncertainty::Findings findings = uncertainty::report_of(*analysis, study.cells.count(), communicator);
    const double seconds_reporting = (io::steady_seconds() - began) * communicator.size();
    progress.counts.nanoseconds_analysing += static_cast<std::int64_t>(1e9 * seconds_reporting);
    std::vector<std::int64_t> state;
    if (session.is_first() && study.study().design.extendable) state = uncertainty::state_of(*analysis);
    io::write_uncertainty(MPI_COMM_WORLD, output, true,
                          {study.file, study.cells, findings, progress, state, model_sha256, std::string(version)});

    const double seconds = communicator.max(io::steady_seconds() - start);
    finish(session, journal, output,
           {.name = base.name,
            .title = base.title,
            .study = options.study,
            .study_sha256 = study.file.sha256,
            .model = study.program.model.name,
            .model_sha256 = model_sha256,
            .cohort = {},
            .seed = std::to_string(base.seed),
            .started = started,
            .run = {.seconds = seconds, .estimation = cost_of(progress.counts, *analysis)}});
    if (session.is_first())
        std::fputs(uncertainty::report_text({base.name, base.title, base.seed, study.study(), *study.design, study.cells,
                                             findings, progress.counts, study.report_times, seconds, output.string()})
                       .c_str(),
                   stdout);
    return progress.counts.failed() == 0 ? Exit::ok : Exit::twins_failed;
}

}  // namespace

Exit run_uncertainty(Session& session, const RunOptions& options) {
    const double start = io::steady_seconds();
    const PreparedUncertainty study = prepare_uncertainty(options.study);
    const std::filesystem::path output = output_of(options, study.file.base.name);
    if (session.is_first()) print_warnings(study.warnings);
    const JournalledRun what{options, output, study.file.sha256, codegen::hash_of(study.program)};
    return run_with_journal(session, what, [&](engine::Journal& journal) {
        return run_to_the_end(session, options, study, output, journal, start);
    });
}

}  // namespace kohort::cli
