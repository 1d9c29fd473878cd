// Mixed precision: states, times and sums are doubles, stages are floats.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace kohort::kernels::test {
namespace {

using Kind = Action::Kind;
using Op = Feature::Op;

/// Twins with own parameters, doses and dose times.
Population dosed_population(int n_twins, Method method) {
    Population population{.t_end = 48.0, .options = {.method = method, .rtol = 1e-5, .atol = 1e-7}};
    for (int time = 0; time <= 32; ++time) population.times.push_back(1.5 * time);
    population.features = {
        {Op::maximum, 0, 0.0, 0.0, 24.0}, {Op::time_above, 0, 0.8, 0.0, 48.0}, {Op::integral, 1, 0.0, 0.0, 48.0}};
    std::mt19937_64 random(17);
    std::lognormal_distribution<double> spread(0.0, 0.5);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    for (int twin = 0; twin < n_twins; ++twin) {
        std::vector<Action> actions;
        for (double time = 3.0 * uniform(random); time < 48.0; time += 4.0 + 8.0 * uniform(random))
            actions.push_back({time, 80.0 * spread(random), Kind::add_to_state, 0});
        population.add({5.0 * spread(random), 50.0 * spread(random), 1.2 * spread(random)}, {0.0}, actions);
    }
    return population;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(
        a, b, [](double x, double y) { return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y); });
}

void expect_same(const Outcome& a, const Outcome& b) {
    EXPECT_TRUE(same_bits(a.observation, b.observation));
    EXPECT_TRUE(same_bits(a.feature, b.feature));
    EXPECT_TRUE(same_bits(a.final_state, b.final_state));
    EXPECT_EQ(a.accepted, b.accepted);
    EXPECT_EQ(a.rejected, b.rejected);
    EXPECT_EQ(a.status, b.status);
}

class MixedPrecision : public testing::TestWithParam<Method> {};
INSTANTIATE_TEST_SUITE_P(Methods, MixedPrecision, testing::Values(Method::rodas4, Method::rodas4p2, Method::rodas5p));

TEST_P(MixedPrecision, gives_the_same_bits_for_every_width) {
    const Population population = dosed_population(37, GetParam());
    const Outcome alone = run<InMixedPrecision<OralPk>, 1>(population);
    EXPECT_TRUE(std::ranges::all_of(alone.status, [](TwinStatus status) { return status == TwinStatus::ok; }));
    expect_same(alone, run<InMixedPrecision<OralPk>, 8>(population));
    expect_same(alone, run<InMixedPrecision<OralPk>, 16>(population));
    expect_same(alone, run<InMixedPrecision<OralPk>, 16>(population, 3));
}

/// 20 time constants in some hundred steps: what is lost in each must not add up. The weights of a method are rounded too, and where
/// they are large and cancel, as those of Rodas5P, its step is off by 2.4e-6 of itself, always in the same direction.
TEST_P(MixedPrecision, follows_an_exact_solution_as_its_tolerance_asks) {
    const double lost = GetParam() == Method::rodas4 ? 2e-6 : 6e-5;
    Population population{.t_end = 10.0, .options = {.method = GetParam(), .rtol = 1e-6, .atol = 1e-12}};
    for (int time = 1; time <= 10; ++time) population.times.push_back(time);
    population.options.max_step = 0.05;
    for (const double rate : {0.3, 1.0, 2.0}) population.add({rate, 5.0});
    const Outcome out = run<InMixedPrecision<Decay>, 16>(population);
    for (int twin = 0; twin < 3; ++twin) {
        EXPECT_GE(out.accepted[static_cast<std::size_t>(twin)], 200);
        for (int time = 0; time < 10; ++time) {
            const double exact = 5.0 * std::exp(-population.parameters[static_cast<std::size_t>(twin)][0] * (time + 1.0));
            EXPECT_NEAR(out.observed(0, time, twin), exact, lost * exact);
        }
    }
}

/// y' = cos(t - p0): far from 0 a float of the time would be off by minutes.
struct Tide : FullModel<1> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 1;
        sizes.n_clock = 2;
        sizes.autonomous = false;
        return sizes;
    }
    template <class V>
    void initial(V t, const V* p, const V*, V* y) const {
        y[0] = math::sin(t - p[0]);
    }
    template <class V>
    void clock(V t, const V* p, const V*, const V*, V* c) const {
        c[0] = math::cos(t - p[0]);
        c[1] = -math::sin(t - p[0]);
    }
    template <class V>
    void rhs(V, const V*, const V*, const V*, const V* h, V* dy) const {
        dy[0] = h[0];
    }
    template <class V>
    void time_derivative(V, const V*, const V*, const V*, const V* h, V* ft) const {
        ft[0] = h[1];
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(0.0);
    }
};

TEST_P(MixedPrecision, never_puts_a_time_into_a_float) {
    const double begin = 1e7;
    Population population{
        .t_begin = begin, .t_end = begin + 3.0, .options = {.method = GetParam(), .rtol = 1e-6, .atol = 1e-6}};
    population.times = {begin + 1.0, begin + 2.0, begin + 3.0};
    population.add({begin});
    const Outcome out = run<InMixedPrecision<Tide>, 16>(population);
    for (int time = 0; time < 3; ++time) EXPECT_NEAR(out.observed(0, time), std::sin(time + 1.0), 5e-6);
}

TEST_P(MixedPrecision, gives_up_a_twin_whose_values_no_float_can_be) {
    Population population{.t_end = 1.0, .options = {.method = GetParam()}};
    for (const double rate : {1.0, 1e-39, 1e39}) population.add({rate, 1.0});
    const Outcome out = run<InMixedPrecision<Decay>, 16>(population);
    EXPECT_EQ(out.status, (std::vector{TwinStatus::ok, TwinStatus::not_finite, TwinStatus::not_finite}));
}

TEST_P(MixedPrecision, gives_up_a_twin_whose_states_grow_beyond_floats) {
    Population population{.t_end = 1.0, .options = {.method = GetParam()}};
    population.add({-1.0, 1e20});
    population.add({-1.0, 3e38});
    const Outcome out = run<InMixedPrecision<Decay>, 16>(population);
    EXPECT_EQ(out.status[0], TwinStatus::ok);
    EXPECT_NE(out.status[1], TwinStatus::ok);
}

TEST_P(MixedPrecision, solves_a_stiff_problem_as_double_does) {
    Population population{.t_end = 40.0, .options = {.method = GetParam(), .rtol = 1e-4, .atol = 1e-9}};
    population.times = {0.4, 4.0, 40.0};
    population.add({});
    const Outcome in_double = run<Robertson, 8>(population);
    const Outcome mixed = run<InMixedPrecision<Robertson>, 16>(population);
    EXPECT_EQ(mixed.status[0], TwinStatus::ok);
    for (int state = 0; state < 3; ++state) {
        for (int time = 0; time < 3; ++time) {
            const double expected = in_double.observed(state, time);
            EXPECT_NEAR(mixed.observed(state, time), expected, 1e-3 * std::abs(expected));
        }
    }
}

}  // namespace
}  // namespace kohort::kernels::test
