#include "cli/stiffness.hpp"

#include "model/evaluate.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::cli {
namespace {

constexpr std::size_t most_states = 800;  // an eigenvalue problem of this size takes a second
constexpr double rounding = 1e-12;        // of the largest modulus

struct Defaults {
    std::vector<double> parameters;
    std::vector<double> inputs;
};

Defaults defaults_of(const codegen::Program& program) {
    Defaults defaults;
    for (const auto& parameter : program.model.parameters) defaults.parameters.push_back(parameter.value);
    for (const auto& input : program.model.inputs)
        defaults.inputs.push_back(input.default_value.value_or(std::numeric_limits<double>::quiet_NaN()));
    return defaults;
}

}  // namespace

std::vector<double> initial_values(const codegen::Program& program) {
    const Defaults defaults = defaults_of(program);
    return model::evaluate(program.model.graph, program.initial,
                           {.time = 0.0, .states = {}, .parameters = defaults.parameters, .inputs = defaults.inputs});
}

std::optional<Stiffness> find_stiffness(const codegen::Program& program) {
    const std::size_t n_states = program.model.states.size();
    const bool is_ordinary = program.lookups.empty() && program.n_massless + program.n_fast == 0;
    if (n_states == 0 || n_states > most_states || !is_ordinary) return std::nullopt;
    const Defaults defaults = defaults_of(program);
    const std::vector<double> states = initial_values(program);
    std::vector<model::NodeId> entries;
    for (const auto& entry : program.jacobian) entries.push_back(entry.value);
    const std::vector<double> values = model::evaluate(
        program.model.graph, entries,
        {.time = 0.0, .states = states, .parameters = defaults.parameters, .inputs = defaults.inputs});
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(n_states), static_cast<Eigen::Index>(n_states));
    for (std::size_t entry = 0; entry < values.size(); ++entry)
        matrix(program.jacobian[entry].row, program.jacobian[entry].column) = values[entry];
    if (!matrix.allFinite()) return std::nullopt;
    const Eigen::ArrayXd moduli = Eigen::EigenSolver<Eigen::MatrixXd>(matrix, false).eigenvalues().array().abs();
    const double fastest = moduli.maxCoeff();
    if (!(fastest > 0.0)) return std::nullopt;
    double slowest = fastest;
    for (const double modulus : moduli) slowest = modulus > rounding * fastest ? std::min(slowest, modulus) : slowest;
    return Stiffness{.fastest = fastest, .slowest = slowest};
}

}  // namespace kohort::cli
