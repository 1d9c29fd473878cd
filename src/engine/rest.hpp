// Whether a steady state is one that a twin stays in.
#pragma once

#include "engine/simulator.hpp"

#include <string>
#include <vector>

namespace kohort::engine {

/// [1/model time] the greatest real part among the eigenvalues of the Jacobian at this point: small disturbances grow with
/// this rate. 0 or below for a steady state that holds, apart from rounding.
[[nodiscard]] double growth_rate(const codegen::Program& program, const PreparedTwin& twin, double time);

/// One sentence if any of the people who have been prepared rests where a disturbance would grow noticeably within the study:
/// what such a twin does is decided by rounding. Empty if none does.
[[nodiscard]] std::vector<std::string> unstable_rests(const Kernel& kernel, const Treatment& treatment,
                                                      const SimulatorOptions& options,
                                                      std::span<const cohort::Person> pilots);

}  // namespace kohort::engine
