// One step along the Taylor series of the solution, for models whose rates are affine in the states and do not depend on time,
// y' = A y + b, as those of pharmacokinetic compartments are between two doses: the terms are term_k = h / k A term_(k-1), each
// of which costs one call of the rates (Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993, I.8).
#pragma once

#include "kernels/rosenbrock_step.hpp"

namespace kohort::kernels {

struct Taylor {
    static constexpr int error_order = taylor_terms;
    static constexpr int n_dense = taylor_terms - 1;
};

/// Goes from (t, w.y) to (t + h, w.y_new) and leaves the terms in w.stage. Returns the mean square of the last term on each lane
/// as the error; what is cut off is smaller.
template <class Model, class V>
KOHORT_FUNCTION V taylor_step(const ModelCalls<Model, V>& model, V t, V h, double rtol, const Workspace<V>& w) {
    const int n = model.model.sizes().n_states;
    V* const constant = w.time_derivative;  // b; there is no other use for the array
    for (int state = 0; state < n; ++state) w.y_scratch[state] = V(0.0);
    model.rates(t, w.y_scratch, constant);
    model.rates(t, w.y, w.stage);
    for (int state = 0; state < n; ++state) {
        w.stage[state] = h * w.stage[state];
        w.y_new[state] = w.stage[state];
    }
    for (int term = 1; term < taylor_terms; ++term) {
        V* const last = w.stage + (term - 1) * n;
        V* const next = last + n;
        const V factor = h * V(1.0 / (term + 1));
        model.rates(t, last, next);
        for (int state = 0; state < n; ++state) {
            next[state] = factor * (next[state] - constant[state]);
            w.y_new[state] += next[state];
        }
    }
    ErrorNorm<V> norm{w.absolute_tolerance, rtol};
    const V* const last = w.stage + (taylor_terms - 1) * n;
    for (int state = 0; state < n; ++state) {
        w.y_new[state] += w.y[state];
        norm.add(state, last[state], w.y[state], w.y_new[state]);
    }
    return norm.mean_square(n);
}

/// Fills w.dense for some states and the step just made: equal coefficients of s, s^2, ... in the form of dense_output.hpp.
template <class V>
KOHORT_FUNCTION void taylor_dense(int n_states, StateList states, const Workspace<V>& w) {
    for (int place = 0; place < states.count; ++place) {
        const int state = states.state[place];
        V* const d = begin_dense(w, place, state, Taylor::n_dense);
        V sum(0.0);
        for (int term = taylor_terms - 1; term > 0; --term) {
            sum -= w.stage[term * n_states + state];
            d[term - 1] = sum;
        }
    }
}

}  // namespace kohort::kernels
