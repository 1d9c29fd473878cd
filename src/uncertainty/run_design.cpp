#include "uncertainty/run_design.hpp"

#include "engine/chunks.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace kohort::uncertainty {

namespace {

using Clock = std::chrono::steady_clock;

std::int64_t nanoseconds_since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

/// A run that failed has no values, and counts as a failure.
void mark_failures(const engine::ArmResult& run, const Cells& cells, std::span<double> values) {
    const auto width = static_cast<std::size_t>(cells.count());
    for (std::size_t twin = 0; twin < run.status.size(); ++twin) {
        const std::span<double> own = values.subspan(twin * width, width);
        const bool failed = run.status[twin] != TwinStatus::ok;
        if (failed) std::fill(own.begin(), own.end(), std::numeric_limits<double>::quiet_NaN());
        own.back() = failed ? 1.0 : 0.0;
    }
}

/// Rows [first, last) of the design, counted through its blocks. values: (rows, cells)
RunCounts run_rows(const RunContext& context, std::int64_t first, std::int64_t last, std::vector<double>& values) {
    const auto began = Clock::now();
    std::vector<cohort::Person> people;
    people.reserve(static_cast<std::size_t>(last - first));
    const std::int64_t block_rows = context.design.block_rows();
    for (std::int64_t row = first; row < last; ++row)
        people.push_back(context.people.person(context.design, row / block_rows, static_cast<int>(row % block_rows)));
    context.simulator.prepare(people);
    const engine::ArmResult& run = context.simulator.run(std::vector<int>(people.size(), 0));
    RunCounts counts;
    for (std::size_t twin = 0; twin < people.size(); ++twin) {
        counts.by_status[static_cast<std::size_t>(run.status[twin])] += 1;
        counts.steps += run.steps_accepted[twin] + run.steps_rejected[twin];
    }
    counts.nanoseconds_simulating = nanoseconds_since(began);
    const auto simulated = Clock::now();
    values.resize(people.size() * static_cast<std::size_t>(context.cells.count()));
    context.read(run, values);
    mark_failures(run, context.cells, values);
    counts.nanoseconds_analysing = nanoseconds_since(simulated);
    return counts;
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
    return all;
}

}  // namespace

std::int64_t RunCounts::runs() const {
    std::int64_t runs = 0;
    for (const std::int64_t count : by_status) runs += count;
    return runs;
}

void RunCounts::add(const RunCounts& other) {
    for (std::size_t status = 0; status < n_statuses; ++status) by_status[status] += other.by_status[status];
    steps += other.steps;
    nanoseconds_simulating += other.nanoseconds_simulating;
    nanoseconds_analysing += other.nanoseconds_analysing;
}

std::vector<double> first_values(const RunContext& context, int rows) {
    std::vector<double> values;
    static_cast<void>(run_rows(context, 0, std::min<std::int64_t>(rows, context.design.rows()), values));
    return values;
}

RunCounts run_blocks(const RunContext& context, std::int64_t first, std::int64_t last, std::int64_t chunk,
                     Analysis& analysis, engine::Communicator& communicator, engine::Journal* journal,
                     const std::function<void(std::int64_t done, std::int64_t total)>& progress) {
    KOHORT_CHECK(first >= 0 && first <= last && last <= context.design.blocks());
    const std::int64_t block_rows = context.design.block_rows();
    const std::int64_t blocks_of_chunk = std::max<std::int64_t>(1, chunk / block_rows);
    const std::size_t block_values = static_cast<std::size_t>(block_rows) * static_cast<std::size_t>(context.cells.count());
    RunCounts counts;
    std::vector<double> values;
    const auto total = context.design.rows();
    engine::run_chunks<std::int64_t>(
        communicator, journal, {.name = "runs", .n_items = last - first, .chunk_size = blocks_of_chunk},
        [&](const engine::Chunk& part) {
            counts.add(run_rows(context, (first + part.first) * block_rows, (first + part.last) * block_rows, values));
            const auto began = Clock::now();
            for (std::int64_t block = 0; block < part.size(); ++block) {
                analysis.add(first + part.first + block,
                             std::span(values).subspan(static_cast<std::size_t>(block) * block_values, block_values));
            }
            counts.nanoseconds_analysing += nanoseconds_since(began);
            return std::vector<std::int64_t>();
        },
        [](const engine::Chunk&, std::span<const std::int64_t>) {},
        [&](std::int64_t done, std::int64_t) { progress((first + done) * block_rows, total); });
    return over_ranks(counts, communicator);
}

}  // namespace kohort::uncertainty
