// Values as whole numbers, so that everything made from them afterwards is exact and does not depend on order.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace kohort::uncertainty {

/// The range that a variable is declared to stay in, cut into 2^29 to 2^30 steps of a power of two: 6e-8 mmol/L for glucose
/// from 0 to 60, far below any solver's error. Products of two values are then exact in 58 bits (base/exact_sum.hpp has a
/// finer grid, whose products are not), and variances are exactly those of the rounded values: never negative, and zero
/// for what does not vary. Values outside are refused and counted, never clipped.
class ValueGrid {
public:
    struct Range {
        double low = 0.0;
        double high = 0.0;  // > low
    };
    explicit ValueGrid(Range range);

    static constexpr std::int32_t max_steps = 1 << 29;  // steps are from -max_steps to max_steps
    static constexpr std::int32_t outside = std::numeric_limits<std::int32_t>::min();  // where there is no step

    [[nodiscard]] bool contains(double value) const { return value >= low_ && value <= high_; }  // false for NaN
    /// The nearest step, for a value that the grid contains.
    [[nodiscard]] std::int32_t steps(double value) const {
        // NOLINTNEXTLINE(bugprone-incorrect-roundings): never negative, and a conversion of vectors cuts off, too
        return static_cast<std::int32_t>((value - low_) * steps_per_value_ + 0.5) - max_steps;
    }
    /// Of many values; `outside` for those that the grid does not contain. Returns how many it contains.
    std::int64_t steps(std::span<const double> values, std::int32_t* steps) const;
    /// The inverse; also of fractions of steps, such as means.
    [[nodiscard]] double value(double steps) const { return low_ + (steps + max_steps) * step_; }
    /// Size of a step, in the values' own unit.
    [[nodiscard]] double step() const { return step_; }

private:
    double low_;
    double high_;
    double step_;
    double steps_per_value_;  // 1 / step, exact
};

/// A standard deviation of fewer steps than this is not told from solver error and rounding (which adds a variance of 1/12
/// step^2, here 1e-5 of the whole): indices of such a cell are NaN.
inline constexpr double least_resolved_steps = 100;

}  // namespace kohort::uncertainty
