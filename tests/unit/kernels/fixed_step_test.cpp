// Steps of a given length: order, stops that are hit, the loop that keeps stages in registers and the loop that does everything.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

namespace kohort::kernels::test {
namespace {

Population with_step(double step, double t_end = 2.0) {
    return {.t_end = t_end, .options = {.method = Method::tsit5, .step = step}};
}

/// The loop of fixed_loop.hpp does not keep the largest states, so asking for them takes the other one.
enum class Loop { registers, lanes };

template <class Model, int W>
Outcome run_in(Loop loop, Population population, int n_threads = 1) {
    population.keeps_largest_states = loop == Loop::lanes;
    return run<Model, W>(population, n_threads);
}

void expect_same_bits(const Outcome& left, const Outcome& right) {
    const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
        ASSERT_EQ(a.size(), b.size());
        for (std::size_t index = 0; index < a.size(); ++index)
            EXPECT_EQ(std::bit_cast<std::uint64_t>(a[index]), std::bit_cast<std::uint64_t>(b[index])) << index;
    };
    same(left.observation, right.observation);
    same(left.feature, right.feature);
    same(left.final_state, right.final_state);
    same(left.final_parameter, right.final_parameter);
    same(left.final_time, right.final_time);
    EXPECT_EQ(left.status, right.status);
    EXPECT_EQ(left.accepted, right.accepted);
    EXPECT_EQ(left.rejected, right.rejected);
}

template <class Model>
double error_at_end(Loop loop, double step, double exact) {
    Population population = with_step(step);
    population.add({1.0, 1.0});
    return std::fabs(run_in<Model, 1>(loop, population).state(0) - exact);
}

// Where the next power of the step still shows: half a unit is allowed for it.
TEST(FixedStep, halving_it_divides_the_error_by_thirty_two) {
    for (const Loop loop : {Loop::registers, Loop::lanes}) {
        const double bell = 1.0 / (1.0 + 2.0 * 2.0);
        EXPECT_NEAR(std::log2(error_at_end<Bell>(loop, 0.05, bell) / error_at_end<Bell>(loop, 0.025, bell)), 5.0, 0.5);
        const double decay = std::exp(-2.0);
        EXPECT_NEAR(std::log2(error_at_end<Decay>(loop, 0.1, decay) / error_at_end<Decay>(loop, 0.05, decay)), 5.0, 0.5);
    }
}

TEST(FixedStep, the_last_step_before_a_stop_is_shortened) {
    for (const Loop loop : {Loop::registers, Loop::lanes}) {
        Population population = with_step(0.3);
        population.times = {0.0, 0.5, 0.9, 2.0};  // 2 steps, then 2 (rounding leaves no third), then 4
        population.add({1.0, 1.0});
        const Outcome out = run_in<Decay, 1>(loop, population);
        EXPECT_EQ(out.status[0], TwinStatus::ok);
        EXPECT_EQ(out.accepted[0], 8);
        EXPECT_EQ(out.rejected[0], 0);
        EXPECT_EQ(out.final_time[0], 2.0);
        // the error of a step of order 5 is at most 0.3^6 / 720 here, and there are 8
        for (int time = 0; time < 4; ++time)
            EXPECT_NEAR(out.observed(0, time), std::exp(-population.times[static_cast<std::size_t>(time)]), 1e-5);
    }
}

TEST(FixedStep, steps_that_fit_the_time_exactly_are_counted_exactly) {
    for (const Loop loop : {Loop::registers, Loop::lanes}) {
        Population population = with_step(1e-3, 1.0);  // a thousand times 0.001 is not 1 in binary
        population.add({1.0, 1.0});
        const Outcome out = run_in<Decay, 1>(loop, population);
        EXPECT_EQ(out.accepted[0], 1000);
        EXPECT_NEAR(out.state(0), std::exp(-1.0), 1e-14);  // rounding of a thousand steps
    }
}

Population different_twins() {
    Population population = with_step(0.07, 3.0);
    population.times = {0.0, 0.35, 1.0, 2.999, 3.0, 4.0};  // the last one is not reached
    population.features = {{.op = Feature::Op::value_at, .observable = 0, .from = 1.7, .to = 1.7}};
    for (int twin = 0; twin < 53; ++twin) population.add({0.1 + 0.05 * twin, 1.0 + twin});
    return population;
}

TEST(FixedStep, both_loops_give_the_same_bits_on_any_lanes_and_threads) {
    const Population population = different_twins();
    const Outcome expected = run_in<Decay, 1>(Loop::lanes, population);
    for (const Loop loop : {Loop::registers, Loop::lanes}) {
        expect_same_bits(run_in<Decay, 1>(loop, population), expected);
        expect_same_bits(run_in<Decay, 4>(loop, population), expected);
        expect_same_bits(run_in<Decay, 8>(loop, population), expected);
        expect_same_bits(run_in<Decay, 8>(loop, population, 3), expected);
    }
}

TEST(FixedStep, both_loops_give_the_same_bits_where_time_enters) {
    Population population = with_step(0.01, 2.0);
    population.times = {0.005, 0.5, 2.0};
    for (int twin = 0; twin < 5; ++twin) population.add({});
    expect_same_bits(run_in<Bell, 8>(Loop::registers, population), run_in<Bell, 1>(Loop::lanes, population));
}

TEST(FixedStep, a_dose_and_a_window_are_hit) {
    Population population = with_step(0.3, 2.0);
    population.features = {{.op = Feature::Op::maximum, .observable = 0, .from = 0.5, .to = 1.5}};
    population.add({1.0, 1.0}, {}, {{.time = 0.7, .value = 1.0, .kind = Action::Kind::add_to_state}});
    const Outcome out = run<Decay, 8>(population);
    const double at_dose = std::exp(-0.7) + 1.0;
    EXPECT_NEAR(out.feature_of(0), at_dose, 1e-5);
    EXPECT_NEAR(out.state(0), at_dose * std::exp(-1.3), 1e-5);
}

// y' = y^2 from 1 has no solution at 1 and beyond.
TEST(FixedStep, a_twin_that_leaves_the_numbers_fails_alone_and_alike_in_both_loops) {
    Population population = with_step(0.01, 3.0);
    population.times = {0.5, 2.0, 3.0};
    for (int twin = 0; twin < 20; ++twin) population.initial_states.push_back({twin % 3 == 1 ? 1.0 : 0.1});
    for (int twin = 0; twin < 20; ++twin) population.add({});
    const Outcome out = run_in<BlowUp, 8>(Loop::registers, population);
    expect_same_bits(out, run_in<BlowUp, 1>(Loop::lanes, population));
    for (std::size_t twin = 0; twin < 20; ++twin) {
        const bool fails = twin % 3 == 1;
        EXPECT_EQ(out.status[twin], fails ? TwinStatus::not_finite : TwinStatus::ok);
        EXPECT_EQ(std::isnan(out.observed(0, 1, static_cast<std::int64_t>(twin))), fails);
        EXPECT_EQ(out.final_time[twin] < 3.0, fails);
    }
}

TEST(FixedStep, too_many_steps_are_a_status) {
    for (const Loop loop : {Loop::registers, Loop::lanes}) {
        Population population = with_step(1e-3, 1.0);
        population.options.max_steps = 100;
        population.add({1.0, 1.0});
        const Outcome out = run_in<Decay, 1>(loop, population);
        EXPECT_EQ(out.status[0], TwinStatus::too_many_steps);
        EXPECT_EQ(out.accepted[0], 100);
    }
}

}  // namespace
}  // namespace kohort::kernels::test
