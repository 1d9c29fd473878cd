#include "benchmarks/problem.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::benchmarks {
namespace {

constexpr std::uint64_t seed = 20261122;

}  // namespace

Problem make_problem(std::string name, codegen::Program program, std::int64_t n_twins) {
    Problem problem;
    problem.name = std::move(name);
    problem.program = std::move(program);
    problem.n_twins = n_twins;
    for (const model::Parameter& parameter : problem.program.model.parameters) {
        problem.parameter.insert(problem.parameter.end(), static_cast<std::size_t>(n_twins), parameter.value);
    }
    for (const model::Input& input : problem.program.model.inputs) {
        problem.input.insert(problem.input.end(), static_cast<std::size_t>(n_twins), input.default_value.value_or(0.0));
    }
    problem.action_begin.assign(static_cast<std::size_t>(n_twins) + 1, 0);
    problem.state_scale.assign(problem.n_states(), 1.0);
    problem.observable_scale.assign(problem.n_observables(), 1.0);
    return problem;
}

std::vector<double> grid(double first, double last, double step) {
    std::vector<double> times;
    const auto count = static_cast<int>(std::floor((last - first) / step + 1e-9));
    for (int index = 0; index <= count; ++index) times.push_back(first + index * step);
    return times;
}

double log_normal(double mean, double cv, std::int64_t twin, std::uint32_t number) {
    const double sigma = std::sqrt(std::log1p(cv * cv));
    const double z = std::clamp(normal(random_key(seed), {.twin = twin, .draw = number}), -2.5, 2.5);
    return mean * std::exp(sigma * z - 0.5 * sigma * sigma);
}

double uniform(double low, double high, std::int64_t twin, std::uint32_t number) {
    return low + (high - low) * kohort::uniform(random_key(seed), {.twin = twin, .draw = number});
}

}  // namespace kohort::benchmarks
