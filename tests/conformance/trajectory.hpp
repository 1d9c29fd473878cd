// One twin over time, by CVODE: the judge of the kernels' integrators.
#pragma once

#include "codegen/interpreter.hpp"
#include "codegen/program.hpp"

#include <string>
#include <vector>

namespace kohort::conformance {

struct Trajectory {
    std::string failure;         // why there are no numbers; empty when there are
    std::vector<double> values;  // [observable units] (n_observables, n_times), times fastest
    double seconds = 0.0;
};

struct Run {
    const codegen::Program& program;
    const codegen::InterpretedModel& model;
    std::vector<double> parameters;  // [model units] (n_parameters)
    std::vector<double> inputs;      // [model units] (n_inputs)
    std::vector<double> times;       // [model time] ascending from the start
    std::vector<double> absolute;    // [state units] (n_states) tolerance of each state
    double relative = 1e-8;
};

/// CVODE's BDF with the exact Jacobian. Event conditions and every other root of the program are CVODE's own roots. Fails with a reason
/// for models that it cannot be the judge of: delayed, prioritised or random events, algebraic equations.
[[nodiscard]] Trajectory by_cvode(const Run& run);

}  // namespace kohort::conformance
