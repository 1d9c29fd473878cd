// Models that look back, against the method of steps, which solves them exactly.
#include "event_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kohort::events {
namespace {

const std::vector<double> four_shifts{0.0, 0.5, 0.25, 1.0};

void expect_ok(const Outcome& outcome) {
    for (const TwinStatus status : outcome.status) EXPECT_EQ(status, TwinStatus::ok);
}

/// x' = -x(t - d), x = 1 before 0: the sum of (-1)^k (t - (k - 1) d)^k / k! over all k with t > (k - 1) d.
double delayed_decay(double t, double d) {
    double sum = 1.0;
    double factorial = 1.0;
    for (int k = 1; t - (k - 1) * d > 0.0; ++k) {
        factorial *= k;
        sum += (k % 2 == 0 ? 1.0 : -1.0) * std::pow(t - (k - 1) * d, k) / factorial;
    }
    return sum;
}

TEST(Delay, a_rate_may_depend_on_the_past) {
    const ModelText text{.start = {{"x", 1}}, .rate = {{"x", "-delay(x, 1 + shift)"}}};
    const Setting setting{.times = {0.5, 1, 2.5, 4.75, 6}, .shifts = four_shifts};
    const Outcome got = outcome(text, setting);
    expect_ok(got);
    for (std::size_t twin = 0; twin < four_shifts.size(); ++twin) {
        for (std::size_t time = 0; time < setting.times.size(); ++time)
            EXPECT_NEAR(got.of.at("x")[twin][time], delayed_decay(setting.times[time], 1 + four_shifts[twin]), 1e-8);
    }
    const model::Model model = read(text);
    EXPECT_TRUE(compile_and_run(model, setting) == got);
}

TEST(Delay, what_is_of_time_alone_needs_no_past) {
    const model::Model model = read({.start = {{"y", 0}, {"z", 0}}, .is = {{"y", "time^2"}, {"z", "delay(y, 3)"}}});
    const Outcome got = walk(model, {.times = {0, 5}}, 1);
    EXPECT_DOUBLE_EQ(got.of.at("z")[0][0], 9.0);
    EXPECT_DOUBLE_EQ(got.of.at("z")[0][1], 4.0);
}

TEST(Delay, delays_of_delays_add_up_and_may_change) {
    const ModelText text{.start = {{"x", 0}, {"y", 0}, {"z", 0}, {"w", 0}},
                         .rate = {{"x", "1"}},
                         .is = {{"y", "delay(x, 0.5)"}, {"z", "delay(y, 1)"}, {"w", "delay(x, time / 2)"}}};
    const Outcome got = outcome(text, {.times = {0, 1, 2, 5}});
    expect_ok(got);
    EXPECT_NEAR(got.of.at("z")[0][1], 0.0, 1e-12);
    EXPECT_NEAR(got.of.at("z")[0][2], 0.5, 1e-9);
    EXPECT_NEAR(got.of.at("z")[0][3], 3.5, 1e-9);
    EXPECT_NEAR(got.of.at("w")[0][3], 2.5, 1e-9);
}

/// x jumps at 1 + shift; so does its past, 2 later, and what integrates that.
TEST(Delay, what_an_event_does_shows_again_when_the_delay_is_over) {
    const ModelText text{.start = {{"x", 0}, {"area", 0}},
                         .rate = {{"area", "delay(x, 2)"}},
                         .events = {{.trigger = "time >= 1 + shift", .assign = {{"x", "3"}}}}};
    const Outcome got = outcome(text, {.times = {2, 10}, .shifts = four_shifts});
    expect_ok(got);
    for (std::size_t twin = 0; twin < four_shifts.size(); ++twin) {
        EXPECT_NEAR(got.of.at("area")[twin][0], 0.0, 1e-12);
        EXPECT_NEAR(got.of.at("area")[twin][1], 3 * (7 - four_shifts[twin]), 1e-8);
    }
}

TEST(Delay, a_condition_may_look_back) {
    const ModelText text{.start = {{"x", 0}, {"seen", 0}},
                         .rate = {{"x", "1"}},
                         .events = {{.trigger = "delay(x, 1.5) >= 2", .assign = {{"seen", "time"}}}}};
    EXPECT_NEAR(outcome(text, {.times = {5}}).of.at("seen")[0][0], 3.5, 1e-9);
}

TEST(Delay, a_negative_one_gives_no_number) {
    const ModelText text{.start = {{"x", 1}}, .rate = {{"x", "-delay(x, -1 + shift)"}}};
    EXPECT_EQ(outcome(text, {.times = {1}}).status[0], TwinStatus::not_finite);
}

// A delay that varies may reach back to the start at any time; eight steps a period are taken, so 300 would be 382,000.
TEST(Delay, a_past_that_does_not_fit_ends_the_twin) {
    const ModelText text{
        .start = {{"x", 0}, {"w", 0}}, .rate = {{"x", "cos(1000 * time)"}}, .is = {{"w", "delay(x, time / 2)"}}};
    const Outcome got = walk(read(text), {.times = {20, 300}}, 1);
    EXPECT_EQ(got.status[0], TwinStatus::too_many_steps);
    EXPECT_NEAR(got.of.at("w")[0][0], std::sin(1e4) / 1000, 1e-9);
    EXPECT_TRUE(std::isnan(got.of.at("w")[0][1]));
}

}  // namespace
}  // namespace kohort::events
