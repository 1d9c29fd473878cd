#include "trial/proportions.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kohort::trial {
namespace {

// Newcombe 1998, Stat Med 17:873-890, table II: eight examples with 95 % limits of methods 1 (Wald) and 10, four digits.
struct Example {
    Responders arm, reference;
    double wald_lower, wald_upper, newcombe_lower, newcombe_upper;
};
const Example newcombe_table_2[] = {
    {{56, 70}, {48, 80}, .0575, .3425, .0524, .3339}, {{9, 10}, {3, 10}, .2605, .9395, .1705, .8090},
    {{10, 10}, {0, 20}, 1.0, 1.0, .6791, 1.0},        {{10, 10}, {0, 10}, 1.0, 1.0, .6075, 1.0},
    {{0, 10}, {0, 20}, 0.0, 0.0, -.1611, .2775},      {{0, 10}, {0, 10}, 0.0, 0.0, -.2775, .2775},
    {{6, 7}, {2, 7}, .1481, .9947, .0582, .8062},     {{5, 56}, {0, 29}, .0146, .1640, -.0381, .1926},
};

TEST(DifferenceOfProportions, has_newcombes_published_limits) {
    for (const Example& e : newcombe_table_2) {
        const Effect wald = difference_of_proportions(e.arm, e.reference, ProportionInterval::wald, ProportionTest::z, .05);
        EXPECT_NEAR(wald.lower, e.wald_lower, 5.1e-5) << e.arm.responders;
        EXPECT_NEAR(wald.upper, e.wald_upper, 5.1e-5) << e.arm.responders;
        const Effect newcombe = difference_of_proportions(e.arm, e.reference, ProportionInterval::newcombe,
                                                          ProportionTest::z, .05);
        EXPECT_NEAR(newcombe.lower, e.newcombe_lower, 5.1e-5) << e.arm.responders;
        EXPECT_NEAR(newcombe.upper, e.newcombe_upper, 5.1e-5) << e.arm.responders;
    }
}

// R 4.5: prop.test(c(56, 48), c(70, 80), correct = FALSE): X-squared 7.023411371237, p .0080450813682
TEST(DifferenceOfProportions, pooled_z_squared_is_the_chi_square) {
    const Effect effect = difference_of_proportions({56, 70}, {48, 80}, ProportionInterval::wald, ProportionTest::z, .05);
    EXPECT_NEAR(effect.statistic * effect.statistic, 7.023411371237, 1e-11);
    EXPECT_NEAR(effect.p_value, .0080450813682, 1e-12);
    EXPECT_NEAR(effect.lower, .0575048991490372, 1e-12);
    EXPECT_NEAR(effect.upper, .3424951008509630, 1e-12);
    EXPECT_NEAR(effect.estimate, .2, 1e-15);
}

// The lady tasting tea (Fisher 1935): 34/70. The other two: R 4.5, fisher.test.
TEST(DifferenceOfProportions, fishers_exact_test_has_its_known_values) {
    const auto p = [](Responders arm, Responders reference) {
        return difference_of_proportions(arm, reference, ProportionInterval::newcombe, ProportionTest::fisher, .05).p_value;
    };
    EXPECT_NEAR(p({3, 4}, {1, 4}), 34.0 / 70.0, 1e-13);
    EXPECT_NEAR(p({1, 12}, {9, 12}), .00275945618522009, 1e-14);
    EXPECT_NEAR(p({56, 70}, {48, 80}), .0125211297492092, 1e-12);
    EXPECT_NEAR(p({0, 5}, {0, 7}), 1.0, 1e-14);
}

TEST(DifferenceOfProportions, does_not_reject_where_nobody_responds) {
    const Effect effect = difference_of_proportions({0, 9}, {0, 8}, ProportionInterval::newcombe, ProportionTest::z, .05);
    EXPECT_TRUE(effect.estimable());
    EXPECT_EQ(effect.p_value, 1.0);
    EXPECT_EQ(effect.estimate, 0.0);
}

TEST(DifferenceOfProportions, an_empty_arm_has_a_reason) {
    const Effect effect = difference_of_proportions({0, 0}, {3, 8}, ProportionInterval::newcombe, ProportionTest::z, .05);
    EXPECT_EQ(effect.reason, "an arm without participants");
    EXPECT_TRUE(std::isnan(effect.p_value));
}

}  // namespace
}  // namespace kohort::trial
