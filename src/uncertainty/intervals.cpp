#include "uncertainty/intervals.hpp"

#include "base/errors.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <limits>

namespace kohort::uncertainty {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Jackknife::Jackknife(int replicates, double level) : replicates_(replicates), student_(nan) {
    KOHORT_CHECK(replicates >= 1 && level > 0 && level < 1);
    if (replicates < 2) return;
    student_ = boost::math::quantile(boost::math::students_t(replicates - 1), (1 + level) / 2);
}

Interval Jackknife::interval(double value, const std::vector<double>& left_out) const {
    Interval interval{.value = value, .low = nan, .high = nan, .standard_error = nan};
    if (left_out.empty()) return interval;
    double mean = 0;
    for (const double each : left_out) mean += each;
    mean /= replicates_;
    double squares = 0;
    for (const double each : left_out) squares += (each - mean) * (each - mean);
    interval.standard_error = std::sqrt(squares * (replicates_ - 1) / replicates_);
    interval.low = interval.value - student_ * interval.standard_error;
    interval.high = interval.value + student_ * interval.standard_error;
    return interval;
}

}  // namespace kohort::uncertainty
