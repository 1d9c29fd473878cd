#include "cli/chunking.hpp"
#include "cli/plan.hpp"
#include "cli/prepared_trial.hpp"
#include "cli/prepared_uncertainty.hpp"
#include "engine/chunks.hpp"
#include "io/progress.hpp"
#include "uncertainty/rounds.hpp"

#include <algorithm>
#include <cstdio>

namespace kohort::cli {
namespace {

/// What a run takes on one core of this machine, and what the sums take.
struct Calibration {
    double simulating = 0.0;  // [s] of a run
    double adding = 0.0;      // [s] of a run's values to the sums, which one thread does
    double looking = 0.0;     // [s] at all estimates, once
    double cv = 0.0;          // standard deviation of a run's steps over their mean
    std::int64_t runs = 0;
    std::size_t sums_bytes = 0;
    std::size_t estimates = 0;
};

std::vector<double> steps_of(const PreparedUncertainty& study, engine::Simulator& simulator, std::int64_t rows) {
    const std::vector<cohort::Person> people = study.people->people(*study.design, 0, rows);
    simulator.prepare(people);
    const engine::ArmResult& run = simulator.run(std::vector<int>(people.size(), 0));
    std::vector<double> steps;
    for (std::size_t twin = 0; twin < people.size(); ++twin)
        steps.push_back(static_cast<double>(run.steps_accepted[twin] + run.steps_rejected[twin]));
    return steps;
}

Calibration calibrate(const PlanOptions& options, const PreparedUncertainty& study, const engine::Kernel& kernel,
                      int threads) {
    const auto alone = engine::single_process();
    engine::Simulator simulator(kernel, *study.run, simulator_options(study, kernel));
    const uncertainty::RunContext context = run_context(study, simulator);
    const auto analysis = make_analysis(study, ranges_of(study, context));
    const int block_rows = study.design->block_rows();
    const std::int64_t blocks = std::clamp<std::int64_t>(options.calibrate / block_rows, 1, study.design->blocks());
    const uncertainty::RunBlocks ran = uncertainty::run_blocks(context, {{0, blocks}}, blocks * block_rows, *analysis,
                                                               *alone, nullptr, [](auto) {});
    const auto runs = static_cast<double>(blocks * block_rows);
    Calibration found;
    found.runs = blocks * block_rows;
    found.simulating = 1e-9 * static_cast<double>(ran.counts.nanoseconds_simulating) * threads / runs;
    found.adding = 1e-9 * static_cast<double>(ran.counts.nanoseconds_analysing) / runs;
    found.cv = variation(steps_of(study, simulator, found.runs));
    found.sums_bytes = uncertainty::bytes_of(*analysis);
    const double start = io::steady_seconds();
    const uncertainty::Findings findings = uncertainty::report_of(*analysis, study.cells.count(), *alone);
    found.looking = io::steady_seconds() - start;
    for (const uncertainty::Field& field : findings.fields) found.estimates += field.values.size();
    return found;
}

std::string in_words(const Calibration& calibration) {
    char text[200];
    std::snprintf(text, sizeof text,
                  "Calibrated here with %lld runs: %.3g s of one core each and %.2g s to add what they give, steps "
                  "vary by %.0f %% (CV)",
                  static_cast<long long>(calibration.runs), calibration.simulating, calibration.adding,
                  100.0 * calibration.cv);
    return text;
}

/// The rounds of the whole design, as if no stop rule ended it.
void rehearse(const PreparedUncertainty& study, const Calibration& calibration, const PlanOptions& options,
              std::int64_t chunk, const std::vector<std::int64_t>& looks, engine::DryRank& rank) {
    const uncertainty::Design& design = *study.design;
    const int block_rows = design.block_rows();
    const double seconds = calibration.simulating + calibration.adding * options.threads;  // of one core
    const double seconds_of_block = seconds * block_rows / (options.ranks() * options.threads);
    const std::int64_t least = uncertainty::least_blocks_of_round(design, chunk, options.ranks());
    const auto in_a_minute = static_cast<std::int64_t>(uncertainty::RoundOptions().seconds_between / seconds_of_block);
    for (std::int64_t done = 0; done < design.blocks();) {
        const std::int64_t look = *std::ranges::upper_bound(looks, done);
        const std::int64_t end = std::min(look, done + std::max(least, in_a_minute));
        const uncertainty::Pieces pieces({{done, end}}, std::max<std::int64_t>(1, chunk / block_rows));
        engine::run_chunks<std::int64_t>(
            rank, nullptr, {.name = "runs", .n_items = pieces.count(), .chunk_size = 1},
            [&](const engine::Chunk& part) {
                const std::int64_t runs = pieces[part.first].size() * block_rows;
                rank.spend(chunk_seconds(seconds, calibration.cv, part.index, runs, options.threads));
                return std::vector<std::int64_t>();
            },
            [](const engine::Chunk&, std::span<const std::int64_t>) {});
        rank.pretend_to_sum(static_cast<std::int64_t>(calibration.sums_bytes));
        if (end == look) rank.spend(calibration.looking / options.ranks());
        done = end;
    }
}

}  // namespace

Plan plan_uncertainty(const Session& session, const PlanOptions& options) {
    const PreparedUncertainty study = prepare_uncertainty(options.study);
    const auto alone = engine::single_process();
    const engine::Kernel kernel = engine::build_kernel(study.program, *alone);
    const Calibration calibration = calibrate(options, study, kernel, session.threads());
    const std::int64_t rows = study.design->rows();
    const std::int64_t chunk = chunk_size(options.chunk, rows, options.ranks(), options.threads, kernel.api().lanes);
    const int block_rows = study.design->block_rows();
    const std::int64_t chunk_blocks = std::max<std::int64_t>(1, chunk / block_rows);
    const std::vector<std::int64_t> looks = uncertainty::looks(study.study(), *study.design);
    const double start = io::steady_seconds();
    const engine::DryRunReport rehearsal = engine::dry_run(
        options.machine(), [&](engine::DryRank& rank) { rehearse(study, calibration, options, chunk, looks, rank); });
    const auto sums = static_cast<double>(calibration.sums_bytes);
    const double estimates = 8.0 * static_cast<double>(calibration.estimates);
    const bool is_extendable = study.study().design.extendable;
    return {.name = study.file.base.name,
            .calibration = in_words(calibration),
            .item = "runs",
            .items = std::to_string(rows) + (study.study().analysis.stop ? " at most: the study may stop earlier" : ""),
            .n_chunks = (study.design->blocks() + chunk_blocks - 1) / chunk_blocks,
            .chunk_items = chunk_blocks * block_rows,
            .wall_seconds = rehearsal.seconds,
            .wall_note = {},
            .computing_seconds = rehearsal.mean_spent_seconds,
            .memory = bytes_in_words(sums) + " for sums of " + std::to_string(study.cells.count()) + " cells",
            .journal_bytes = 2.0 * sums,
            .result = "at most " + bytes_in_words(estimates + (is_extendable ? sums : 0.0)) + ", less what gzip saves",
            .rehearsal = rehearsal,
            .rehearsal_seconds = io::steady_seconds() - start};
}

}  // namespace kohort::cli
