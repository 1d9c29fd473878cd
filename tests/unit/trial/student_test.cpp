#include "trial/student.hpp"

#include <gtest/gtest.h>

namespace kohort::trial {
namespace {

// Exact noncentral t: Cohen 1988's sizes, to the printed digits of the power.
TEST(TTestPower, sizes_per_arm_are_the_exact_ones) {
    struct Row {
        double effect;
        std::int64_t for_80_percent;
        std::int64_t for_90_percent;
    };
    for (const Row& row : {Row{.2, 394, 527}, {.3, 176, 235}, {.5, 64, 86}, {.8, 26, 34}, {1.0, 17, 23}}) {
        EXPECT_EQ(t_test_size(row.effect, .05, .80), row.for_80_percent) << row.effect;
        EXPECT_EQ(t_test_size(row.effect, .05, .90), row.for_90_percent) << row.effect;
    }
    EXPECT_NEAR(t_test_power(64, 64, .5, .05), .801460, 5e-7);
    EXPECT_NEAR(t_test_power(86, 86, .5, .05), .903230, 5e-7);
}

TEST(TTestPower, is_alpha_without_an_effect_and_symmetric_in_its_sign) {
    EXPECT_NEAR(t_test_power(30, 20, 0.0, .05), .05, 1e-12);
    EXPECT_NEAR(t_test_power(30, 20, -.7, .05), t_test_power(20, 30, .7, .05), 1e-12);
}

TEST(Student, quantile_and_tail_invert_each_other) {
    for (const double df : {1.0, 2.5, 17.77647, 58.0, 1e6}) {
        for (const double alpha : {.5, .05, 1e-3, 1e-12}) {
            EXPECT_NEAR(t_two_sided_p(t_critical(alpha, df), df) / alpha, 1.0, 1e-11) << df << ' ' << alpha;
        }
    }
}

TEST(Student, one_degree_of_freedom_is_the_cauchy_distribution) {
    EXPECT_NEAR(t_two_sided_p(1.0, 1.0), .5, 1e-15);  // P(|T| > 1) = 1 - 2 atan(1) / pi
    EXPECT_NEAR(t_critical(.5, 1.0), 1.0, 1e-14);
}

TEST(Student, normal_limits_have_their_printed_values) {
    EXPECT_NEAR(z_critical(.05), 1.959963984540054, 1e-14);
    EXPECT_NEAR(z_two_sided_p(-1.959963984540054), .05, 1e-15);
}

}  // namespace
}  // namespace kohort::trial
