// What `kohort compile` says of a model: what is in it, how big and how stiff it is, and what should be looked at.
#pragma once

#include "codegen/model_plan.hpp"
#include "codegen/program.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace kohort::cli {

/// As text for people: tables of states, parameters, inputs, outputs and events, then sizes and hints, then warnings.
[[nodiscard]] std::string report_text(const codegen::Program& program, const codegen::ModelPlan& plan);

/// The same as JSON: states, parameters, inputs, outputs, events, conserved, sizes, stiffness, notes, warnings.
[[nodiscard]] nlohmann::json report_json(const codegen::Program& program, const codegen::ModelPlan& plan);

}  // namespace kohort::cli
