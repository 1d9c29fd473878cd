// One lane's numbers taken out of the vectors, for what happens rarely and to one twin: events, doses, crossings.
#pragma once

#include "kernels/dense_output.hpp"
#include "kernels/model_calls.hpp"
#include "kernels/workspace.hpp"

namespace kohort::kernels {

/// to[i] = lane of from[i]
template <class V>
KOHORT_FUNCTION void take_lane(const V* from, int lane, int count, double* to) {
    for (int i = 0; i < count; ++i) to[i] = get_lane(from[i], lane);
}

/// lane of to[i] = from[i]
template <class V>
KOHORT_FUNCTION void put_lane(const double* from, int lane, int count, V* to) {
    for (int i = 0; i < count; ++i) set_lane(to[i], lane, from[i]);
}

/// The same where it differs, and calls note(i) there: vectors that stay as they are can be loaded at once.
template <class V, class Note>
KOHORT_FUNCTION void put_changes(const double* from, int lane, int count, V* to, Note note) {
    for (int i = 0; i < count; ++i) {
        if (words(get_lane(to[i], lane)) == words(from[i])) continue;
        set_lane(to[i], lane, from[i]);
        note(i);
    }
}

/// Calls f(lane) for each lane of mask.
template <class Mask, class Function>
KOHORT_FUNCTION void for_lanes(Mask mask, Function f) {
    unsigned left = bits(mask);
    for (int lane = 0; left != 0; ++lane, left >>= 1) {
        if ((left & 1U) != 0) f(lane);
    }
}

/// value(lane) in each lane
template <class V, class Function>
KOHORT_INLINE V from_lanes(Function value) {
    V result(0.0);
    for (int lane = 0; lane < width_of<V>; ++lane) set_lane(result, lane, value(lane));
    return result;
}

template <class V, class Function>
KOHORT_INLINE MaskOf<V> mask_from_lanes(Function value) {
    return from_lanes<V>([&](int lane) { return value(lane) ? 1.0 : 0.0; }) != V(0.0);
}

/// A twin in the step from t to t + h, or, before that, just at t.
template <class Model, class V>
struct OneLane {
    const WorkspaceOf<Model, V>& w;
    ModelCalls<Model, double> model;
    DenseOutput<double> dense;
    double relative_tolerance;
    double t = 0.0;  // [model time]
    double h = 1.0;  // [model time]

    KOHORT_FUNCTION OneLane(const Model& m, const WorkspaceOf<Model, V>& work, int n_dense, double rtol,
                            const PastOf<Model>* past)
        : w(work),
          model{m, work.lane_parameter, work.lane_input, work.lane_hoisted, past},
          dense{work.lane_dense, n_dense, {work.every_state, m.sizes().n_states}},
          relative_tolerance(rtol) {}

    /// The twin at the start of the step, without hoisted values.
    KOHORT_FUNCTION void take_twin(int lane, double time) {
        const ModelSizes& sizes = model.model.sizes();
        t = time;
        model.first_lane = lane;
        take_lane(w.y, lane, sizes.n_states, w.lane_y);
        take_lane(w.parameter, lane, sizes.n_parameters, w.lane_parameter);
        take_lane(w.input, lane, sizes.n_inputs, w.lane_input);
    }

    /// What observables, roots and conditions read of the twin and its solution inside the step.
    KOHORT_FUNCTION void take_step(int lane, double time, double step) {
        take_values(lane);
        take_solution(lane, time, step);
    }

    /// What roots and conditions alone read.
    KOHORT_FUNCTION void take_step_of_conditions(int lane, double time, double step) {
        take_values_of_conditions(lane);
        take_solution(lane, time, step);
    }

    /// Parameters, inputs and hoisted values.
    KOHORT_FUNCTION void take_values(int lane) const {
        const ModelSizes& sizes = model.model.sizes();
        take_lane(w.parameter, lane, sizes.n_parameters, w.lane_parameter);
        take_lane(w.input, lane, sizes.n_inputs, w.lane_input);
        take_lane(w.hoisted, lane, sizes.n_hoisted, w.lane_hoisted);
    }

    /// Those that roots and conditions read; delays may read any.
    KOHORT_FUNCTION void take_values_of_conditions(int lane) const {
        if constexpr (NamesReadByConditions<Model>) {
            if (!looks_back(model.model)) {
                const auto taker = [lane](const V* from, double* to) {
                    return [=](int index) { to[index] = get_lane(from[index], lane); };
                };
                model.model.read_by_conditions(taker(w.parameter, w.lane_parameter), taker(w.input, w.lane_input),
                                               taker(w.hoisted, w.lane_hoisted));
                return;
            }
        }
        take_values(lane);
    }

    /// Those states at both ends of the step that are read inside it, and its dense output.
    KOHORT_FUNCTION void take_solution(int lane, double time, double step) {
        t = time;
        h = step;
        model.first_lane = lane;
        take_lane(w.dense, lane, dense.filled.count * dense_numbers(dense.n_terms), w.lane_dense);
    }

    /// The rest of the solution inside the step that take_step took, where w.dense holds all of it.
    KOHORT_FUNCTION void take_every_state(int lane) const {
        take_lane(w.dense, lane, model.model.sizes().n_states * dense_numbers(dense.n_terms), w.lane_dense);
    }

    /// What events and equations may have changed: states and parameters. Calls note(Stale) for each of these that did.
    template <class Note>
    KOHORT_FUNCTION void put_twin(int lane, Note note) const {
        const ModelSizes& sizes = model.model.sizes();
        put_changes(w.lane_y, lane, sizes.n_states, w.y, [](int) {});
        put_changes(w.lane_parameter, lane, sizes.n_parameters, w.parameter,
                    [&](int index) { note(stale_by_parameter(model.model, index)); });
    }

    /// All observables of the twin as it is at a time, in w.lane_observable.
    KOHORT_FUNCTION void observe_twin(int lane, double time) {
        take_twin(lane, time);
        model.hoist();
        model.observe(time, w.lane_y, w.lane_observable);
    }

    /// Those states at a time inside the step that are read there, in w.lane_y_inside.
    KOHORT_FUNCTION const double* state_at(double time) const {
        dense.evaluate((time - t) / h, w.lane_y_inside);
        return w.lane_y_inside;
    }
    /// All of them, after take_every_state.
    KOHORT_FUNCTION const double* every_state_at(double time) const {
        DenseOutput<double> solution = dense;
        solution.filled.count = model.model.sizes().n_states;
        solution.evaluate((time - t) / h, w.lane_y_inside);
        return w.lane_y_inside;
    }
    KOHORT_FUNCTION void roots_at(double time, double* root) const { model.roots(time, state_at(time), root); }
    KOHORT_FUNCTION void conditions_at(double time, double* condition) const {
        model.conditions(time, state_at(time), condition);
    }
    KOHORT_FUNCTION double observable_at(double time, int observable) const {
        model.observe(time, state_at(time), w.lane_observable);
        return w.lane_observable[observable];
    }
    KOHORT_FUNCTION double observable_rate_at(double time, int observable) const {
        model.observe_rate(time, state_at(time), w.lane_observable);
        return w.lane_observable[observable];
    }
};

}  // namespace kohort::kernels
