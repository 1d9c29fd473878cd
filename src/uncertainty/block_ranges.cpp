#include "uncertainty/block_ranges.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <iterator>

namespace kohort::uncertainty {

std::int64_t total_of(std::span<const BlockRange> ranges) {
    std::int64_t total = 0;
    for (const BlockRange& range : ranges) total += range.size();
    return total;
}

std::vector<BlockRange> without(BlockRange whole, std::span<const BlockRange> done) {
    std::vector<BlockRange> left;
    std::int64_t at = whole.first;
    for (const BlockRange& range : done) {
        KOHORT_CHECK(range.first >= at && range.last <= whole.last);
        if (range.first > at) left.push_back({at, range.first});
        at = range.last;
    }
    if (whole.last > at) left.push_back({at, whole.last});
    return left;
}

std::vector<BlockRange> joined(std::span<const BlockRange> some, std::span<const BlockRange> others) {
    std::vector<BlockRange> all;
    std::ranges::merge(some, others, std::back_inserter(all), {}, &BlockRange::first, &BlockRange::first);
    std::vector<BlockRange> joined;
    for (const BlockRange& range : all) {
        KOHORT_CHECK(joined.empty() || joined.back().last <= range.first);
        if (!joined.empty() && joined.back().last == range.first)
            joined.back().last = range.last;
        else if (range.size() > 0)
            joined.push_back(range);
    }
    return joined;
}

Pieces::Pieces(std::vector<BlockRange> ranges, std::int64_t blocks)
    : ranges_(std::move(ranges)), blocks_(blocks), before_{0} {
    KOHORT_CHECK(blocks > 0);
    for (const BlockRange& range : ranges_) before_.push_back(before_.back() + (range.size() + blocks - 1) / blocks);
}

BlockRange Pieces::operator[](std::int64_t piece) const {
    KOHORT_CHECK(piece >= 0 && piece < count());
    const auto range = static_cast<std::size_t>(std::ranges::upper_bound(before_, piece) - before_.begin() - 1);
    const std::int64_t first = ranges_[range].first + (piece - before_[range]) * blocks_;
    return {first, std::min(first + blocks_, ranges_[range].last)};
}

}  // namespace kohort::uncertainty
