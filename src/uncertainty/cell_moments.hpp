// What each cell's values are like: mean, spread, skewness, kurtosis and extremes.
//
//     CellMoments moments(grids);
//     moments.add(values);                         // (runs, cells), as they finish, in any order
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

    /// values: (runs, cells), cell fastest; NaN where a run failed.
    void add(std::span<const double> values);
    void merge(const CellMoments& other);

    [[nodiscard]] MomentSummary summary(int cell) const;

    /// Counts and sums: ranks add these.
    [[nodiscard]] std::span<std::int64_t> integers() { return sums_; }
    /// [steps] (2, cells): the largest value, and the largest of minus the value. Ranks take the maximum of these.
    [[nodiscard]] std::span<std::int32_t> extremes() { return extremes_; }

private:
    void add_value(std::size_t cell, double value);
    [[nodiscard]] std::int64_t& sum(int quantity, std::size_t cell) {
        return sums_[static_cast<std::size_t>(quantity) * grids_.size() + cell];
    }

    std::vector<ValueGrid> grids_;        // (cells)
    std::vector<std::int64_t> sums_;      // [counts, steps^power in limbs] (quantities, cells)
    std::vector<std::int32_t> extremes_;  // [steps] (2, cells)
};

}  // namespace kohort::uncertainty
