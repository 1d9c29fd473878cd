// The methods by themselves: order, exactness, published reference solutions.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

#include <array>

namespace kohort::kernels::test {
namespace {

constexpr Method all_methods[] = {Method::rodas4, Method::rodas4p2, Method::rodas5p, Method::tsit5};
constexpr Method stiff_methods[] = {Method::rodas4, Method::rodas4p2, Method::rodas5p};

constexpr int first_state = 0;
constexpr StateList only{&first_state, 1};

/// One step of length h of a method by itself, on the scalar.
template <class Tableau, class Model>
double error_after(int steps, double t_end, double exact) {
    const Model model;
    Workspace<double> w;
    std::vector<char> memory(w.lay_out(model.sizes(), 0, nullptr));
    w.lay_out(model.sizes(), 0, memory.data());
    w.absolute_tolerance[0] = 1.0;
    const ModelCalls<Model, double> calls{model, w.parameter, w.input, w.hoisted};
    const StageCalls<Model, double> stages(calls, w);
    model.initial(0.0, w.parameter, w.input, w.y);
    const double h = t_end / steps;
    for (int step = 0; step < steps; ++step) {
        const double t = step * h;
        if constexpr (std::is_same_v<Tableau, Tsit5>) {
            calls.rates(t, w.y, w.stage);
            explicit_step<Tableau>(calls, t, h, (step + 1) * h, 1.0, w);
        } else {
            rosenbrock_step<Tableau>(stages, t, h, (step + 1) * h, 1.0, false, {}, w);
        }
        w.y[0] = w.y_new[0];
    }
    return std::fabs(w.y[0] - exact);
}

/// A Rosenbrock method in the form of Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed., 1996, section IV.7.
template <class Tableau>
struct Coefficients {
    static constexpr int s = Tableau::n_stages;
    double alpha[s][s] = {};
    double beta[s][s] = {};  // alpha + gamma, the diagonal with it
    double b[s] = {};

