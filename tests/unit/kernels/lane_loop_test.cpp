// What a twin gets must not depend on its neighbours, its lane, the width, the order, or the number of threads.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace kohort::kernels::test {
namespace {

using Op = Feature::Op;
using Kind = Action::Kind;

/// Twins with own parameters, doses, dose times and infusions; everything that can be asked is asked.
Population busy_population(int n_twins, Method method, double rtol = 1e-5) {
    Population population{.t_end = 48.0, .options = {.method = method, .rtol = rtol, .atol = 1e-7}};
    for (int time = 0; time <= 32; ++time) population.times.push_back(1.5 * time);
    population.features = {{Op::maximum, 0, 0.0, 0.0, 24.0},     {Op::time_of_maximum, 0, 0.0, 6.0, 30.0},
                           {Op::minimum, 0, 0.0, 10.0, 48.0},    {Op::time_of_minimum, 0, 0.0, 10.0, 48.0},
                           {Op::time_above, 0, 0.8, 0.0, 48.0},  {Op::time_below, 0, 0.3, 2.0, 40.0},
                           {Op::first_above, 0, 0.9, 0.0, 48.0}, {Op::first_below, 0, 0.2, 12.0, 48.0},
                           {Op::integral, 1, 0.0, 0.0, 48.0},    {Op::value_at, 0, 0.0, 17.3, 0.0},
                           {Op::value_at, 0, 0.0, 24.0, 0.0}};
    std::mt19937_64 random(11);
    std::lognormal_distribution<double> spread(0.0, 0.5);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    for (int twin = 0; twin < n_twins; ++twin) {
        std::vector<Action> actions;
        for (double time = 3.0 * uniform(random); time < 48.0; time += 4.0 + 8.0 * uniform(random)) {
            actions.push_back({time, 80.0 * spread(random), Kind::add_to_state, 0});
        }
        const double start = 20.0 + 10.0 * uniform(random);
        actions.push_back({start, 20.0, Kind::add_to_input, 0});
        actions.push_back({start + 3.0, -20.0, Kind::add_to_input, 0});
        actions.push_back({24.0, 0.0, Kind::measure, 10});
        std::ranges::stable_sort(actions, {}, &Action::time);
        population.add({5.0 * spread(random), 50.0 * spread(random), 1.2 * spread(random)}, {0.0}, actions);
    }
    return population;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
               return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
           });
}

void expect_same(const Outcome& a, const Outcome& b) {
    EXPECT_TRUE(same_bits(a.observation, b.observation));
    EXPECT_TRUE(same_bits(a.feature, b.feature));
    EXPECT_TRUE(same_bits(a.final_state, b.final_state));
    EXPECT_TRUE(same_bits(a.final_parameter, b.final_parameter));
    EXPECT_TRUE(same_bits(a.final_time, b.final_time));
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.accepted, b.accepted);
    EXPECT_EQ(a.rejected, b.rejected);
}

template <class Field>
std::vector<Field> rearranged(const std::vector<Field>& rows, const std::vector<std::size_t>& order) {
    std::vector<Field> result;
    for (const std::size_t place : order) result.push_back(rows[place]);
    return result;
}

/// The twins of population in another order.
Population rearranged(Population population, const std::vector<std::size_t>& order) {
    population.parameters = rearranged(population.parameters, order);
    population.inputs = rearranged(population.inputs, order);
    population.actions = rearranged(population.actions, order);
    return population;
}

/// One twin's column of every result.
std::vector<double> column(const Outcome& out, std::size_t twin) {
    std::vector<double> result;
    const auto n = static_cast<std::size_t>(out.n_twins);
    for (const auto* rows : {&out.observation, &out.feature, &out.final_state, &out.final_parameter, &out.final_time}) {
        for (std::size_t place = twin; place < rows->size(); place += n) result.push_back((*rows)[place]);
    }
    result.push_back(static_cast<double>(out.accepted[twin]));
    result.push_back(static_cast<double>(out.rejected[twin]));
    result.push_back(static_cast<double>(out.status[twin]));
    return result;
}

class SameBits : public testing::TestWithParam<Method> {};
INSTANTIATE_TEST_SUITE_P(Methods, SameBits, testing::Values(Method::rodas4, Method::rodas5p, Method::tsit5, Method::taylor));

