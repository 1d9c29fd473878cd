// The Jacobian of every twin of the library against central differences of its rates. Generated code has the interpreter's
// bits (tests/unit/codegen), so the interpreter speaks for both.
#include "codegen/interpreter.hpp"
#include "codegen/program.hpp"
#include "simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace kohort::twins {
namespace {

/// A model at one point of its state space.
class Point {
public:
    explicit Point(const codegen::Program& program) : program_(program), model_(program) {
        for (const auto& parameter : program.model.parameters) parameter_.push_back(parameter.value);
        for (const auto& input : program.model.inputs) input_.push_back(input.default_value.value_or(1.0));
        const ModelSizes& sizes = model_.sizes();
        hoisted_.resize(static_cast<std::size_t>(sizes.n_hoisted) + 1);
        state.resize(program.rates.size());
        model_.hoist(parameter_.data(), input_.data(), hoisted_.data());
        model_.initial(0.0, parameter_.data(), input_.data(), state.data());
    }
    [[nodiscard]] std::vector<double> rates(const std::vector<double>& at) const {
        std::vector<double> rate(at.size());
        model_.rhs(0.0, at.data(), parameter_.data(), input_.data(), hoisted_.data(), rate.data());
        return rate;
    }
    /// (n_states, n_states), zero where the structure says so.
    [[nodiscard]] std::vector<double> jacobian() const {
        std::vector<double> entry(program_.jacobian.size());
        model_.jacobian(0.0, state.data(), parameter_.data(), input_.data(), hoisted_.data(), entry.data());
        std::vector<double> dense(state.size() * state.size(), 0.0);
        for (std::size_t at = 0; at < entry.size(); ++at)
            dense[program_.jacobian[at].row * state.size() + program_.jacobian[at].column] = entry[at];
        return dense;
    }

    std::vector<double> state;

private:
    const codegen::Program& program_;
    codegen::InterpretedModel model_;
    std::vector<double> parameter_;
    std::vector<double> input_;
    std::vector<double> hoisted_;
};

/// Compares one column. Central differences are wrong by about eps |rate| / step and step^2 |third derivative|.
void expect_column(const Point& point, std::size_t column, const std::string& name) {
    const std::size_t n = point.state.size();
    const std::vector<double> exact = point.jacobian();
    const double step = 1e-5 * std::max(1e-3, std::abs(point.state[column]));
    std::vector<double> above = point.state;
    std::vector<double> below = point.state;
    above[column] += step;
    below[column] -= step;
    const std::vector<double> rate_above = point.rates(above);
    const std::vector<double> rate_below = point.rates(below);
    for (std::size_t row = 0; row < n; ++row) {
        const double difference = (rate_above[row] - rate_below[row]) / (above[column] - below[column]);
        const double rounding = 1e-14 * (std::abs(rate_above[row]) + std::abs(rate_below[row])) / step;
        double largest_term = 0.0;  // rates are sums of terms that may cancel
        for (std::size_t other = 0; other < n; ++other)
            largest_term = std::max(largest_term, std::abs(exact[row * n + other] * point.state[other]));
        const double tolerance = 1e-5 * std::abs(difference) + rounding + 1e-13 * largest_term / step + 1e-9;
        EXPECT_NEAR(exact[row * n + column], difference, tolerance) << "d rate " << row << " / d " << name;
    }
}

class Jacobian : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(, Jacobian,
                         testing::Values("m4-hybrid", "alcohol", "meal-dalla-man", "pk-one-compartment",
                                         "pk-two-compartment", "pk-michaelis-menten", "pk-indirect-response"));

TEST_P(Jacobian, agrees_with_central_differences_off_the_start) {
    const codegen::Program program = codegen::lower(shipped_model(GetParam()), {});
    Point point(program);
    // away from the start, where many states are zero, and off the switches that stand there
    for (std::size_t state = 0; state < point.state.size(); ++state)
        point.state[state] = (point.state[state] == 0.0 ? 0.37 : point.state[state]) *
                             (1.0 + 0.01 * static_cast<double>(state % 7 + 1));
    for (std::size_t column = 0; column < point.state.size(); ++column)
        expect_column(point, column, program.model.states[column].name);
}

}  // namespace
}  // namespace kohort::twins
