#include "toy_models.hpp"

#include "codegen/interpreter.hpp"
#include "codegen/simplify.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kohort::codegen {
namespace {

using model::NodeId;
using model::Op;

/// f of one state as a program that observes it, simplified.
template <class Make>
Program observed(Make make) {
    toys::Builder build;
    const NodeId x = build.state("x");
    Program program;
    program.observables = {make(build, x)};
    program.observable_names = {"f"};
    program.model = std::move(build.model);
    return simplify(std::move(program));
}

Program power(double exponent) {
    return observed([&](toys::Builder& b, NodeId x) { return b.make(Op::power, x, b.constant(exponent)); });
}

bool contains(const Program& program, Op op) {
    for (std::uint32_t id = 0; id < program.model.graph.size(); ++id) {
        if (program.model.graph[NodeId{id}].op == op) return true;
    }
    return false;
}

double value_at(const Program& program, double x) {
    const InterpretedModel model(program);
    double result = 0.0;
    model.observe<double>(0.0, &x, nullptr, nullptr, nullptr, &result);
    return result;
}

TEST(Simplify, makes_whole_powers_up_to_eight_products) {
    for (int n = -8; n <= 8; ++n) {
        const Program program = power(n);
        EXPECT_FALSE(contains(program, Op::power)) << n;
        // x = 1.5 has 2 significant bits: every product up to x^8 is exact, its reciprocal is rounded once
        EXPECT_EQ(value_at(program, 1.5), std::pow(1.5, n)) << n;
        EXPECT_EQ(value_at(program, -2.0), std::pow(-2.0, n)) << n;
    }
}

TEST(Simplify, leaves_other_powers_alone) {
    for (const double exponent : {9.0, -9.0, 2.5, 1.0 / 3.0})
        EXPECT_TRUE(contains(power(exponent), Op::power)) << exponent;
}

TEST(Simplify, takes_square_roots_for_half_powers) {
    EXPECT_FALSE(contains(power(0.5), Op::power));
    EXPECT_EQ(value_at(power(0.5), 2.0), std::sqrt(2.0));
    EXPECT_EQ(value_at(power(-0.5), 2.0), 1.0 / std::sqrt(2.0));
}

TEST(Simplify, whole_powers_of_zero_stay_defined) {
    EXPECT_EQ(value_at(power(2.0), 0.0), 0.0);
    EXPECT_EQ(value_at(power(-1.0), 0.0), INFINITY);
}

TEST(Simplify, divides_by_constants_only_where_their_reciprocals_are_not_normal_numbers) {
    const auto divided_by = [](double divisor) {
        return observed([&](toys::Builder& b, NodeId x) { return b.make(Op::divide, x, b.constant(divisor)); });
    };
    EXPECT_FALSE(contains(divided_by(8.0), Op::divide));
    EXPECT_FALSE(contains(divided_by(-0.25), Op::divide));
    EXPECT_FALSE(contains(divided_by(3.0), Op::divide));
    EXPECT_TRUE(contains(divided_by(0x1p1023), Op::divide));   // its reciprocal is subnormal
    EXPECT_TRUE(contains(divided_by(0x1p-1074), Op::divide));  // its reciprocal is infinite
    EXPECT_TRUE(contains(divided_by(0.0), Op::divide));
    EXPECT_EQ(value_at(divided_by(8.0), 0.3), 0.3 / 8.0);
    EXPECT_DOUBLE_EQ(value_at(divided_by(3.0), 0.3), 0.3 / 3.0);
}

TEST(Simplify, shares_reciprocals_in_rates_but_leaves_initial_values_alone) {
    toys::Builder b;
    const NodeId x = b.state("x");
    const NodeId z = b.state("z");
    const NodeId p = b.parameter("p");
    const auto quotient = [&](NodeId a, NodeId c) { return b.make(Op::divide, a, c); };
    const auto n_divisions = [](const Program& program) {
        int n = 0;
        for (std::uint32_t id = 0; id < program.model.graph.size(); ++id) {
            n += program.model.graph[NodeId{id}].op == Op::divide ? 1 : 0;
        }
        return n;
    };
    Program program;
    program.initial = {quotient(x, z), quotient(p, z), quotient(x, p), quotient(z, p)};
    program.model = b.model;
    EXPECT_EQ(n_divisions(simplify(program)), 4);

    program.rates = program.initial;  // rates that are decided on as well stay as they are
    EXPECT_EQ(n_divisions(simplify(program)), 4);

    program.initial.clear();
    EXPECT_EQ(n_divisions(simplify(program)), 2);  // 1 / z and 1 / p
    program.rates = {quotient(x, z)};
    EXPECT_EQ(n_divisions(simplify(program)), 1);
    EXPECT_FALSE(contains(simplify(program), Op::multiply));  // a lone division by what varies stays one
}

TEST(Simplify, drops_what_nothing_needs) {
    const Program program = observed([](toys::Builder& b, NodeId x) {
        (void)b.make(Op::exp, x);
        return b.make(Op::sin, x);
    });
    EXPECT_FALSE(contains(program, Op::exp));
    EXPECT_TRUE(contains(program, Op::sin));
}

}  // namespace
}  // namespace kohort::codegen