TEST_P(SameBits, for_every_width) {
    const Population population = busy_population(19, GetParam());
    const Outcome alone = run<OralPk, 1>(population);
    EXPECT_TRUE(std::ranges::all_of(alone.status, [](TwinStatus status) { return status == TwinStatus::ok; }));
    expect_same(alone, run<OralPk, 2>(population));
    expect_same(alone, run<OralPk, 4>(population));
    expect_same(alone, run<OralPk, 8>(population));
}

TEST_P(SameBits, for_every_order_and_number_of_threads) {
    const Population population = busy_population(37, GetParam());
    const Outcome straight = run<OralPk, 8>(population);
    expect_same(straight, run<OralPk, 8>(population, 2));
    std::vector<std::size_t> order(population.parameters.size());
    std::iota(order.begin(), order.end(), 0U);
    std::shuffle(order.begin(), order.end(), std::mt19937_64(5));
    const Outcome shuffled = run<OralPk, 8>(rearranged(population, order), 2);
    for (std::size_t place = 0; place < order.size(); ++place) {
        EXPECT_TRUE(same_bits(column(shuffled, place), column(straight, order[place]))) << order[place];
    }
}

TEST_P(SameBits, beside_a_twin_whose_numbers_are_nan) {
    const Population population = busy_population(21, GetParam());
    const Outcome healthy = run<OralPk, 8>(population);
    for (const std::size_t sick : {0U, 5U, 20U}) {
        Population with_sick = population;
        with_sick.parameters[sick][0] = std::numeric_limits<double>::quiet_NaN();
        const Outcome out = run<OralPk, 8>(with_sick);
        for (std::size_t twin = 0; twin < 21; ++twin) {
            if (twin == sick) continue;
            EXPECT_TRUE(same_bits(column(out, twin), column(healthy, twin))) << twin << " beside " << sick;
        }
        EXPECT_EQ(out.status[sick], TwinStatus::not_finite);
        EXPECT_EQ(out.final_time[sick], 0.0);
    }
}

/// Twins of one width in numbers that leave lanes empty; every result is written, nothing else is.
template <int W>
void expect_ragged_tails_to_be_whole() {
    for (const int n_twins : {1, W - 1, W, W + 1, 3 * W + 1}) {
        if (n_twins == 0) continue;
        const Population population = busy_population(n_twins, Method::rodas4);
        const Outcome out = run<OralPk, W>(population);
        expect_same(run<OralPk, 1>(population), out);
        for (const auto* rows : {&out.observation, &out.feature, &out.final_state, &out.final_parameter, &out.final_time}) {
            EXPECT_FALSE(std::ranges::count(*rows, poison)) << W << " lanes, " << n_twins << " twins";
        }
        EXPECT_FALSE(std::ranges::count(out.accepted, -1) + std::ranges::count(out.rejected, -1));
    }
}

TEST(LaneLoop, ragged_tails_are_whole) {
    expect_ragged_tails_to_be_whole<1>();
    expect_ragged_tails_to_be_whole<2>();
    expect_ragged_tails_to_be_whole<4>();
    expect_ragged_tails_to_be_whole<8>();
}

/// Counts how often all lanes take a step together.
struct CountingPk : OralPk {
    static inline std::int64_t steps = 0;
    template <class V>
    void jacobian(V t, const V* y, const V* p, const V* u, const V* h, V* jac) const {
        ++steps;
        OralPk::jacobian(t, y, p, u, h, jac);
    }
};

TEST(LaneLoop, refilled_lanes_are_seldom_idle) {
    // twins take very different numbers of steps; without refill the longest of each eight would hold up the others
    Population population = busy_population(200, Method::rodas4);
    for (std::size_t twin = 0; twin < 200; twin += 7) population.parameters[twin] = {500.0, 5.0, 40.0};
    CountingPk::steps = 0;
    const Outcome out = run<CountingPk, 8>(population);
    const std::int64_t useful = std::reduce(out.accepted.begin(), out.accepted.end()) +
                                std::reduce(out.rejected.begin(), out.rejected.end());
    const double efficiency = static_cast<double>(useful) / (8.0 * static_cast<double>(CountingPk::steps));
    std::cout << "[ measured ] lane efficiency " << efficiency << '\n';
    EXPECT_GT(efficiency, 0.95);
    EXPECT_LE(efficiency, 1.0);
}

