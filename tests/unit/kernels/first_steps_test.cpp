// How long the first step after a start or a change is: from the slopes where a model multiplies by its Jacobian, else from a probe.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

namespace kohort::kernels::test {
namespace {

constexpr Method stiff_methods[] = {Method::rodas4, Method::rodas4p2, Method::rodas5p};

/// Without the product.
template <class Model>
struct ByProbe : Model {
    void jacobian_times() const {}
};
static_assert(MultipliesByJacobian<OralPk, Lanes<8>> && !MultipliesByJacobian<ByProbe<OralPk>, Lanes<8>>);

TEST(FirstSteps, follow_the_first_two_derivatives_of_the_solution) {
    // y = sin(t + 1): both parts of the second derivative are 1000 times as large as their sum
    const double scale = 1.0 / (1e-6 * std::sin(1.0) + 1e-9);
    for (const Method method : stiff_methods) {
        Population population{.t_end = 1e3, .options = {.method = method, .rtol = 1e-6, .atol = 1e-9, .max_steps = 1}};
        population.add({});
        const Outcome out = run<ProtheroRobinson, 1>(population);
        EXPECT_EQ(out.accepted[0], 1);
        const int order = method == Method::rodas5p ? Rodas5P::error_order : Rodas4::error_order;
        const double exact = first_step(std::cos(1.0) * scale, std::sin(1.0) * scale, 1e3, order);
        EXPECT_NEAR(out.final_time[0], exact, 1e-3 * exact);  // tolerances are counted roughly
    }
}

TEST(FirstSteps, are_those_of_a_probe_where_rates_are_linear) {
    for (const Method method : stiff_methods) {
        Population population{.t_end = 48.0, .options = {.method = method, .rtol = 1e-5, .atol = 1e-7}};
        for (int time = 0; time <= 32; ++time) population.times.push_back(1.5 * time);
        for (int twin = 0; twin < 9; ++twin) {
            std::vector<Action> actions;
            for (int dose = 0; dose < 4; ++dose)
                actions.push_back({0.7 * twin + 10.0 * dose, 80.0, Action::Kind::add_to_state, 0});
            actions.push_back({42.0, 20.0, Action::Kind::add_to_input, 0});
            population.add({5.0 + twin, 50.0, 1.2}, {0.0}, actions);
        }
        const Outcome by_jacobian = run<OralPk, 4>(population);
        const Outcome by_probe = run<ByProbe<OralPk>, 4>(population);
        EXPECT_EQ(by_jacobian.accepted, by_probe.accepted);
        EXPECT_EQ(by_jacobian.rejected, by_probe.rejected);
        for (std::size_t value = 0; value < by_probe.observation.size(); ++value) {
            // a difference of rates over a short time is good to some nine digits, and so are lengths of steps
            EXPECT_NEAR(by_jacobian.observation[value], by_probe.observation[value], 1e-8);
        }
    }
}

/// y' = 1 + p0 sqrt(y), y(0) = p1: the slope is infinite at 0
struct RootOfGrowth : FullModel<1> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 2;
        return sizes;
    }
    template <class V>
    void initial(V, const V* p, const V*, V* y) const {
        y[0] = p[1];
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V*, const V*, V* dy) const {
        dy[0] = fma(p[0], math::sqrt(y[0]), V(1.0));
    }
    template <class V>
    void jacobian(V, const V* y, const V* p, const V*, const V*, V* jac) const {
        jac[0] = V(0.5) * p[0] / math::sqrt(y[0]);
    }
};

TEST(FirstSteps, come_from_a_probe_in_the_lanes_whose_slopes_are_infinite) {
    for (const Method method : stiff_methods) {
        const auto alone = [&](double start, auto run_it) {
            Population population{.t_end = 4.0, .options = {.method = method}, .times = {1.0, 4.0}};
            population.add({0.5, start});
            return run_it(population);
        };
        const auto by_jacobian = [](const Population& population) { return run<RootOfGrowth, 1>(population); };
        const auto by_probe = [](const Population& population) { return run<ByProbe<RootOfGrowth>, 1>(population); };
        Population population{.t_end = 4.0, .options = {.method = method}, .times = {1.0, 4.0}};
        for (const double start : {1.0, 0.0, 2.0}) population.add({0.5, start});
        const Outcome together = run<RootOfGrowth, 4>(population);
        EXPECT_EQ(together.status, std::vector(3, TwinStatus::ok));
        for (const std::int64_t twin : {0, 1, 2}) {
            const double start = population.parameters[static_cast<std::size_t>(twin)][1];
            const Outcome single = start == 0.0 ? alone(start, by_probe) : alone(start, by_jacobian);
            for (const int time : {0, 1}) EXPECT_EQ(together.observed(0, time, twin), single.observed(0, time));
            EXPECT_EQ(together.accepted[static_cast<std::size_t>(twin)], single.accepted[0]);
        }
    }
}

}  // namespace
}  // namespace kohort::kernels::test
