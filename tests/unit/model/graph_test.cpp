#include "model/graph.hpp"

#include "model/evaluate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace kohort::model {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

// Every kind of double that an identity could get wrong.
const std::vector<double> delicate{0.0,    -0.0,   1.0,     -1.0,     0.5,       -2.5, 3e300,
                                   -3e300, 5e-324, -5e-324, infinity, -infinity, nan};

bool same_bits_or_both_nan(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

class GraphTest : public testing::Test {
protected:
    Graph graph;
    NodeId x = graph.leaf(Op::state, 0);
    NodeId y = graph.leaf(Op::state, 1);

    [[nodiscard]] double value(NodeId id, double at_x, double at_y) const {
        const std::array states{at_x, at_y};
        return evaluate(graph, id, {.time = 0.0, .states = states, .parameters = {}, .inputs = {}});
    }
};

TEST_F(GraphTest, equal_expressions_are_one_node) {
    EXPECT_EQ(graph.make(Op::subtract, x, y), graph.make(Op::subtract, x, y));
    EXPECT_NE(graph.make(Op::subtract, x, y), graph.make(Op::subtract, y, x));
    EXPECT_EQ(graph.leaf(Op::state, 1), y);
    EXPECT_NE(graph.leaf(Op::parameter, 1), y);
    EXPECT_EQ(graph.constant(2.0), graph.constant(2.0));
}

TEST_F(GraphTest, the_order_of_arguments_does_not_matter_where_the_operation_commutes) {
    for (const Op op : {Op::add, Op::multiply, Op::equal, Op::not_equal, Op::logical_and, Op::logical_or}) {
        EXPECT_EQ(graph.make(op, x, y), graph.make(op, y, x)) << name_of(op);
    }
    for (const Op op : {Op::subtract, Op::divide, Op::power, Op::less, Op::min, Op::max, Op::atan2}) {
        EXPECT_NE(graph.make(op, x, y), graph.make(op, y, x)) << name_of(op);
    }
}

TEST_F(GraphTest, zeros_of_either_sign_are_two_constants_and_a_nan_is_one) {
    EXPECT_NE(graph.constant(0.0), graph.constant(-0.0));
    EXPECT_EQ(graph.constant(nan), graph.constant(nan));
    EXPECT_TRUE(graph.is_constant(graph.constant(nan), nan));
    EXPECT_FALSE(graph.is_constant(graph.constant(-0.0), 0.0));
    EXPECT_FALSE(graph.is_constant(x, 0.0));
}

TEST_F(GraphTest, arguments_come_before_their_users) {
    const NodeId sum = graph.make(Op::add, graph.make(Op::exp, x), graph.make(Op::multiply, x, y));
    for (std::uint32_t node = 0; node <= sum.value; ++node) {
        for (const NodeId argument : graph[NodeId{node}].arguments) {
            EXPECT_TRUE(!argument.valid() || argument.value < node);
        }
    }
}

TEST_F(GraphTest, constants_are_folded) {
    const NodeId three = graph.make(Op::add, graph.constant(1.0), graph.constant(2.0));
    EXPECT_TRUE(graph.is_constant(three, 3.0));
    EXPECT_TRUE(graph.is_constant(graph.make(Op::select, graph.constant(0.0), three, graph.constant(4.0)), 4.0));
    EXPECT_TRUE(graph.is_constant(graph.make(Op::divide, graph.constant(1.0), graph.constant(0.0)), infinity));
}

TEST_F(GraphTest, simple_identities_are_used) {
    const NodeId one = graph.constant(1.0);
    EXPECT_EQ(graph.make(Op::multiply, x, one), x);
    EXPECT_EQ(graph.make(Op::multiply, one, x), x);
    EXPECT_EQ(graph.make(Op::divide, x, one), x);
    EXPECT_EQ(graph.make(Op::power, x, one), x);
    EXPECT_EQ(graph.make(Op::negate, graph.make(Op::negate, x)), x);
    EXPECT_EQ(graph.make(Op::subtract, x, graph.make(Op::negate, y)), graph.make(Op::add, x, y));
    EXPECT_EQ(graph.make(Op::select, x, y, y), y);
}

// 0 * NaN, 0 * inf and -0.0 + 0.0 are why.
TEST_F(GraphTest, identities_that_fail_for_some_value_are_not_used) {
    const NodeId zero = graph.constant(0.0);
    EXPECT_EQ(graph[graph.make(Op::multiply, x, zero)].op, Op::multiply);
    EXPECT_EQ(graph[graph.make(Op::add, x, zero)].op, Op::add);
    EXPECT_EQ(graph[graph.make(Op::subtract, x, x)].op, Op::subtract);
    EXPECT_EQ(graph[graph.make(Op::divide, x, x)].op, Op::divide);
    EXPECT_EQ(graph[graph.make(Op::logical_not, graph.make(Op::logical_not, x))].op, Op::logical_not);
}

// The oracle is the operation itself, done on the values.
TEST_F(GraphTest, whatever_is_simplified_keeps_every_bit_for_every_value) {
    const std::vector<Op> binary{Op::add, Op::subtract, Op::multiply, Op::divide, Op::power,
                                 Op::min, Op::max,      Op::less,     Op::equal};
    for (const double constant : delicate) {
        const NodeId c = graph.constant(constant);
        for (const Op op : binary) {
            const NodeId first = graph.make(op, c, x);
            const NodeId second = graph.make(op, x, c);
            const NodeId negated = graph.make(op, x, graph.make(Op::negate, y));
            for (const double at : delicate) {
                EXPECT_TRUE(same_bits_or_both_nan(value(first, at, 0.0), apply(op, constant, at)))
                    << constant << name_of(op) << at;
                EXPECT_TRUE(same_bits_or_both_nan(value(second, at, 0.0), apply(op, at, constant)))
                    << at << name_of(op) << constant;
                EXPECT_TRUE(same_bits_or_both_nan(value(negated, at, constant), apply(op, at, -constant)))
                    << at << name_of(op) << constant;
            }
        }
    }
}

TEST_F(GraphTest, every_operation_has_a_name_and_arguments) {
    for (auto op = static_cast<int>(Op::add); op <= static_cast<int>(Op::select); ++op) {
        EXPECT_FALSE(name_of(static_cast<Op>(op)).empty());
        EXPECT_GE(arity(static_cast<Op>(op)), 1);
    }
    EXPECT_EQ(name_of(Op::lgamma), "lgamma");
    EXPECT_EQ(name_of(Op::not_equal), "!=");
    EXPECT_EQ(arity(Op::select), 3);
    EXPECT_EQ(arity(Op::input), 0);
}

TEST(Graph, depth_is_no_trouble) {
    Graph graph;
    NodeId x = graph.leaf(Op::time);
    for (int depth = 0; depth < 100'000; ++depth) x = graph.make(depth % 2 == 0 ? Op::sin : Op::cos, x);
    EXPECT_LE(std::fabs(evaluate(graph, x, {.time = 1.0, .states = {}, .parameters = {}, .inputs = {}})), 1.0);
}

}  // namespace
}  // namespace kohort::model
