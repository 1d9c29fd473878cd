// Events against exact times.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

namespace kohort::kernels::test {
namespace {

using Op = Feature::Op;
using Kind = Action::Kind;

// --- models ---

/// Height and velocity of a ball that loses the share 1 - p1 of its velocity at each bounce; p0 gravity, p2 counts bounces.
struct Ball : FullModel<2> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 3;
        sizes.n_roots = sizes.n_event_roots = sizes.n_events = 1;
        return sizes;
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(1.0);
        y[1] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V*, const V*, V* dy) const {
        dy[0] = y[1];
        dy[1] = -p[0];
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        jac[0] = jac[2] = jac[3] = V(0.0);
        jac[1] = V(1.0);
    }
    template <class V>
    void roots(V, const V* y, const V*, const V*, const V*, V* g) const {
        g[0] = y[0];
    }
    template <class V>
    void conditions(V, const V* y, const V*, const V*, const V*, V* c) const {
        c[0] = truth<V>(y[0] < V(0.0));
    }
    void fire(int, double, const double* y, const double* p, const double*, double* y_after, double* p_after) const {
        y_after[1] = -p[1] * y[1];
        p_after[2] = p[2] + 1.0;
    }
};

/// x' = p0, count' = 0. Events: 0: x > p1 counts 1; 1: time == p2 counts 100; 2: x > p3 sets x = p3 and p0 = 0
struct Ramp : FullModel<2> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 4;
        sizes.n_roots = sizes.n_event_roots = sizes.n_events = 3;
        return sizes;
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = y[1] = V(0.0);
    }
    template <class V>
    void rhs(V, const V*, const V* p, const V*, const V*, V* dy) const {
        dy[0] = p[0];
        dy[1] = V(0.0);
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        for (int i = 0; i < 4; ++i) jac[i] = V(0.0);
    }
    template <class V>
    void roots(V t, const V* y, const V* p, const V*, const V*, V* g) const {
        g[0] = y[0] - p[1];
        g[1] = t - p[2];
        g[2] = y[0] - p[3];
    }
    template <class V>
    void conditions(V t, const V* y, const V* p, const V*, const V*, V* c) const {
        c[0] = truth<V>(y[0] > p[1]);
        c[1] = truth<V>(t == p[2]);
        c[2] = truth<V>(y[0] > p[3]);
    }
    void fire(int event, double, const double* y, const double* p, const double*, double* y_after, double* p_after) const {
        if (event == 0) y_after[1] = y[1] + 1.0;
        if (event == 1) y_after[1] = y[1] + 100.0;
        if (event == 2) {
            y_after[0] = p[3];
            p_after[0] = 0.0;
        }
    }
};

/// x' = 1; a, b, c constant. Events 0 and 1 at x > 1 swap a and b; 2 at x > 1 sets c = 7; 3 at x > 1 sets c = 8;
/// 4 at c == 8 sets x = -100 (a cascade); 5 and 6 toggle p0 without end once p0 is not 0.
struct Together : FullModel<4> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 1;
        sizes.n_roots = sizes.n_event_roots = 1;
        sizes.n_events = 7;
        return sizes;
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(0.0);
        y[1] = V(10.0);
        y[2] = V(20.0);
        y[3] = V(0.0);
    }
    template <class V>
    void rhs(V, const V*, const V*, const V*, const V*, V* dy) const {
        dy[0] = V(1.0);
        dy[1] = dy[2] = dy[3] = V(0.0);
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        for (int i = 0; i < 16; ++i) jac[i] = V(0.0);
    }
    template <class V>
    void roots(V, const V* y, const V*, const V*, const V*, V* g) const {
        g[0] = y[0] - V(1.0);
    }
    template <class V>
    void conditions(V, const V* y, const V* p, const V*, const V*, V* c) const {
        for (int event = 0; event < 4; ++event) c[event] = truth<V>(y[0] > V(1.0));
        c[4] = truth<V>(y[3] == V(8.0));
        c[5] = truth<V>(p[0] == V(1.0));
        c[6] = truth<V>(p[0] == V(2.0));
    }
    void fire(int event, double, const double* y, const double*, const double*, double* y_after, double* p_after) const {
        switch (event) {
            case 0: y_after[1] = y[2]; break;
            case 1: y_after[2] = y[1]; break;
            case 2: y_after[3] = 7.0; break;
            case 3: y_after[3] = 8.0; break;
            case 4: y_after[0] = -100.0; break;
            case 5: p_after[0] = 2.0; break;
            default: p_after[0] = 1.0; break;
        }
    }
};

