#include "model/evaluate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace kohort::model {
namespace {

struct Known {
    Op op;
    double a;
    double b;
    double expected;
};

// Exact values, or correctly rounded ones: Abramowitz and Stegun, and the definitions.
TEST(Evaluate, operations_have_their_values_at_well_known_points) {
    const std::vector<Known> points{
        {Op::subtract, 5, 3, 2},
        {Op::divide, 5, 2, 2.5},
        {Op::negate, 5, 0, -5},
        {Op::power, 2, 10, 1024},
        {Op::exp, 0, 0, 1},
        {Op::exp, 1, 0, 2.718281828459045},
        {Op::expm1, 1e-20, 0, 1e-20},
        {Op::log, 10, 0, 2.302585092994046},
        {Op::log1p, 1e-20, 0, 1e-20},
        {Op::log10, 1000, 0, 3},
        {Op::log2, 8, 0, 3},
        {Op::sqrt, 2, 0, 1.4142135623730951},
        {Op::cbrt, 27, 0, 3},
        {Op::abs, -2, 0, 2},
        {Op::sign, -2, 0, -1},
        {Op::sign, 0, 0, 0},
        {Op::floor, -1.5, 0, -2},
        {Op::ceil, -1.5, 0, -1},
        {Op::round, 2.5, 0, 3},
        {Op::round, -2.5, 0, -3},
        {Op::trunc, -1.5, 0, -1},
        {Op::sin, 1, 0, 0.8414709848078965},
        {Op::cos, 1, 0, 0.5403023058681398},
        {Op::tan, 1, 0, 1.5574077246549023},
        {Op::asin, 1, 0, 1.5707963267948966},
        {Op::acos, -1, 0, 3.141592653589793},
        {Op::atan, 1, 0, 0.7853981633974483},
        {Op::sinh, 1, 0, 1.1752011936438014},
        {Op::cosh, 1, 0, 1.5430806348152437},
        {Op::tanh, 1, 0, 0.7615941559557649},
        {Op::asinh, 1, 0, 0.881373587019543},
        {Op::acosh, 2, 0, 1.3169578969248166},
        {Op::atanh, 0.5, 0, 0.5493061443340548},
        {Op::erf, 1, 0, 0.8427007929497149},
        {Op::erfc, 1, 0, 0.15729920705028513},
        {Op::tgamma, 5, 0, 24},
        {Op::lgamma, 5, 0, 3.1780538303479458},
        {Op::min, 1, 2, 1},
        {Op::max, 1, 2, 2},
        {Op::atan2, 1, -1, 2.356194490192345},
        {Op::fmod, -5, 3, -2},
        {Op::hypot, 3, 4, 5},
        {Op::less, 1, 1, 0},
        {Op::less_equal, 1, 1, 1},
        {Op::greater, 2, 1, 1},
        {Op::greater_equal, 1, 2, 0},
        {Op::equal, 1, 1, 1},
        {Op::not_equal, 1, 1, 0},
        {Op::logical_and, 0.5, -1, 1},
        {Op::logical_and, 1, 0, 0},
        {Op::logical_or, 0, 0, 0},
        {Op::logical_or, 0, 7, 1},
        {Op::logical_not, 7, 0, 0},
        {Op::logical_not, 0, 0, 1},
    };
    // Two units in the last place: what a good library promises for its slower functions.
    constexpr double two_ulp = 2 * std::numeric_limits<double>::epsilon();
    for (const auto& [op, a, b, expected] : points) {
        EXPECT_NEAR(apply(op, a, b), expected, two_ulp * std::fabs(expected)) << name_of(op) << " of " << a << " and " << b;
    }
    EXPECT_EQ(apply(Op::select, 0.3, 1, 2), 1);
    EXPECT_EQ(apply(Op::select, -0.0, 1, 2), 2);
    EXPECT_EQ(apply(Op::fma, 1 + 0x1p-30, 1 - 0x1p-30, -1), -0x1p-60);
}

TEST(Evaluate, a_lost_nan_is_a_silently_wrong_number) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const Op op : {Op::min, Op::max, Op::add, Op::fmod}) {
        EXPECT_TRUE(std::isnan(apply(op, nan, 1.0))) << name_of(op);
        EXPECT_TRUE(std::isnan(apply(op, 1.0, nan))) << name_of(op);
    }
    EXPECT_EQ(apply(Op::less, nan, 1.0), 0.0);
    EXPECT_EQ(apply(Op::not_equal, nan, nan), 1.0);
    EXPECT_EQ(apply(Op::power, nan, 0.0), 1.0);  // C, annex F
}

TEST(Evaluate, leaves_take_their_values_from_their_arrays) {
    Graph graph;
    const NodeId sum = graph.make(Op::add, graph.make(Op::multiply, graph.leaf(Op::state, 1), graph.leaf(Op::parameter, 0)),
                                  graph.make(Op::divide, graph.leaf(Op::input, 2), graph.leaf(Op::time)));
    const std::array states{0.0, 3.0};
    const std::array parameters{5.0};
    const std::array inputs{0.0, 0.0, 8.0};
    EXPECT_EQ(evaluate(graph, sum, {.time = 4.0, .states = states, .parameters = parameters, .inputs = inputs}), 17.0);
}

TEST(Evaluate, only_what_is_needed_is_visited) {
    Graph graph;
    const NodeId x = graph.leaf(Op::state, 0);
    const NodeId p = graph.leaf(Op::parameter, 0);
    const NodeId of_state = graph.make(Op::exp, x);
    const NodeId of_parameter = graph.make(Op::exp, p);
    EXPECT_EQ(needed_for(graph, std::span(&of_parameter, 1)), (std::vector<NodeId>{p, of_parameter}));
    EXPECT_TRUE(depends_on(graph, of_state, Op::state));
    EXPECT_FALSE(depends_on(graph, of_parameter, Op::state));
    const std::array parameters{0.0};
    EXPECT_EQ(evaluate(graph, of_parameter, {.time = 0.0, .states = {}, .parameters = parameters, .inputs = {}}), 1.0);
}

}  // namespace
}  // namespace kohort::model
