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
    /// (n_states) or none: states that are 0 and stay so, because their rates are 0 then, which is looked at. Rounding would let
    /// grow from nothing what grows by itself.
    std::vector<bool> never_there{};
};

/// CVODE's BDF with the exact Jacobian. Event conditions and every other root of the program are CVODE's own roots, the past is CVODE's own
/// polynomials, fast reactions are as fast as the program says. Fails with a reason where CVODE gives up, and for algebraic equations.
[[nodiscard]] Trajectory by_cvode(const Run& run);

}  // namespace kohort::conformance
