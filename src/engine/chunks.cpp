#include "engine/chunks.hpp"

#include "engine/agree.hpp"
#include "engine/stop.hpp"
#include "engine/task_queue.hpp"

#include <chrono>

namespace kohort::engine::detail {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The chunks of this rank's share that are still to be computed.
std::vector<Task> missing_tasks(const Communicator& communicator, const ChunkPlan& plan, const JournalSection* section) {
    std::vector<Task> missing;
    const ChunkShare share = plan.share(communicator.rank(), communicator.size());
    for (std::int64_t chunk = share.first; chunk < share.last; ++chunk)
        if (section == nullptr || !section->was_done(chunk))
            missing.push_back({chunk, plan.cost ? plan.cost(plan.chunk(chunk)) : 0.0});
    return missing;
}

/// What an earlier run finished of this rank's share. Returns how many chunks that was.
std::int64_t keep_finished(const Communicator& communicator, const JournalSection& section, const TakeRecord& keep) {
    const ChunkShare share = section.plan().share(communicator.rank(), communicator.size());
    std::int64_t n = 0;
    for (std::int64_t chunk = share.first; chunk < share.last; ++chunk) {
        if (!section.was_done(chunk)) continue;
        keep(section.plan().chunk(chunk), section.read(chunk));
        ++n;
    }
    return n;
}

/// Collective. n_done: chunks that this rank finished or found finished.
void throw_if_interrupted(Communicator& communicator, const ChunkPlan& plan, std::int64_t n_done) {
    if (communicator.max(std::int64_t{stop_asked() ? 1 : 0}) == 0) return;
    communicator.sum({&n_done, 1});
    throw Interrupted(plan.name + ": " + std::to_string(n_done) + " of " + std::to_string(plan.n_chunks()) +
                      " chunks are done");
}

}  // namespace

void run(Communicator& communicator, Journal* journal, const ChunkPlan& asked, const ComputeRecord& compute,
         const TakeRecord& keep, const ChunkProgress& progress) {
    const bool is_kept = journal != nullptr && asked.record_numbers > 0;
    JournalSection* section = is_kept ? &journal->section(communicator, asked) : nullptr;
    ChunkPlan plan = section == nullptr ? asked : section->plan();
    plan.cost = asked.cost;
    TaskQueue queue(communicator, missing_tasks(communicator, plan, section));
    Tally tally;
    Clock::time_point ended;
    all_or_none(communicator, true, [&] {
        try {
            if (section != nullptr) tally.chunks_from_journal = keep_finished(communicator, *section, keep);
            while (const auto index = stop_asked() ? std::nullopt : queue.take()) {
                const Chunk chunk = plan.chunk(*index);
                if (section != nullptr) section->begin(chunk.index);
                const auto start = Clock::now();
                const Record record = compute(chunk);
                tally.busy_seconds += seconds_since(start);
                if (section != nullptr) section->write(chunk.index, record);
                keep(chunk, record);
                ++tally.chunks_computed;
                if (progress) progress(plan.n_items - (queue.size() - queue.n_taken()) * plan.chunk_size, plan.n_items);
            }
        } catch (...) {
            queue.close();
            throw;
        }
        if (stop_asked()) queue.close();
        if (section != nullptr) section->sync();
        ended = Clock::now();
    });
    tally.idle_seconds = seconds_since(ended);
    if (journal != nullptr) journal->add(tally);
    throw_if_interrupted(communicator, plan, tally.chunks_from_journal + tally.chunks_computed);
    if (progress) progress(plan.n_items, plan.n_items);
}

void read(Communicator& communicator, Journal& journal, const ChunkPlan& asked, const TakeRecord& each) {
    const JournalSection& section = journal.section(communicator, asked);
    const std::int64_t n = section.plan().n_chunks();
    for (std::int64_t base = 0; base < n; base += communicator.size()) {
        throw_if_interrupted(communicator, section.plan(), communicator.rank() == 0 ? n : 0);
        const std::int64_t chunk = base + communicator.rank();
        if (chunk < n)
            each(section.plan().chunk(chunk), section.read(chunk));
        else
            each(Chunk{}, {});
    }
}

}  // namespace kohort::engine::detail
