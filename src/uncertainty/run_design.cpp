#include "uncertainty/run_design.hpp"

#include "engine/chunks.hpp"
#include "engine/stop.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace kohort::uncertainty {

namespace {

using Clock = std::chrono::steady_clock;

std::int64_t nanoseconds_since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

/// Twins [first, first + rows) of a run. One that failed has no values, and counts as a failure.
class RunValues final : public BlockValues {
public:
    RunValues(const RunContext& context, const engine::ArmResult& run, std::size_t first, int rows)
        : context_(context), run_(run), first_(first), rows_(rows) {
        for (int row = 0; row < rows; ++row) {
            if (run.status[first + static_cast<std::size_t>(row)] != TwinStatus::ok) failed_.push_back(row);
        }
    }
    [[nodiscard]] int rows() const override { return rows_; }
    void read(int cell, std::span<double> values) const override {
        const bool of_failure = cell == context_.cells.failure();
        if (of_failure)
            std::fill(values.begin(), values.end(), 0.0);
        else
            context_.read(run_, first_, cell, values);
        for (const int row : failed_)
            values[static_cast<std::size_t>(row)] = of_failure ? 1.0 : std::numeric_limits<double>::quiet_NaN();
    }

private:
    const RunContext& context_;
    const engine::ArmResult& run_;
    std::size_t first_;
    int rows_;
    std::vector<int> failed_;
};

struct Rows {
    const engine::ArmResult& run;  // valid until the simulator runs again
    RunCounts counts;
};

/// Rows [first, last) of the design, counted through its blocks.
Rows run_rows(const RunContext& context, std::int64_t first, std::int64_t last) {
    const auto began = Clock::now();
    const std::vector<cohort::Person> people = context.people.people(context.design, first, last);
    context.simulator.prepare(people);
    const engine::ArmResult& run = context.simulator.run(std::vector<int>(people.size(), 0));
    RunCounts counts;
    for (std::size_t twin = 0; twin < people.size(); ++twin) {
        counts.add(run.status[twin], first + static_cast<std::int64_t>(twin));
        counts.steps += run.steps_accepted[twin] + run.steps_rejected[twin];
    }
    counts.nanoseconds_simulating = nanoseconds_since(began);
    return {run, counts};
}

/// Which pieces are done, a bit each, on this rank.
class DonePieces {
public:
    explicit DonePieces(std::int64_t n) : words_(static_cast<std::size_t>((n + bits - 1) / bits)) {}
    void note(std::int64_t piece) {
        words_[static_cast<std::size_t>(piece / bits)] |= std::int64_t{1} << (piece % bits);
    }

    /// Collective: what all ranks did.
    [[nodiscard]] std::vector<BlockRange> ranges(const Pieces& pieces, engine::Communicator& communicator) const {
        std::vector<std::int64_t> all = words_;
        communicator.sum(all);  // nobody did what another did
        std::vector<BlockRange> done;
        for (std::int64_t piece = 0; piece < pieces.count(); ++piece) {
            if ((all[static_cast<std::size_t>(piece / bits)] >> (piece % bits) & 1) == 0) continue;
            const BlockRange blocks = pieces[piece];
            if (!done.empty() && done.back().last == blocks.first)
                done.back().last = blocks.last;
            else
                done.push_back(blocks);
        }
        return done;
    }

private:
    static constexpr std::int64_t bits = 62;  // sums stay clear of the sign
    std::vector<std::int64_t> words_;
};

std::int64_t earlier(std::int64_t one, std::int64_t other) {
    if (one == RunCounts::none || other == RunCounts::none) return std::max(one, other);
    return std::min(one, other);
}

RunCounts over_ranks(const RunCounts& mine, engine::Communicator& communicator) {
    std::vector<std::int64_t> numbers(mine.by_status.begin(), mine.by_status.end());
    numbers.insert(numbers.end(), {mine.steps, mine.nanoseconds_simulating, mine.nanoseconds_analysing});
    communicator.sum(numbers);
    RunCounts all;
    std::copy_n(numbers.begin(), RunCounts::n_statuses, all.by_status.begin());
    all.steps = numbers[RunCounts::n_statuses];
    all.nanoseconds_simulating = numbers[RunCounts::n_statuses + 1];
    all.nanoseconds_analysing = numbers[RunCounts::n_statuses + 2];
    constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();
    std::vector<std::int64_t> earliest;  // negative, so that the largest is the earliest
    for (const std::int64_t first : mine.first_run) earliest.push_back(first == RunCounts::none ? never : -first);
    communicator.max(earliest);
    for (std::size_t status = 0; status < RunCounts::n_statuses; ++status)
        all.first_run[status] = earliest[status] == never ? RunCounts::none : -earliest[status];
    return all;
}

}  // namespace

