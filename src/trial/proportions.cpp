#include "trial/proportions.hpp"

#include "base/errors.hpp"
#include "trial/student.hpp"

#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>

namespace kohort::trial {

namespace {

struct Limits {
    double lower;
    double upper;
};

// Wilson 1927, J Am Stat Assoc 22:209-212
Limits wilson(Responders group, double z) {
    const auto n = static_cast<double>(group.n);
    const auto x = static_cast<double>(group.responders);
    const double centre = 2 * x + z * z;
    const double half_width = z * std::sqrt(z * z + 4 * x * (1 - x / n));
    const double scale = 2 * (n + z * z);
    return {std::max(0.0, (centre - half_width) / scale), std::min(1.0, (centre + half_width) / scale)};
}

Limits newcombe(Responders arm, Responders reference, double p_arm, double p_reference, double z) {
    const Limits a = wilson(arm, z);
    const Limits r = wilson(reference, z);
    const double difference = p_arm - p_reference;
    return {difference - std::hypot(p_arm - a.lower, r.upper - p_reference),
            difference + std::hypot(a.upper - p_arm, p_reference - r.lower)};
}

double log_choose(std::int64_t n, std::int64_t k) {
    const auto log_factorial = [](std::int64_t m) { return boost::math::lgamma(static_cast<double>(m) + 1); };
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

double fisher_p(Responders arm, Responders reference) {
    const std::int64_t responders = arm.responders + reference.responders;
    const auto log_weight = [&](std::int64_t in_arm) {
        return log_choose(arm.n, in_arm) + log_choose(reference.n, responders - in_arm);
    };
    const std::int64_t first = std::max<std::int64_t>(0, responders - reference.n);
    const std::int64_t last = std::min(responders, arm.n);
    const double total = log_choose(arm.n + reference.n, responders);
    // Equally likely tables must count although their logarithms round differently.
    const double limit = log_weight(arm.responders) + 1e-7;
    double p = 0;
    for (std::int64_t in_arm = first; in_arm <= last; ++in_arm) {
        if (log_weight(in_arm) <= limit) p += std::exp(log_weight(in_arm) - total);
    }
    return std::min(p, 1.0);
}

}  // namespace

Effect difference_of_proportions(Responders arm, Responders reference, ProportionInterval interval, ProportionTest test,
                                 double alpha) {
    KOHORT_CHECK(0 <= arm.responders && arm.responders <= arm.n);
    KOHORT_CHECK(0 <= reference.responders && reference.responders <= reference.n);
    Effect effect{.n_arm = arm.n, .n_reference = reference.n};
    if (arm.n == 0 || reference.n == 0) {
        effect.reason = "an arm without participants";
        return effect;
    }
    const auto n_arm = static_cast<double>(arm.n);
    const auto n_reference = static_cast<double>(reference.n);
    const double p_arm = static_cast<double>(arm.responders) / n_arm;
    const double p_reference = static_cast<double>(reference.responders) / n_reference;
    effect.value_arm = p_arm;
    effect.value_reference = p_reference;
    effect.estimate = p_arm - p_reference;
    effect.standard_error = std::sqrt(p_arm * (1 - p_arm) / n_arm + p_reference * (1 - p_reference) / n_reference);

    const double z = z_critical(alpha);
    Limits limits{effect.estimate - z * effect.standard_error, effect.estimate + z * effect.standard_error};
    if (interval == ProportionInterval::newcombe) limits = newcombe(arm, reference, p_arm, p_reference, z);
    effect.lower = limits.lower;
    effect.upper = limits.upper;

    if (test == ProportionTest::fisher) {
        effect.p_value = fisher_p(arm, reference);
        return effect;
    }
    const double pooled = static_cast<double>(arm.responders + reference.responders) / (n_arm + n_reference);
    const double pooled_error = std::sqrt(pooled * (1 - pooled) * (1 / n_arm + 1 / n_reference));
    effect.statistic = pooled_error > 0 ? effect.estimate / pooled_error : 0.0;
    effect.p_value = z_two_sided_p(effect.statistic);
    return effect;
}

}  // namespace kohort::trial
