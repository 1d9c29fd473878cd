// One step of an explicit Runge-Kutta pair on all lanes, for models that are not stiff.
#pragma once

#include "kernels/rosenbrock_step.hpp"

namespace kohort::kernels {

namespace detail {

template <class Tableau>
struct ErrorWeights {
    static constexpr double at(int j) { return Tableau::error[j]; }
};

/// Weights of the form of dense_output.hpp, from those of the powers of s: equal coefficients of s, s^2, s^3, s^4.
template <class Tableau, int term>
struct ExplicitDense {
    static constexpr double at(int j) {
        const double d2 = -Tableau::weight[j][3];
        const double d1 = d2 - Tableau::weight[j][2];
        const double d0 = d1 - Tableau::weight[j][1];
        return term == 0 ? d0 : term == 1 ? d1 : d2;
    }
};

/// Stages after the first, whose rate w.stage holds already.
template <class Tableau, int stage, class Model, class V>
KOHORT_INLINE void explicit_stages(const ModelCalls<Model, V>& model, V t, V h, V t_new, const Workspace<V>& w) {
    const int n = model.model.sizes().n_states;
    constexpr bool last = stage + 1 == Tableau::n_stages;
    V* const y = last ? w.y_new : w.y_scratch;
    for (int state = 0; state < n; ++state) {
        y[state] = fma(h, weighted_sum<RowOfA<Tableau, stage>, stage>(w.stage + state, n), w.y[state]);
    }
    constexpr double alpha = Tableau::alpha[stage];
    model.rates(stage_time(alpha, t, h, t_new), y, w.stage + stage * n);
    if constexpr (!last) explicit_stages<Tableau, stage + 1>(model, t, h, t_new, w);
}

}  // namespace detail

/// Goes from (t, w.y) to (t_new, w.y_new). The rate at (t, w.y) must be in w.stage; the one at (t_new, w.y_new) is left in
/// the last stage. Returns the mean square error of each lane.
template <class Tableau, class Model, class V>
KOHORT_FUNCTION V explicit_step(const ModelCalls<Model, V>& model, V t, V h, V t_new, double rtol, const Workspace<V>& w) {
    const int n = model.model.sizes().n_states;
    detail::explicit_stages<Tableau, 1>(model, t, h, t_new, w);
    ErrorNorm<V> norm{w.absolute_tolerance, rtol};
    for (int state = 0; state < n; ++state) {
        const V error = h * weighted_sum<detail::ErrorWeights<Tableau>, Tableau::n_stages>(w.stage + state, n);
        norm.add(state, error, w.y[state], w.y_new[state]);
    }
    return norm.mean_square(n);
}

/// Fills w.dense for some states and the step of length h just made.
template <class Tableau, class V>
KOHORT_FUNCTION void explicit_dense(int n_states, StateList states, V h, const Workspace<V>& w) {
    for (int place = 0; place < states.count; ++place) {
        const int state = states.state[place];
        const V* const k = w.stage + state;
        V* const d = begin_dense(w, place, state, Tableau::n_dense);
        d[0] = h * weighted_sum<detail::ExplicitDense<Tableau, 0>, Tableau::n_stages>(k, n_states);
        d[1] = h * weighted_sum<detail::ExplicitDense<Tableau, 1>, Tableau::n_stages>(k, n_states);
        d[2] = h * weighted_sum<detail::ExplicitDense<Tableau, 2>, Tableau::n_stages>(k, n_states);
    }
}

}  // namespace kohort::kernels
