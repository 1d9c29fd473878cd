#include "engine/simulator.hpp"

#include "codegen/program.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace kohort::engine {
namespace {

// x relaxes to target with rate k; `push` is what may be held while preparing.
constexpr const char* relaxation = R"(########## NAME
relaxation
########## METADATA
time_unit = h
########## MACROS
########## STATES
d/dt(x) = k*(target + push - x)
x(0) = 0
########## PARAMETERS
k = 2 // [1/h]
target = 3
########## VARIABLES
########## FUNCTIONS
########## EVENTS
########## OUTPUTS
x_out = x
########## INPUTS
push = push @ 1
########## FEATURES
)";

/// Attribute 0 of a person is the model's target; arm 1 adds 10 to x at t = 0; the feature is x at the end.
class Relaxing final : public Treatment {
public:
    void personalise(const cohort::Person& person, std::span<double> parameter, std::span<double>) const override {
        parameter[1] = person.value[0];
    }
    void schedule(const cohort::Person&, int arm, std::vector<kernels::Action>& actions) const override {
        if (arm == 1)
            actions.push_back({.time = 0.0, .value = 10.0, .kind = kernels::Action::Kind::add_to_state, .target = 0});
    }
    double t_begin() const override { return 0.0; }
    double t_end() const override { return 1.0; }
    std::span<const kernels::Feature> features() const override { return features_; }

private:
    std::vector<kernels::Feature> features_ = {
        {.op = kernels::Feature::Op::value_at, .observable = 0, .threshold = 0.0, .from = 1.0, .to = 1.0}};
};

const Kernel& kernel() {
    static const auto communicator = single_process();
    static const Kernel built = build_kernel(
        codegen::lower(model::read_sund(relaxation, "relaxation.txt"), {.observables = {"x_out"}, .integrals = {"x_out"}}),
        *communicator);
    return built;
}

cohort::Person person_with_target(double target) { return {.value = {target}}; }

SimulatorOptions tight() {
    SimulatorOptions options;
    options.integrate.rtol = 1e-10;
    options.integrate.atol = 1e-12;
    return options;
}

SimulatorOptions from_steady_state() {
    SimulatorOptions options = tight();
    options.prepare_steady_state = true;
    options.steady_limit = 1000.0;
    options.steady_time = 1.0;
    options.steady_tolerance = 1e-12;
    return options;
}

TEST(Simulator, each_person_is_run_in_the_arm_that_is_asked_for) {
    const Relaxing treatment;
    Simulator simulator(kernel(), treatment, tight());
    simulator.prepare(std::vector{person_with_target(3.0), person_with_target(7.0)});
    const ArmResult& result = simulator.run(std::vector<int>{0, 1});
    EXPECT_NEAR(result.feature(0, 0), 4.0 * (1.0 - std::exp(-2.0)), 1e-8);  // exact solution
    EXPECT_NEAR(result.feature(0, 1), 8.0 + (10.0 - 8.0) * std::exp(-2.0), 1e-8);
    EXPECT_EQ(result.status, std::vector(2, TwinStatus::ok));
}

TEST(Simulator, a_prepared_twin_stays_at_rest) {
    const Relaxing treatment;
    Simulator simulator(kernel(), treatment, from_steady_state());
    simulator.prepare(std::vector{person_with_target(3.0)});
    EXPECT_NEAR(simulator.run(std::vector<int>{0}).feature(0, 0), 4.0, 1e-8);
}

TEST(Simulator, areas_begin_with_the_study_and_not_with_the_preparation) {
    const Relaxing treatment;
    SimulatorOptions options = from_steady_state();
    options.observation_times = {0.0, 1.0};
    Simulator simulator(kernel(), treatment, options);
    simulator.prepare(std::vector{person_with_target(3.0)});
    const ArmResult& result = simulator.run(std::vector<int>{0});
    EXPECT_EQ(result.observation(2, 0), 0.0);
    EXPECT_NEAR(result.observation(3, 0), 4.0, 1e-8);
}

TEST(Simulator, held_inputs_go_back_to_their_value_after_preparing) {
    const Relaxing treatment;
    SimulatorOptions options = from_steady_state();
    options.holding = {{.input = 0, .value = 5.0}};
    Simulator simulator(kernel(), treatment, options);
    simulator.prepare(std::vector{person_with_target(3.0)});
    EXPECT_NEAR(simulator.run(std::vector<int>{0}).feature(0, 0), 4.0 + (8.0 - 4.0) * std::exp(-2.0), 1e-8);
}

TEST(Simulator, a_twin_that_cannot_be_prepared_has_no_numbers_and_leaves_others_alone) {
    const Relaxing treatment;
    Simulator simulator(kernel(), treatment, from_steady_state());
    simulator.prepare(std::vector{person_with_target(std::numeric_limits<double>::quiet_NaN()), person_with_target(3.0)});
    const double beside_a_failure = simulator.run(std::vector<int>{0, 0}).feature(0, 1);
    EXPECT_TRUE(std::isnan(simulator.run(std::vector<int>{0, 0}).feature(0, 0)));
    EXPECT_EQ(simulator.run(std::vector<int>{0, 0}).status[0], TwinStatus::not_finite);
    simulator.prepare(std::vector{person_with_target(3.0)});
    EXPECT_EQ(simulator.run(std::vector<int>{0}).feature(0, 0), beside_a_failure);
}

