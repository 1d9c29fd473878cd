#include "engine/audit.hpp"

#include "cohort/cohort.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kohort::engine {
namespace {

TEST(Audit, takes_twins_spread_evenly_over_the_study) {
    EXPECT_EQ(audited_places(1000, 4), (std::vector<std::int64_t>{0, 250, 500, 750}));
    EXPECT_EQ(audited_places(3, 64), (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_TRUE(audited_places(0, 64).empty());
}

/// x decays with rate k, and what decays is found by a difference: of numbers as large as `offset`.
codegen::Program decay(const std::string& offset) {
    const std::string text =
        "########## NAME\ndecay\n########## METADATA\ntime_unit = h\n########## MACROS\n########## STATES\n"
        "d/dt(x) = -k*((x + offset) - offset)\nx(0) = 1\n########## PARAMETERS\nk = 0.5\noffset = " +
        offset +
        "\n########## VARIABLES\n########## FUNCTIONS\n########## EVENTS\n########## OUTPUTS\n"
        "x_out = x\n########## INPUTS\n########## FEATURES\n";
    return codegen::lower(model::read_sund(text, "decay.txt"), {.observables = {"x_out"}});
}

/// The person's number is the rate; the feature is x at the end.
class Decaying final : public Treatment {
public:
    void personalise(const cohort::Person& person, std::span<double> parameter, std::span<double>) const override {
        parameter[0] = person.value[0];
    }
    void schedule(const cohort::Person&, int, std::vector<kernels::Action>&) const override {}
    double t_begin() const override { return 0.0; }
    double t_end() const override { return 4.0; }
    std::span<const kernels::Feature> features() const override { return features_; }

private:
    std::vector<kernels::Feature> features_ = {
        {.op = kernels::Feature::Op::value_at, .observable = 0, .threshold = 0.0, .from = 4.0, .to = 4.0}};
};

class Rates final : public cohort::Cohort {
public:
    std::int64_t size() const override { return 20; }
    cohort::Person describe(std::int64_t twin) const override {
        return {.value = {0.1 * static_cast<double>(twin + 1)}, .twin_id = twin};
    }
    const std::vector<cohort::Attribute>& attributes() const override { return none_; }

private:
    std::vector<cohort::Attribute> none_;
};

Audit audit_of(const std::string& offset) {
    const auto alone = single_process();
    const Kernel in_double = build_kernel(decay(offset), *alone);
    const Kernel in_mixed = build_kernel(decay(offset), *alone, {}, Precision::mixed);
    const Decaying treatment;
    SimulatorOptions options;
    options.integrate.rtol = 1e-5;
    options.integrate.atol = 1e-8;
    SimulatorOptions tighter = options;
    tighter.integrate.rtol = 1e-6;
    tighter.integrate.atol = 1e-9;
    Simulator mixed(in_double, treatment, options, &in_mixed);
    Simulator plain(in_double, treatment, options);
    Simulator exact(in_double, treatment, tighter);
    const std::vector<std::int64_t> twins = {2, 5, 11};
    return audit_precision({mixed, plain, exact}, Rates(), twins, 1, 1e-5, *alone);
}

TEST(Audit, passes_what_floats_can_do) {
    const Audit audit = audit_of("1");
    EXPECT_TRUE(audit.passed());
    EXPECT_EQ(audit.twins, 3);
    EXPECT_EQ(audit.values, 3);
    EXPECT_LT(audit.largest.units, allowed_units);
}

TEST(Audit, finds_what_floats_lose) {
    const Audit audit = audit_of("1e9");
    EXPECT_FALSE(audit.passed());
    EXPECT_EQ(audit.beyond, 3);
    EXPECT_EQ(audit.worst.twin, 11);  // the fastest: e^-4.8 is left of it, and all of it in floats
    EXPECT_NEAR(audit.worst.mixed, 1.0, 1e-3);
    EXPECT_NEAR(audit.worst.in_double, 0.00823, 1e-4);
}

}  // namespace
}  // namespace kohort::engine
