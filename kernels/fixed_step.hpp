// One step of an explicit method whose length is given: nothing is estimated. The step is multiplied into the weights, so that
// a loop whose twins all take the same step does it once (fixed_loop.hpp) and has the bits of one whose lanes take their own.
#pragma once

#include "kernels/explicit_step.hpp"

#include <cstddef>

namespace kohort::kernels {

namespace detail {

/// Weights times a step that each lane has for itself, made when they are needed.
template <class Tableau, class V>
struct WeightsOfLanes {
    V h;  // [model time]
    template <int stage, int j>
    [[nodiscard]] KOHORT_INLINE V weight() const {
        constexpr double weight = Tableau::a[stage][j];
        return h * V(weight);
    }
};

/// y + sum over j of weight_j * rate[j * stride]: the argument of a stage
template <class Tableau, int stage, int j = 0, class V, class Weights>
KOHORT_INLINE V stage_argument(V y, const Weights& weights, const V* rate, std::ptrdiff_t stride) {
    if constexpr (j == stage) {
        return y;
    } else {
        if constexpr (Tableau::a[stage][j] != 0.0) y = fma(weights.template weight<stage, j>(), rate[j * stride], y);
        return stage_argument<Tableau, stage, j + 1>(y, weights, rate, stride);
    }
}

/// Stages after the first, whose rate w.stage holds already.
template <class Tableau, int stage, class Model, class V>
KOHORT_INLINE void fixed_stages(const ModelCalls<Model, V>& model, V t, V h, V t_new, const Workspace<V>& w) {
    const int n = model.model.sizes().n_states;
    constexpr bool last = stage + 1 == Tableau::n_stages;
    V* const y = last ? w.y_new : w.y_scratch;
    const WeightsOfLanes<Tableau, V> weights{h};
    for (int state = 0; state < n; ++state) {
        y[state] = stage_argument<Tableau, stage>(w.y[state], weights, w.stage + state, n);
    }
    constexpr double alpha = Tableau::alpha[stage];
    model.rates(stage_time(alpha, t, h, t_new), y, w.stage + stage * n);
    if constexpr (!last) fixed_stages<Tableau, stage + 1>(model, t, h, t_new, w);
}

/// 0 where all states are finite, else NaN
template <class V>
KOHORT_INLINE V zero_if_finite(const V* y, int n_states) {
    V zero(0.0);
    for (int state = 0; state < n_states; ++state) zero = fma(V(0.0), y[state], zero);
    return zero;
}

}  // namespace detail

/// Goes from (t, w.y) to (t_new, w.y_new), with the rate at the start in w.stage and the one at the end left in the last stage.
/// Returns 0, or NaN for lanes that came to something not finite.
template <class Tableau, class Model, class V>
KOHORT_FUNCTION V fixed_step(const ModelCalls<Model, V>& model, V t, V h, V t_new, const Workspace<V>& w) {
    detail::fixed_stages<Tableau, 1>(model, t, h, t_new, w);
    return detail::zero_if_finite(w.y_new, model.model.sizes().n_states);
}

}  // namespace kohort::kernels
