// One twin of a model, integrated by the kernels through the interpreter, in this process.
#pragma once

#include "model/model.hpp"
#include "suite.hpp"

#include <string>
#include <vector>

namespace kohort::conformance {

struct Simulated {
    std::string failure;                    // why there are no numbers, or empty
    std::vector<std::vector<double>> rows;  // (times, columns)
};

/// The columns in the meaning that settings ask for, at steps + 1 times. Throws InputError for what cannot be lowered.
[[nodiscard]] Simulated simulate(const model::Model& model, const Settings& settings, const std::vector<std::string>& columns);

}  // namespace kohort::conformance
