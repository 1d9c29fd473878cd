// Model texts of benchmarks/texts, read as any user's model is.
#pragma once

#include "codegen/program.hpp"

#include <string>
#include <vector>

namespace kohort::benchmarks {

/// The model in benchmarks/texts/<name>.txt, observing these names.
[[nodiscard]] codegen::Program lower_text(const std::string& name, const std::vector<std::string>& observables);

/// The same with this line put into its section of events.
[[nodiscard]] codegen::Program lower_text_with_event(const std::string& name, const std::string& event,
                                                     const std::vector<std::string>& observables);

/// The medical Akzo Nobel problem of the Test Set for IVP Solvers on this many cells (200 there), two states each; what enters
/// at the surface is the input `surface`. Observes every state.
[[nodiscard]] codegen::Program lower_akzo(int cells);

}  // namespace kohort::benchmarks