    /// From the form without products of matrices and vectors: gamma_ij is the inverse of I / gamma - c, and a = alpha gamma_ij^-1.
    Coefficients() {
        double inverse[s][s] = {};
        for (int column = 0; column < s; ++column) {
            for (int row = column; row < s; ++row) {
                double sum = row == column ? 1.0 : 0.0;
                for (int j = column; j < row; ++j) sum += Tableau::c[row][j] * inverse[j][column];
                inverse[row][column] = Tableau::gamma * sum;
            }
        }
        for (int row = 0; row < s; ++row) {
            for (int column = 0; column <= row; ++column) {
                for (int j = column; j < row; ++j) alpha[row][column] += a(row, j) * inverse[j][column];
                beta[row][column] = alpha[row][column] + inverse[row][column];
            }
        }
        for (int column = 0; column < s; ++column)
            for (int j = column; j < s; ++j) b[column] += a(s, j) * inverse[j][column];
    }
    /// Rows beyond the last that is written down add the stage before, the last row of all being the weights of the new state.
    static double a(int row, int j) {
        if (row < Tableau::n_rows) return Tableau::a[row][j];
        return j < Tableau::n_rows - 1 ? Tableau::a[Tableau::n_rows - 1][j] : j < row ? 1.0 : 0.0;
    }
};

/// The greatest amount by which the conditions of order 4 (table IV.7.1 there) are missed.
template <class Tableau>
double missed_order_four() {
    const Coefficients<Tableau> m;
    constexpr int s = Tableau::n_stages;
    using Vector = std::array<double, s>;
    const auto times = [](const double(&matrix)[s][s], const Vector& x) {
        Vector product{};
        for (int row = 0; row < s; ++row)
            for (int j = 0; j < s; ++j) product[row] += matrix[row][j] * x[j];
        return product;
    };
    const auto by_element = [](const Vector& x, const Vector& y) {
        Vector product{};
        for (int row = 0; row < s; ++row) product[row] = x[row] * y[row];
        return product;
    };
    const auto weighed = [&](const Vector& x) { return std::inner_product(x.begin(), x.end(), m.b, 0.0); };
    Vector one;
    one.fill(1.0);
    const Vector alpha = times(m.alpha, one);
    const Vector beta = times(m.beta, one);
    for (int stage = 0; stage < s; ++stage) {
        EXPECT_NEAR(alpha[stage], Tableau::alpha[stage], 1e-13);
        EXPECT_NEAR(beta[stage] - alpha[stage], Tableau::d[stage], 1e-12);
    }
    const Vector squared = by_element(alpha, alpha);
    const double missed[] = {weighed(one) - 1.0,
                             weighed(beta) - 1.0 / 2.0,
                             weighed(squared) - 1.0 / 3.0,
                             weighed(times(m.beta, beta)) - 1.0 / 6.0,
                             weighed(by_element(squared, alpha)) - 1.0 / 4.0,
                             weighed(by_element(alpha, times(m.alpha, beta))) - 1.0 / 8.0,
                             weighed(times(m.beta, squared)) - 1.0 / 12.0,
                             weighed(times(m.beta, times(m.beta, beta))) - 1.0 / 24.0};
    double greatest = 0.0;
    for (const double amount : missed) greatest = std::max(greatest, std::fabs(amount));
    return greatest;
}

/// Error of the dense output in the middle of a first step of length h.
template <class Tableau>
double error_inside(double h) {
    const Bell model;
    Workspace<double> w;
    std::vector<char> memory(w.lay_out(model.sizes(), 0, nullptr));
    w.lay_out(model.sizes(), 0, memory.data());
    w.absolute_tolerance[0] = 1.0;
    const ModelCalls<Bell, double> calls{model, w.parameter, w.input, w.hoisted};
    const StageCalls<Bell, double> stages(calls, w);
    const double t = 0.5;  // where no symmetry hides an error
    w.y[0] = 1.0 / (1.0 + t * t);
    if constexpr (std::is_same_v<Tableau, Tsit5>) {
        calls.rates(t, w.y, w.stage);
        explicit_step<Tableau>(calls, t, h, t + h, 1.0, w);
        explicit_dense<Tableau>(1, only, h, w);
    } else {
        rosenbrock_step<Tableau>(stages, t, h, t + h, 1.0, false, {}, w);
        rosenbrock_dense<Tableau>(1, only, w);
    }
    const DenseOutput<double> dense{w.dense, Tableau::n_dense, only};
    double worst = 0.0;
    for (const double s : {0.2, 0.4, 0.6, 0.8}) {
        double y = 0.0;
        dense.evaluate(s, &y);
        const double time = t + s * h;
        worst = std::max(worst, std::fabs(y - 1.0 / (1.0 + time * time)));
    }
    return worst;
}

template <class Tableau>
double measured_order() {
    const double exact = 1.0 / (1.0 + 4.0);
    return std::log2(error_after<Tableau, Bell>(50, 2.0, exact) / error_after<Tableau, Bell>(100, 2.0, exact));
}

// Orders are measured where the next power of h still shows: half a unit is allowed for it.
TEST(Rodas4, halving_the_step_divides_the_error_by_sixteen) { EXPECT_NEAR(measured_order<Rodas4>(), 4.0, 0.5); }
TEST(Rodas4P2, halving_the_step_divides_the_error_by_sixteen) { EXPECT_NEAR(measured_order<Rodas4P2>(), 4.0, 0.5); }
TEST(Rodas5P, halving_the_step_divides_the_error_by_thirty_two) { EXPECT_NEAR(measured_order<Rodas5P>(), 5.0, 0.5); }
TEST(Tsit5, halving_the_step_divides_the_error_by_thirty_two) { EXPECT_NEAR(measured_order<Tsit5>(), 5.0, 0.5); }

// Coefficients are given to 15 or 16 digits, and the largest are about 100.
TEST(RosenbrockMethods, meet_the_conditions_of_order_four) {
    EXPECT_LT(missed_order_four<Rodas4>(), 1e-13);
    EXPECT_LT(missed_order_four<Rodas4P2>(), 1e-13);
    EXPECT_LT(missed_order_four<Rodas5P>(), 1e-13);
}

// The stiff part follows a sine. Steinebach 2020 made the method so that order 3 is left of it, and small errors.
TEST(Rodas4P2, keeps_order_three_where_the_stiff_part_follows_something) {
    const double exact = std::sin(3.0);
    const double error = error_after<Rodas4P2, ProtheroRobinson>(20, 2.0, exact);
    EXPECT_NEAR(std::log2(error / error_after<Rodas4P2, ProtheroRobinson>(40, 2.0, exact)), 3.0, 0.3);
    EXPECT_LT(50.0 * error, (error_after<Rodas4, ProtheroRobinson>(20, 2.0, exact)));
}

// A dense output of order q has a local error of h^(q + 1).
TEST(Rodas4, dense_output_is_of_order_three) {
    EXPECT_NEAR(std::log2(error_inside<Rodas4>(0.1) / error_inside<Rodas4>(0.05)), 4.0, 0.5);
}
TEST(Rodas4P2, dense_output_is_of_order_three) {
    EXPECT_NEAR(std::log2(error_inside<Rodas4P2>(0.1) / error_inside<Rodas4P2>(0.05)), 4.0, 0.5);
}
TEST(Rodas5P, dense_output_is_of_order_four) {
    EXPECT_NEAR(std::log2(error_inside<Rodas5P>(0.1) / error_inside<Rodas5P>(0.05)), 5.0, 0.5);
}
TEST(Tsit5, dense_output_is_of_order_four) {
    EXPECT_NEAR(std::log2(error_inside<Tsit5>(0.04) / error_inside<Tsit5>(0.02)), 5.0, 0.5);
}

TEST(DenseOutput, ends_are_the_ends_of_the_step) {
    const double y = 0.1;
    const double y_new = 0.7;
    const double number[] = {y, y_new - y, 3.0, -11.0, 5.0};
    const DenseOutput<double> dense{number, 3, only};
    double value = 0.0;
    dense.evaluate(0.0, &value);
    EXPECT_EQ(value, y);
    dense.evaluate(1.0, &value);
    EXPECT_DOUBLE_EQ(value, y_new);
}

TEST(DenseOutput, a_state_that_does_not_change_is_exactly_the_same_inside) {
    const double y = 1.0 / 3.0;
    const double number[] = {y, 0.0, 0.0, 0.0, 0.0};
    const DenseOutput<double> dense{number, 3, only};
    for (double s = 0.0; s <= 1.0; s += 0.01) {
        double value = 0.0;
        dense.evaluate(s, &value);
        EXPECT_EQ(value, y);
    }
}

TEST(Methods, tight_tolerances_reach_an_exponential) {
    for (const Method method : all_methods) {
        Population population{.t_end = 3.0, .options = {.method = method, .rtol = 1e-11, .atol = 1e-13}};
        population.add({1.5, 2.0});
        const Outcome out = run<Decay, 1>(population);
        EXPECT_EQ(out.status[0], TwinStatus::ok);
        EXPECT_EQ(out.final_time[0], 3.0);
        EXPECT_NEAR(out.state(0), 2.0 * std::exp(-4.5), 1e-11);
    }
}

TEST(Methods, the_error_falls_with_the_tolerance) {
    for (const Method method : all_methods) {
        double last = 1.0;
        for (const double rtol : {1e-4, 1e-6, 1e-8, 1e-10}) {
            Population population{.t_end = 2.0, .options = {.method = method, .rtol = rtol, .atol = rtol}};
            population.add({});
            const double error = std::fabs(run<Bell, 1>(population).state(0) - 0.2);
            EXPECT_LT(error, 10.0 * rtol);
            EXPECT_LT(error, last);
            last = error;
        }
    }
}

TEST(Methods, a_stiff_linear_system_follows_its_exact_solution) {
    for (const Method method : stiff_methods) {
        Population population{.t_end = 2.0, .options = {.method = method, .rtol = 1e-9, .atol = 1e-11}};
        population.times = {0.0, 1e-4, 1e-3, 1e-2, 0.1, 0.5, 1.0, 2.0};
        population.add({});
        const Outcome out = run<StiffLinear, 1>(population);
        for (int time = 0; time < 8; ++time) {
            const double t = population.times[static_cast<std::size_t>(time)];
            // the dense output may be an order worse than the ends of steps
            EXPECT_NEAR(out.observed(0, time), std::exp(-t) + std::exp(-1000.0 * t), 2e-8) << t;
            EXPECT_NEAR(out.observed(1, time), std::exp(-t) - std::exp(-1000.0 * t), 2e-8) << t;
        }
        EXPECT_LT(out.accepted[0], 2000);
    }
}

/// Digits that agree with a published reference: the smallest over the states of -log10 of the relative error.
template <class Model>
double digits(Method method, double t_end, double rtol, double atol, const std::vector<double>& reference) {
    Population population{.t_end = t_end, .options = {.method = method, .rtol = rtol, .atol = atol}};
    population.add({});
    const Outcome out = run<Model, 1>(population);
    EXPECT_EQ(out.status[0], TwinStatus::ok);
    double worst = 99.0;
    for (std::size_t state = 0; state < reference.size(); ++state) {
        const double error = std::fabs(out.state(static_cast<int>(state)) / reference[state] - 1.0);
        worst = std::min(worst, -std::log10(error));
    }
    std::cout << "[ measured ] " << worst << " digits, " << out.accepted[0] << " + " << out.rejected[0] << " steps\n";
    return worst;
}

// Reference solutions as published (Mazzia and Magherini, Test Set for IVP Solvers, release 2.4, 2008). At a relative
// tolerance of 1e-10 to 1e-12 a solver with a sound error estimate keeps all but two or three digits of it.
TEST(Reference, robertson_to_1e11) {
    const std::vector<double> reference = {0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050};
    for (const Method method : stiff_methods) EXPECT_GT(digits<Robertson>(method, 1e11, 1e-10, 1e-20, reference), 8.0);
}

TEST(Reference, hires) {
    const std::vector<double> reference = {0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4,
                                           0.1175651343283149e-2, 0.2386356198831331e-2, 0.6238968252742796e-2,
                                           0.2849998395185769e-2, 0.2850001604814231e-2};
    for (const Method method : stiff_methods) EXPECT_GT(digits<Hires>(method, 321.8122, 1e-11, 1e-15, reference), 8.0);
}

TEST(Reference, van_der_pol) {
    const std::vector<double> reference = {0.1706167732170469e1, -0.8928097010248125e-3};
    for (const Method method : stiff_methods)
        EXPECT_GT(digits<VanDerPol>(method, 2000.0, 1e-10, 1e-13, reference), 7.0);
}

}  // namespace
}  // namespace kohort::kernels::test
