#include "benchmarks/problem.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::benchmarks {
namespace {

constexpr std::uint64_t seed = 20261122;

/// (rows, n) -> (rows, chosen.size())
std::vector<double> columns(const std::vector<double>& values, std::int64_t n, const std::vector<std::int64_t>& chosen) {
    std::vector<double> part;
    for (auto row = values.begin(); row != values.end(); row += n) {
        for (const std::int64_t column : chosen) part.push_back(row[column]);
    }
    return part;
}

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

Problem only(const Problem& problem, const std::vector<std::int64_t>& twins) {
    Problem part = problem;
    part.n_twins = static_cast<std::int64_t>(twins.size());
    part.parameter = columns(problem.parameter, problem.n_twins, twins);
    part.input = columns(problem.input, problem.n_twins, twins);
    part.initial_state = columns(problem.initial_state, problem.n_twins, twins);
    part.action.clear();
    part.action_begin = {0};
    for (const std::int64_t twin : twins) {
        part.action.insert(part.action.end(), problem.action.begin() + problem.action_begin[static_cast<std::size_t>(twin)],
                           problem.action.begin() + problem.action_begin[static_cast<std::size_t>(twin) + 1]);
        part.action_begin.push_back(static_cast<std::int64_t>(part.action.size()));
    }
    return part;
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
