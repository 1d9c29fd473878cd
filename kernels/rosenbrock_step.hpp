// One step of a Rosenbrock method on all lanes, in the form without matrix-vector products:
// Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed., 1996, section IV.7, "implementation". The first
// n_massless states have no derivative in their equations (section VI.1, direct approach: a mass matrix with rows of 0).
#pragma once

#include "kernels/dense_output.hpp"
#include "kernels/model_calls.hpp"
#include "kernels/step_control.hpp"
#include "kernels/weighted_sum.hpp"
#include "kernels/workspace.hpp"

namespace kohort::kernels {

namespace detail {

template <class Tableau, int stage>
struct RowOfA {
    static constexpr double at(int j) { return Tableau::a[stage][j]; }
};
template <class Tableau, int stage>
struct RowOfC {
    static constexpr double at(int j) { return Tableau::c[stage][j]; }
};
template <class Tableau, int term>
struct RowOfDense {
    static constexpr double at(int j) { return Tableau::dense[term][j]; }
};

/// t + alpha h, and exactly t_new at the end of the step
template <class V>
KOHORT_INLINE V stage_time(double alpha, V t, V h, V t_new) {
    if (alpha == 0.0) return t;
    return alpha == 1.0 ? t_new : fma(V(alpha), h, t);
}

/// Stage 0 and those after it, up to the last. rate: at (t, w.y), or null.
template <class Tableau, int stage, class Model, class V>
KOHORT_INLINE void rosenbrock_stages(const ModelCalls<Model, V>& model, V t, V h, V t_new, V inverse_h, const V* rate,
                                     const Workspace<V>& w) {
    const int n = model.model.sizes().n_states;
    V* const u = w.stage + stage * n;
    if constexpr (stage == 0) {
        if (rate == nullptr) model.rates(t, w.y, u);
        for (int state = 0; rate != nullptr && state < n; ++state) u[state] = rate[state];
    } else {
        for (int state = 0; state < n; ++state) {
            if constexpr (stage < Tableau::n_rows) {
                w.y_scratch[state] = add_weighted<RowOfA<Tableau, stage>, 0, stage>(w.y[state], w.stage + state, n);
            } else {
                w.y_scratch[state] += w.stage[(stage - 1) * n + state];
            }
        }
        constexpr double alpha = Tableau::alpha[stage];
        model.rates(stage_time(alpha, t, h, t_new), w.y_scratch, u);
        for (int state = model.model.sizes().n_massless; state < n; ++state) {
            u[state] = fma(inverse_h, weighted_sum<RowOfC<Tableau, stage>, stage>(w.stage + state, n), u[state]);
        }
    }
    constexpr double d = Tableau::d[stage];
    if (d != 0.0 && !model.model.sizes().autonomous) {
        for (int state = 0; state < n; ++state) u[state] = fma(V(d) * h, w.time_derivative[state], u[state]);
    }
    model.solve(w.lu, u);
    if constexpr (stage + 1 < Tableau::n_stages) {
        rosenbrock_stages<Tableau, stage + 1>(model, t, h, t_new, inverse_h, rate, w);
    }
}

}  // namespace detail

/// Slopes that are not finite are 0 in these lanes: 0 times infinity, say, where a formula divides by what is 0 and its value
/// is finite all the same. The rates themselves stay what they are, and the error is estimated from them.
template <class V>
KOHORT_FUNCTION void flatten_undefined(MaskOf<V> lanes, int count, V* slope) {
    for (int index = 0; index < count; ++index) {
        const auto is_undefined = V(0.0) * slope[index] != V(0.0);
        slope[index] = select(lanes & is_undefined, V(0.0), slope[index]);
    }
}

/// Goes from (t, w.y) to (t_new, w.y_new), t_new = t + h up to rounding. Returns the mean square error of each lane. In the
/// lanes of `undefined`, which have tried in vain, slopes must be finite. rate: at (t, w.y) if they are known, else null.
template <class Tableau, class Model, class V>
KOHORT_FUNCTION V rosenbrock_step(const ModelCalls<Model, V>& model, V t, V h, V t_new, double rtol,
                                  MaskOf<V> undefined, const std::type_identity_t<V>* rate, const Workspace<V>& w) {
    const int n = model.model.sizes().n_states;
    const bool depends_on_time = !model.model.sizes().autonomous;
    const V inverse_h = V(1.0) / h;
    model.jacobian(t, w.y, w.jacobian);
    if (depends_on_time) model.time_derivative(t, w.y, w.time_derivative);
    if (any(undefined)) {
        flatten_undefined(undefined, model.model.sizes().n_jacobian, w.jacobian);
        if (depends_on_time) flatten_undefined(undefined, n, w.time_derivative);
    }
    model.factor(inverse_h * V(1.0 / Tableau::gamma), w.jacobian, w.lu);
    detail::rosenbrock_stages<Tableau, 0>(model, t, h, t_new, inverse_h, rate, w);
    ErrorNorm<V> norm{w.absolute_tolerance, rtol};
    const V* const last = w.stage + (Tableau::n_stages - 1) * n;
    for (int state = 0; state < n; ++state) {
        w.y_new[state] = w.y_scratch[state] + last[state];
        norm.add(state, last[state], w.y[state], w.y_new[state]);
    }
    return norm.mean_square(n);
}

/// Fills w.dense for some states and the step just made.
template <class Tableau, class V>
KOHORT_FUNCTION void rosenbrock_dense(int n_states, StateList states, const Workspace<V>& w) {
    for (int place = 0; place < states.count; ++place) {
        const int state = states.state[place];
        const V* const u = w.stage + state;
        w.dense[state] = weighted_sum<detail::RowOfDense<Tableau, 0>, Tableau::n_stages>(u, n_states);
        w.dense[n_states + state] = weighted_sum<detail::RowOfDense<Tableau, 1>, Tableau::n_stages>(u, n_states);
        if constexpr (Tableau::n_dense == 3) {
            w.dense[2 * n_states + state] = weighted_sum<detail::RowOfDense<Tableau, 2>, Tableau::n_stages>(u, n_states);
        }
    }
}

}  // namespace kohort::kernels
