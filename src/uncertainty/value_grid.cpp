#include "uncertainty/value_grid.hpp"

#include "uncertainty/integer_lanes.hpp"

#include "base/errors.hpp"

namespace kohort::uncertainty {

ValueGrid::ValueGrid(Range range) : low_(range.low), high_(range.high) {
    const double width = high_ - low_;
    KOHORT_CHECK(std::isfinite(low_) && std::isfinite(high_) && width > 0 && std::isfinite(width));
    int exponent = 0;
    if (std::frexp(width, &exponent) == 0.5) --exponent;  // width <= 2^exponent
    KOHORT_CHECK(exponent > -900 && exponent < 1000);
    step_ = std::ldexp(1.0, exponent - 30);
    steps_per_value_ = std::ldexp(1.0, 30 - exponent);
}

std::int64_t ValueGrid::steps(std::span<const double> values, std::int32_t* steps) const {
    std::size_t at = 0;
    Integers8 contained{};
    for (; at + integer_lanes <= values.size(); at += integer_lanes) {
        const auto value = loaded<Doubles8>(values.data() + at);
        const Integers8 inside = (value >= low_) & (value <= high_);  // all bits, or none
        const Doubles8 kept = inside ? value : Doubles8{} + low_;
        const Shorts8 step = __builtin_convertvector((kept - low_) * steps_per_value_ + 0.5, Shorts8) - max_steps;
        const Shorts8 found = __builtin_convertvector(inside, Shorts8) ? step : Shorts8{} + outside;
        std::memcpy(steps + at, &found, sizeof found);
        contained -= inside;
    }
    std::int64_t count = sum_of(contained);
    for (; at < values.size(); ++at) {
        const bool inside = contains(values[at]);
        steps[at] = inside ? this->steps(values[at]) : outside;
        count += inside ? 1 : 0;
    }
    return count;
}

}  // namespace kohort::uncertainty
