// Everything that is decided about a model before it is printed or walked: its functions as tapes, and its LU.
#pragma once

#include "base/event_rule.hpp"
#include "base/model_sizes.hpp"
#include "base/precision.hpp"
#include "codegen/few_hoisted.hpp"
#include "codegen/kept_values.hpp"
#include "codegen/lu_plan.hpp"
#include "codegen/program.hpp"
#include "codegen/tape.hpp"

#include <vector>

namespace kohort::codegen {

/// The functions of time, states, parameters, inputs and hoisted values: each fills one array.
struct PlannedFunctions {
    Tape rhs;              // (n_states)
    Tape jacobian;         // (n_jacobian)
    Tape free_rates;       // (n_states - n_dependent), and nothing where n_dependent is 0
    Tape free_jacobian;    // (n_free_jacobian)
    Tape time_derivative;  // (n_states)
    Tape roots;            // (n_roots)
    Tape conditions;       // (n_events)
    Tape observe;          // (n_observables)
    Tape observe_rate;     // (n_observables)
};

/// What is asked of an event beside its values where events happen in turn; nothing is hoisted.
struct TurnPlan {
    EventRule rule;
    Tape delay;     // (1), or no output
    Tape priority;  // (1), or no output
    Tape factors;   // one for each assignment that has one
};

/// Firings of one twin that can wait at one time, beside two of each event; more end the twin with a status.
inline constexpr int most_delayed = 256;

/// Which of a twin's values functions read, each list ascending.
struct ReadValues {
    std::vector<int> parameters;
    std::vector<int> inputs;
    std::vector<int> hoisted;
};

struct ModelPlan {
    ModelSizes sizes;
    Tape hoist;  // (n_hoisted) over parameters and inputs
    FewHoisted few_hoisted;
    Tape initial;  // (n_states) over time, parameters and inputs
    Tape clock;    // (n_clock) over time, parameters, inputs and hoisted values; of mixed precision only
    PlannedFunctions functions;
    KeptValues kept;
    std::vector<Tape> fire;           // (n_events) the values of one event's assignments, nothing hoisted
    std::vector<TurnPlan> turn;       // (n_events), or empty where events happen together
    std::vector<Lookup> lookups;      // (n_lookups)
    std::vector<Tape> delays;         // (n_lookups) of one value each
    std::vector<Followed> dependent;  // (n_dependent) what the first states follow from
    LuPlan lu;
    ReadValues read_by_conditions;  // and by roots
    std::vector<int> inside;  // (n_inside) states that are read inside a step; those that observables read come first
};

/// Whether rates are A y + b with A and b that only parameters and inputs change: what Method::taylor asks for.
[[nodiscard]] bool is_affine(const Program& program);

/// In mixed precision rhs, jacobian and time_derivative, which are computed in floats, read the values of the clock behind the
/// hoisted ones, and no time.
[[nodiscard]] ModelPlan plan_model(const Program& program, Precision precision = Precision::double_only);

}  // namespace kohort::codegen
