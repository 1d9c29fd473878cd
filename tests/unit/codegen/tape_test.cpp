#include "toy_models.hpp"

#include "codegen/interpreter.hpp"
#include "codegen/tape.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>

namespace kohort::codegen {
namespace {

using model::NodeId;
using model::Op;

int count(const Tape& tape, Op op) {
    return static_cast<int>(std::count_if(tape.steps.begin(), tape.steps.end(), [&](const Step& step) {
        return step.kind == Step::Kind::operation && step.op == op;
    }));
}

Tape tape_of(const model::Graph& graph, std::span<const NodeId> outputs, const Hoisting* hoisting) {
    return make_tape(graph, outputs, hoisting, count_uses(graph, outputs, hoisting));
}

/// A model with leaves a, b, c that are states and p, q that are parameters.
struct Leaves {
    toys::Builder build;
    NodeId a = build.state("a");
    NodeId b = build.state("b");
    NodeId c = build.state("c");
    NodeId p = build.parameter("p");
    NodeId q = build.parameter("q");

    [[nodiscard]] Tape tape(std::vector<NodeId> outputs) { return tape_of(build.model.graph, outputs, nullptr); }
};

// Values for which a * b + c differs from its fused form: a * b = 1 - 2^-60 is not representable.
constexpr std::array abc{1.0 + 0x1p-30, 1.0 - 0x1p-30, -1.0};

double run(const Tape& tape) {
    constexpr std::array parameters{1.5, 2.5};
    double result = 0.0;
    run_tape<double>(tape, {.state = abc.data(), .parameter = parameters.data()}, &result);
    return result;
}

TEST(Tape, fuses_a_product_that_only_a_sum_uses) {
    Leaves x;
    const NodeId product = x.build.make(Op::multiply, x.a, x.b);
    const Tape tape = x.tape({x.build.make(Op::add, product, x.c)});
    EXPECT_EQ(count(tape, Op::fma), 1);
    EXPECT_EQ(count(tape, Op::multiply), 0);
    EXPECT_EQ(run(tape), -0x1p-60);  // exact; two roundings would give 0
}

TEST(Tape, fuses_both_sides_of_a_difference_with_one_rounding) {
    Leaves x;
    const NodeId product = x.build.make(Op::multiply, x.a, x.b);
    const NodeId minus_c = x.build.make(Op::subtract, product, x.build.make(Op::negate, x.c));
    EXPECT_EQ(run(x.tape({minus_c})), -0x1p-60);
    const NodeId from_c = x.build.make(Op::subtract, x.build.make(Op::negate, x.c), product);
    EXPECT_EQ(run(x.tape({from_c})), 0x1p-60);
    const NodeId negated = x.build.make(Op::subtract, x.c, x.build.make(Op::negate, product));
    EXPECT_EQ(run(x.tape({negated})), -0x1p-60);
    EXPECT_EQ(count(x.tape({negated}), Op::fma), 1);
}

TEST(Tape, keeps_a_product_that_somebody_else_uses_too) {
    Leaves x;
    const NodeId product = x.build.make(Op::multiply, x.a, x.b);
    const Tape tape = x.tape({x.build.make(Op::add, product, x.c), product});
    EXPECT_EQ(count(tape, Op::fma), 0);
    EXPECT_EQ(count(tape, Op::multiply), 1);
    EXPECT_EQ(count(x.tape({x.build.make(Op::add, product, product)}), Op::fma), 0);
}

TEST(Tape, begins_with_calls_and_what_they_need) {
    Leaves x;
    const NodeId sum = x.build.make(Op::add, x.a, x.b);
    const NodeId inner = x.build.make(Op::exp, x.c);
    const NodeId outer = x.build.make(Op::power, x.build.make(Op::multiply, x.a, inner), x.p);
    const Tape tape = x.tape({sum, x.build.make(Op::subtract, outer, x.b)});
    std::vector<Op> order;
    for (const Step& step : tape.steps) {
        if (step.kind == Step::Kind::operation) order.push_back(step.op);
    }
    EXPECT_EQ(order, (std::vector{Op::exp, Op::multiply, Op::power, Op::add, Op::subtract}));
}

TEST(Tape, gives_a_node_the_same_bits_in_every_function) {
    Leaves x;
    const NodeId product = x.build.make(Op::multiply, x.a, x.b);
    const NodeId sum = x.build.make(Op::add, product, x.c);
    const std::vector<NodeId> first{sum};
    const std::vector<NodeId> second{sum, x.build.make(Op::exp, product)};
    const auto uses = count_uses(x.build.model.graph, std::array{first[0], second[0], second[1]}, nullptr);
    EXPECT_EQ(count(make_tape(x.build.model.graph, first, nullptr, uses), Op::fma), 0);
    EXPECT_EQ(count(make_tape(x.build.model.graph, second, nullptr, uses), Op::fma), 0);
}

TEST(Tape, arguments_precede_their_users_and_outputs_keep_their_order) {
    Leaves x;
    const NodeId first = x.build.make(Op::exp, x.build.make(Op::multiply, x.a, x.p));
    const NodeId second = x.build.make(Op::divide, first, x.b);
    const Tape tape = x.tape({second, first, second, x.a});
    for (std::uint32_t position = 0; position < tape.steps.size(); ++position) {
        for (const std::uint32_t argument : tape.steps[position].arguments) {
            EXPECT_TRUE(argument == no_position || argument < position);
        }
    }
    ASSERT_EQ(tape.outputs.size(), 4U);
    EXPECT_EQ(tape.outputs[0], tape.outputs[2]);
    EXPECT_EQ(tape.steps[tape.outputs[1]].op, Op::exp);
    EXPECT_EQ(tape.steps[tape.outputs[3]].kind, Step::Kind::state);
}

TEST(Tape, holds_expressions_too_deep_for_recursion) {
    Leaves x;
    NodeId deep = x.a;
    for (int level = 0; level < 300'000; ++level) deep = x.build.make(Op::sin, deep);
    EXPECT_EQ(x.tape({deep}).steps.size(), 300'001U);
}

TEST(Hoisting, takes_what_depends_on_parameters_and_inputs_only) {
    Leaves x;
    const NodeId input = x.build.input("u");
    const NodeId clearance = x.build.make(Op::divide, x.p, x.q);  // hoisted, and not its parts
    const NodeId scaled = x.build.make(Op::exp, x.build.make(Op::add, clearance, input));
    const NodeId varying = x.build.make(Op::multiply, x.a, scaled);
    const NodeId output = x.build.make(Op::add, varying, x.build.make(Op::negate, x.p));
    const Hoisting hoisting = hoist(x.build.model.graph, std::array{output});
    EXPECT_EQ(hoisting.nodes, std::vector<NodeId>{scaled});

    const std::array outputs{output};
    const Tape tape = tape_of(x.build.model.graph, outputs, &hoisting);
    EXPECT_EQ(count(tape, Op::exp), 0);
    EXPECT_EQ(count(tape, Op::divide), 0);
    EXPECT_EQ(count(tape, Op::negate), 1);
    EXPECT_EQ(count(tape, Op::fma), 1);
}

TEST(Hoisting, never_fuses_what_it_loads) {
    Leaves x;
    const NodeId product = x.build.make(Op::multiply, x.p, x.q);
    const NodeId output = x.build.make(Op::add, product, x.a);
    const std::array outputs{output};
    const Hoisting hoisting = hoist(x.build.model.graph, outputs);
    const Tape tape = tape_of(x.build.model.graph, outputs, &hoisting);
    EXPECT_EQ(hoisting.nodes, std::vector<NodeId>{product});
    EXPECT_EQ(count(tape, Op::fma), 0);
    EXPECT_EQ(count(tape, Op::add), 1);
}

TEST(Classify, tells_never_per_twin_and_in_time_apart) {
    Leaves x;
    const NodeId half = x.build.constant(0.5);
    const NodeId twin = x.build.make(Op::multiply, half, x.p);
    const NodeId moving = x.build.make(Op::add, twin, x.build.time());
    const auto varies = classify(x.build.model.graph);
    EXPECT_EQ(varies[half.value], Varies::never);
    EXPECT_EQ(varies[twin.value], Varies::per_twin);
    EXPECT_EQ(varies[x.a.value], Varies::in_time);
    EXPECT_EQ(varies[moving.value], Varies::in_time);
}

}  // namespace
}  // namespace kohort::codegen
