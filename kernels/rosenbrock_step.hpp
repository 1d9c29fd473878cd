// One step of a Rosenbrock method on all lanes, in the form without matrix-vector products:
// Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed., 1996, section IV.7, "implementation". The first
// n_massless states have no derivative in their equations (section VI.1, direct approach: a mass matrix with rows of 0).
#pragma once

#include "kernels/dense_output.hpp"
#include "kernels/stage_calls.hpp"
#include "kernels/step_control.hpp"
#include "kernels/weighted_sum.hpp"
#include "kernels/workspace.hpp"

#include <limits>

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

/// The argument of a stage after the first, of one state. Floats keep how far it is from w.y beside it, once the rows of a are
/// those that lead to the new state: that is what the new state is told apart by, and would be lost beside a large w.y.
template <class Tableau, int stage, class V, class S>
KOHORT_INLINE S rosenbrock_argument(int n, int state, const Workspace<V, S>& w) {
    if constexpr (!Workspace<V, S>::mixed) {
        if constexpr (stage < Tableau::n_rows) {
            return add_weighted<RowOfA<Tableau, stage>, 0, stage>(w.y[state], w.stage + state, n);
        } else {
            return w.y_scratch[state] + w.stage[(stage - 1) * n + state];
        }
    } else if constexpr (stage + 1 < Tableau::n_rows) {
        return add_weighted<RowOfA<Tableau, stage>, 0, stage>(w.stage_y[state], w.stage + state, n);
    } else {
        S& increment = w.stage_increment[state];
        if constexpr (stage + 1 == Tableau::n_rows) {
            increment = weighted_sum<RowOfA<Tableau, stage>, stage>(w.stage + state, n);
        } else {
            increment += w.stage[(stage - 1) * n + state];
        }
        return w.stage_y[state] + increment;
    }
}

/// Stage 0 and those after it, up to the last. rate: at (t, w.y), or null.
template <class Tableau, int stage, class Model, class V, class S>
KOHORT_INLINE void rosenbrock_stages(const StageCalls<Model, V>& model, V t, V h, V t_new, S inverse_h, const V* rate,
                                     const Workspace<V, S>& w) {
    const ModelSizes& sizes = model.calls.model.sizes();
    const int n = sizes.n_states;
    const int first_free = sizes.n_dependent;
    S* const u = w.stage + stage * n;
    if constexpr (stage == 0) {
        if (rate == nullptr) model.rates_after_jacobian(t, model.start(), u);
        for (int state = 0; rate != nullptr && state < n; ++state) u[state] = to_stage<S>(rate[state]);
    } else {
        S* const argument = model.arguments();
        for (int state = 0; state < n; ++state) argument[state] = rosenbrock_argument<Tableau, stage>(n, state, w);
        constexpr double alpha = Tableau::alpha[stage];
        model.free_rates(stage_time(alpha, t, h, t_new), argument, u);
        for (int state = sizes.n_massless + first_free; state < n; ++state) {
            u[state] = fma(inverse_h, weighted_sum<RowOfC<Tableau, stage>, stage>(w.stage + state, n), u[state]);
        }
    }
    constexpr double d = Tableau::d[stage];
    if (d != 0.0 && !sizes.autonomous) {
        const S weight = S(d) * to_stage<S>(h);
        for (int state = first_free; state < n; ++state) u[state] = fma(weight, w.time_derivative[state], u[state]);
    }
    model.solve(w.lu, u);
    if constexpr (stage + 1 < Tableau::n_stages) {
        rosenbrock_stages<Tableau, stage + 1>(model, t, h, t_new, inverse_h, rate, w);
    }
}

/// Of what is added up to the change of a state that follows from others. A state that is lost in the rounding of the others counts
/// as an error, as large as it can be over eight stages.
inline constexpr double rounding_of_following = 8.0 * std::numeric_limits<double>::epsilon();

