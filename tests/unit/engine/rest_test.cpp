#include "engine/rest.hpp"

#include "codegen/program.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kohort::engine {
namespace {

Kernel bistable(const std::string& start) {
    const std::string text =
        "########## NAME\nbistable\n########## METADATA\ntime_unit = h\n########## MACROS\n########## STATES\n"
        "d/dt(x) = rate*x*(1 - x*x)\nd/dt(y) = x - y\nx(0) = " +
        start +
        "\ny(0) = 0\n"
        "########## PARAMETERS\nrate = 0.5\n########## VARIABLES\n########## FUNCTIONS\n########## EVENTS\n"
        "########## OUTPUTS\nx_out = x\n########## INPUTS\n########## FEATURES\n";
    return build_kernel(
        codegen::lower(model::read_sund(text, "bistable.txt"), {.observables = {"x_out"}, .integrals = {"x_out"}}),
        *single_process());
}

class TenHours final : public Treatment {
public:
    void personalise(const cohort::Person&, std::span<double>, std::span<double>) const override {}
    void schedule(const cohort::Person&, int, std::vector<kernels::Action>&) const override {}
    double t_begin() const override { return 0.0; }
    double t_end() const override { return 10.0; }
    std::span<const kernels::Feature> features() const override { return {}; }
};

SimulatorOptions from_rest() {
    SimulatorOptions options;
    options.prepare_steady_state = true;
    options.steady_limit = 1000.0;
    options.steady_time = 10.0;
    return options;
}

TEST(Rest, growth_is_the_greatest_eigenvalue) {
    const Kernel kernel = bistable("0");
    EXPECT_DOUBLE_EQ(growth_rate(kernel.program(), {TwinStatus::ok, {0.0, 0.0, 0.0}, {0.5}, {}}, 0.0), 0.5);
    EXPECT_DOUBLE_EQ(growth_rate(kernel.program(), {TwinStatus::ok, {1.0, 1.0, 0.0}, {0.5}, {}}, 0.0), -1.0);
}

TEST(Rest, an_unstable_one_is_told) {
    const auto told = unstable_rests(bistable("0"), TenHours(), from_rest(), std::vector<cohort::Person>(3));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].substr(0, 92),
              "the steady state of 3 of the first 3 people is unstable: a disturbance grows e-fold in 2 h, ");
}

TEST(Rest, a_stable_one_is_not) {
    EXPECT_TRUE(unstable_rests(bistable("0.2"), TenHours(), from_rest(), std::vector<cohort::Person>(3)).empty());
}

}  // namespace
}  // namespace kohort::engine