/// At 0.5 h one of two events of equal priority adds 1, the other -1, and takes the other one's reason away.
model::Model coin() {
    std::string text = relaxation;
    const std::string events = "########## EVENTS\n";
    text.insert(text.find(events) + events.size(),
                "head = time > 0.5 && k > 1, k, 0, x, x + 1\ntail = time > 0.5 && k > 1, k, 0, x, x - 1\n");
    model::Model model = model::read_sund(text, "coin.txt");
    model.event_order = model::EventOrder::in_turn;
    for (model::Event& event : model.events) {
        event.priority = model.graph.constant(1.0);
        event.persistent = false;
    }
    return model;
}

TEST(Simulator, each_person_draws_lots_of_its_own_wherever_it_stands) {
    const auto communicator = single_process();
    const Kernel coins = build_kernel(codegen::lower(coin(), {.observables = {"x_out"}}), *communicator);
    const Relaxing treatment;
    Simulator simulator(coins, treatment, tight());
    std::vector<cohort::Person> people(60, person_with_target(3.0));
    for (std::size_t twin = 0; twin < people.size(); ++twin) people[twin].lot_key = twin;
    std::vector<double> thrown;
    simulator.prepare(people);
    const ArmResult& result = simulator.run(std::vector<int>(people.size(), 0));
    for (std::size_t twin = 0; twin < people.size(); ++twin) thrown.push_back(result.feature(0, twin));
    const auto heads = std::count_if(thrown.begin(), thrown.end(), [](double x) { return x > 3.0; });
    EXPECT_NEAR(static_cast<double>(heads), 30.0, 4 * std::sqrt(15.0));
    for (const std::size_t alone : {7U, 13U, 20U, 41U}) {
        simulator.prepare(std::vector{people[alone]});
        EXPECT_EQ(simulator.run(std::vector<int>{0}).feature(0, 0), thrown[alone]);
    }
}

/// Arm 1 adds 10 to x every 0.5 h, from for ever on; arm 0 does nothing.
class Repeating final : public Treatment {
public:
    void personalise(const cohort::Person& person, std::span<double> parameter, std::span<double>) const override {
        parameter[0] = person.value[0];
        parameter[1] = 0.0;
    }
    void schedule(const cohort::Person&, int, std::vector<kernels::Action>&) const override {}
    double cycle_length(const cohort::Person&, int arm) const override { return arm == 1 ? 0.5 : 0.0; }
    void schedule_cycles(const cohort::Person&, int, std::int64_t cycles, bool,
                         std::vector<kernels::Action>& actions) const override {
        for (std::int64_t cycle = 0; cycle < cycles; ++cycle)
            actions.push_back({.time = 0.5 * static_cast<double>(cycle),
                               .value = 10.0,
                               .kind = kernels::Action::Kind::add_to_state,
                               .target = 0});
    }
    double t_begin() const override { return 0.0; }
    double t_end() const override { return 1.0; }
    std::span<const kernels::Feature> features() const override { return features_; }

private:
    std::vector<kernels::Feature> features_ = {
        {.op = kernels::Feature::Op::value_at, .observable = 0, .threshold = 0.0, .from = 0.0, .to = 0.0},
        {.op = kernels::Feature::Op::integral, .observable = 1, .threshold = 0.0, .from = 0.0, .to = 1.0}};
};

/// x just before the next addition, with relaxation to 1 / k from the input push = 1: the rest value is 1.
double repeated(double k) { return 1.0 + 10.0 * std::exp(-0.5 * k) / -std::expm1(-0.5 * k); }

TEST(Simulator, what_is_repeated_for_ever_reaches_its_exact_level) {
    const Repeating treatment;
    Simulator simulator(kernel(), treatment, tight());
    const std::vector<double> rates = {2.0, 0.1, 0.01};  // the last keeps 99.5 % from one addition to the next
    std::vector<cohort::Person> people;
    for (const double rate : rates) people.push_back(person_with_target(rate));
    simulator.prepare(people);
    const ArmResult& result = simulator.run(std::vector<int>{1, 1, 1});
    for (std::size_t twin = 0; twin < rates.size(); ++twin) {
        const double k = rates[twin];
        EXPECT_EQ(result.status[twin], TwinStatus::ok);
        EXPECT_NEAR(result.feature(0, twin), repeated(k), 1e-8 * repeated(k)) << k;
        EXPECT_NEAR(result.feature(1, twin), 1.0 + (repeated(k) - 1.0) * -std::expm1(-k) / k, 1e-8 * repeated(k)) << k;
    }
}

TEST(Simulator, arms_with_and_without_repetition_mix_and_neighbours_change_nothing) {
    const Repeating treatment;
    Simulator simulator(kernel(), treatment, tight());
    simulator.prepare(std::vector{person_with_target(2.0), person_with_target(0.1), person_with_target(0.1)});
    const ArmResult& mixed = simulator.run(std::vector<int>{0, 1, 0});
    const double beside_others = mixed.feature(0, 1);
    EXPECT_EQ(mixed.feature(0, 0), 0.0);  // x(0) = 0
    EXPECT_EQ(mixed.feature(0, 2), 0.0);
    simulator.prepare(std::vector{person_with_target(0.1)});
    EXPECT_EQ(simulator.run(std::vector<int>{1}).feature(0, 0), beside_others);
}

TEST(Simulator, what_grows_with_every_repetition_has_no_steady_state) {
    const Repeating treatment;
    Simulator simulator(kernel(), treatment, tight());
    simulator.prepare(std::vector{person_with_target(0.0), person_with_target(2.0)});  // 0: nothing ever leaves
    const ArmResult& result = simulator.run(std::vector<int>{1, 1});
    EXPECT_EQ(result.status[0], TwinStatus::no_steady_state);
    EXPECT_TRUE(std::isnan(result.feature(0, 0)));
    EXPECT_NEAR(result.feature(0, 1), repeated(2.0), 1e-8);
}

}  // namespace
}  // namespace kohort::engine
