// What is solved: one model, a population of twins with their own parameters and schedules, and where they are compared.
#pragma once

#include "codegen/program.hpp"
#include "kernels/batch.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace kohort::benchmarks {

struct Problem {
    std::string name;
    std::string about;  // one line: population, span, output
    codegen::Program program;
    double t_begin = 0.0;       // [model time]
    double t_end = 0.0;         // [model time]
    std::vector<double> times;  // [model time] where observables are compared
    bool stiff = true;

    // one row after another, twin fastest, as kernels::Batch has them
    std::int64_t n_twins = 0;
    std::vector<double> parameter;           // (n_parameters, n_twins)
    std::vector<double> input;               // (n_inputs, n_twins)
    std::vector<double> initial_state;       // (n_states, n_twins), or empty: the model's own
    std::vector<std::int64_t> action_begin;  // (n_twins + 1)
    std::vector<kernels::Action> action;     // boluses, inputs and parameters set
    std::vector<double> state_scale;         // [state unit] (n_states): atol = rtol * scale
    std::vector<double> observable_scale;  // [observable's unit] (n_observables): errors below 1 % of it do not count as relative

    [[nodiscard]] std::size_t n_states() const { return program.rates.size(); }
    [[nodiscard]] std::size_t n_observables() const { return program.observables.size(); }
};

/// n twins with the model's default parameters and inputs, no actions, and scales of 1.
[[nodiscard]] Problem make_problem(std::string name, codegen::Program program, std::int64_t n_twins);

/// These twins of it, in this order.
[[nodiscard]] Problem only(const Problem& problem, const std::vector<std::int64_t>& twins);

/// first, first + step, ... up to last
[[nodiscard]] std::vector<double> grid(double first, double last, double step);

/// Log-normal with this coefficient of variation about mean, clipped at 2.5 standard deviations of the logarithm; keyed by
/// (twin, number), so that a population does not depend on the order in which it is made.
[[nodiscard]] double log_normal(double mean, double cv, std::int64_t twin, std::uint32_t number);
/// Uniform in [low, high), keyed alike.
[[nodiscard]] double uniform(double low, double high, std::int64_t twin, std::uint32_t number);

/// All problems, by name; each is made when asked for.
struct ProblemMaker {
    std::string name;
    std::function<Problem(std::int64_t n_twins)> make;
};
[[nodiscard]] std::vector<ProblemMaker> all_problems();

}  // namespace kohort::benchmarks
