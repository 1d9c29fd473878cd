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

using Values = std::vector<std::pair<double, double>>;

// R 4.5, splinefun(x, y, "fmm"), which goes back to the same book
TEST(IqmInterpolation, splines_without_slopes_are_those_of_forsythe_malcolm_and_moler) {
    for (const std::string name : {"interpcseIQM", "interpcsexIQM", "interpcseSB"}) {
        const Model model = with_curve(name + points);
        for (const auto& [time, wanted] : Values{{-1, -2.600496585971447},
                                                 {0, 1},
                                                 {0.3, 1.752885474860335},
                                                 {1, 3},
                                                 {1.7, 3.603009035105869},
                                                 {3, 3.03141595972136},
                                                 {4.5, 1.855268466790813},
                                                 {6.9, 4.750055990068281},
                                                 {7, 5},
                                                 {9, 12.58150217256362}})
            EXPECT_NEAR(value(model, time), wanted, 1e-13) << name << time;
    }
    for (const std::string name : {"interpcseSlopeIQM", "interpcsexSlopeIQM"}) {
        const Model model = with_curve(name + points);
        for (const auto& [time, wanted] : Values{{-1, 4.51185599006828},
                                                 {0, 2.744692737430168},
                                                 {1.7, 0.4061059383405751},
                                                 {3, -1.124849989654459},
                                                 {7, 2.556486654252017},
                                                 {9, 5.113904407200497}})
            EXPECT_NEAR(value(model, time), wanted, 1e-13) << name << time;
    }
    const Model parabola = with_curve("interpcseIQM([0, 1, 3], [0, 2, -1], time)");
    for (const auto& [time, wanted] :
         Values{{-1, -4.333333333333334}, {0.5, 1.291666666666667}, {2, 1.666666666666667}, {4, -6}})
        EXPECT_NEAR(value(parabola, time), wanted, 1e-14) << time;
}

// scipy.interpolate.CubicSpline with bc_type=((1, 0.5), (1, -2))
TEST(IqmInterpolation, splines_have_the_slopes_given_at_their_ends) {
    const std::string with_slopes = points.substr(0, points.size() - 1) + ", 0.5, s)";
    const Model model = with_curve("interpcseIQM" + with_slopes, "s = -2");
    for (const auto& [time, wanted] : Values{{-1, 4.984472049689441},
                                             {0, 1},
                                             {0.3, 1.379010869565217},
                                             {1.7, 3.762235104669887},
                                             {3, 3.030538302277433},
                                             {6.9, 5.165245600414077},
                                             {7, 5},
                                             {9, -20.53002070393374}})
        EXPECT_NEAR(value(model, time), wanted, 1e-13) << time;
    const Model slope = with_curve("interpcsexSlopeIQM" + with_slopes, "s = -2");
    for (const auto& [time, wanted] :
         Values{{-1, -9.961180124223603}, {0, 0.5}, {1.7, 0.2903243616287093}, {7, -2}, {9, -27.16252587991719}})
        EXPECT_NEAR(value(slope, time), wanted, 1e-13) << time;
    const Model two = with_curve("interpcseIQM([1, 3], [2, 8], time, 0.5, -2)");
    for (const auto& [time, wanted] : Values{{0.5, 3.234375}, {1.5, 3.265625}, {2, 5.625}, {3.5, 5.203125}})
        EXPECT_NEAR(value(two, time), wanted, 1e-14) << time;
}

TEST(IqmInterpolation, points_of_one_spline_may_change_and_of_the_other_not) {
    const Model model = with_curve("interpcsexIQM([0, 1, 2], [time, time, time], 5)");
    EXPECT_EQ(value(model, 3.0), 3.0);
    EXPECT_THROW((void)with_curve("interpcseIQM([0, 1, 2], [time, 1, 2], 5)"), InputError);
    EXPECT_THROW((void)with_curve("interpcseIQM([0, 1, 2], [1, 1, 2], 5, x, 0)"), InputError);
    EXPECT_THROW((void)with_curve("interpcseIQM([0, 2, 1], [1, 1, 2], time)"), InputError);
    EXPECT_THROW((void)with_curve("interpcseIQM([0, 1], [1, 1], time)"), InputError);
    EXPECT_THROW((void)with_curve("interpcseIQM([0, 1, 2], [1, 1, 2], time, 1)"), InputError);
    EXPECT_TRUE(std::isnan(value(with_curve("interpcseIQM([0, a, 2], [1, 1, 2], time)", "a = 5"), 1.0)));
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
