#include "model/algebra.hpp"
#include "model/evaluate.hpp"
#include "model/linear_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kohort::model {
namespace {

using testing::HasSubstr;

/// States x, y, z ... are the unknowns, parameters a, b, c ... are known.
class Algebra : public testing::Test {
protected:
    Graph graph;
    NodeId x{graph.leaf(Op::state, 0)};
    NodeId y{graph.leaf(Op::state, 1)};
    NodeId z{graph.leaf(Op::state, 2)};
    NodeId a{graph.leaf(Op::parameter, 0)};
    NodeId b{graph.leaf(Op::parameter, 1)};

    NodeId number(double value) { return graph.constant(value); }
    NodeId add(NodeId one, NodeId other) { return graph.make(Op::add, one, other); }
    NodeId minus(NodeId one, NodeId other) { return graph.make(Op::subtract, one, other); }
    NodeId times(NodeId one, NodeId other) { return graph.make(Op::multiply, one, other); }

    static std::vector<Equation> equations(const std::vector<NodeId>& residuals) {
        std::vector<Equation> all;
        for (const NodeId residual : residuals)
            all.push_back(
                {residual, "equation " + std::to_string(all.size()), {"file", static_cast<int>(all.size()) + 1, 1}});
        return all;
    }
    SolvedAlgebra solve(const std::vector<NodeId>& residuals, std::vector<Unknown> unknowns) {
        return solve_algebra(graph, equations(residuals), unknowns);
    }
    std::string refusal(const std::vector<NodeId>& residuals, const std::vector<Unknown>& unknowns) {
        try {
            (void)solve_algebra(graph, equations(residuals), unknowns);
        } catch (const InputError& error) {
            return error.what();
        }
        return "solved";
    }
    double value(NodeId node) {
        const std::vector<double> parameters{3.0, 5.0};
        const std::vector<double> states{0.1, 0.2, 0.3};
        return evaluate(graph, node, {.time = 0.0, .states = states, .parameters = parameters, .inputs = {}});
    }
};

TEST_F(Algebra, a_linear_form_is_the_sum_that_it_was) {
    // (a x - 2 y) / b - (1 - x)
    const NodeId root = minus(graph.make(Op::divide, minus(times(a, x), times(number(2.0), y)), b), minus(number(1.0), x));
    const auto form = LinearForms(graph, {x, y}).of(root);
    ASSERT_TRUE(form);
    EXPECT_DOUBLE_EQ(value(form->factor.at(x)), 3.0 / 5.0 + 1.0);
    EXPECT_DOUBLE_EQ(value(form->factor.at(y)), -2.0 / 5.0);
    EXPECT_DOUBLE_EQ(value(form->rest), -1.0);
    EXPECT_FALSE(LinearForms(graph, {x, y}).of(times(x, y)));
    EXPECT_FALSE(LinearForms(graph, {x}).of(graph.make(Op::select, graph.make(Op::less, x, a), x, y)));
    EXPECT_TRUE(LinearForms(graph, {x}).of(graph.make(Op::select, graph.make(Op::less, y, a), x, y)));
    EXPECT_TRUE(LinearForms(graph, {x}).of(minus(x, x))->factor.empty());
}

TEST_F(Algebra, a_chain_is_solved_one_after_the_other) {
    // x + y = a;  2 y = b
    const SolvedAlgebra solved = solve({minus(add(x, y), a), minus(times(number(2.0), y), b)}, {{x, "x"}, {y, "y"}});
    EXPECT_DOUBLE_EQ(value(solved.formula[0]), 0.5);
    EXPECT_DOUBLE_EQ(value(solved.formula[1]), 2.5);
    EXPECT_FALSE(depends_on(graph, solved.formula[0], Op::state));
    EXPECT_TRUE(solved.implicit.empty());
}

TEST_F(Algebra, a_linear_block_is_solved_by_cramers_rule) {
    // x + y + z = 6;  a x + y = 5;  x - z = -2, with a = 3: x = 1, y = 2, z = 3
    const SolvedAlgebra solved = solve(
        {minus(add(add(x, y), z), number(6.0)), minus(add(times(a, x), y), number(5.0)), add(minus(x, z), number(2.0))},
        {{x, "x"}, {y, "y"}, {z, "z"}});
    EXPECT_DOUBLE_EQ(value(solved.formula[0]), 1.0);
    EXPECT_DOUBLE_EQ(value(solved.formula[1]), 2.0);
    EXPECT_DOUBLE_EQ(value(solved.formula[2]), 3.0);
}

TEST_F(Algebra, what_is_not_linear_stays_implicit_and_what_follows_from_it_does_not) {
    // x^3 + x = a;  y - 2 x = b
    const NodeId cubic = minus(add(times(x, times(x, x)), x), a);
    const SolvedAlgebra solved = solve({minus(minus(y, times(number(2.0), x)), b), cubic}, {{x, "x"}, {y, "y"}});
    ASSERT_EQ(solved.implicit.size(), 1U);
    EXPECT_EQ(solved.implicit[0].unknown, 0U);
    EXPECT_EQ(solved.implicit[0].equation, 1U);
    EXPECT_EQ(solved.implicit[0].residual, cubic);
    EXPECT_DOUBLE_EQ(value(solved.formula[1]), 5.2);
}

TEST_F(Algebra, a_product_with_something_solved_before_is_linear) {
    // x = 2;  x y = a
    const SolvedAlgebra solved = solve({minus(x, number(2.0)), minus(times(x, y), a)}, {{x, "x"}, {y, "y"}});
    EXPECT_DOUBLE_EQ(value(solved.formula[1]), 1.5);
}

TEST_F(Algebra, what_no_equation_is_about_stays_free) {
    const SolvedAlgebra solved = solve({minus(x, a)}, {{x, "x"}, {y, "y"}});
    EXPECT_TRUE(solved.is_determined[0]);
    EXPECT_FALSE(solved.is_determined[1]);
}

TEST_F(Algebra, refuses_what_determines_too_much_too_little_or_nothing) {
    EXPECT_THAT(refusal({minus(x, a), minus(x, b)}, {{x, "x"}}),
                testing::AllOf(HasSubstr("one equation too many"), HasSubstr("determine x")));
    EXPECT_THAT(refusal({minus(a, b)}, {{x, "x"}}), HasSubstr("everything in it is determined already"));
    EXPECT_THAT(refusal({minus(add(x, y), a)}, {{x, "x"}, {y, "y"}}),
                testing::AllOf(HasSubstr("file:1"), HasSubstr("leaves open which of these it determines: x, y")));
    EXPECT_EQ(refusal({minus(add(x, y), a)}, {{x, "x", 0}, {y, "y", 1}}), "solved");
    // x + y = a;  2 x + 2 y = b
    EXPECT_THAT(refusal({minus(add(x, y), a), minus(add(times(number(2.0), x), times(number(2.0), y)), b)},
                        {{x, "x"}, {y, "y"}}),
                HasSubstr("contradict or repeat one another"));
}

}  // namespace
}  // namespace kohort::model
