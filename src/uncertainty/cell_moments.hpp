// What each cell's values are like: mean, spread, skewness, kurtosis and extremes.
//
//     CellMoments moments(grids);
//     moments.add(17, values);                     // of a cell, as runs finish, in any order
//     const MomentSummary glucose = moments.summary(17);
//
// Sums of powers are exact integers on the cell's grid, so the bits do not depend on order, chunks or ranks.
#pragma once

#include "uncertainty/value_grid.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::uncertainty {

/// In the grid's unit; NaN where it does not exist (no values, or none that differ).
struct MomentSummary {
    std::int64_t count = 0;
    std::int64_t missing = 0;       // NaN: failed runs
    std::int64_t out_of_range = 0;  // to be shown: what follows is about the values in the range
    double mean = 0.0;
    double variance = 0.0;         // divisor count - 1
    double skewness = 0.0;         // m3 / m2^1.5, with m the central moments with divisor count
    double excess_kurtosis = 0.0;  // m4 / m2^2 - 3
    double minimum = 0.0;          // to half a step of the grid, like the rest
    double maximum = 0.0;
};

class CellMoments {
public:
    explicit CellMoments(std::vector<ValueGrid> grids);  // one for each cell

    /// values: (runs) of one cell; NaN where a run failed. Threads may add to different cells at the same time.
    void add(int cell, std::span<const double> values);
    void merge(const CellMoments& other);

    [[nodiscard]] MomentSummary summary(int cell) const;

    /// Counts and sums: ranks add these. How a sum is split into limbs depends on which values were added together.
    [[nodiscard]] std::span<std::int64_t> integers() { return sums_; }
    /// [steps] (cells, 2): the largest value, and the largest of minus the value. Ranks take the maximum of these.
    [[nodiscard]] std::span<std::int32_t> extremes() { return extremes_; }

private:
    std::vector<ValueGrid> grids_;        // (cells)
    std::vector<std::int64_t> sums_;      // [counts, steps^power in limbs] (cells, quantities)
    std::vector<std::int32_t> extremes_;  // [steps] (cells, 2)
};

}  // namespace kohort::uncertainty
