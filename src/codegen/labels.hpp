// What things are called in generated code, decided once per model.
#pragma once

#include "codegen/model_plan.hpp"
#include "codegen/names.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace kohort::codegen {

/// An identifier, and what a reader should know about it.
struct Label {
    std::string identifier;
    std::string comment;  // "name [unit]", already harmless
};

struct Labels {
    std::vector<Label> state;                           // (n_states) y_...
    std::vector<Label> parameter;                       // (n_parameters) p_...
    std::vector<Label> input;                           // (n_inputs) u_...
    std::vector<Label> hoisted;                         // (n_hoisted + n_clock + n_kept) h_...
    std::unordered_map<std::uint32_t, Label> variable;  // by node: v_..., the modeller's own variables
};

[[nodiscard]] Labels make_labels(const Program& program, const ModelPlan& plan);

}  // namespace kohort::codegen
