#include "trial/student.hpp"

#include "base/errors.hpp"
#include "base/random.hpp"

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <cmath>

namespace kohort::trial {

namespace {

using boost::math::cdf;
using boost::math::complement;
using boost::math::quantile;

// Overflow gives infinity instead of an exception: a statistic may be as large as it likes.
using Policy = boost::math::policies::policy<boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                             boost::math::policies::promote_double<false>>;
using StudentsT = boost::math::students_t_distribution<double, Policy>;
using NonCentralT = boost::math::non_central_t_distribution<double, Policy>;

}  // namespace

double t_critical(double alpha, double df) { return quantile(complement(StudentsT(df), alpha / 2)); }

double t_two_sided_p(double statistic, double df) { return 2 * cdf(complement(StudentsT(df), std::abs(statistic))); }

double z_critical(double alpha) { return -normal_quantile(alpha / 2); }

double z_two_sided_p(double statistic) { return 2 * normal_cdf(-std::abs(statistic)); }

double t_test_power(std::int64_t n_arm, std::int64_t n_reference, double effect, double alpha) {
    KOHORT_CHECK(n_arm >= 2 && n_reference >= 2);
    const auto n1 = static_cast<double>(n_arm);
    const auto n2 = static_cast<double>(n_reference);
    const double df = n1 + n2 - 2;
    const double critical = t_critical(alpha, df);
    const NonCentralT t(df, effect * std::sqrt(n1 * n2 / (n1 + n2)));
    return cdf(complement(t, critical)) + cdf(t, -critical);
}

std::int64_t t_test_size(double effect, double alpha, double power) {
    KOHORT_CHECK(effect != 0 && power > 0 && power < 1);
    const auto enough = [&](std::int64_t n) { return t_test_power(n, n, effect, alpha) >= power; };
    std::int64_t high = 2;
    while (!enough(high)) high *= 2;
    std::int64_t low = high / 2;  // too few, or 1
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (enough(middle) ? high : low) = middle;
    }
    return high;
}

}  // namespace kohort::trial
