// What an integrator asks of a model: generated code and the interpreter both have these functions.
// V is double or Lanes<W>; every array is indexed by the model's own order, one V an element.
//   t  time              y  states        p  parameters      u  inputs         h  hoisted values (of p and u only)
#pragma once

#include "base/lanes.hpp"
#include "base/model_sizes.hpp"

#include <concepts>

namespace kohort::kernels {

template <class Model, class V>
concept IntegrableModel = requires(const Model& model, V t, const V* y, const V* p, const V* u, const V* h, V* out,
                                   const double* state, double* state_after) {
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
    // event, t, y and p before the event, u -> writes what the event assigns; the others already hold their values
    model.fire(0, 0.0, state, state, state, state_after, state_after);
};

}  // namespace kohort::kernels
