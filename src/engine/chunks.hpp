// The run loop: ranks take chunks from a shared counter; results are written wave by wave, so memory is bounded by a
// wave and never by the cohort. What a chunk computes must not depend on who computes it or when.
#pragma once

#include "engine/communicator.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kohort::engine {

/// Items [first, last) of a study.
struct Chunk {
    std::int64_t first = 0;
    std::int64_t last = 0;
    [[nodiscard]] std::int64_t size() const { return last - first; }
};

struct ChunkPlan {
    std::int64_t n_items = 0;
    std::int64_t chunk_size = 256;
    std::int64_t chunks_per_wave = 64;  // over all ranks
};

/// Collective. Calls compute(chunk) -> Result for every chunk of the plan, each on one rank. After each wave every rank
/// calls store(chunk, result) equally often: a rank that has fewer chunks than others passes an empty chunk and
/// nothing(), because collective writing needs everybody. started(n_items) is told how far the handing out has come.
template <class Result, class Compute, class Store, class Started, class Nothing>
void run_chunks(Communicator& communicator, const ChunkPlan& plan, Compute&& compute, Store&& store, Started&& started,
                Nothing&& nothing) {
    const std::int64_t n_chunks = (plan.n_items + plan.chunk_size - 1) / plan.chunk_size;
    for (std::int64_t wave = 0; wave < n_chunks; wave += plan.chunks_per_wave) {
        const std::int64_t wave_end = std::min(wave + plan.chunks_per_wave, n_chunks);
        const auto counter = communicator.counter();
        std::vector<Chunk> chunks;
        std::vector<Result> results;
        for (std::int64_t chunk = wave + counter->fetch_add(1); chunk < wave_end; chunk = wave + counter->fetch_add(1)) {
            const std::int64_t first = chunk * plan.chunk_size;
            started(first);
            chunks.push_back({first, std::min(first + plan.chunk_size, plan.n_items)});
            results.push_back(compute(chunks.back()));
        }
        const auto rounds = static_cast<std::size_t>(communicator.max(static_cast<std::int64_t>(chunks.size())));
        while (chunks.size() < rounds) {
            chunks.push_back({});
            results.push_back(nothing());
        }
        for (std::size_t round = 0; round < rounds; ++round) store(chunks[round], results[round]);
    }
}

}  // namespace kohort::engine
