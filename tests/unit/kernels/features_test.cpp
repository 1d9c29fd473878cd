// Features against exact values, on the solution (sin t, cos t).
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

#include <numbers>

namespace kohort::kernels::test {
namespace {

using Op = Feature::Op;
using std::numbers::pi;

/// x = sin t, y = cos t, and the area under x; observes x, the area, and a constant NaN where p0 is NaN
struct Circle : FullModel<3> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 1;
        sizes.n_integrals = 1;
        return sizes;
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(0.0);
        y[1] = V(1.0);
        y[2] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V*, const V*, const V*, V* dy) const {
        dy[0] = y[1];
        dy[1] = -y[0];
        dy[2] = y[0];
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        for (int i = 0; i < 9; ++i) jac[i] = V(0.0);
        jac[1] = V(1.0);
        jac[3] = V(-1.0);
        jac[6] = V(1.0);
    }
    template <class V>
    void observe(V, const V* y, const V* p, const V*, const V*, V* o) const {
        o[0] = y[0];
        o[1] = y[2];
        o[2] = p[0];
    }
    template <class V>
    void observe_rate(V, const V* y, const V*, const V*, const V*, V* od) const {
        od[0] = y[1];
        od[1] = y[0];
        od[2] = V(0.0);
    }
};

struct WithRate : Decay {
    template <class V>
    void observe_rate(V, const V* y, const V* p, const V*, const V*, V* od) const {
        od[0] = -p[0] * y[0];
    }
};

Outcome features_of(std::vector<Feature> features, Method method = Method::rodas5p, double p = 0.0, double t_end = 10.0) {
    Population population{.t_end = t_end, .options = {.method = method, .rtol = 1e-10, .atol = 1e-12}};
    population.features = std::move(features);
    population.add({p});
    return run<Circle, 2>(population);
}

// Tolerances of 1e-10 leave 1e-9 after ten units of time; a time of an extreme feels errors of the state directly.
constexpr double close_enough = 1e-8;

class ExactFeatures : public testing::TestWithParam<Method> {};
INSTANTIATE_TEST_SUITE_P(Methods, ExactFeatures, testing::Values(Method::rodas4, Method::rodas5p, Method::tsit5));

TEST_P(ExactFeatures, extremes_inside_a_window) {
    const Outcome out = features_of({{Op::maximum, 0, 0.0, 0.0, 10.0},
                                     {Op::time_of_maximum, 0, 0.0, 0.0, 7.0},
                                     {Op::minimum, 0, 0.0, 0.0, 10.0},
                                     {Op::time_of_minimum, 0, 0.0, 0.0, 10.0},
                                     {Op::time_of_maximum, 0, 0.0, 4.0, 9.0}},
                                    GetParam());
    EXPECT_NEAR(out.feature_of(0), 1.0, close_enough);
    EXPECT_NEAR(out.feature_of(1), 0.5 * pi, close_enough);
    EXPECT_NEAR(out.feature_of(2), -1.0, close_enough);
    EXPECT_NEAR(out.feature_of(3), 1.5 * pi, close_enough);
    EXPECT_NEAR(out.feature_of(4), 2.5 * pi, close_enough);
}

TEST_P(ExactFeatures, extremes_at_the_ends_of_a_window) {
    const Outcome out = features_of({{Op::maximum, 0, 0.0, 2.0, 4.0},
                                     {Op::time_of_maximum, 0, 0.0, 2.0, 4.0},
                                     {Op::minimum, 0, 0.0, 2.0, 4.0},
                                     {Op::time_of_minimum, 0, 0.0, 2.0, 4.0}},
                                    GetParam());
    EXPECT_NEAR(out.feature_of(0), std::sin(2.0), close_enough);
    EXPECT_EQ(out.feature_of(1), 2.0);
    EXPECT_NEAR(out.feature_of(2), std::sin(4.0), close_enough);
    EXPECT_EQ(out.feature_of(3), 4.0);
}

