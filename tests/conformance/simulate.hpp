// One twin of a model, integrated by the kernels, in this process: through the interpreter, or as compiled code.
#pragma once

#include "codegen/program.hpp"
#include "erased_model.hpp"
#include "model/model.hpp"
#include "suite.hpp"

#include <string>
#include <vector>

namespace kohort::conformance {

struct Simulated {
    std::string failure;                    // why there are no numbers, or empty
    std::vector<std::vector<double>> rows;  // (times, columns)
};

/// Observes the columns in the meaning that settings ask for. Throws InputError for what cannot be lowered.
[[nodiscard]] codegen::Program prepare(const model::Model& model, const Settings& settings,
                                       const std::vector<std::string>& columns);

/// At steps + 1 times.
[[nodiscard]] Simulated simulate(const codegen::Program& program, const Settings& settings);
[[nodiscard]] Simulated simulate(const codegen::Program& program, const ErasedModel& compiled, const Settings& settings);

}  // namespace kohort::conformance
