// Runs the blocks of a design on all ranks and hands their values to an analysis. Nothing is kept but what the analysis keeps.
#pragma once

#include "engine/communicator.hpp"
#include "engine/journal.hpp"
#include "engine/simulator.hpp"
#include "uncertainty/analysis.hpp"
#include "uncertainty/block_ranges.hpp"
#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/cells.hpp"
#include "uncertainty/design.hpp"
#include "uncertainty/design_cohort.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace kohort::uncertainty {

/// Reads a cell, not the failure, of twins first, first + 1, ... of a run, in the units of reports. values: (twins)
using ReadCell = std::function<void(const engine::ArmResult& run, std::size_t first, int cell, std::span<double> values)>;

struct RunContext {
    const Design& design;
    const DesignCohort& people;
    const Cells& cells;
    engine::Simulator& simulator;
    ReadCell read;
};

/// What became of the runs, of one rank or of all.
struct RunCounts {
    static constexpr std::size_t n_statuses = 16;  // room for every TwinStatus
    RunCounts() { first_run.fill(none); }
    std::array<std::int64_t, n_statuses> by_status{};
    std::array<std::int64_t, n_statuses> first_run{};  // of each status, counted from 0 in the order of the design; none
    static constexpr std::int64_t none = -1;
    std::int64_t steps = 0;
    std::int64_t nanoseconds_simulating = 0;  // of wall time in the kernels, of all ranks; not a result
    std::int64_t nanoseconds_analysing = 0;   // reading cells, adding them, bringing sums together, estimating
    [[nodiscard]] std::int64_t runs() const;
    [[nodiscard]] std::int64_t failed() const { return runs() - by_status[0]; }
    void add(TwinStatus status, std::int64_t run);
    void add(const RunCounts& other);
};

/// How far a study has come: all that a later job needs to go on, beside the state of the analysis.
struct StudyProgress {
    std::int64_t blocks = 0;         // of the design, that are in the sums: the first ones
    std::vector<BlockRange> beyond;  // what else is in the sums, where the study was stopped among them; ascending, apart
    RunCounts counts;
    struct Round {
        std::int64_t samples = 0;   // base samples
        double widest_first = 0.0;  // half the width of the widest interval
        double widest_total = 0.0;
    };
    std::vector<Round> rounds;
};

/// Values of the first rows of the design (at most `rows`): (rows, cells.count()), NaN where a run failed. The same on every rank.
[[nodiscard]] std::vector<double> first_values(const RunContext& context, int rows);

struct RunBlocks {
    RunCounts counts;              // of all ranks
    std::vector<BlockRange> done;  // all that was asked for, unless the study was told to stop; the same on all ranks
};

/// Collective. Runs blocks and adds them to the analysis of the rank that ran them. chunk: twins that a rank takes at once,
/// rounded up to whole blocks; changes no result. journal: may be null; hears only how ranks spent their time. progress: told
/// how many of these blocks' rows are done, on every rank.
[[nodiscard]] RunBlocks run_blocks(const RunContext& context, const std::vector<BlockRange>& blocks, std::int64_t chunk,
                                   Analysis& analysis, engine::Communicator& communicator, engine::Journal* journal,
                                   const std::function<void(std::int64_t done)>& progress);

}  // namespace kohort::uncertainty