TEST_P(ExactFeatures, times_beyond_a_threshold) {
    const Outcome out = features_of({{Op::time_above, 0, 0.5, 0.0, 10.0},
                                     {Op::time_below, 0, 0.5, 0.0, 10.0},
                                     {Op::first_above, 0, 0.5, 0.0, 10.0},
                                     {Op::first_below, 0, -0.5, 0.0, 10.0},
                                     {Op::first_above, 0, 0.5, 1.0, 10.0},
                                     {Op::first_above, 0, 0.5, 3.0, 10.0},
                                     {Op::first_above, 0, 1.5, 0.0, 10.0},
                                     {Op::time_above, 0, -2.0, 1.0, 9.0},
                                     {Op::time_above, 0, 2.0, 1.0, 9.0}},
                                    GetParam());
    EXPECT_NEAR(out.feature_of(0), 4.0 / 3.0 * pi, close_enough);  // sin t > 1/2 for two thirds of pi in each period
    EXPECT_NEAR(out.feature_of(1), 10.0 - 4.0 / 3.0 * pi, close_enough);
    EXPECT_NEAR(out.feature_of(2), pi / 6.0, close_enough);
    EXPECT_NEAR(out.feature_of(3), 7.0 / 6.0 * pi, close_enough);
    EXPECT_EQ(out.feature_of(4), 1.0);
    EXPECT_NEAR(out.feature_of(5), 13.0 / 6.0 * pi, close_enough);
    EXPECT_TRUE(std::isnan(out.feature_of(6)));
    EXPECT_NEAR(out.feature_of(7), 8.0, 1e-12);
    EXPECT_EQ(out.feature_of(8), 0.0);
}

TEST_P(ExactFeatures, integrals_and_values) {
    const Outcome out = features_of({{Op::integral, 1, 0.0, 0.0, 3.0},
                                     {Op::integral, 1, 0.0, 1.0, 2.5},
                                     {Op::value_at, 0, 0.0, 1.7, 0.0},
                                     {Op::value_at, 0, 0.0, 0.0, 0.0},
                                     {Op::value_at, 0, 0.0, 10.0, 0.0},
                                     {Op::integral, 1, 0.0, 2.0, 2.0},
                                     {Op::maximum, 0, 0.0, 2.0, 2.0}},
                                    GetParam());
    EXPECT_NEAR(out.feature_of(0), 1.0 - std::cos(3.0), close_enough);
    EXPECT_NEAR(out.feature_of(1), std::cos(1.0) - std::cos(2.5), close_enough);
    EXPECT_NEAR(out.feature_of(2), std::sin(1.7), close_enough);
    EXPECT_EQ(out.feature_of(3), 0.0);
    EXPECT_NEAR(out.feature_of(4), std::sin(10.0), close_enough);
    EXPECT_EQ(out.feature_of(5), 0.0);
    EXPECT_NEAR(out.feature_of(6), std::sin(2.0), close_enough);
}

TEST(Features, windows_that_are_not_covered_have_no_value) {
    const Outcome out = features_of({{Op::maximum, 0, 0.0, -1.0, 5.0},
                                     {Op::maximum, 0, 0.0, 5.0, 11.0},
                                     {Op::maximum, 0, 0.0, 5.0, 4.0},
                                     {Op::value_at, 0, 0.0, 11.0, 11.0}});
    for (int feature = 0; feature < 4; ++feature) EXPECT_TRUE(std::isnan(out.feature_of(feature))) << feature;
}

TEST(Features, an_observable_that_is_nan_gives_nan) {
    const Outcome out = features_of({{Op::maximum, 2, 0.0, 0.0, 5.0},
                                     {Op::minimum, 2, 0.0, 0.0, 5.0},
                                     {Op::time_of_maximum, 2, 0.0, 0.0, 5.0},
                                     {Op::time_above, 2, 0.0, 0.0, 5.0},
                                     {Op::value_at, 2, 0.0, 3.0, 3.0}},
                                    Method::rodas4, std::nan(""));
    EXPECT_EQ(out.status[0], TwinStatus::ok);
    for (int feature = 0; feature < 5; ++feature) EXPECT_TRUE(std::isnan(out.feature_of(feature))) << feature;
}

TEST(Features, a_jump_counts_from_its_new_value_on) {
    // the state is set to 5 at time 1: the maximum of a window across it is 5 there, and the crossing is that time
    Population population{.t_end = 2.0, .options = {.rtol = 1e-8, .atol = 1e-10}};
    population.features = {{Op::maximum, 0, 0.0, 0.0, 2.0},     {Op::time_of_maximum, 0, 0.0, 0.0, 2.0},
                           {Op::first_above, 0, 4.0, 0.0, 2.0}, {Op::maximum, 0, 0.0, 0.0, 1.0},
                           {Op::maximum, 0, 0.0, 1.0, 2.0},     {Op::minimum, 0, 0.0, 0.5, 2.0}};
    population.add({1.0, 1.0}, {}, {{1.0, 5.0, Action::Kind::set_state, 0}});
    const Outcome out = run<WithRate, 1>(population);
    EXPECT_EQ(out.feature_of(0), 5.0);
    EXPECT_EQ(out.feature_of(1), 1.0);
    EXPECT_EQ(out.feature_of(2), 1.0);
    EXPECT_EQ(out.feature_of(3), 1.0);  // a window ends before what happens at its end
    EXPECT_EQ(out.feature_of(4), 5.0);  // and begins after what happens at its start
    EXPECT_NEAR(out.feature_of(5), std::exp(-1.0), 1e-7);
}

