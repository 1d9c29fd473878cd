// What of a model may be computed in floats, for mixed precision: rates and their derivatives, but nothing that time alone decides.
#pragma once

#include "codegen/program.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kohort::codegen {

/// The values that rates, Jacobian and time derivative read and that time, parameters and inputs alone decide, ascending; none
/// of them is part of another one. They are computed in double and then rounded: a float has no room for a time.
[[nodiscard]] std::vector<model::NodeId> clock_of(const Program& program);

/// Why a program cannot be integrated in mixed precision, as the end of "mixed precision cannot be used: ..."; nothing if it can.
[[nodiscard]] std::optional<std::string> why_not_mixed(const Program& program);

}  // namespace kohort::codegen
