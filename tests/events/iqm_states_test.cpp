// IQM text whose states have a past or equations, against exact solutions.
#include "event_model.hpp"

#include "model/iqm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace kohort::events {
namespace {

model::Model iqm(const std::string& states, const std::string& variables = "") {
    return model::read_iqm(
        "********** MODEL NAME\nm\n********** MODEL NOTES\ntime_unit = s\n********** MODEL STATES\n" + states +
            "\n********** MODEL PARAMETERS\ntau = 1\n********** MODEL VARIABLES\n" + variables +
            "\n********** MODEL REACTIONS\n********** MODEL FUNCTIONS\n********** MODEL EVENTS\n"
            "********** MODEL MATLAB FUNCTIONS\n",
        "model.txt");
}

/// x' = -x(t - 1), x = 1 until 0: a polynomial from one delay to the next.
TEST(IqmStates, a_rate_may_depend_on_the_past) {
    const Outcome got = walk(iqm("d/dt(x) = -delayIQM(x, tau)\nx(0) = 1"), {.times = {0.5, 1, 1.5, 2.5}}, 1);
    ASSERT_EQ(got.status[0], TwinStatus::ok);
    EXPECT_NEAR(got.of.at("x")[0][0], 0.5, 1e-9);
    EXPECT_NEAR(got.of.at("x")[0][1], 0.0, 1e-9);
    EXPECT_NEAR(got.of.at("x")[0][2], 1 - 1.5 + 0.5 * 0.5 / 2, 1e-9);
    EXPECT_NEAR(got.of.at("x")[0][3], 1 - 2.5 + 1.5 * 1.5 / 2 - 0.5 * 0.5 * 0.5 / 6, 1e-9);
}

TEST(IqmStates, formulas_have_a_past_and_delays_add_up) {
    const Outcome got = walk(iqm("d/dt(x) = 1\nx(0) = 3", "v = 2*x + time\nw = delaySB(v, tau)\nu = delayIQM(w, 0.5)"),
                             {.times = {0.25, 1.25, 4}}, 1);
    ASSERT_EQ(got.status[0], TwinStatus::ok);
    const auto v = [](double time) { return 2 * (3 + time) + time; };
    EXPECT_NEAR(got.of.at("w")[0][0], v(0), 1e-12);
    EXPECT_NEAR(got.of.at("w")[0][1], v(0.25), 1e-9);
    EXPECT_NEAR(got.of.at("u")[0][1], v(0), 1e-9);
    EXPECT_NEAR(got.of.at("u")[0][2], v(2.5), 1e-9);
}

/// z^2 = x and x' = -2 z: z = 2 - t. w is a formula of it.
TEST(IqmStates, equations_are_kept_at_every_time) {
    for (const std::string start : {"z(0) = 1.7\n", ""}) {
        const std::string equation = start.empty() ? "0 = z - sqrt(x) : z" : "0 = z*z - x : z";
        const Outcome got = walk(iqm("d/dt(x) = -2*z\n" + equation + "\n0 = w - 3*z : w\nx(0) = 4\n" + start),
                                 {.times = {0, 1, 1.75}}, 1);
        ASSERT_EQ(got.status[0], TwinStatus::ok);
        EXPECT_NEAR(got.of.at("w")[0][0], 6.0, 1e-9);
        EXPECT_NEAR(got.of.at("w")[0][1], 3.0, 1e-8);
        EXPECT_NEAR(got.of.at("z")[0][2], 0.25, 1e-8);
    }
}

}  // namespace
}  // namespace kohort::events
