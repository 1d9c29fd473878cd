// Values that change in a twin's life, computed without the others, against all of them computed again.
#include "toy_models.hpp"

#include "codegen/interpreter.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

namespace kohort::codegen {
namespace {

using model::NodeId;
using model::Op;

/// Observes n random expressions of 6 parameters and 3 inputs; an event assigns the last parameter.
Program random_program(std::uint64_t seed, int n_expressions) {
    toys::Builder b;
    for (int index = 0; index < 6; ++index) b.parameter("p" + std::to_string(index));
    for (int index = 0; index < 3; ++index) b.input("u" + std::to_string(index));
    toys::RandomExpressions random(b.model, seed);
    b.state("x");
    for (int drawn = 0; drawn < n_expressions; ++drawn) b.observable("o" + std::to_string(drawn), random.draw(5));
    b.model.events.push_back({.name = "e",
                              .condition = b.make(Op::greater, b.time(), b.constant(1.0)),
                              .assignments = {{model::Assignment::Target::parameter, 5, b.constant(2.0)}},
                              .place = {}});
    Program program = lower(b.model, {});  // which would want derivatives of what it observes
    for (const model::Observable& observable : program.model.observables) {
        program.observables.push_back(observable.value);
        program.observable_names.push_back(observable.name);
        program.observable_rates.push_back(program.model.graph.constant(0.0));
    }
    return program;
}

TEST(FewHoisted, have_the_bits_that_they_have_among_all) {
    int n_few = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Program program = random_program(seed, 12);
        const InterpretedModel model(program);
        const FewHoisted& few = model.plan().few_hoisted;
        const auto n_hoisted = static_cast<std::size_t>(model.sizes().n_hoisted);
        std::vector<double> p(program.model.parameters.size());
        std::vector<double> u(program.model.inputs.size());
        toys::Builder leaves;
        toys::RandomExpressions random(leaves.model, seed);
        for (double& value : p) value = random.leaf_value();
        for (double& value : u) value = random.leaf_value();
        std::vector<double> h(n_hoisted);
        model.hoist(p.data(), u.data(), h.data());
        for (std::size_t index = 0; index < p.size(); ++index) {
            if (few.by_parameter[index] != Stale::all) p[index] = random.leaf_value();
        }
        for (std::size_t index = 0; index < u.size(); ++index) {
            if (few.by_input[index] != Stale::all) u[index] = random.leaf_value();
        }
        model.hoist_few(p.data(), u.data(), h.data());
        std::vector<double> all(n_hoisted);
        model.hoist(p.data(), u.data(), all.data());
        for (std::size_t slot = 0; slot < n_hoisted; ++slot) {
            if (h[slot] != h[slot] && all[slot] != all[slot]) continue;
            EXPECT_EQ(std::bit_cast<std::uint64_t>(h[slot]), std::bit_cast<std::uint64_t>(all[slot])) << seed;
        }
        n_few += static_cast<int>(few.slots.size());
    }
    EXPECT_GT(n_few, 200);
}

TEST(FewHoisted, are_those_that_read_inputs_and_assigned_parameters_which_few_values_read) {
    toys::Builder b;
    const NodeId x = b.state("x");
    const NodeId fixed = b.parameter("fixed");
    const NodeId assigned = b.parameter("assigned");
    b.parameter("assigned, and only states read it");
    const NodeId dose = b.input("dose");
    const NodeId weight = b.input("weight");
    NodeId sum = b.make(Op::multiply, b.make(Op::multiply, dose, fixed), x);
    sum = b.make(Op::add, sum, b.make(Op::multiply, b.make(Op::exp, assigned), x));
    for (int power = 2; power < 12; ++power) {
        const NodeId scaled = b.make(Op::multiply, b.make(Op::power, weight, b.constant(0.1 * power)), fixed);
        sum = b.make(Op::add, sum, b.make(Op::multiply, scaled, b.make(Op::power, x, b.constant(0.1 * power))));
    }
    b.rate("x", sum);
    b.model.events.push_back({.name = "e",
                              .condition = b.make(Op::greater, x, b.constant(1.0)),
                              .assignments = {{model::Assignment::Target::parameter, 1, b.constant(2.0)},
                                              {model::Assignment::Target::parameter, 2, b.constant(2.0)}},
                              .place = {}});
    const InterpretedModel model(lower(b.model, {}));
    EXPECT_EQ(model.stale_by_parameter(0), Stale::all);
    EXPECT_EQ(model.stale_by_parameter(1), Stale::few);
    EXPECT_EQ(model.stale_by_parameter(2), Stale::none);
    EXPECT_EQ(model.stale_by_input(0), Stale::few);
    EXPECT_EQ(model.stale_by_input(1), Stale::all);
    EXPECT_EQ(model.plan().few_hoisted.slots.size(), 3U);  // the two, and their sum in the Jacobian
}

}  // namespace
}  // namespace kohort::codegen
