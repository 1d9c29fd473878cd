// How often each cell passes thresholds: plain counts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::uncertainty {

class Exceedance {
public:
    Exceedance(int cells, std::vector<double> thresholds);

    /// values: (runs) of one cell; NaN is missing and infinity passes. Threads may add to different cells at the same time.
    void add(int cell, std::span<const double> values);
    void merge(const Exceedance& other);

    [[nodiscard]] std::int64_t count(int cell) const { return at(0, cell); }
    /// Values greater than thresholds[threshold].
    [[nodiscard]] std::int64_t above(int cell, int threshold) const { return at(1 + threshold, cell); }
    /// NaN without values.
    [[nodiscard]] double probability(int cell, int threshold) const;

    /// The whole state: ranks add these.
    [[nodiscard]] std::span<std::int64_t> integers() { return counts_; }

private:
    [[nodiscard]] std::int64_t at(int row, int cell) const;

    std::size_t cells_;
    std::vector<double> thresholds_;    // [cells' unit]
    std::vector<std::int64_t> counts_;  // (cells, 1 + thresholds): all values, then those above each threshold
};

}  // namespace kohort::uncertainty