/// A ball thrown up at 10 from 0.5; p2 counts when it rises above 2
struct Thrown : Ball {
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(0.5);
        y[1] = V(10.0);
    }
    template <class V>
    void roots(V, const V* y, const V*, const V*, const V*, V* g) const {
        g[0] = y[0] - V(2.0);
    }
    template <class V>
    void conditions(V, const V* y, const V*, const V*, const V*, V* c) const {
        c[0] = truth<V>(y[0] > V(2.0));
    }
    void fire(int, double, const double*, const double* p, const double*, double*, double* p_after) const {
        p_after[2] = p[2] + 1.0;
    }
};

// --- events ---

TEST(Events, a_ball_bounces_at_its_exact_times) {
    // falls sqrt(2 / g), then flies 2 e^k v / g; both are polynomials, which every method integrates exactly up to rounding
    const double gravity = 9.81;
    const double keeps = 0.8;
    const double fall = std::sqrt(2.0 / gravity);
    for (const Method method : methods_of_events) {
        Population population{.t_end = 1.0, .options = {.method = method, .rtol = 1e-6}};
        std::vector<double> heights;
        double begin = fall;
        double velocity = keeps * gravity * fall;
        for (int bounce = 0; bounce < 4; ++bounce) {
            const double top = begin + velocity / gravity;
            population.times.push_back(top);
            heights.push_back(velocity * velocity / (2.0 * gravity));
            begin += 2.0 * velocity / gravity;
            velocity *= keeps;
        }
        population.t_end = begin - 1e-6;  // before the fifth impact
        population.times.push_back(begin - 1e-3);
        heights.push_back(1e-3 * velocity / keeps - 0.5e-6 * gravity);
        population.add({gravity, keeps, 0.0});
        const Outcome out = run<Ball, 1>(population);
        EXPECT_EQ(out.status[0], TwinStatus::ok);
        EXPECT_EQ(out.final_parameter[2], 4.0);
        for (std::size_t top = 0; top < heights.size(); ++top) {
            EXPECT_NEAR(out.observed(0, static_cast<int>(top)), heights[top], 1e-12) << top;  // roundings of some steps
        }
        EXPECT_LT(out.accepted[0], 100);
    }
}

TEST(Events, fire_once_at_a_threshold_and_exactly_at_a_time) {
    Population population{.t_end = 20.0, .times = {4.9, 5.1, 10.0, 15.0}};
    population.add({1.0, 5.0, 10.0, 1e9});
    const Outcome out = run<Ramp, 2>(population);
    EXPECT_EQ(out.observed(1, 0), 0.0);
    EXPECT_EQ(out.observed(1, 1), 1.0);
    EXPECT_EQ(out.observed(1, 2), 101.0);  // the value at the time of the event is the one after it
    EXPECT_EQ(out.observed(1, 3), 101.0);
}

TEST(Events, a_condition_true_from_the_start_does_not_fire) {
    Population population{.t_end = 10.0};
    population.add({1.0, -1.0, 99.0, 1e9});
    EXPECT_EQ((run<Ramp, 1>(population).state(1)), 0.0);
}

TEST(Events, a_relation_that_starts_equal_fires_when_it_leaves) {
    Population population{.t_end = 10.0};
    population.add({1.0, 0.0, 99.0, 1e9});  // x > 0 with x(0) = 0 and rising
    const Outcome out = run<Ramp, 1>(population);
    EXPECT_EQ(out.state(1), 1.0);
    EXPECT_NEAR(out.state(0), 10.0, 1e-13);
}

