// Which cells a rank answers for when estimates are made: contiguous parts, as equal as can be.
#pragma once

#include "engine/communicator.hpp"

#include <algorithm>
#include <cstdint>

namespace kohort::uncertainty {

struct CellShare {
    int first = 0;
    int last = 0;  // one past it
    /// The part of it that lies in [begin, end).
    [[nodiscard]] CellShare within(int begin, int end) const {
        const int from = std::clamp(first, begin, end);
        return {from, std::clamp(last, from, end)};
    }
    [[nodiscard]] int size() const { return last - first; }
};

[[nodiscard]] inline CellShare share_of(int cells, int rank, int ranks) {
    const auto begin = [&](std::int64_t of) { return static_cast<int>(cells * of / ranks); };
    return {begin(rank), begin(std::int64_t{rank} + 1)};
}

[[nodiscard]] inline CellShare share_of(int cells, const engine::Communicator& communicator) {
    return share_of(cells, communicator.rank(), communicator.size());
}

}  // namespace kohort::uncertainty
