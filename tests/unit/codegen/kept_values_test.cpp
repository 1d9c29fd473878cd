// Rates after a Jacobian, from the values that it leaves, against rates by themselves; generated_model_test.cpp compares the
// generated functions with these.
#include "codegen/kept_values.hpp"

#include "default_twin.hpp"
#include "toy_models.hpp"

#include "codegen/generate.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace kohort::codegen {
namespace {

Program program_of(const std::string& states, const std::string& variables = "") {
    return lower(model::read_sund("########## NAME\nkept\n########## METADATA\ntime_unit = h\n########## MACROS\n"
                                  "########## STATES\n" +
                                      states + "########## PARAMETERS\nk = 0.3\nn = 1.7\n########## VARIABLES\n" + variables +
                                      "########## FUNCTIONS\n########## EVENTS\n########## OUTPUTS\nout = x\n"
                                      "########## INPUTS\n########## FEATURES\n",
                                  "kept.txt"),
                 {.observables = {"out"}});
}

/// x + z is conserved, and x is not solved for.
Program with_calls() {
    return program_of(
        "d/dt(x) = k*z - flow\nd/dt(z) = flow - k*z\nd/dt(w) = exp(-w/(k + x)) - w*tanh(time)\n"
        "x(0) = 2\nz(0) = 0.7\nw(0) = 0.4\n",
        "flow = x^n/(k^n + x^n) + tanh(k*x)\n");
}

int calls_in(const Tape& tape) {
    return static_cast<int>(std::ranges::count_if(
        tape.steps, [](const Step& step) { return step.kind == Step::Kind::operation && is_call(step.op); }));
}

std::vector<double> rates_after_jacobian(DefaultTwin& twin, double t) {
    const ModelSizes& sizes = twin.model.sizes();
    const auto n_hoisted = static_cast<std::size_t>(sizes.n_hoisted);
    twin.h.resize(n_hoisted + static_cast<std::size_t>(sizes.n_kept), -1.0);
    std::vector<double> entries(static_cast<std::size_t>(sizes.n_solved_jacobian()));
    std::vector<double> rates(twin.y.size(), -2.0);
    twin.model.keeping_jacobian(t, twin.y.data(), twin.p.data(), twin.u.data(), twin.h.data(),
                                twin.h.data() + n_hoisted, entries.data());
    twin.model.rates_after_jacobian(t, twin.y.data(), twin.p.data(), twin.u.data(), twin.h.data(), rates.data());
    return rates;
}

void expect_same_rates(const Program& program, double t) {
    DefaultTwin twin(program);
    ASSERT_GT(twin.model.sizes().n_kept, 0);
    const std::vector<double> rates = rates_after_jacobian(twin, t);
    const std::vector<double> expected = twin.rates(t, twin.y);
    for (std::size_t state = program.dependent.size(); state < rates.size(); ++state)
        EXPECT_EQ(std::bit_cast<std::uint64_t>(rates[state]), std::bit_cast<std::uint64_t>(expected[state])) << state;
}

TEST(KeptValues, give_the_bits_of_rates_by_themselves) {
    const Program follows = with_calls();
    EXPECT_EQ(follows.dependent.size(), 1U);
    expect_same_rates(follows, 0.8);
    Program for_all = follows;
    for_all.dependent.clear();
    for_all.free_jacobian.clear();
    expect_same_rates(for_all, 0.8);
}

TEST(KeptValues, spare_the_rates_every_call_that_the_jacobian_makes) {
    const ModelPlan plan = plan_model(with_calls());
    EXPECT_GE(calls_in(plan.functions.free_rates), 4);
    EXPECT_EQ(calls_in(plan.kept.rates), 0);
    EXPECT_EQ(calls_in(plan.kept.jacobian), calls_in(plan.functions.free_jacobian));
    EXPECT_EQ(static_cast<int>(plan.kept.jacobian.kept.size()), plan.sizes.n_kept);
}

TEST(KeptValues, are_not_what_only_rates_call) {
    const Program program = program_of("d/dt(x) = tanh(x) - k*x + exp(sin(time))\nx(0) = 2\n");
    const ModelPlan plan = plan_model(program);
    EXPECT_EQ(plan.sizes.n_kept, 1);
    EXPECT_EQ(calls_in(plan.kept.rates), 2);
    expect_same_rates(program, 0.8);
}

TEST(KeptValues, stand_behind_the_clock_in_mixed_precision) {
    const Program program = program_of("d/dt(x) = tanh(x)*exp(-time) - k*x\nx(0) = 2\n");
    const ModelPlan plan = plan_model(program, Precision::mixed);
    ASSERT_GT(plan.sizes.n_clock, 0);
    ASSERT_EQ(plan.sizes.n_kept, 1);
    const auto behind = static_cast<std::uint32_t>(plan.sizes.n_hoisted + plan.sizes.n_clock);
    EXPECT_TRUE(std::ranges::any_of(plan.kept.rates.steps, [&](const Step& step) {
        return step.kind == Step::Kind::hoisted && step.index == behind;
    }));
}

TEST(KeptValues, are_none_where_rates_call_nothing_or_hardly_anything) {
    const Program without = program_of("d/dt(x) = -k*x/(n + x)\nx(0) = 2\n");
    EXPECT_EQ(plan_model(without).sizes.n_kept, 0);
    EXPECT_EQ(generate_struct(without, plan_model(without), {}).find("after_jacobian"), std::string::npos);
    std::string many;
    for (int state = 0; state < 120; ++state)
        many += "d/dt(s" + std::to_string(state) + ") = k*s" + std::to_string((state + 1) % 120) + " - n*s" +
                std::to_string(state) + "\n";
    for (int state = 0; state < 120; ++state) many += "s" + std::to_string(state) + "(0) = 1\n";
    EXPECT_EQ(plan_model(program_of("d/dt(x) = -tanh(x)\n" + many + "x(0) = 2\n")).sizes.n_kept, 0);
}

}  // namespace
}  // namespace kohort::codegen
