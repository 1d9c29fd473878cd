#include "engine/tolerances.hpp"

#include "codegen/program.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace kohort::engine {
namespace {

/// x' = -x^2 / size from size, so x = size / (1 + t), in any unit; y stays 0.
std::string decay_from(const std::string& size) {
    return "########## NAME\ndecay\n########## METADATA\ntime_unit = h\n########## MACROS\n########## STATES\n"
           "d/dt(x) = -x*x/size\nd/dt(y) = -y\nx(0) = " +
           size +
           "\ny(0) = 0\n"
           "########## PARAMETERS\nsize = " +
           size +
           "\n########## VARIABLES\n########## FUNCTIONS\n########## EVENTS\n"
           "########## OUTPUTS\nx_out = x\n########## INPUTS\n########## FEATURES\n";
}

/// Nothing happens; the feature is x at the end.
class Untreated final : public Treatment {
public:
    void personalise(const cohort::Person&, std::span<double>, std::span<double>) const override {}
    void schedule(const cohort::Person&, int, std::vector<kernels::Action>&) const override {}
    double t_begin() const override { return 0.0; }
    double t_end() const override { return 9.0; }
    std::span<const kernels::Feature> features() const override { return features_; }

private:
    std::vector<kernels::Feature> features_ = {
        {.op = kernels::Feature::Op::value_at, .observable = 0, .threshold = 0.0, .from = 9.0, .to = 9.0}};
};

struct Decay {
    Kernel kernel;
    Untreated treatment;
    SimulatorOptions options;

    explicit Decay(const std::string& size)
        : kernel(
              build_kernel(codegen::lower(model::read_sund(decay_from(size), "decay.txt"), {.observables = {"x_out"}}),
                           *single_process())) {}

    std::vector<double> tolerances() {
        return scaled_tolerances(kernel, treatment, options, std::vector<cohort::Person>(8), 1);
    }
    ArmResult run() {
        Simulator simulator(kernel, treatment, options);
        simulator.prepare(std::vector<cohort::Person>(1));
        return simulator.run(std::vector<int>{0});
    }
};

TEST(ScaledTolerances, are_a_thousandth_of_rtol_times_the_largest_size) {
    Decay decay("1e-9");
    const std::vector<double> tolerance = decay.tolerances();
    EXPECT_NEAR(tolerance[0], 1e-18, 1e-30);
    EXPECT_NEAR(tolerance[1], 1e-28, 1e-40);  // y never leaves 0: 1e-10 of the largest state of its unit
}

TEST(ScaledTolerances, a_model_in_another_unit_takes_the_same_steps) {
    Decay small("1e-9");
    Decay large("1e9");
    EXPECT_GT(std::abs(small.run().feature(0, 0) / 1e-10 - 1.0), 1e-4);  // what atol = 1e-8 does to it
    small.options.absolute_tolerance = small.tolerances();
    large.options.absolute_tolerance = large.tolerances();
    const ArmResult of_small = small.run();
    const ArmResult of_large = large.run();
    EXPECT_NEAR(of_small.feature(0, 0), 1e-10, 1e-15);
    EXPECT_NEAR(of_large.feature(0, 0), 1e8, 1e3);
    EXPECT_NEAR(static_cast<double>(of_small.steps_accepted[0]), static_cast<double>(of_large.steps_accepted[0]), 1.0);
}

TEST(ScaledTolerances, stay_as_they_are_without_pilots) {
    Decay decay("1");
    EXPECT_EQ(scaled_tolerances(decay.kernel, decay.treatment, decay.options, {}, 1), std::vector(2, 1e-8));
}

}  // namespace
}  // namespace kohort::engine
