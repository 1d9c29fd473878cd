// What a generated model has for events that happen in turn: kernels/model_concept.hpp, FiresInTurn.
#pragma once

#include "codegen/labels.hpp"
#include "codegen/model_plan.hpp"

#include <string>

namespace kohort::codegen {

/// The functions event_rule, event_delay, event_priority, event_values and assign_event, as members of a struct.
[[nodiscard]] std::string print_turns(const Program& program, const ModelPlan& plan, const Labels& labels, int indent);

}  // namespace kohort::codegen
