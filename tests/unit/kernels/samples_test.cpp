// What is observed inside steps, against the exact solution y = p1 exp(-p0 t). Every step is as long as it may be, a quarter, which is
// exact in binary: so it is known which samples fall into which step, and which exactly on its end.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace kohort::kernels::test {
namespace {

using Op = Feature::Op;

constexpr double step = 0.25;
constexpr double close_enough = 1e-8;  // p0 times step is at most 0.003, and errors of order 3 or more are below 1e-9

/// So many twins, which decay at different rates.
Population decays(int n_twins, Method method, double t_begin, double t_end) {
    Population population{.t_begin = t_begin, .t_end = t_end};
    population.options = {.method = method, .rtol = 1e-2, .atol = 1e-2, .max_step = step, .first_step = step};
    for (int twin = 0; twin < n_twins; ++twin) population.add({0.002 + 0.001 * twin, 1.0 + 0.2 * twin});
    return population;
}

double exact(const Population& population, std::int64_t twin, double time) {
    const std::vector<double>& parameter = population.parameters[static_cast<std::size_t>(twin)];
    return parameter[1] * std::exp(-parameter[0] * (time - population.t_begin));
}

/// Ends of all steps, one twice; two samples inside each step; thirty in the fifth.
std::vector<double> crowded_times(double begin, double end) {
    std::vector<double> times{begin + 2.0 * step};
    for (double time = begin; time < end; time += step) {
        times.insert(times.end(), {time, time + 0.1, time + 0.2});
    }
    times.push_back(end);
    for (int part = 0; part < 30; ++part) times.push_back(begin + 4.0 * step + step * (part + 0.5) / 30.0);
    std::ranges::sort(times);
    return times;
}

void expect_exact(const Population& population, const Outcome& out) {
    for (std::int64_t twin = 0; twin < out.n_twins; ++twin) {
        for (int row = 0; row < static_cast<int>(population.times.size()); ++row) {
            const double time = population.times[static_cast<std::size_t>(row)];
            EXPECT_NEAR(out.observed(0, row, twin), exact(population, twin, time), close_enough) << time << ", twin " << twin;
        }
    }
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(
        a, b, {}, [](double x) { return std::bit_cast<std::uint64_t>(x); },
        [](double x) { return std::bit_cast<std::uint64_t>(x); });
}

class Samples : public testing::TestWithParam<Method> {};
INSTANTIATE_TEST_SUITE_P(Methods, Samples, testing::Values(Method::rodas4, Method::rodas4p2, Method::rodas5p, Method::tsit5));

TEST_P(Samples, at_ends_of_steps_two_in_one_and_more_than_lanes_are_right) {
    Population population = decays(11, GetParam(), 0.0, 5.0);
    population.times = crowded_times(0.0, 5.0);
    const Outcome alone = run<Decay, 1>(population);
    EXPECT_EQ(alone.accepted, std::vector<std::int64_t>(11, 20));  // so that ends of steps are where they are thought to be
    expect_exact(population, alone);
    EXPECT_TRUE(same_bits(alone.observation, run<Decay, 2>(population).observation));
    EXPECT_TRUE(same_bits(alone.observation, run<Decay, 8>(population).observation));
}

TEST_P(Samples, begin_in_the_first_row_that_is_reached) {
    Population population = decays(11, GetParam(), 1.0, 3.0);
    const std::vector<double> reached = crowded_times(1.0, 3.0);
    population.times = {-1.0, 0.0, 0.9};
    population.times.insert(population.times.end(), reached.begin(), reached.end());
    population.times.insert(population.times.end(), {3.1, 4.0});
    Outcome out = run<Decay, 8>(population);
    for (std::int64_t twin = 0; twin < 11; ++twin) {
        for (const int row : {0, 1, 2, static_cast<int>(out.n_times) - 2, static_cast<int>(out.n_times) - 1})
            EXPECT_TRUE(std::isnan(out.observed(0, row, twin)));
    }
    population.times = reached;
    const Outcome only_reached = run<Decay, 1>(population);
    expect_exact(population, only_reached);
    const std::span<const double> rows(out.observation);
    EXPECT_TRUE(same_bits({rows.begin() + 3 * 11, rows.end() - 2 * 11}, only_reached.observation));
}

TEST_P(Samples, mixed_with_values_at_times_are_those_without) {
    Population population = decays(11, GetParam(), 0.0, 5.0);
    population.times = crowded_times(0.0, 5.0);
    const Outcome grid = run<Decay, 1>(population);
    const std::vector<double> times{0.0, 0.1, 0.25, 1.05, 1.06, 1.07, 2.0, 3.3, 5.0};
    for (const double time : times) population.features.push_back({Op::value_at, 0, 0.0, time, 0.0});
    const auto expect_right = [&](const Outcome& out) {
        EXPECT_TRUE(same_bits(out.observation, grid.observation));
        for (std::int64_t twin = 0; twin < 11; ++twin) {
            for (int index = 0; index < static_cast<int>(times.size()); ++index) {
                const double time = times[static_cast<std::size_t>(index)];
                EXPECT_NEAR(out.feature_of(index, twin), exact(population, twin, time), close_enough) << time;
            }
        }
    };
    expect_right(run<Decay, 1>(population));
    expect_right(run<Decay, 8>(population));
}

TEST_P(Samples, mixed_with_windows_are_right) {
    // windows are stops: the one from 2 on ends inside what would have been a step
    Population population = decays(11, GetParam(), 0.0, 5.0);
    population.times = crowded_times(0.0, 5.0);
    population.features = {
        {Op::maximum, 0, 0.0, 2.0, 4.1}, {Op::value_at, 0, 0.0, 4.1, 0.0}, {Op::minimum, 0, 0.0, 0.0, 4.1}};
    const Outcome alone = run<Decay, 1>(population);
    expect_exact(population, alone);
    for (std::int64_t twin = 0; twin < 11; ++twin) {
        EXPECT_NEAR(alone.feature_of(0, twin), exact(population, twin, 2.0), close_enough);
        EXPECT_NEAR(alone.feature_of(1, twin), exact(population, twin, 4.1), close_enough);
        EXPECT_NEAR(alone.feature_of(2, twin), exact(population, twin, 4.1), close_enough);
    }
    const Outcome beside = run<Decay, 8>(population);
    EXPECT_TRUE(same_bits(alone.observation, beside.observation));
    EXPECT_TRUE(same_bits(alone.feature, beside.feature));
}

}  // namespace
}  // namespace kohort::kernels::test