/// x = t exactly, in steps as long as max_step lets them be; observes sin(20 x)
struct Wiggle : FullModel<1> {
    static constexpr ModelSizes sizes() { return full_sizes(); }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(0.0);
    }
    template <class V>
    void rhs(V, const V*, const V*, const V*, const V*, V* dy) const {
        dy[0] = V(1.0);
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(0.0);
    }
    template <class V>
    void observe(V, const V* y, const V*, const V*, const V*, V* o) const {
        o[0] = from_lanes<V>([&](int lane) { return std::sin(20.0 * get_lane(y[0], lane)); });
    }
    template <class V>
    void observe_rate(V, const V* y, const V*, const V*, const V*, V* od) const {
        od[0] = from_lanes<V>([&](int lane) { return 20.0 * std::cos(20.0 * get_lane(y[0], lane)); });
    }
};

TEST(Features, an_observable_that_swings_six_times_in_a_step_is_resolved) {
    Population population{.t_end = 10.0, .options = {.rtol = 1e-6, .max_step = 2.0}};
    population.features = {{Op::time_above, 0, 0.5, 0.0, 10.0},
                           {Op::time_below, 0, 0.5, 0.0, 10.0},
                           {Op::first_below, 0, -0.99, 0.0, 10.0},
                           {Op::maximum, 0, 0.0, 1.0, 9.0},
                           {Op::time_of_minimum, 0, 0.0, 0.0, 0.3}};
    population.add({});
    const Outcome out = run<Wiggle, 2>(population);
    double above = 0.0;  // sin(20 t) > 1/2 from pi/6 to 5 pi/6 in each period
    for (int period = 0; period < 32; ++period) {
        const double from = (2.0 * pi * period + pi / 6.0) / 20.0;
        above += std::max(0.0, std::min(10.0, from + pi / 30.0) - from);
    }
    EXPECT_NEAR(out.feature_of(0), above, 1e-9);
    EXPECT_NEAR(out.feature_of(1), 10.0 - above, 1e-9);
    EXPECT_NEAR(out.feature_of(2), (pi + std::asin(0.99)) / 20.0, 1e-9);
    EXPECT_NEAR(out.feature_of(3), 1.0, 1e-12);
    EXPECT_NEAR(out.feature_of(4), 1.5 * pi / 20.0, 1e-9);
}

/// x = t exactly; observes 1 - (x - 5.05)^2
struct Hump : Wiggle {
    template <class V>
    void observe(V, const V* y, const V*, const V*, const V*, V* o) const {
        const V x = y[0] - V(5.05);
        o[0] = V(1.0) - x * x;
    }
    template <class V>
    void observe_rate(V, const V* y, const V*, const V*, const V*, V* od) const {
        od[0] = V(-2.0) * (y[0] - V(5.05));
    }
};

TEST(Features, a_threshold_passed_and_passed_back_within_a_third_of_a_step) {
    Population population{.t_end = 10.0, .options = {.rtol = 1e-6}};
    population.features = {{Op::time_above, 0, 1.0 - 1e-4, 0.0, 10.0},
                           {Op::time_below, 0, 1.0 - 1e-4, 0.0, 10.0},
                           {Op::first_above, 0, 1.0 - 1e-4, 0.0, 10.0},
                           {Op::first_below, 0, 1.0 - 1e-4, 5.045, 10.0}};
    population.add({});
    const Outcome out = run<Hump, 2>(population);
    EXPECT_NEAR(out.feature_of(0), 0.02, 1e-12);
    EXPECT_NEAR(out.feature_of(1), 9.98, 1e-12);
    EXPECT_NEAR(out.feature_of(2), 5.04, 1e-12);
    EXPECT_NEAR(out.feature_of(3), 5.06, 1e-12);
}

TEST(Batch, tells_the_largest_size_of_each_state) {
    Population population{.t_end = 10.0, .options = {.rtol = 1e-8, .max_step = 0.01}};
    population.add({0.0});
    const Outcome out = run<Circle, 2>(population);
    EXPECT_NEAR(out.largest_state[0], 1.0, 2e-5);
    EXPECT_EQ(out.largest_state[1], 1.0);
    EXPECT_NEAR(out.largest_state[2], 2.0, 2e-5);
}

}  // namespace
}  // namespace kohort::kernels::test