/// New values of states that follow from others, once the other states have theirs, and their errors.
template <class Tableau, class Model, class V>
KOHORT_INLINE void finish_dependent_states([[maybe_unused]] const Model& model, [[maybe_unused]] const Workspace<V>& w,
                                           [[maybe_unused]] ErrorNorm<V>& norm) {
    if constexpr (HasDependentStates<Model>) {
        const ModelSizes& sizes = model.sizes();
        const V* const last = w.stage + (Tableau::n_stages - 1) * sizes.n_states;
        for (int state = 0; state < sizes.n_dependent; ++state) w.y_new[state] = w.y_scratch[state] + last[state];
        if (sizes.n_dependent > 0) model.followed_size(w.y, w.y_new, w.y_scratch);
        for (int state = 0; state < sizes.n_dependent; ++state) {
            const V error = fma(V(rounding_of_following), w.y_scratch[state], math::abs(last[state]));
            norm.add(state, error, w.y[state], w.y_new[state]);
        }
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

/// At (t, w.y), in mixed precision at w.stage_y: what stages solve with.
template <class Model, class V, class S>
KOHORT_FUNCTION void find_slopes(const StageCalls<Model, V>& model, V t, const Workspace<V, S>& w) {
    model.free_jacobian(t, model.start(), w.jacobian);
    if (!model.calls.model.sizes().autonomous) model.time_derivative(t, model.start(), w.time_derivative);
}

/// What is there already of what a step computes at (t, w.y).
template <class V>
struct KnownAtStart {
    const V* rate = nullptr;  // (n_states)
    bool slopes = false;      // w.jacobian and w.time_derivative
};

/// Goes from (t, w.y) to (t_new, w.y_new), t_new = t + h up to rounding. Returns the mean square error of each lane. In the
/// lanes of `undefined`, which have tried in vain, slopes must be finite.
template <class Tableau, class Model, class V, class S>
KOHORT_FUNCTION V rosenbrock_step(const StageCalls<Model, V>& model, V t, V h, V t_new, double rtol, MaskOf<V> undefined,
                                  KnownAtStart<std::type_identity_t<V>> known, const Workspace<V, S>& w) {
    const ModelSizes& sizes = model.calls.model.sizes();
    const int n = sizes.n_states;
    const bool depends_on_time = !sizes.autonomous;
    const V inverse_h = V(1.0) / h;
    if constexpr (Workspace<V, S>::mixed) model.round_state(w.y);
    if (!known.slopes) find_slopes(model, t, w);
    if (any(undefined)) {
        const MaskOf<S> lanes = to_stage<S>(truth<V>(undefined)) != S(0.0);
        flatten_undefined(lanes, sizes.n_solved_jacobian(), w.jacobian);
        if (depends_on_time) flatten_undefined(lanes, n, w.time_derivative);
    }
    model.factor(to_stage<S>(inverse_h * V(1.0 / Tableau::gamma)), w.jacobian, w.lu);
    detail::rosenbrock_stages<Tableau, 0>(model, t, h, t_new, to_stage<S>(inverse_h), known.rate, w);
    ErrorNorm<S> norm{w.absolute_tolerance, rtol};
    const S* const last = w.stage + (Tableau::n_stages - 1) * n;
    for (int state = sizes.n_dependent; state < n; ++state) {
        if constexpr (Workspace<V, S>::mixed) {
            const S increment = w.stage_increment[state] + last[state];
            w.y_new[state] = w.y[state] + widen(increment);
            norm.add(state, last[state], w.stage_y[state], w.stage_y[state] + increment);
        } else {
            w.y_new[state] = w.y_scratch[state] + last[state];
            norm.add(state, last[state], w.y[state], w.y_new[state]);
        }
    }
    if constexpr (!Workspace<V, S>::mixed) detail::finish_dependent_states<Tableau>(model.calls.model, w, norm);
    return from_stage<V>(norm.mean_square(n));
}

/// Fills w.dense for some states and the step just made.
template <class Tableau, class V, class S>
KOHORT_FUNCTION void rosenbrock_dense(int n_states, StateList states, const Workspace<V, S>& w) {
    for (int place = 0; place < states.count; ++place) {
        const int state = states.state[place];
        const S* const u = w.stage + state;
        const auto term = [&]<int which>() {
            return from_stage<V>(weighted_sum<detail::RowOfDense<Tableau, which>, Tableau::n_stages>(u, n_states));
        };
        V* const d = begin_dense(w, place, state, Tableau::n_dense);
        d[0] = term.template operator()<0>();
        d[1] = term.template operator()<1>();
        if constexpr (Tableau::n_dense == 3) d[2] = term.template operator()<2>();
    }
}

}  // namespace kohort::kernels
