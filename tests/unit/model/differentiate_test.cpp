#include "model/differentiate.hpp"

#include "model/evaluate.hpp"
#include "model/expression.hpp"
#include "random_expressions.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace kohort::model {
namespace {

// An expression over the states x, y, z and the parameter p.
class Parsed {
public:
    explicit Parsed(const std::string& text) {
        Names names;
        names.symbol = [&](const Token& name) {
            if (name.text == "p") return graph.leaf(Op::parameter, 0);
            if (name.text == "time") return graph.leaf(Op::time);
            return graph.leaf(Op::state, static_cast<std::uint32_t>(name.text.front() - 'x'));
        };
        root = parse_expression(graph, tokenise(text, {"", 1, 1}), "", names);
    }

    double value(NodeId id, const std::array<double, 3>& states, double p = 1.0, double time = 0.0) const {
        return evaluate(graph, id, {.time = time, .states = states, .parameters = std::span(&p, 1), .inputs = {}});
    }
    double slope(const std::array<double, 3>& states, double p = 1.0) {
        return value(derivative(graph, root, graph.leaf(Op::state, 0)), states, p);
    }

    Graph graph;
    NodeId root;
};

struct KnownSlope {
    const char* text;
    double x;
    double expected;
};

// Exact derivatives from the calculus textbook.
TEST(Differentiate, rules_give_the_textbook_values) {
    const std::vector<KnownSlope> known{
        {"3*x + 2", 5, 3},
        {"x - 2*x", 5, -1},
        {"x*x", 5, 10},
        {"1/x", 2, -0.25},
        {"x/4", 2, 0.25},
        {"-x", 1, -1},
        {"x^3", 2, 12},
        {"x^-1", 2, -0.25},
        {"x^2.5", 4, 20},
        {"x^p", 3, 1},
        {"2^x", 3, 8 * std::log(2.0)},
        {"x^x", 1, 1},
        {"exp(2*x)", 0, 2},
        {"expm1(x)", 0, 1},
        {"log(x)", 4, 0.25},
        {"log1p(x)", 3, 0.25},
        {"log10(x)", 1, 1 / std::log(10.0)},
        {"log2(x)", 1, 1 / std::log(2.0)},
        {"sqrt(x)", 4, 0.25},
        {"cbrt(x)", 8, 1.0 / 12},
        {"sin(x)", 0, 1},
        {"cos(x)", M_PI / 2, -1},
        {"tan(x)", 0, 1},
        {"asin(x)", 0, 1},
        {"acos(x)", 0, -1},
        {"atan(x)", 1, 0.5},
        {"sinh(x)", 0, 1},
        {"cosh(x)", 0, 0},
        {"tanh(x)", 0, 1},
        {"asinh(x)", 0, 1},
        {"acosh(x)", 2, 1 / std::sqrt(3.0)},
        {"atanh(x)", 0, 1},
        {"erf(x)", 0, 2 / std::sqrt(M_PI)},
        {"erfc(x)", 0, -2 / std::sqrt(M_PI)},
        {"atan2(x, 1)", 0, 1},
        {"atan2(1, x)", 0, -1},
        {"hypot(x, 4)", 3, 0.6},
        {"fmod(x, 3)", 5, 1},
        {"fmod(7, x)", 2, -3},
    };
    for (const auto& [text, x, expected] : known) {
        EXPECT_NEAR(Parsed(text).slope({x, 0, 0}), expected, 1e-15 * (1 + std::fabs(expected))) << text;
    }
}

TEST(Differentiate, at_kinks_the_branch_taken_counts) {
    EXPECT_EQ(Parsed("abs(x)").slope({-3, 0, 0}), -1);
    EXPECT_EQ(Parsed("abs(x)").slope({3, 0, 0}), 1);
    EXPECT_EQ(Parsed("max(x, 2*x)").slope({1, 0, 0}), 2);
    EXPECT_EQ(Parsed("max(x, 2*x)").slope({-1, 0, 0}), 1);
    EXPECT_EQ(Parsed("min(x, 2*x)").slope({1, 0, 0}), 1);
    EXPECT_EQ(Parsed("x > 1 ? x^2 : 5").slope({3, 0, 0}), 6);
    EXPECT_EQ(Parsed("x > 1 ? x^2 : 5").slope({0, 0, 0}), 0);
    EXPECT_EQ(Parsed("floor(x) + ceil(x) + round(x) + trunc(x) + sign(x) + (x > 0) + (x && !x)").slope({0.5, 0, 0}), 0);
}

// max(0, x)^1.86 is what gastric emptying models start from: neither value nor slope may be NaN at 0.
TEST(Differentiate, powers_are_safe_at_zero) {
    EXPECT_EQ(Parsed("x^2").slope({0, 0, 0}), 0);
    EXPECT_EQ(Parsed("x^1.86").slope({0, 0, 0}), 0);
    EXPECT_EQ(Parsed("x^p").slope({0, 0, 0}, 2.1), 0);
    EXPECT_EQ(Parsed("x^p").slope({0, 0, 0}, 1.0), 1);
    EXPECT_EQ(Parsed("x^0.86").slope({0, 0, 0}), 0);  // infinite; 0 by convention
    EXPECT_EQ(Parsed("asin(x)").slope({1, 0, 0}), 0);
    EXPECT_EQ(Parsed("acosh(x)").slope({1, 0, 0}), 0);
    EXPECT_EQ(Parsed("sqrt(x)").slope({0, 0, 0}), 0);
    EXPECT_EQ(Parsed("cbrt(x)").slope({0, 0, 0}), 0);
    EXPECT_EQ(Parsed("hypot(x, y)").slope({0, 0, 0}), 0);
    EXPECT_EQ(Parsed("y^x").slope({2, 0, 0}), 0);
    EXPECT_EQ(Parsed("x^p/(3^p + x^p)").slope({0, 0, 0}, 2.5), 0);
}

TEST(Differentiate, what_cannot_change_is_left_out) {
    Parsed parsed("x*p + z*floor(y) + 0*y");
    const std::vector<std::vector<Partial>> rows = jacobian(parsed.graph, std::span(&parsed.root, 1), Op::state);
    std::vector<std::uint32_t> columns;
    for (const Partial& partial : rows[0]) columns.push_back(partial.column);
    EXPECT_EQ(columns, (std::vector<std::uint32_t>{0, 2}));
    Parsed timeless("x*p");
    EXPECT_TRUE(jacobian(timeless.graph, std::span(&timeless.root, 1), Op::time)[0].empty());
}

TEST(Differentiate, by_time_and_by_parameters_too) {
    Parsed parsed("x*time^2 + p*time");
    const NodeId by_time = derivative(parsed.graph, parsed.root, parsed.graph.leaf(Op::time));
    EXPECT_EQ(parsed.value(by_time, {5, 0, 0}, 7, 3), 37);
    const NodeId by_parameter = derivative(parsed.graph, parsed.root, parsed.graph.leaf(Op::parameter, 0));
    EXPECT_EQ(parsed.value(by_parameter, {5, 0, 0}, 7, 3), 3);
}

TEST(Differentiate, what_has_no_rule_is_refused_only_where_it_varies) {
    EXPECT_THROW((void)Parsed("tgamma(x)").slope({1, 0, 0}), InputError);
    EXPECT_EQ(Parsed("tgamma(p)*x").slope({1, 0, 0}, 5), 24);
}

struct Estimate {
    double value;
    double uncertainty;
};

// Richardson's extrapolation of central differences with steps h, h/2 and h/4, as two estimates: how far they are apart says
// how much is left of the truncation. Rounding is about 1e-13 of the largest value that occurs, over h.
Estimate by_differences(const Parsed& parsed, std::array<double, 3> at, std::size_t coordinate) {
    const auto central = [&](double h) {
        std::array<double, 3> up = at;
        std::array<double, 3> down = at;
        up[coordinate] += h;
        down[coordinate] -= h;
        return (parsed.value(parsed.root, up) - parsed.value(parsed.root, down)) / (2 * h);
    };
    constexpr double h = 0x1p-9;
    const double coarse = (4 * central(h / 2) - central(h)) / 3;
    const double fine = (4 * central(h / 4) - central(h / 2)) / 3;
    return {.value = fine, .uncertainty = std::fabs(fine - coarse)};
}

TEST(Differentiate, random_expressions_agree_with_finite_differences) {
    RandomExpressions random(20261122, {"x", "y", "z", "p"});
    int compared = 0;
    for (int round = 0; round < 2000; ++round) {
        const std::string text = random.smooth(1 + static_cast<int>(random.below(4)));
        Parsed parsed(text);
        const std::array at{random.between(0.5, 2.0), random.between(0.5, 2.0), random.between(0.5, 2.0)};
        if (std::fabs(parsed.value(parsed.root, at)) > 1e3) continue;  // differences of large numbers say nothing
        const auto row = jacobian(parsed.graph, std::span(&parsed.root, 1), Op::state)[0];
        std::array<double, 3> slopes{};
        for (const Partial& partial : row) slopes[partial.column] = parsed.value(partial.value, at);
        for (std::size_t coordinate = 0; coordinate < 3; ++coordinate) {
            const auto [expected, uncertainty] = by_differences(parsed, at, coordinate);
            if (uncertainty > 1e-4 * (1 + std::fabs(expected))) continue;
            EXPECT_NEAR(slopes[coordinate], expected, 1e-8 * (1 + std::fabs(expected)) + uncertainty) << text;
            ++compared;
        }
    }
    EXPECT_GT(compared, 5000);
}

// x(t - p y): by t its rate then, by y minus p times that, by x nothing.
TEST(Differentiate, the_past_changes_with_time_and_with_its_delay) {
    Graph graph;
    const NodeId x = graph.leaf(Op::state, 0);
    const NodeId y = graph.leaf(Op::state, 1);
    const NodeId p = graph.leaf(Op::parameter, 0);
    const NodeId past = graph.make(Op::delayed, x, graph.make(Op::multiply, p, y));
    const NodeId rate = graph.make(Op::delayed_rate, x, graph.make(Op::multiply, p, y));
    EXPECT_EQ(derivative(graph, past, graph.leaf(Op::time)), rate);
    EXPECT_EQ(derivative(graph, past, y), graph.make(Op::negate, graph.make(Op::multiply, rate, p)));
    EXPECT_TRUE(graph.is_constant(derivative(graph, past, x), 0.0));
}

TEST(Differentiate, a_switch_that_overflows_has_no_slope_there) {
    Graph graph;
    const NodeId x = graph.leaf(Op::state, 0);
    const NodeId one = graph.constant(1.0);
    const NodeId large = graph.make(Op::exp, graph.make(Op::multiply, graph.constant(1e3), x));
    const NodeId sigmoid = graph.make(Op::divide, one, graph.make(Op::add, one, large));
    const NodeId slope = derivative(graph, sigmoid, x);
    const auto at = [&](double value) {
        const std::vector<double> states{value};
        return evaluate(graph, slope, {.time = 0.0, .states = states, .parameters = {}, .inputs = {}});
    };
    EXPECT_EQ(at(0.0), -250.0);
    EXPECT_EQ(at(1.0), 0.0);
    EXPECT_EQ(at(-1.0), 0.0);
}

}  // namespace
}  // namespace kohort::model
