// Model texts of benchmarks/texts, read as any user's model is.
#pragma once

#include "codegen/program.hpp"

#include <string>
#include <vector>

namespace kohort::benchmarks {

/// The model in benchmarks/texts/<name>.txt, observing these names.
[[nodiscard]] codegen::Program lower_text(const std::string& name, const std::vector<std::string>& observables);

}  // namespace kohort::benchmarks
