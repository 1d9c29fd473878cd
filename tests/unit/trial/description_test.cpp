#include "trial/description.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kohort::trial {
namespace {

// By hand: mean of 1, 2, 3, 6 is 3, sum of squares 14, sd sqrt(14 / 3) = 2.160, median 2.5; missing values do not count.
TEST(Description, gives_mean_spread_median_and_range_of_what_is_there) {
    TrialPlan plan;
    plan.arms = {"meal"};
    plan.endpoints.resize(3);
    plan.endpoints[0].id = "peak";
    plan.endpoints[0].unit = "mg/dL";
    plan.endpoints[1].id = "high";
    plan.endpoints[1].binary = true;
    plan.endpoints[2].id = "nothing";
    const std::vector<Described> described{describe_values({6, 1, 3, 2}), describe_values({1, 0, 1, 0}),
                                           describe_values({})};
    EXPECT_EQ(description_text(plan, described, 5), R"(
Measured in these 5 twins
                      n            mean    sd  median         range
  peak [mg/dL], meal  4            3.00  2.16    2.50  1.00 to 6.00
  high, meal          4  2/4 responders
  nothing, meal       0               -
)");
}

}  // namespace
}  // namespace kohort::trial
