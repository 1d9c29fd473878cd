// How a stretch of a study is cut into the units of work, of writing and of restart.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace kohort::engine {

/// Items [first, last) of a study.
struct Chunk {
    std::int64_t index = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    [[nodiscard]] std::int64_t size() const { return last - first; }
};

/// Chunks [first, last): those that a rank looks after when none is being computed.
struct ChunkShare {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

struct ChunkPlan {
    std::string name;  // of the stretch within its study: "twins", "screening-0"; letters, digits and -
    std::int64_t n_items = 0;
    std::int64_t chunk_size = 256;
    std::size_t record_numbers = 0;              // most numbers that one chunk's record holds; 0: it is not journalled
    std::function<double(const Chunk&)> cost{};  // what it takes to compute a chunk, in any unit; empty: not known

    [[nodiscard]] std::int64_t n_chunks() const { return (n_items + chunk_size - 1) / chunk_size; }
    [[nodiscard]] Chunk chunk(std::int64_t index) const {
        return {index, index * chunk_size, std::min((index + 1) * chunk_size, n_items)};
    }
    [[nodiscard]] ChunkShare share(std::int64_t rank, std::int64_t n_ranks) const {
        return {n_chunks() * rank / n_ranks, n_chunks() * (rank + 1) / n_ranks};
    }
};

}  // namespace kohort::engine
