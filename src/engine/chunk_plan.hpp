// How a stretch of a study is cut into the units of work, of writing and of restart.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace kohort::engine {

/// Items [first, last) of a study.
struct Chunk {
    std::int64_t index = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    [[nodiscard]] std::int64_t size() const { return last - first; }
};

struct ChunkPlan {
    std::string name;  // of the stretch within its study: "twins", "screening-0"; letters, digits and -
    std::int64_t n_items = 0;
    std::int64_t chunk_size = 256;
    std::size_t record_numbers = 0;  // most numbers that one chunk's record holds

    [[nodiscard]] std::int64_t n_chunks() const { return (n_items + chunk_size - 1) / chunk_size; }
    [[nodiscard]] Chunk chunk(std::int64_t index) const {
        return {index, index * chunk_size, std::min((index + 1) * chunk_size, n_items)};
    }
};

}  // namespace kohort::engine
