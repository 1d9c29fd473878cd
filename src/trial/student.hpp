// Student's t, as tests need it: quantiles, two-sided p-values, and the exact power of the two-sample test.
#pragma once

#include <cstdint>

namespace kohort::trial {

/// c with P(|T| > c) = alpha for T with df > 0 degrees of freedom, 0 < alpha < 1.
[[nodiscard]] double t_critical(double alpha, double df);

/// P(|T| > |statistic|); also accurate where it is tiny.
[[nodiscard]] double t_two_sided_p(double statistic, double df);

/// z with P(|Z| > z) = alpha for a standard normal Z.
[[nodiscard]] double z_critical(double alpha);

/// P(|Z| > |statistic|).
[[nodiscard]] double z_two_sided_p(double statistic);

/// Power of the pooled two-sample t-test, two-sided at alpha, for a difference of `effect` standard deviations:
/// exact, from the noncentral t distribution with n_arm + n_reference - 2 degrees of freedom; both tails count.
[[nodiscard]] double t_test_power(std::int64_t n_arm, std::int64_t n_reference, double effect, double alpha);

/// The fewest participants per arm (1:1) for which t_test_power reaches power; effect must not be 0.
[[nodiscard]] std::int64_t t_test_size(double effect, double alpha, double power);

}  // namespace kohort::trial
