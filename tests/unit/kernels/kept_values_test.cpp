// Rates of the first stage that read what the Jacobian of the step left behind the hoisted values.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kohort::kernels::test {
namespace {

/// Doses into a depot, and an elimination that saturates, with infusions: depot, central [mg]. p: KA, most; u: infusion; h: most / 2
struct Saturating : FullModel<2> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 2;
        sizes.n_inputs = 1;
        sizes.n_hoisted = 1;
        return sizes;
    }
    template <class V>
    void hoist(const V* p, const V*, V* h) const {
        h[0] = V(0.5) * p[1];
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(3.0);
        y[1] = V(0.5);
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V* u, const V* h, V* dy) const {
        rates_with(math::tanh(y[1]), y, p, u, h, dy);
    }
    template <class V>
    void jacobian(V, const V* y, const V* p, const V*, const V* h, V* jac) const {
        jacobian_with(math::tanh(y[1]), p, h, jac);
    }

protected:
    template <class V>
    static void rates_with(V saturation, const V* y, const V* p, const V* u, const V* h, V* dy) {
        dy[0] = -p[0] * y[0];
        dy[1] = p[0] * y[0] + u[0] - h[0] * saturation;
    }
    template <class V>
    static void jacobian_with(V saturation, const V* p, const V* h, V* jac) {
        jac[0] = -p[0];
        jac[1] = V(0.0);
        jac[2] = p[0];
        jac[3] = -h[0] * (V(1.0) - saturation * saturation);
    }
};

/// The same, and its Jacobian leaves the saturation times `percent` / 100.
template <int percent>
struct Keeping : Saturating {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = Saturating::sizes();
        sizes.n_kept = 1;
        return sizes;
    }
    template <class V>
    void keeping_jacobian(V, const V* y, const V* p, const V*, const V* h, V* kept, V* jac) const {
        const V saturation = math::tanh(y[1]);
        kept[0] = V(percent / 100.0) * saturation;
        jacobian_with(saturation, p, h, jac);
    }
    template <class V>
    void rates_after_jacobian(V, const V* y, const V* p, const V* u, const V* h, V* dy) const {
        rates_with(h[1], y, p, u, h, dy);
    }
};

Population dosed(Method method) {
    Population population{.t_end = 24.0, .options = {.method = method, .rtol = 1e-5, .atol = 1e-8}};
    for (int time = 0; time <= 16; ++time) population.times.push_back(1.5 * time);
    for (int twin = 0; twin < 19; ++twin) {
        const double start = 0.3 * twin;
        population.add({0.4 + 0.1 * twin, 1.0 + 0.2 * twin}, {0.0},
                       {{start, 2.0, Action::Kind::add_to_state, 0},
                        {start + 4.0, 0.5, Action::Kind::set_input, 0},
                        {start + 9.0, 0.0, Action::Kind::set_input, 0}});
    }
    return population;
}

template <class Model, int W>
void expect_same_as_without(const Population& population) {
    const Outcome kept = run<Model, W>(population);
    const bool in_floats = StagesInFloats<Model>;
    const Outcome without = in_floats ? run<InMixedPrecision<Saturating>, W>(population) : run<Saturating, W>(population);
    EXPECT_EQ(kept.observation, without.observation);
    EXPECT_EQ(kept.final_state, without.final_state);
    EXPECT_EQ(kept.accepted, without.accepted);
    EXPECT_EQ(kept.rejected, without.rejected);
    EXPECT_TRUE(std::ranges::all_of(kept.status, [](TwinStatus status) { return status == TwinStatus::ok; }));
}

class KeptValues : public testing::TestWithParam<Method> {};
INSTANTIATE_TEST_SUITE_P(Methods, KeptValues, testing::Values(Method::rodas4, Method::rodas4p2, Method::rodas5p));

TEST_P(KeptValues, change_no_bit) {
    const Population population = dosed(GetParam());
    expect_same_as_without<Keeping<100>, 1>(population);
    expect_same_as_without<Keeping<100>, 8>(population);
    expect_same_as_without<InMixedPrecision<Keeping<100>>, 16>(population);
}

TEST_P(KeptValues, are_what_the_first_stage_reads) {
    const Population population = dosed(GetParam());
    EXPECT_NE((run<Keeping<101>, 8>(population).observation), (run<Saturating, 8>(population).observation));
}

}  // namespace
}  // namespace kohort::kernels::test
