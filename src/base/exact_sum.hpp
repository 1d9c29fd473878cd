// Sums that do not depend on the order of their terms, to the last bit: every term is cut to a declared grid, and
// integers are added from there on. Merging partial results is plain addition of integers (MPI_SUM of int64).
//
//     const FixedPointGrid glucose{.centre = 6.0, .half_width = 54.0};   // [mmol/L] what values may be
//     ExactMoments sum;
//     for (double value : values) sum.add(glucose, value);
//     if (sum.out_of_range == 0) report(sum.mean(glucose), sum.standard_deviation(glucose));
//
// Up to 2^31 terms (max_terms) in all. A value outside the range, NaN or infinite is counted and not added.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace kohort {

/// Where values lie: |value - centre| <= half_width. One unit of the grid is 2^-59 of half_width, rounded up to a power
/// of two: finer than a double for values near the edge.
class FixedPointGrid {
public:
    struct Range {
        double centre = 0.0;
        double half_width = 0.0;  // > 0
    };
    explicit FixedPointGrid(Range range);

    [[nodiscard]] double centre() const { return centre_; }
    /// Size of one unit, a power of two, in the values' own unit.
    [[nodiscard]] double resolution() const { return resolution_; }

    /// Writes the number of units between centre and value, |units| <= 2^59; false if value lies outside.
    [[nodiscard]] bool to_units(double value, std::int64_t& units) const {
        const double from_centre = value - centre_;
        if (!(std::abs(from_centre) <= half_width_)) return false;  // also NaN
        // towards zero: one instruction, and exact anyway unless |value - centre| < 2^-6 of the half width
        units = static_cast<std::int64_t>(from_centre * units_per_value_);
        return true;
    }

private:
    double centre_;
    double half_width_;
    double resolution_;
    double units_per_value_;  // 1 / resolution, exact
};

inline constexpr std::int64_t max_terms = std::int64_t{1} << 31;

/// A sum. All members are plain integers, so that arrays of it are reduced over ranks as arrays of int64.
struct ExactSum {
    std::int64_t count = 0;         // terms added
    std::int64_t out_of_range = 0;  // terms refused: if not 0, the sum is not that of all terms
    std::int64_t high = 0;          // sum of units = high * 2^32 + low
    std::int64_t low = 0;

    void add(const FixedPointGrid& grid, double value) {
        std::int64_t units = 0;
        if (grid.to_units(value, units)) {
            add_units(units);
        } else {
            ++out_of_range;
        }
    }
    void add_units(std::int64_t units) {
        ++count;
        high += units >> 32;
        low += units & 0xffffffff;
    }
    void merge(const ExactSum& other);

    [[nodiscard]] double sum(const FixedPointGrid& grid) const;
    /// NaN when there are no terms.
    [[nodiscard]] double mean(const FixedPointGrid& grid) const;
    friend bool operator==(const ExactSum&, const ExactSum&) = default;
};

/// A sum and the sum of squares from the centre, both exact on the grid: the variance is an exact quotient of integers,
/// rounded once at the end, without cancellation however far the mean is from the centre.
struct ExactMoments {
    ExactSum first;
    std::array<std::int64_t, 4> square{};  // sum of units^2 = sum of square[limb] * 2^(32 limb)

    void add(const FixedPointGrid& grid, double value);
    void merge(const ExactMoments& other);

    [[nodiscard]] std::int64_t count() const { return first.count; }
    [[nodiscard]] std::int64_t out_of_range() const { return first.out_of_range; }
    [[nodiscard]] double mean(const FixedPointGrid& grid) const { return first.mean(grid); }
    /// With divisor count - 1; NaN for fewer than two terms.
    [[nodiscard]] double variance(const FixedPointGrid& grid) const;
    [[nodiscard]] double standard_deviation(const FixedPointGrid& grid) const;
    /// Of the mean; NaN for fewer than two terms.
    [[nodiscard]] double standard_error(const FixedPointGrid& grid) const;
    friend bool operator==(const ExactMoments&, const ExactMoments&) = default;
};

static_assert(sizeof(ExactSum) == 4 * sizeof(std::int64_t) && sizeof(ExactMoments) == 8 * sizeof(std::int64_t));

}  // namespace kohort
