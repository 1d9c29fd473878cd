#include "trial/clock.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

#include <cmath>

namespace kohort::trial {

namespace {

// Relative; sums of a thousand rounded intervals stay far below it, and a year's is 0.03 ms.
constexpr double rounding = 1e-12;

}  // namespace

double Clock::length(const Quantity& time) const {
    if (time.value < 0) {
        throw InputError(time.place, "the time " + shortest(time.value) + " " + time.unit + " is negative",
                         "time zero is the start of the study; move everything so that it begins there");
    }
    return value_in(time, time_unit_);
}

double Clock::moment(const Quantity& time) { return align(length(time)); }

double Clock::align(double time) {
    const double tolerance = rounding * std::abs(time);
    const auto near = moments_.lower_bound(time - tolerance);
    if (near != moments_.end() && *near <= time + tolerance) return *near;
    moments_.insert(time);
    return time;
}

}  // namespace kohort::trial