TEST(Events, a_root_that_stays_zero_is_passed_once) {
    Population population{.t_end = 10.0, .options = {.first_step = 0.01}};
    population.add({1.0, 1e9, 99.0, 2.0});  // x stops at 2 and stays there exactly
    const Outcome out = run<Ramp, 4>(population);
    EXPECT_EQ(out.status[0], TwinStatus::ok);
    EXPECT_EQ(out.state(0), 2.0);
    EXPECT_EQ(out.final_parameter[0], 0.0);
    EXPECT_LT(out.accepted[0] + out.rejected[0], 40);
}

TEST(Events, actions_fire_conditions_that_they_make_true) {
    Population population{.t_end = 10.0, .times = {3.0}};
    population.add({0.0, 5.0, 99.0, 1e9}, {},
                   {{3.0, 6.0, Kind::set_state, 0}, {4.0, 0.0, Kind::set_state, 0}, {5.0, 7.0, Kind::set_state, 0}});
    population.add({0.0, 5.0, 99.0, 1e9}, {}, {{0.0, 6.0, Kind::set_state, 0}});
    const Outcome out = run<Ramp, 2>(population);
    EXPECT_EQ(out.observed(1, 0, 0), 1.0);
    EXPECT_EQ(out.state(1, 0), 2.0);
    EXPECT_EQ(out.state(1, 1), 1.0);
}

TEST(Events, together_use_the_values_from_before_and_the_later_assignment_wins) {
    Population population{.t_end = 3.0};
    population.add({0.0});
    const Outcome out = run<Together, 1>(population);
    EXPECT_EQ(out.state(1), 20.0);
    EXPECT_EQ(out.state(2), 10.0);
    EXPECT_EQ(out.state(3), 8.0);
    EXPECT_NEAR(out.state(0), -98.0, 1e-13);  // the cascade came at time 1
}

TEST(Events, that_trigger_one_another_without_end_are_said_so) {
    Population population{.t_end = 3.0, .times = {0.5, 2.0}};
    population.add({0.0}, {}, {{1.5, 1.0, Kind::set_parameter, 0}});
    population.add({0.0});
    const Outcome out = run<Together, 2>(population);
    EXPECT_EQ(out.status[0], TwinStatus::event_loop);
    EXPECT_EQ(out.status[1], TwinStatus::ok);
    EXPECT_EQ(out.final_time[0], 1.5);
    EXPECT_NEAR(out.observed(0, 0, 0), 0.5, 1e-13);
    EXPECT_TRUE(std::isnan(out.observed(0, 1, 0)));
}

TEST(Events, two_crossings_inside_one_step_are_seen_when_a_third_of_it_lies_between) {
    // above 2 for most of the flight, below it at both ends; the tolerance lets one step span the flight
    Population population{.t_end = 2.0, .options = {.rtol = 1e6, .atol = 1e6}};
    population.add({10.0, 1.0, 0.0});
    const Outcome out = run<Thrown, 1>(population);
    EXPECT_EQ(out.final_parameter[2], 1.0);
    EXPECT_LE(out.accepted[0], 3);
}

TEST(Events, are_the_same_bits_for_every_width_and_beside_each_other) {
    Population population{.t_end = 4.0, .options = {.rtol = 1e-5}, .times = {0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.9}};
    population.features = {
        {Op::maximum, 0, 0.0, 1.0, 4.0}, {Op::time_above, 0, 0.2, 0.0, 4.0}, {Op::first_below, 0, 0.1, 0.0, 4.0}};
    for (int twin = 0; twin < 13; ++twin) population.add({9.81 + 0.1 * twin, 0.9 - 0.02 * twin, 0.0});
    const Outcome alone = run<Ball, 1>(population);
    const Outcome together = run<Ball, 8>(population, 2);
    EXPECT_EQ(alone.observation, together.observation);
    EXPECT_EQ(alone.feature, together.feature);
    EXPECT_EQ(alone.final_state, together.final_state);
    EXPECT_EQ(alone.final_parameter, together.final_parameter);
    EXPECT_EQ(alone.accepted, together.accepted);
    EXPECT_EQ((std::vector(13, TwinStatus::ok)), together.status);
}

}  // namespace
}  // namespace kohort::kernels::test
