#include "uncertainty/value_grid.hpp"

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

}  // namespace kohort::uncertainty
