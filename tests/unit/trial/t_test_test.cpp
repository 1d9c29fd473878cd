#include "trial/t_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace kohort::trial {
namespace {

// Extra hours of sleep under two drugs: Cushny & Peebles 1905, in Student 1908, The probable error of a mean, p. 20.
// Expected numbers: R 4.5, t.test(extra ~ group, sleep), all printed digits.
const std::vector<double> drug_1{.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2};
const std::vector<double> drug_2{1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4};
constexpr double printed = 1e-11;  // relative, of 12 or more printed digits

TEST(TTest, pooled_agrees_with_the_published_sleep_data) {
    const Effect effect = t_test(drug_1, drug_2, Variance::pooled, .05);
    EXPECT_NEAR(effect.estimate, -1.58, printed);
    EXPECT_NEAR(effect.statistic, -1.860813467487, printed);
    EXPECT_EQ(effect.df, 18);
    EXPECT_NEAR(effect.p_value, .0791867142159, printed);
    EXPECT_NEAR(effect.lower, -3.363874032287598, printed);
    EXPECT_NEAR(effect.upper, .203874032287599, printed);
    EXPECT_EQ(effect.n_arm, 10);
    EXPECT_EQ(effect.n_reference, 10);
    EXPECT_NEAR(effect.value_arm, .75, printed);
    EXPECT_NEAR(effect.value_reference, 2.33, printed);
}

TEST(TTest, welch_agrees_with_the_published_sleep_data) {
    const Effect effect = t_test(drug_1, drug_2, Variance::welch, .05);
    EXPECT_NEAR(effect.statistic, -1.860813467487, printed);
    EXPECT_NEAR(effect.df, 17.77647351618, 1e-10);
    EXPECT_NEAR(effect.p_value, .0793941401874, printed);
    EXPECT_NEAR(effect.lower, -3.36548323071171, printed);
    EXPECT_NEAR(effect.upper, .20548323071171, printed);
}

TEST(TTest, changes_sign_only_when_the_arms_are_swapped) {
    const Effect one = t_test(drug_1, drug_2, Variance::welch, .1);
    const Effect other = t_test(drug_2, drug_1, Variance::welch, .1);
    EXPECT_EQ(one.estimate, -other.estimate);
    EXPECT_EQ(one.lower, -other.upper);
    EXPECT_NEAR(one.p_value, other.p_value, 1e-15);
}

TEST(TTest, survives_a_large_common_offset) {
    std::vector<double> far_1 = drug_1;
    std::vector<double> far_2 = drug_2;
    for (double& value : far_1) value += 1e7;
    for (double& value : far_2) value += 1e7;
    // 1e7 costs 7 of 16 digits
    EXPECT_NEAR(t_test(far_1, far_2, Variance::pooled, .05).p_value, .0791867142159, 1e-8);
}

TEST(TTest, gives_a_reason_instead_of_a_number) {
    const std::vector<double> one{1.0};
    const std::vector<double> equal{0.1, 0.1, 0.1};
    EXPECT_EQ(t_test(one, drug_1, Variance::pooled, .05).reason, "fewer than 2 values in an arm");
    EXPECT_EQ(t_test(equal, equal, Variance::welch, .05).reason, "the values do not vary within the arms");
    EXPECT_TRUE(std::isnan(t_test(equal, equal, Variance::pooled, .05).p_value));
    EXPECT_TRUE(t_test(equal, drug_1, Variance::welch, .05).estimable());
}

}  // namespace
}  // namespace kohort::trial
