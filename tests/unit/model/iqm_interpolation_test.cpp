// Curves through points, against SciPy 1.15 and by hand.
#include "model/evaluate.hpp"
#include "model/iqm.hpp"
#include "model/symbols.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {
namespace {

Model with_curve(const std::string& curve, const std::string& parameters = "") {
    return read_iqm(
        "********** MODEL NAME\nm\n********** MODEL NOTES\ntime_unit = s\n********** MODEL STATES\nd/dt(x) = 0\n"
        "********** MODEL PARAMETERS\n" +
            parameters + "\n********** MODEL VARIABLES\nv = " + curve +
            "\n********** MODEL REACTIONS\n********** MODEL FUNCTIONS\n********** MODEL EVENTS\n"
            "********** MODEL MATLAB FUNCTIONS\n",
        "model.txt");
}

double value(Model model, double time) {
    std::vector<double> parameters;
    for (const Parameter& parameter : model.parameters) parameters.push_back(parameter.value);
    const std::vector<double> states{0.0};
    return evaluate(model.graph, node_of(model, find_symbol(model, "v")),
                    {.time = time, .states = states, .parameters = parameters, .inputs = {}});
}

const std::string points = "([0, 1, 2.5, 4, 5, 7], [1, 3, 3.5, 2, 2, 5], time)";

TEST(IqmInterpolation, steps_hold_the_last_point) {
    const Model model = with_curve("interp0IQM" + points);
    for (const auto& [time, wanted] : std::vector<std::pair<double, double>>{
             {-1, 1}, {0, 1}, {0.99, 1}, {1, 3}, {2.49, 3}, {2.5, 3.5}, {4.5, 2}, {6.99, 2}, {7, 5}, {9, 5}})
        EXPECT_EQ(value(model, time), wanted) << time;
}

TEST(IqmInterpolation, lines_join_the_points) {
    const Model model = with_curve("interp1IQM" + points);
    for (const auto& [time, wanted] : std::vector<std::pair<double, double>>{
             {-1, 1}, {0, 1}, {0.5, 2}, {1, 3}, {1.75, 3.25}, {3, 3}, {4.3, 2}, {6, 3.5}, {7, 5}, {9, 5}})
        EXPECT_NEAR(value(model, time), wanted, 1e-15) << time;
}

// scipy.interpolate.PchipInterpolator on the same points
TEST(IqmInterpolation, cubics_are_pchip) {
    const Model model = with_curve("interpcsIQM" + points);
    for (const auto& [time, wanted] : std::vector<std::pair<double, double>>{{-1, 1},
                                                                             {0, 1},
                                                                             {0.3, 1.7862},
                                                                             {0.5, 2.2583333333333333},
                                                                             {1, 3},
                                                                             {1.7, 3.3445037037037038},
                                                                             {3, 3.111111111111111},
                                                                             {3.9, 2.019111111111111},
                                                                             {4.5, 2},
                                                                             {5.5, 2.234375},
                                                                             {6.9, 4.752625},
                                                                             {7, 5},
                                                                             {9, 5}})
        EXPECT_NEAR(value(model, time), wanted, 1e-14) << time;
}

TEST(IqmInterpolation, points_may_be_parameters_and_turn) {
    const Model model = with_curve("interpcsSB([x1, x2, x3], [y1, y2, y3], time)",
                                   "x1=0\nx2=1\nx3=3\ny1=0\ny2=2\ny3=-1");
    for (const auto& [time, wanted] : std::vector<std::pair<double, double>>{
             {0.25, 0.7578125}, {0.5, 1.3958333333333333}, {2, 1.4583333333333333}, {2.75, -0.13736979166666652}})
        EXPECT_NEAR(value(model, time), wanted, 1e-14) << time;
}

TEST(IqmInterpolation, two_points_make_a_line) {
    const Model model = with_curve("interpcsIQM([1, 3], [2, 8], time)");
    EXPECT_NEAR(value(model, 1.5), 3.5, 1e-15);
}

TEST(IqmInterpolation, points_that_do_not_increase_are_no_curve) {
    EXPECT_TRUE(std::isnan(value(with_curve("interp1IQM([x1, 1], [0, 1], time)", "x1 = 2"), 0.5)));
    EXPECT_EQ(value(with_curve("interp1IQM([x1, 1], [0, 1], time)", "x1 = 0"), 0.5), 0.5);
}

}  // namespace
}  // namespace kohort::model
