#include "uncertainty/intervals.hpp"

#include "base/errors.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace kohort::uncertainty {

Interval jackknife(int replicates, double level, const std::function<double(int without)>& estimate) {
    KOHORT_CHECK(replicates >= 1 && level > 0 && level < 1);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Interval interval{.value = estimate(-1), .low = nan, .high = nan, .standard_error = nan};
    if (replicates < 2 || std::isnan(interval.value)) return interval;

    std::vector<double> values;
    double mean = 0;
    for (int without = 0; without < replicates; ++without) {
        values.push_back(estimate(without));
        mean += values.back() / replicates;
    }
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    interval.standard_error = std::sqrt(squares * (replicates - 1) / replicates);
    if (std::isnan(interval.standard_error)) return interval;
    const boost::math::students_t student(replicates - 1);
    const double half = boost::math::quantile(student, (1 + level) / 2) * interval.standard_error;
    interval.low = interval.value - half;
    interval.high = interval.value + half;
    return interval;
}

}  // namespace kohort::uncertainty