TEST(LaneLoop, no_twins_is_no_work) {
    const Outcome out = run<OralPk, 8>(busy_population(0, Method::rodas4));
    EXPECT_TRUE(out.status.empty());
}

TEST(LaneLoop, a_span_of_no_length_gives_the_start) {
    Population population{.t_begin = 2.0, .t_end = 2.0, .times = {1.0, 2.0, 3.0}};
    population.features = {
        {Op::value_at, 0, 0.0, 2.0, 2.0}, {Op::maximum, 0, 0.0, 2.0, 2.0}, {Op::maximum, 0, 0.0, 2.0, 3.0}};
    population.add({1.0, 5.0}, {}, {{2.0, 1.0, Kind::add_to_state, 0}});
    const Outcome out = run<Decay, 4>(population);
    EXPECT_EQ(out.status[0], TwinStatus::ok);
    EXPECT_EQ(out.state(0), 6.0);
    EXPECT_EQ(out.observed(0, 1), 6.0);
    EXPECT_EQ(out.feature_of(0), 6.0);
    EXPECT_EQ(out.feature_of(1), 6.0);
    EXPECT_TRUE(std::isnan(out.observed(0, 0)) && std::isnan(out.observed(0, 2)) && std::isnan(out.feature_of(2)));
}

TEST(LaneLoop, initial_states_may_be_given) {
    Population population{.t_end = 1.0, .options = {.rtol = 1e-10, .atol = 1e-12}};
    population.add({1.0, 5.0});
    population.add({1.0, 5.0});
    population.initial_states = {{2.0}, {3.0}};
    const Outcome out = run<Decay, 4>(population);
    EXPECT_NEAR(out.state(0, 0), 2.0 * std::exp(-1.0), 1e-9);
    EXPECT_NEAR(out.state(0, 1), 3.0 * std::exp(-1.0), 1e-9);
}

TEST(LaneLoop, every_twin_has_its_own_error) {
    // the twins differ a millionfold in speed; one norm for all would let the slow one cover the errors of the fast one
    Population population{.t_end = 1.0, .options = {.rtol = 1e-8, .atol = 1e-12}};
    for (const double rate : {1e-3, 1.0, 1e3, 1e6}) population.add({rate, 1.0});
    const Outcome out = run<Decay, 4>(population);
    for (int twin = 0; twin < 4; ++twin) {
        const double rate = population.parameters[static_cast<std::size_t>(twin)][0];
        EXPECT_NEAR(out.state(0, twin), std::exp(-rate), 1e-7);
    }
    EXPECT_LT(out.accepted[0], 20);
    EXPECT_GT(out.accepted[2], 5 * out.accepted[0]);
}

TEST(Status, a_solution_that_blows_up_is_contained) {
    Population population{.t_end = 2.0, .options = {.rtol = 1e-8}, .times = {0.5, 0.9, 1.5}};
    population.features = {
        {Op::maximum, 0, 0.0, 0.0, 0.5}, {Op::maximum, 0, 0.0, 0.0, 2.0}, {Op::value_at, 0, 0.0, 1.5, 1.5}};
    population.add({});
    const Outcome out = run<BlowUp, 8>(population);
    EXPECT_EQ(out.status[0], TwinStatus::step_too_small);
    EXPECT_NEAR(out.final_time[0], 1.0, 1e-6);
    EXPECT_NEAR(out.observed(0, 0), 2.0, 1e-6);
    EXPECT_NEAR(out.observed(0, 1), 10.0, 1e-4);
    EXPECT_TRUE(std::isnan(out.observed(0, 2)));
    EXPECT_NEAR(out.feature_of(0), 2.0, 1e-6);
    EXPECT_TRUE(std::isnan(out.feature_of(1)) && std::isnan(out.feature_of(2)));
}

TEST(Status, the_budget_of_steps_ends_a_twin) {
    Population population{.t_end = 1e11, .options = {.rtol = 1e-8, .atol = 1e-14, .max_steps = 50}};
    population.add({});
    const Outcome out = run<Robertson, 2>(population);
    EXPECT_EQ(out.status[0], TwinStatus::too_many_steps);
    EXPECT_EQ(out.accepted[0] + out.rejected[0], 50);
    EXPECT_LT(out.final_time[0], 1e11);
}

