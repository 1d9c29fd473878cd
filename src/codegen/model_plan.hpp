// Everything that is decided about a model before it is printed or walked: its functions as tapes, and its LU.
#pragma once

#include "base/model_sizes.hpp"
#include "codegen/lu_plan.hpp"
#include "codegen/program.hpp"
#include "codegen/tape.hpp"

#include <vector>

namespace kohort::codegen {

/// The functions of time, states, parameters, inputs and hoisted values: each fills one array.
struct PlannedFunctions {
    Tape rhs;              // (n_states)
    Tape jacobian;         // (n_jacobian)
    Tape time_derivative;  // (n_states)
    Tape roots;            // (n_roots)
    Tape conditions;       // (n_events)
    Tape observe;          // (n_observables)
    Tape observe_rate;     // (n_observables)
};

struct ModelPlan {
    ModelSizes sizes;
    Tape hoist;    // (n_hoisted) over parameters and inputs
    Tape initial;  // (n_states) over time, parameters and inputs
    PlannedFunctions functions;
    std::vector<Tape> fire;  // (n_events) the values of one event's assignments, nothing hoisted
    LuPlan lu;
};

[[nodiscard]] ModelPlan plan_model(const Program& program);

}  // namespace kohort::codegen
