// The run loop: ranks take chunks from a shared counter, compute them, and journal them. There is no collective inside it:
// a rank waits for others only at the end. What a chunk gives must not depend on who computes it or when.
#pragma once

#include "engine/journal.hpp"

#include <bit>
#include <functional>
#include <span>
#include <vector>

namespace kohort::engine {

/// Told on every rank how many items of how many are done or in somebody's hands; may be empty.
using ChunkProgress = std::function<void(std::int64_t done, std::int64_t total)>;

namespace detail {
using Record = JournalSection::Record;
using ComputeRecord = std::function<Record(const Chunk&)>;
using TakeRecord = std::function<void(const Chunk&, std::span<const std::uint64_t>)>;
void run(Communicator& communicator, Journal* journal, const ChunkPlan& plan, const ComputeRecord& compute,
         const TakeRecord& keep, const ChunkProgress& progress);
void read(Communicator& communicator, Journal& journal, const ChunkPlan& plan, const TakeRecord& each);

template <class Number, class Take>
TakeRecord as_bits(Take& take) {
    return [&take](const Chunk& chunk, std::span<const std::uint64_t> bits) {
        std::vector<Number> numbers;
        numbers.reserve(bits.size());
        for (const std::uint64_t number : bits) numbers.push_back(std::bit_cast<Number>(number));
        take(chunk, std::span<const Number>(numbers));
    };
}
}  // namespace detail

/// Collective. Calls compute(chunk) -> std::vector<Number> for every chunk of the plan that the journal does not have, each
/// on one rank, and keep(chunk, numbers) once for every chunk, journalled by an earlier run or not, on some rank and in no
/// fixed order. Without a journal nothing is written. Number is double or std::int64_t.
/// Throws, on all ranks alike: Interrupted when told to stop, DiskError, and whatever InputError a chunk gave.
template <class Number, class Compute, class Keep>
void run_chunks(Communicator& communicator, Journal* journal, const ChunkPlan& plan, Compute&& compute, Keep&& keep,
                const ChunkProgress& progress = {}) {
    const detail::ComputeRecord compute_bits = [&compute](const Chunk& chunk) {
        const std::vector<Number> numbers = compute(chunk);
        detail::Record bits;
        bits.reserve(numbers.size());
        for (const Number number : numbers) bits.push_back(std::bit_cast<std::uint64_t>(number));
        return bits;
    };
    detail::run(communicator, journal, plan, compute_bits, detail::as_bits<Number>(keep), progress);
}

/// Collective. Hands a finished section's records out again: each(chunk, numbers) is called equally often on all ranks, for
/// chunks in ascending order side by side, and with an empty chunk where a rank has none left, so that each may be
/// collective itself. Throws Interrupted when told to stop.
template <class Number, class Each>
void read_chunks(Communicator& communicator, Journal& journal, const ChunkPlan& plan, Each&& each) {
    detail::read(communicator, journal, plan, detail::as_bits<Number>(each));
}

}  // namespace kohort::engine
