// What a model leaves open and a program needs: whoever runs it must give these values.
#pragma once

#include "codegen/program.hpp"

#include <cstdint>
#include <vector>

namespace kohort::codegen {

/// The parameters without a value that rates, initial values, events, delays or what is observed depend on; indices into
/// Program::model.parameters, ascending.
[[nodiscard]] std::vector<std::uint32_t> missing_values(const Program& program);

}  // namespace kohort::codegen
