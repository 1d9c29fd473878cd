// The one narrow interface between the engine and a compiled model: plain arrays in, plain arrays out.
// All two-index arrays are (rows, n_twins) with the twin fastest, but for observations: see tiles.hpp. Times are in the model's own unit.
#pragma once

#include "kernels/status.hpp"

#include <cstdint>

namespace kohort::kernels {

/// One scheduled change in one twin's life. A twin's actions are sorted by time; at equal times they happen in order.
/// Integration stops exactly at each action's time; values are taken and set there; event conditions that become true fire.
struct Action {
    enum class Kind : std::int32_t {
        set_input,      // input[target] = value from this time on
        add_to_input,   // input[target] += value (an infusion starts with +rate and ends with -rate)
        add_to_state,   // state[target] += value (a bolus)
        set_state,      // state[target] = value
        set_parameter,  // parameter[target] = value
        reset_states,  // every state but the integrals back to its value at t_begin (NONMEM EVID 3); events that wait are forgotten
        measure,  // takes feature[target], a value_at of this time, between the actions before and after this one; value unused
    };
    double time = 0.0;   // [model time]
    double value = 0.0;  // [target's unit]
    Kind kind = Kind::set_input;
    std::int32_t target = 0;
};

/// A number computed while integrating, without storing the trajectory, over from <= t <= to. A window begins after what
/// happens at `from` and ends before what happens at `to`; one that is not inside [t_begin, t_end] gives NaN.
struct Feature {
    enum class Op : std::int32_t {
        value_at,  // the observable at time from; where no action measures it, after all actions of that time
        minimum,
        maximum,
        time_of_minimum,
        time_of_maximum,  // [model time], the first if several
        time_above,
        time_below,  // [model time] spent beyond threshold
        first_above,
        first_below,  // [model time] of the first crossing (from itself if already beyond); NaN if none
        integral,     // of the observable over the window; observable must be an integral state (codegen adds it)
    };
    Op op = Op::value_at;
    std::int32_t observable = 0;  // row among the program's observables
    double threshold = 0.0;       // [observable's unit]
    double from = 0.0;            // [model time]
    double to = 0.0;              // [model time]
};

/// taylor is for affine models; others fail with it.
enum class Method : std::int32_t { rodas4, rodas5p, tsit5, taylor, rodas4p2 };

struct IntegrateOptions {
    Method method = Method::rodas4;
    double rtol = 1e-6;
    double atol = 1e-8;                  // used where state_atol is null
    const double* state_atol = nullptr;  // [state unit] (n_states), or null
    double step = 0.0;  // [model time], tsit5 only: every step is that long, but for the last before a stop; 0 to control the error
    double max_step = 0.0;               // [model time], 0 for none
    double first_step = 0.0;             // [model time], 0 to choose; the first step is never longer
    std::int64_t max_steps = 1'000'000;  // per twin, accepted and rejected
    bool to_steady_state = false;    // stop each twin when settled; events and features stay off; t_end is the limit
    double steady_tolerance = 1e-8;  // settled: |rate| * steady_time, or the change over a step that long, is at most
                                     // steady_tolerance * max(|y|, atol / rtol) for every state that is no integral
    double steady_time = 0.0;        // [model time] the horizon over which the rate must not matter; 0: t_end - t_begin
};

/// Twins to integrate. Every pointer must stay valid during the call; null where the comment says so.
struct Batch {
    std::int64_t n_twins = 0;
    double t_begin = 0.0;  // [model time]
    double t_end = 0.0;    // [model time]

    const double* parameter = nullptr;      // [model units] (n_parameters, n_twins)
    const double* input = nullptr;          // [model units] (n_inputs, n_twins) at t_begin, before the first action
    const double* initial_state = nullptr;  // [model units] (n_states, n_twins), or null: the model's own initial values
    const std::int64_t* action_begin = nullptr;  // (n_twins + 1) into action, or null: no actions
    const Action* action = nullptr;
    const std::uint64_t* lot_key = nullptr;  // (n_twins) random bits of each twin, by which it draws among events of equal priority; may be null: the same for all

    std::int32_t n_times = 0;
    const double* time = nullptr;  // [model time] (n_times) ascending grid of observations; at an action's time: the value after it
    std::int32_t n_features = 0;
    const Feature* feature = nullptr;  // (n_features)

    // results
    double* observation = nullptr;  // [observable's unit] (n_observables * n_times, n_twins) in tiles, row = observable * n_times + time; may be null
    double* feature_value = nullptr;  // (n_features, n_twins)
    double* final_state = nullptr;    // (n_states, n_twins) at t_end or where it failed; may be null
    double* largest_state = nullptr;  // (n_states, n_twins) the largest |state| where a step began or ended; may be null
    double* final_parameter = nullptr;       // (n_parameters, n_twins) events may have changed them; may be null
    double* final_time = nullptr;            // (n_twins) [model time] t_end, or where it stopped; may be null
    TwinStatus* status = nullptr;            // (n_twins)
    std::int64_t* steps_accepted = nullptr;  // (n_twins); may be null
    std::int64_t* steps_rejected = nullptr;  // (n_twins); may be null
};

/// Where lanes fetch their next twin; one per batch, shared by all threads.
struct WorkQueue;

}  // namespace kohort::kernels
