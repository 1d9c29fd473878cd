// Stretches of a design's blocks: what of it is done, and what is missing, in pieces that a rank takes at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::uncertainty {

/// Blocks [first, last).
struct BlockRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    [[nodiscard]] std::int64_t size() const { return last - first; }
    friend bool operator==(const BlockRange&, const BlockRange&) = default;
};

[[nodiscard]] std::int64_t total_of(std::span<const BlockRange> ranges);

/// What of the whole is not in `done`, whose ranges are ascending, apart, and inside the whole.
[[nodiscard]] std::vector<BlockRange> without(BlockRange whole, std::span<const BlockRange> done);

/// Both together, ascending; ranges that touch become one. No block is in both.
[[nodiscard]] std::vector<BlockRange> joined(std::span<const BlockRange> some, std::span<const BlockRange> others);

/// Ranges cut into pieces of at most so many blocks, in order. No piece is in two ranges.
class Pieces {
public:
    Pieces(std::vector<BlockRange> ranges, std::int64_t blocks);

    [[nodiscard]] std::int64_t count() const { return before_.back(); }
    [[nodiscard]] BlockRange operator[](std::int64_t piece) const;

private:
    std::vector<BlockRange> ranges_;
    std::int64_t blocks_;
    std::vector<std::int64_t> before_;  // (ranges + 1) pieces of the ranges before
};

}  // namespace kohort::uncertainty