std::int64_t RunCounts::runs() const {
    std::int64_t runs = 0;
    for (const std::int64_t count : by_status) runs += count;
    return runs;
}

void RunCounts::add(TwinStatus status, std::int64_t run) {
    const auto at = static_cast<std::size_t>(status);
    by_status[at] += 1;
    first_run[at] = earlier(first_run[at], run);
}

void RunCounts::add(const RunCounts& other) {
    for (std::size_t status = 0; status < n_statuses; ++status) {
        by_status[status] += other.by_status[status];
        first_run[status] = earlier(first_run[status], other.first_run[status]);
    }
    steps += other.steps;
    nanoseconds_simulating += other.nanoseconds_simulating;
    nanoseconds_analysing += other.nanoseconds_analysing;
}

std::vector<double> first_values(const RunContext& context, int rows) {
    const auto n_rows = static_cast<std::size_t>(std::min<std::int64_t>(rows, context.design.rows()));
    const Rows found = run_rows(context, 0, static_cast<std::int64_t>(n_rows));
    const RunValues of_cells(context, found.run, 0, static_cast<int>(n_rows));
    const auto width = static_cast<std::size_t>(context.cells.count());
    std::vector<double> values(n_rows * width);
    std::vector<double> of_cell(n_rows);
    for (std::size_t cell = 0; cell < width; ++cell) {
        of_cells.read(static_cast<int>(cell), of_cell);
        for (std::size_t row = 0; row < n_rows; ++row) values[row * width + cell] = of_cell[row];
    }
    return values;
}

RunBlocks run_blocks(const RunContext& context, const std::vector<BlockRange>& blocks, std::int64_t chunk,
                     Analysis& analysis, engine::Communicator& communicator, engine::Journal* journal,
                     const std::function<void(std::int64_t done)>& progress) {
    const std::int64_t block_rows = context.design.block_rows();
    const Pieces pieces(blocks, std::max<std::int64_t>(1, chunk / block_rows));
    DonePieces done(pieces.count());
    RunCounts counts;
    try {
        engine::run_chunks<std::int64_t>(
            communicator, journal, {.name = "runs", .n_items = pieces.count(), .chunk_size = 1},
            [&](const engine::Chunk& chunk_of_pieces) {
                const BlockRange piece = pieces[chunk_of_pieces.first];
                const Rows found = run_rows(context, piece.first * block_rows, piece.last * block_rows);
                counts.add(found.counts);
                const auto began = Clock::now();
                for (std::int64_t block = 0; block < piece.size(); ++block) {
                    analysis.add(piece.first + block,
                                 RunValues(context, found.run, static_cast<std::size_t>(block * block_rows),
                                           static_cast<int>(block_rows)));
                }
                counts.nanoseconds_analysing += nanoseconds_since(began);
                done.note(chunk_of_pieces.first);
                return std::vector<std::int64_t>();
            },
            [](const engine::Chunk&, std::span<const std::int64_t>) {},
            [&](std::int64_t n_pieces, std::int64_t) {
                if (pieces.count() > 0) progress(total_of(blocks) * n_pieces / pieces.count() * block_rows);
            });
    } catch (const engine::Interrupted&) {
        return {over_ranks(counts, communicator), done.ranges(pieces, communicator)};
    }
    return {over_ranks(counts, communicator), blocks};
}

}  // namespace kohort::uncertainty
