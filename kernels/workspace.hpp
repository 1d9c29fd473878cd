// Everything that an integration on W lanes writes while it runs, in one piece of memory. Sized once, before the first step.
#pragma once

#include "base/lanes.hpp"
#include "base/macros.hpp"
#include "base/model_sizes.hpp"
#include "kernels/dense_output.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace kohort::kernels {

inline constexpr int taylor_terms = 16;  // of taylor_step.hpp, for affine models only
[[nodiscard]] KOHORT_FUNCTION constexpr int most_stages(const ModelSizes& sizes) {
    return sizes.affine ? taylor_terms : 8;
}
[[nodiscard]] KOHORT_FUNCTION constexpr int most_dense(const ModelSizes& sizes) {
    return dense_numbers(sizes.affine ? taylor_terms - 1 : 3);
}
inline constexpr int points_in_step = 4;  // start, two thirds' ends, end: where roots and observables are looked at

/// What stages are numbers of: a model of mixed precision has them in floats.
template <class Model>
concept StagesInFloats = Model::stages_in_floats;
template <class Model, class V>
struct StageNumber {
    using Type = V;
};
template <StagesInFloats Model, class V>
struct StageNumber<Model, V> {
    using Type = FloatsOf<V>;
};
template <class Model, class V>
using StageOf = typename StageNumber<Model, V>::Type;

/// A model whose stages are computed in floats.
template <class Model>
struct InMixedPrecision : Model {
    static constexpr bool stages_in_floats = true;
};

template <class V, class S = V>
struct Workspace {
    static constexpr bool mixed = !std::is_same_v<S, V>;

    // [model units], one V an element
    V* y;                // (n_states) at the start of the step
    V* y_new;            // (n_states) at its end
    V* y_scratch;        // (n_states) arguments of stages, states inside the step
    V* y_begin;          // (n_states) at t_begin
    V* largest;          // (n_states) |y| so far; kept only if the batch asks for it
    V* rate;             // (n_states)
    V* rate_before;      // (n_states) before a discontinuity; 0 for a twin that begins
    S* stage;            // (most_stages, n_states)
    S* time_derivative;  // (n_states)
    S* jacobian;         // (n_solved_jacobian) in the place of stages where they are not fewer
    S* lu;               // (n_lu)
    V* dense;            // (n_states, most_dense), see dense_output.hpp
    V* parameter;        // (n_parameters)
    V* input;            // (n_inputs + n_lookups)
    V* hoisted;          // (n_hoisted + n_kept)
    V* root;             // (points_in_step, n_roots)
    V* condition;        // (points_in_step, n_events)
    V* observable;       // (points_in_step, n_observables)
    V* observable_rate;  // (points_in_step, n_observables)
    V* feature_value;    // (n_features)
    V* feature_memory;   // (n_features) time of the extreme, value at the start, ...
    V* feature_open;     // (n_features) 1 inside its window

    // where stages are not of the state's numbers: see stage_calls.hpp
    S* stage_y;          // (n_states) y, rounded
    S* stage_argument;   // (n_states)
    S* stage_increment;  // (n_states) argument - y
    S* stage_parameter;  // (n_parameters)
    S* stage_input;      // (n_inputs)
    S* stage_hoisted;    // (n_hoisted + n_clock + n_kept)
    V* clock;            // (n_clock)

    // one lane's numbers side by side, for what is rare and better done alone
    double* lane_y;                 // (n_states)
    double* lane_y_before;          // (n_states)
    double* lane_y_inside;          // (n_states)
    double* lane_dense;             // (n_states, most_dense)
    double* lane_parameter;         // (n_parameters)
    double* lane_parameter_before;  // (n_parameters)
    double* lane_input;             // (n_inputs)
    double* lane_hoisted;           // (n_hoisted)
    double* lane_root;              // (3, n_roots)
    double* lane_condition;         // (3, n_events)
    double* lane_observable;        // (n_observables)

    // events that have fired and not happened yet, each lane's own: see event_queue.hpp
    double* pending_due;     // [model time] (lanes, n_pending)
    double* pending_value;   // (lanes, n_pending, n_event_values)
    double* next_due;        // [model time] (lanes) the first of pending_due
    std::uint64_t* lot_key;  // (lanes)
    std::uint64_t* n_lots;   // (lanes) lots drawn so far
    int* pending_event;      // (lanes, n_pending)
    int* n_pending;          // (lanes) in use

