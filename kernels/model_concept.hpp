// What an integrator asks of a model: generated code and the interpreter both have these functions.
// V is double or Lanes<W>; every array is indexed by the model's own order, one V an element.
//   t  time              y  states        p  parameters      u  inputs         h  hoisted values (of p and u only)
#pragma once

#include "base/event_rule.hpp"
#include "base/lanes.hpp"
#include "base/lookup.hpp"
#include "base/model_sizes.hpp"
#include "base/stale.hpp"

#include <concepts>

namespace kohort::kernels {

template <class Model, class V>
concept IntegrableModel = requires(const Model& model, V t, const V* y, const V* p, const V* u, const V* h, V* out) {
    {
        model.sizes()
    } -> std::convertible_to<const ModelSizes&>;  // static constexpr where sizes are known when compiling
    model.hoist(p, u, out);
    model.initial(t, p, u, out);                // (n_states)
    model.rhs(t, y, p, u, h, out);              // (n_states) d/dt
    model.jacobian(t, y, p, u, h, out);         // (n_jacobian) entries of d rhs / d y
    model.time_derivative(t, y, p, u, h, out);  // (n_states) d rhs / d t; not called if sizes().autonomous
    model.factor(t, y, out);                    // (inverse_gamma_h, jacobian, lu): factors of inverse_gamma_h I - J
    model.solve(y, out);                        // (lu, b): b becomes (inverse_gamma_h I - J)^-1 b
    model.roots(t, y, p, u, h, out);            // (n_roots) change sign where a relation changes its truth
    model.conditions(t, y, p, u, h, out);       // (n_events) 0 is false, anything else true
    model.observe(t, y, p, u, h, out);          // (n_observables)
    model.observe_rate(t, y, p, u, h, out);     // (n_observables) d/dt along the solution
};

/// What a model may have beside that: which states are read inside a step. The first n_observed are those of observe, the others
/// those of observe_rate, conditions and roots. Without it, all may be read.
template <class Model>
concept NamesStatesInside = requires(const Model& model) {
    { model.state_inside(0) } -> std::convertible_to<int>;  // (place), place < sizes().n_inside
};

/// What a model may have beside that: a few hoisted values that change in a twin's life, computed without the others.
template <class Model>
concept HoistsFew = requires(const Model& model, const double* in, double* out) {
    { model.stale_by_parameter(0) } -> std::convertible_to<Stale>;  // after a change of this parameter
    { model.stale_by_input(0) } -> std::convertible_to<Stale>;
    model.hoist_few(in, in, out);  // (p, u, h) leaves all others as they are
};

template <class Model>
KOHORT_INLINE Stale stale_by_parameter([[maybe_unused]] const Model& model, [[maybe_unused]] int parameter) {
    if constexpr (HoistsFew<Model>) return model.stale_by_parameter(parameter);
    return Stale::all;
}
template <class Model>
KOHORT_INLINE Stale stale_by_input([[maybe_unused]] const Model& model, [[maybe_unused]] int input) {
    if constexpr (HoistsFew<Model>) return model.stale_by_input(input);
    return Stale::all;
}

/// What a model may have beside that: which of a twin's values roots and conditions read. Without it, all may be read.
template <class Model>
concept NamesReadByConditions = requires(const Model& model, void (*index)(int)) {
    model.read_by_conditions(index, index, index);  // called for parameters, inputs and hoisted values
};

/// What a model has beside that if it is integrated in mixed precision (InMixedPrecision in workspace.hpp) and time shows in its rates:
/// values behind the hoisted ones, which rhs, jacobian and time_derivative read in place of a time.
template <class Model, class V>
concept HasClock = requires(const Model& model, V t, const V* in, V* out) {
    model.clock(t, in, in, in, out);  // (t, p, u, h, n_clock values)
};

/// What a model may have beside that: values that its Jacobian leaves, behind the hoisted ones and the clock's, for rates of the
/// same time and states (codegen/kept_values.hpp); sizes().n_kept of them, and none of this is called where that is 0.
template <class Model>
concept KeepsValues = requires(const Model& model, double t, const double* in, double* out) {
    model.keeping_jacobian(t, in, in, in, in, out, out);  // (t, y, p, u, h, n_kept values, entries) what factor wants
    model.rates_after_jacobian(t, in, in, in, in, out);   // those that a stage needs; h with the kept values
};

/// Known when compiling for a generated model.
template <class Model>
KOHORT_INLINE bool keeps_values(const Model& model) {
    if constexpr (KeepsValues<Model>) return model.sizes().n_kept > 0;
    return false;
}

/// What a model may have beside that: the product of its Jacobian with a vector.
template <class Model, class V>
concept MultipliesByJacobian = requires(const Model& model, const V* in, V* out) {
    model.jacobian_times(in, in, out);  // (jacobian as factor takes it, x, J x), the last two (n_states)
};

/// What a model may have beside that: states that follow from others (the first sizes().n_dependent, if any; see
/// codegen/dependent_states.hpp). factor is then of the other states, and solve writes for these what follows from the rest.
template <class Model>
concept HasDependentStates = requires(const Model& model, double t, const double* in, double* out) {
    model.free_rates(t, in, in, in, in, out);     // (n_states) as rhs, but the first n_dependent are left alone
    model.free_jacobian(t, in, in, in, in, out);  // (n_free_jacobian) what factor wants
    model.followed_size(in, in, out);  // (y, y_new, size) (n_dependent) the sum of what solve adds up, without signs
};

/// Known when compiling for a generated model.
template <class Model>
KOHORT_INLINE bool has_dependent_states(const Model& model) {
    if constexpr (HasDependentStates<Model>) return model.sizes().n_dependent > 0;
    return false;
}

/// What a model has beside that if it looks back: values of the past, which it reads behind its inputs.
template <class Model>
concept LooksBack = requires(const Model& model, double t, const double* in, double* out) {
    { model.lookup(0) } -> std::convertible_to<Lookup>;
    model.delay(0, t, in, in, in, in, out);  // (place, t, y, p, u, h, delay): may use the values before this place
};

/// Known when compiling for a generated model.
template <class Model>
KOHORT_INLINE bool looks_back(const Model& model) {
    if constexpr (LooksBack<Model>) return model.sizes().n_lookups > 0;
    return false;
}

/// What a model has if its events happen together (sizes().n_pending == 0).
template <class Model>
concept FiresTogether = requires(const Model& model, double t, const double* in, double* out) {
    // event, t, y and p before the event, u -> writes what the event assigns; the others already hold their values
    model.fire(0, t, in, in, in, out, out);
};

/// What it has instead if its events happen in turn; see event_queue.hpp. Numbers of one twin; t, y, p and u of now.
template <class Model>
concept FiresInTurn = requires(const Model& model, double t, const double* in, double* out) {
    { model.event_rule(0) } -> std::convertible_to<EventRule>;
    model.event_delay(0, t, in, in, in, out);            // only if the rule has a delay
    model.event_priority(0, t, in, in, in, out);         // only if the rule has a priority
    model.event_values(0, t, in, in, in, out);           // what the event assigns
    model.assign_event(0, t, in, in, in, in, out, out);  // (event, t, values, y, p, u, y_after, p_after)
};

/// Known when compiling for a generated model: nothing of turns is left in the code of one without.
template <class Model>
KOHORT_INLINE bool fires_in_turn(const Model& model) {
    if constexpr (FiresInTurn<Model>) return model.sizes().n_pending > 0;
    return false;
}

/// Whether what waits of an event is withdrawn when its condition falls.
template <class Model>
KOHORT_INLINE bool withdraws(const Model& model, int event) {
    if constexpr (FiresInTurn<Model>) {
        if (model.sizes().n_pending == 0) return false;
        const EventRule rule = model.event_rule(event);
        return rule.has_delay && !rule.persistent;
    }
    return false;
}

}  // namespace kohort::kernels
