// Rates that are defined where their slopes, as written, are not.
#include "event_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kohort::events {
namespace {

void expect_alike(const Outcome& got, const Outcome& wanted) {
    ASSERT_EQ(got.of.at("x").size(), wanted.of.at("x").size());
    for (std::size_t twin = 0; twin < wanted.of.at("x").size(); ++twin) {
        EXPECT_EQ(got.status[twin], TwinStatus::ok);
        for (std::size_t time = 0; time < wanted.of.at("x")[twin].size(); ++time)
            EXPECT_NEAR(got.of.at("x")[twin][time], wanted.of.at("x")[twin][time], 1e-7);
    }
}

// 1/((K/x)^n + 1) and x^n/(K^n + x^n) are the same function; at x = 0 the first one's slope is 0 times infinity.
TEST(Slopes, a_saturation_that_divides_by_what_is_zero_at_the_start) {
    const Setting setting{.times = {0.5, 1, 2, 5}, .shifts = {0, 0.5, 1, 2, 3}};
    const auto with = [](const std::string& saturation) {
        return ModelText{.start = {{"x", 0}}, .rate = {{"x", "0.3 + shift + 2 * " + saturation + " - 0.5 * x"}}};
    };
    expect_alike(outcome(with("1/((1.5/x)^4 + 1)"), setting), outcome(with("x^4/(1.5^4 + x^4)"), setting));
}

TEST(Slopes, the_same_of_the_past) {
    const Setting setting{.times = {0.5, 1, 2, 5}, .shifts = {0, 1}};
    const auto with = [](const std::string& saturation) {
        return ModelText{.start = {{"x", 0}}, .rate = {{"x", "1 + shift + 2 * " + saturation}}};
    };
    expect_alike(outcome(with("1/((1.5/delay(x, 0.5))^4 + 1)"), setting),
                 outcome(with("delay(x, 0.5)^4/(1.5^4 + delay(x, 0.5)^4)"), setting));
}

TEST(Slopes, rates_that_are_not_finite_themselves_end_the_twin) {
    const Outcome got = outcome({.start = {{"x", 0}}, .rate = {{"x", "1/x - 1/x"}}}, {.times = {1}});
    EXPECT_EQ(got.status[0], TwinStatus::not_finite);
}

}  // namespace
}  // namespace kohort::events
