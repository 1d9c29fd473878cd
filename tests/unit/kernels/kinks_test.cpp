// Kinks - relations in formulas that change their truth - against exact times.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace kohort::kernels::test {
namespace {

using Op = Feature::Op;
using Kind = Action::Kind;

/// y' = 1 once time >= p0 and until time > p1, else 0; the relations end steps
struct Window : FullModel<1> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 2;
        sizes.n_roots = 2;
        sizes.autonomous = false;
        return sizes;
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(0.0);
    }
    template <class V>
    void rhs(V t, const V*, const V* p, const V*, const V*, V* dy) const {
        dy[0] = truth<V>(t >= p[0]) - truth<V>(t > p[1]);
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(0.0);
    }
    template <class V>
    void roots(V t, const V*, const V* p, const V*, const V*, V* g) const {
        g[0] = t - p[0];
        g[1] = t - p[1];
    }
};

/// The same with an event where time is p0 exactly, which counts in p1
struct CountingWindow : Window {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = Window::sizes();
        sizes.n_event_roots = 1;
        sizes.n_events = 1;
        return sizes;
    }
    template <class V>
    void roots(V t, const V*, const V* p, const V*, const V*, V* g) const {
        g[0] = t - p[0];
        g[1] = t - p[0];
    }
    template <class V>
    void conditions(V t, const V*, const V* p, const V*, const V*, V* c) const {
        c[0] = truth<V>(t == p[0]);
    }
    void fire(int, double, const double*, const double* p, const double*, double*, double* p_after) const {
        p_after[1] = p[1] + 1.0;
    }
};

/// Observes whether it is p0 or earlier.
struct Deadline : Window {
    template <class V>
    void observe(V t, const V*, const V* p, const V*, const V*, V* o) const {
        o[0] = truth<V>(t <= p[0]);
    }
};

struct ObservedWindow : Window {
    template <class V>
    void observe_rate(V t, const V* y, const V* p, const V* i, const V* h, V* od) const {
        rhs(t, y, p, i, h, od);
    }
};

/// y' = 1; observes whether time is at most p0, which no rate reads
struct Flag : Window {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = Window::sizes();
        sizes.n_observed_roots = 2;
        sizes.autonomous = true;
        return sizes;
    }
    template <class V>
    void rhs(V, const V*, const V*, const V*, const V*, V* dy) const {
        dy[0] = V(1.0);
    }
    template <class V>
    void observe(V t, const V*, const V* p, const V*, const V*, V* o) const {
        o[0] = truth<V>(t <= p[0]);
    }
};

TEST(Kinks, end_steps_so_that_an_integral_over_a_window_is_exact) {
    for (const Method method : methods_of_events) {
        Population population{.t_end = 10.0, .options = {.method = method, .rtol = 1e-3, .atol = 1e-3}};
        population.add({3.7, 8.1});
        population.add({0.0, 10.0});
        population.add({-1.0, 0.0});  // the relations change at the start, and before it
        population.add({5.0, 5.0});
        const Outcome out = run<Window, 4>(population);
        EXPECT_NEAR(out.state(0, 0), 8.1 - 3.7, 1e-12);
        EXPECT_NEAR(out.state(0, 1), 10.0, 1e-12);
        EXPECT_NEAR(out.state(0, 2), 0.0, 1e-12);
        EXPECT_NEAR(out.state(0, 3), 0.0, 1e-12);
    }
}

TEST(Kinks, at_the_time_of_an_action_hide_neither) {
    Population population{.t_end = 10.0, .options = {.rtol = 1e-3}, .times = {5.0}};
    population.add({5.0, 8.0}, {}, {{5.0, 100.0, Kind::add_to_state, 0}, {8.0, 1000.0, Kind::add_to_state, 0}});
    const Outcome out = run<Window, 1>(population);
    EXPECT_NEAR(out.state(0), 1103.0, 1e-12);
    EXPECT_NEAR(out.observed(0, 0), 100.0, 1e-12);
}

TEST(Kinks, that_are_passed_over_do_not_take_an_equality_with_them) {
    for (const Method method : methods_of_events) {
        Population population{.t_end = 10.0, .options = {.method = method}};
        population.add({5.0, 20.0});
        const Outcome out = run<CountingWindow, 1>(population);
        EXPECT_EQ(out.final_parameter[1], 21.0);
        EXPECT_NEAR(out.state(0), 5.0, 1e-12);
    }
}

TEST(Kinks, that_are_passed_over_are_not_where_something_is_observed_at_the_equality) {
    for (const Method method : methods_of_events) {
        Population population{
            .t_end = 10.0, .options = {.method = method}, .times = {2.0, 3.0, 5.0, std::nextafter(5.0, 6.0), 6.0}};
        population.add({5.0, 20.0});
        const Outcome out = run<Deadline, 1>(population);
        const std::array<double, 5> expected{1.0, 1.0, 1.0, 0.0, 0.0};
        for (int time = 0; time < 5; ++time)
            EXPECT_EQ(out.observed(0, time), expected[static_cast<std::size_t>(time)]) << time;
    }
}

TEST(Kinks, that_no_rate_reads_end_steps_only_where_something_is_watched_inside) {
    for (const Method method : methods_of_events) {
        Population population{.t_end = 10.0, .options = {.method = method}, .times = {3.0, 5.0, 6.0}};
        population.add({-1.0, -1.0});  // long ago
        population.add({5.0, 7.0});
        const Outcome sampled = run<Flag, 2>(population);
        EXPECT_EQ(sampled.accepted[1], sampled.accepted[0]);
        EXPECT_EQ(sampled.observed(0, 0, 1), 1.0);
        EXPECT_EQ(sampled.observed(0, 1, 1), 1.0);
        EXPECT_EQ(sampled.observed(0, 2, 1), 0.0);
        population.features = {{Op::time_above, 0, 0.5, 0.0, 10.0}};
        const Outcome watched = run<Flag, 2>(population);
        EXPECT_GT(watched.accepted[1], watched.accepted[0]);
        EXPECT_NEAR(watched.feature_of(0, 1), 5.0, 1e-12);
    }
}

TEST(Kinks, at_the_end_of_a_window_do_not_keep_it_open) {
    for (const Method method : methods_of_events) {
        Population population{.t_end = 10.0, .options = {.method = method}};
        population.features = {{Op::maximum, 0, 0.0, 0.0, 5.0}, {Op::maximum, 0, 0.0, 5.0, 7.0}};
        population.add({0.0, 5.0}, {}, {{5.0, 100.0, Kind::add_to_state, 0}});  // 5 until the kink and the dose at 5
        population.add({5.0, 9.0});
        const Outcome out = run<ObservedWindow, 2>(population);
        EXPECT_NEAR(out.feature_of(0, 0), 5.0, 1e-12);
        EXPECT_NEAR(out.feature_of(1, 0), 105.0, 1e-12);
        EXPECT_NEAR(out.feature_of(0, 1), 0.0, 1e-12);
        EXPECT_NEAR(out.feature_of(1, 1), 2.0, 1e-12);
    }
}

}  // namespace
}  // namespace kohort::kernels::test
