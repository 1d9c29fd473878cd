#include "engine/chunks.hpp"

#include "engine/agree.hpp"
#include "engine/stop.hpp"

namespace kohort::engine::detail {
namespace {

constexpr std::int64_t beyond_all = std::int64_t{1} << 40;  // more than any study has, and addable by millions of ranks

std::vector<std::int64_t> missing_chunks(const ChunkPlan& plan, const JournalSection* section) {
    std::vector<std::int64_t> missing;
    for (std::int64_t chunk = 0; chunk < plan.n_chunks(); ++chunk)
        if (section == nullptr || !section->was_done(chunk)) missing.push_back(chunk);
    return missing;
}

/// What an earlier run finished, each record on one rank.
void keep_finished(const Communicator& communicator, const JournalSection& section, const TakeRecord& keep) {
    const std::int64_t n = section.plan().n_chunks();
    for (std::int64_t chunk = communicator.rank(); chunk < n; chunk += communicator.size())
        if (section.was_done(chunk)) keep(section.plan().chunk(chunk), section.read(chunk));
}

/// Collective. n_done: chunks that this rank finished.
void throw_if_interrupted(Communicator& communicator, const ChunkPlan& plan, std::int64_t n_done) {
    std::int64_t told = stop_asked() ? 1 : 0;
    if (communicator.max(told) == 0) return;
    communicator.sum({&n_done, 1});
    throw Interrupted(plan.name + ": " + std::to_string(n_done) + " of " + std::to_string(plan.n_chunks()) +
                      " chunks are done");
}

}  // namespace

void run(Communicator& communicator, Journal* journal, const ChunkPlan& asked, const ComputeRecord& compute,
         const TakeRecord& keep, const ChunkProgress& progress) {
    JournalSection* section = journal == nullptr ? nullptr : &journal->section(communicator, asked);
    const ChunkPlan plan = section == nullptr ? asked : section->plan();
    const std::vector<std::int64_t> missing = missing_chunks(plan, section);
    const auto n_missing = static_cast<std::int64_t>(missing.size());
    const auto counter = communicator.counter();
    std::int64_t n_done = 0;
    all_or_none(communicator, true, [&] {
        try {
            if (section != nullptr) keep_finished(communicator, *section, keep);
            for (std::int64_t at = counter->fetch_add(1); at < n_missing && !stop_asked(); at = counter->fetch_add(1)) {
                const Chunk chunk = plan.chunk(missing[static_cast<std::size_t>(at)]);
                if (section != nullptr) section->begin(chunk.index);
                const Record record = compute(chunk);
                if (section != nullptr) section->write(chunk.index, record);
                keep(chunk, record);
                ++n_done;
                if (progress) progress(plan.n_items - (n_missing - at - 1) * plan.chunk_size, plan.n_items);
            }
        } catch (...) {
            static_cast<void>(counter->fetch_add(beyond_all));  // nobody takes another chunk
            throw;
        }
        if (stop_asked()) static_cast<void>(counter->fetch_add(beyond_all));
        if (section != nullptr) section->sync();
    });
    if (communicator.rank() == 0) n_done += plan.n_chunks() - n_missing;
    throw_if_interrupted(communicator, plan, n_done);
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
