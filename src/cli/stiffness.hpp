// How far apart a model's time scales are where it starts.
#pragma once

#include "codegen/program.hpp"

#include <optional>
#include <vector>

namespace kohort::cli {

/// [model units] (n_states) at default parameters and inputs; a mandatory input counts as NaN.
[[nodiscard]] std::vector<double> initial_values(const codegen::Program& program);

struct Stiffness {
    double fastest = 0.0;  // [1 / model time] largest modulus of the Jacobian's eigenvalues
    double slowest = 0.0;  // [1 / model time] smallest that is not rounding
    [[nodiscard]] double ratio() const { return fastest / slowest; }
};

/// From the exact Jacobian at the start; none where nothing moves, for more than 800 states, for models with algebraic
/// equations, fast reactions or delays, and if it is not finite there.
[[nodiscard]] std::optional<Stiffness> find_stiffness(const codegen::Program& program);

}  // namespace kohort::cli