    // for make_consistent (consistent.hpp), one lane's
    double* lane_rate;      // (n_states)
    double* lane_move;      // (n_states)
    double* lane_trial;     // (n_states)
    double* lane_jacobian;  // (n_jacobian)
    double* lane_lu;        // (n_lu)

    double* absolute_tolerance;  // [model units] (n_states)
    int* every_state;            // (n_states) those that are read inside a step first
    unsigned char* measured;     // (n_features, lanes) 1 where an action of the lane's twin takes the feature

    /// Points every array into memory (aligned for V; null: into nothing) and returns the bytes that all need.
    KOHORT_FUNCTION std::size_t lay_out(const ModelSizes& sizes, int n_features, char* memory) {
        std::size_t bytes = 0;
        const auto place = [&]<class T>(T*& array, int rows, int columns = 1) {
            array = memory == nullptr ? nullptr : reinterpret_cast<T*>(memory + bytes);
            bytes += static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns) * sizeof(T);
        };
        const int n = sizes.n_states;
        place(y, n);
        place(y_new, n);
        place(y_scratch, n);
        place(rate, n);
        place(stage, most_stages(sizes), n);
        place(time_derivative, n);
        if (sizes.n_solved_jacobian() <= most_stages(sizes) * n) {
            jacobian = stage;  // factored before a stage is written; so less has to stay in the cache
        } else {
            place(jacobian, sizes.n_solved_jacobian());
        }
        place(lu, sizes.n_lu);
        const int rounded = mixed ? 1 : 0;
        place(stage_y, rounded, n);
        place(stage_argument, rounded, n);
        place(stage_increment, rounded, n);
        place(stage_parameter, rounded, sizes.n_parameters);
        place(stage_input, rounded, sizes.n_inputs);
        place(stage_hoisted, rounded, sizes.n_hoisted + sizes.n_clock + sizes.n_kept);
        place(clock, rounded, sizes.n_clock);
        place(dense, n, most_dense(sizes));
        place(parameter, sizes.n_parameters);
        place(input, sizes.n_inputs + sizes.n_lookups);
        place(hoisted, sizes.n_hoisted + (mixed ? 0 : sizes.n_kept));
        place(rate_before, n);
        place(y_begin, n);
        place(largest, n);
        place(root, points_in_step, sizes.n_roots);
        place(condition, points_in_step, sizes.n_events);
        place(observable, points_in_step, sizes.n_observables);
        place(observable_rate, points_in_step, sizes.n_observables);
        place(feature_value, n_features);
        place(feature_memory, n_features);
        place(feature_open, n_features);
        place(lane_y, n);
        place(lane_y_before, n);
        place(lane_y_inside, n);
        place(lane_dense, n, most_dense(sizes));
        place(lane_parameter, sizes.n_parameters);
        place(lane_parameter_before, sizes.n_parameters);
        place(lane_input, sizes.n_inputs + sizes.n_lookups);
        place(lane_hoisted, sizes.n_hoisted);
        place(lane_root, 3, sizes.n_roots);
        place(lane_condition, 3, sizes.n_events);
        place(lane_observable, sizes.n_observables);
        const int implicit = sizes.n_implicit() > 0 ? 1 : 0;
        place(lane_rate, implicit, n);
        place(lane_move, implicit, n);
        place(lane_trial, implicit, n);
        place(lane_jacobian, implicit, sizes.n_jacobian);
        place(lane_lu, implicit, sizes.n_lu);
        place(absolute_tolerance, n);
        constexpr int lanes = width_of<V>;
        const int queues = sizes.n_pending > 0 ? lanes : 0;
        place(pending_due, queues, sizes.n_pending);
        place(pending_value, queues * sizes.n_pending, sizes.n_event_values);
        place(next_due, queues);
        place(lot_key, queues);
        place(n_lots, queues);
        place(pending_event, queues, sizes.n_pending);
        place(n_pending, queues);
        place(every_state, n);
        place(measured, n_features, lanes);
        return bytes;
    }
};

template <class Model, class V>
using WorkspaceOf = Workspace<V, StageOf<Model, V>>;

}  // namespace kohort::kernels