/// y' = -sqrt(y - p0) - 1e-3 from p0 + 1: no number once y falls below p0, which is shortly before t = 2
struct RootOfState : FullModel<1> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 1;
        return sizes;
    }
    template <class V>
    void initial(V, const V* p, const V*, V* y) const {
        y[0] = p[0] + V(1.0);
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V*, const V*, V* dy) const {
        dy[0] = -math::sqrt(y[0] - p[0]) - V(1e-3);
    }
    template <class V>
    void jacobian(V, const V* y, const V* p, const V*, const V*, V* jac) const {
        jac[0] = select(y[0] == p[0], V(0.0), V(-0.5) / math::sqrt(y[0] - p[0]));  // as differentiation guards it
    }
};

TEST(Status, rates_that_are_not_numbers_ahead_are_said_so) {
    for (const Method method : {Method::rodas4, Method::rodas5p, Method::tsit5}) {
        Population population{.t_end = 5.0, .options = {.method = method, .max_steps = 10'000}};
        for (const double floor : {0.0, 0.3, 7.0}) population.add({floor});
        const Outcome out = run<RootOfState, 2>(population);
        EXPECT_EQ(out.status, std::vector(3, TwinStatus::not_finite));
        for (const double time : out.final_time) EXPECT_NEAR(time, 2.0 - 2e-3 * std::log(1001.0), 1e-3);
    }
}

TEST(Status, a_step_that_meets_what_is_not_finite_is_made_shorter) {
    Population population{.t_end = 1.9};  // at rtol 1e-3 steps are long enough to try y < p0 before that
    population.options = {.rtol = 1e-3, .atol = 1e-3};
    population.add({0.3});
    const Outcome out = run<RootOfState, 2>(population);
    EXPECT_EQ(out.status[0], TwinStatus::ok);
    EXPECT_GT(out.rejected[0], 0);
}

TEST(Status, a_start_that_is_not_finite_is_said_so) {
    Population population{.t_end = 1.0};
    population.add({1.0, std::numeric_limits<double>::infinity()});
    population.add({1.0, std::numeric_limits<double>::quiet_NaN()});
    population.add({1.0, 1.0});
    const Outcome out = run<Decay, 2>(population);
    EXPECT_EQ(out.status, (std::vector<TwinStatus>{TwinStatus::not_finite, TwinStatus::not_finite, TwinStatus::ok}));
}

TEST(LaneLoop, the_longest_step_is_kept) {
    Population population{.t_end = 10.0, .options = {.rtol = 1e-3, .max_step = 0.25}};
    population.add({0.001, 1.0});
    EXPECT_GE((run<Decay, 1>(population).accepted[0]), 40);
}

TEST(LaneLoop, steady_states_are_reached_by_each_twin_in_its_own_time) {
    // central = rate / (CL / V) in the end, however long that takes; the area under it never settles and need not
    Population population{
        .t_end = 1e6,
        .options = {.rtol = 1e-6, .atol = 1e-9, .to_steady_state = true, .steady_tolerance = 1e-8, .steady_time = 24.0}};
    for (const double clearance : {5.0, 0.5, 50.0}) population.add({clearance, 50.0, 1.2}, {10.0});
    const Outcome out = run<OralPk, 2>(population);
    for (int twin = 0; twin < 3; ++twin) {
        const double exact = 10.0 * 50.0 / population.parameters[static_cast<std::size_t>(twin)][0];
        EXPECT_EQ(out.status[static_cast<std::size_t>(twin)], TwinStatus::ok);
        EXPECT_NEAR(out.state(1, twin), exact, 1e-6 * exact);
    }
    EXPECT_LT(out.final_time[2], out.final_time[1]);
    EXPECT_LT(out.final_time[1], 1e6);
}

TEST(LaneLoop, a_steady_state_that_is_not_reached_is_said_so) {
    Population population{.t_end = 10.0, .options = {.to_steady_state = true, .steady_time = 1000.0}};
    population.add({5.0, 50.0, 1.2}, {10.0});
    EXPECT_EQ((run<OralPk, 1>(population).status[0]), TwinStatus::no_steady_state);
}

}  // namespace
}  // namespace kohort::kernels::test
