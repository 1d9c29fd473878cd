// C++ source of a model: a struct with the functions that integrators call (their contract is in kernels/), readable,
// with the modeller's names and units. Nothing of the model's text reaches the compiler unchanged (names.hpp).
#pragma once

#include "codegen/model_plan.hpp"

#include <cstddef>
#include <string>

namespace kohort::codegen {

struct GenerateOptions {
    std::string struct_name = "Model";
    std::size_t longest_straight_lu = 1500;  // [factors] larger systems walk a table (about 1.3 times slower at n = 200, but compile)
    int inline_states = 40;  // larger models get functions of their own for rhs, jacobian, factor and solve
};

/// What a struct needs above it: include lines, and the names that it uses inside the namespace it stands in.
[[nodiscard]] std::string generated_includes();
[[nodiscard]] std::string generated_names();

/// The struct alone.
[[nodiscard]] std::string generate_struct(const Program& program, const ModelPlan& plan, const GenerateOptions& options);

/// A whole source file that compiles to a plug-in of `lanes` twins side by side.
[[nodiscard]] std::string generate_plugin(const Program& program, int lanes, Precision precision = Precision::double_only);

}  // namespace kohort::codegen
