#include "codegen/mixed_precision.hpp"

#include "codegen/generate.hpp"
#include "codegen/interpreter.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kohort::codegen {
namespace {

Program program_with(const std::string& rate) {
    const std::string text =
        "########## NAME\nforced\n########## METADATA\ntime_unit = h\n########## MACROS\n########## STATES\n"
        "d/dt(x) = " +
        rate +
        "\nx(0) = 1\n########## PARAMETERS\nk = 2\nbegin = 3\n########## VARIABLES\n"
        "########## FUNCTIONS\n########## EVENTS\n########## OUTPUTS\nout = x\n########## INPUTS\n########## "
        "FEATURES\n";
    return lower(model::read_sund(text, "forced.txt"), {.observables = {"out"}});
}

TEST(MixedPrecision, keeps_what_time_alone_decides_out_of_floats) {
    const Program program = program_with("sin(k*(time - begin)) - k*x");
    EXPECT_EQ(why_not_mixed(program), std::nullopt);
    const ModelPlan plan = plan_model(program, Precision::mixed);
    EXPECT_GE(plan.sizes.n_clock, 1);
    for (const Tape* tape : {&plan.functions.rhs, &plan.functions.jacobian, &plan.functions.time_derivative})
        for (const Step& step : tape->steps) EXPECT_NE(step.kind, Step::Kind::time);
    EXPECT_EQ(plan_model(program).sizes.n_clock, 0);
}

TEST(MixedPrecision, gives_the_rates_of_double_rounded) {
    const Program program = program_with("sin(k*(time - begin)) - k*x");
    const InterpretedModel in_double(program);
    const InterpretedModel mixed(program, Precision::mixed);
    const double t = 1e6 + 0.125;
    const double p[] = {2.0, 1e6};
    std::vector<double> h(static_cast<std::size_t>(mixed.sizes().n_hoisted + mixed.sizes().n_clock) + 1);
    mixed.hoist<double>(p, nullptr, h.data());
    const double x = 0.3;
    double expected = 0.0;
    in_double.rhs<double>(t, &x, p, nullptr, h.data(), &expected);
    mixed.clock<double>(t, p, nullptr, h.data(), h.data() + mixed.sizes().n_hoisted);
    const std::vector<float> rounded(h.begin(), h.end());
    const float parameters[] = {2.0F, 1e6F};
    const float state = 0.3F;
    float rate = 0.0F;
    mixed.rhs<float>(NAN, &state, parameters, nullptr, rounded.data(), &rate);
    EXPECT_NEAR(rate, expected, 2e-7);
}

TEST(MixedPrecision, refuses_to_add_time_to_states) {
    EXPECT_TRUE(why_not_mixed(program_with("tanh(time - x)")).has_value());
    EXPECT_TRUE(why_not_mixed(program_with("max(x, k*time)")).has_value());
    EXPECT_FALSE(why_not_mixed(program_with("-x*exp(-time)")).has_value());
    EXPECT_FALSE(why_not_mixed(program_with("-x*time")).has_value());  // a product loses no digits
}

TEST(MixedPrecision, refuses_numbers_that_no_float_is) {
    EXPECT_TRUE(why_not_mixed(program_with("-x/(x + 1e-50)")).has_value());
    EXPECT_TRUE(why_not_mixed(program_with("1e50*x")).has_value());
    EXPECT_FALSE(why_not_mixed(program_with("-x/(x + 1e-30)")).has_value());
}

TEST(MixedPrecision, is_another_plugin_than_double) {
    const Program program = program_with("-k*x");
    const std::string mixed = generate_plugin(program, 16, Precision::mixed);
    EXPECT_NE(mixed.find("KOHORT_MIXED_PLUGIN(kohort_generated::Model, 16"), std::string::npos);
    EXPECT_NE(mixed, generate_plugin(program, 16));
}

}  // namespace
}  // namespace kohort::codegen
