// The model as the stages of a Rosenbrock method call it. Stages are numbers like the state's, or, in mixed precision, floats
// beside a state, a time and sums of double: then what a twin has of its own is rounded once, and what time alone decides is computed
// in double each time and rounded, so that no float ever holds a time.
#pragma once

#include "base/lane_math.hpp"
#include "kernels/model_calls.hpp"
#include "kernels/workspace.hpp"

#include <cfloat>
#include <type_traits>

namespace kohort::kernels {

/// A number of the state as one of stages, and the other way round.
template <class S, class V>
KOHORT_INLINE S to_stage(V x) {
    if constexpr (std::is_same_v<S, V>) {
        return x;
    } else {
        return narrow(x);
    }
}
template <class V, class S>
KOHORT_INLINE V from_stage(S x) {
    if constexpr (std::is_same_v<S, V>) {
        return x;
    } else {
        return widen(x);
    }
}

template <class Model, class V>
struct StageCalls {
    using S = StageOf<Model, V>;
    static constexpr bool mixed = !std::is_same_v<S, V>;

    using OfStages = std::conditional_t<mixed, ModelCalls<Model, S>, const ModelCalls<Model, V>&>;

    const ModelCalls<Model, V>& calls;
    const WorkspaceOf<Model, V>& w;
    OfStages of_stages;

    KOHORT_FUNCTION StageCalls(const ModelCalls<Model, V>& model, const WorkspaceOf<Model, V>& workspace)
        : calls(model), w(workspace), of_stages(make(model, workspace)) {}

    KOHORT_FUNCTION void rates(V t, const S* y, S* rate) const { of_stages.rates(tick(t), y, rate); }
    KOHORT_FUNCTION void free_rates(V t, const S* y, S* rate) const { of_stages.free_rates(tick(t), y, rate); }
    KOHORT_FUNCTION void free_jacobian(V t, const S* y, S* entries) const {
        of_stages.free_jacobian(tick(t), y, entries);
    }
    KOHORT_FUNCTION void rates_after_jacobian(V t, const S* y, S* rate) const {
        of_stages.rates_after_jacobian(tick(t), y, rate);
    }
    KOHORT_FUNCTION void time_derivative(V t, const S* y, S* derivative) const {
        of_stages.time_derivative(tick(t), y, derivative);
    }
    KOHORT_FUNCTION void factor(S inverse_gamma_h, const S* jacobian, S* lu) const {
        of_stages.factor(inverse_gamma_h, jacobian, lu);
    }
    KOHORT_FUNCTION void solve(const S* lu, S* b) const { of_stages.solve(lu, b); }

    /// The rates as numbers of the state, computed as those of stages are.
    KOHORT_FUNCTION void rates_of_state(V t, const V* y, V* rate) const {
        if constexpr (mixed) {
            round_state(y);
            rates(t, w.stage_y, w.stage_increment);
            for (int state = 0; state < n_states(); ++state) rate[state] = widen(w.stage_increment[state]);
        } else {
            calls.rates(t, y, rate);
        }
    }

    /// Where stages start from, and where their arguments are kept.
    [[nodiscard]] KOHORT_INLINE const S* start() const {
        if constexpr (mixed) {
            return w.stage_y;
        } else {
            return w.y;
        }
    }
    [[nodiscard]] KOHORT_INLINE S* arguments() const {
        if constexpr (mixed) {
            return w.stage_argument;
        } else {
            return w.y_scratch;
        }
    }

    /// Rounds a state to where stages start from.
    KOHORT_FUNCTION void round_state(const V* y) const {
        for (int state = 0; state < n_states(); ++state) w.stage_y[state] = narrow(y[state]);
    }

    /// Rounds what a twin has of its own, after it changed. Returns the lanes in which that leaves the range of floats.
    KOHORT_FUNCTION MaskOf<V> round_values() const {
        const ModelSizes& sizes = calls.model.sizes();
        const auto outside = round(w.parameter, sizes.n_parameters, w.stage_parameter) |
                             round(w.input, sizes.n_inputs, w.stage_input);
        return outside | round(w.hoisted, sizes.n_hoisted, w.stage_hoisted);
    }

private:
    [[nodiscard]] KOHORT_FUNCTION int n_states() const { return calls.model.sizes().n_states; }
    static KOHORT_FUNCTION OfStages make(const ModelCalls<Model, V>& model, const WorkspaceOf<Model, V>& workspace) {
        if constexpr (mixed) {
            return {model.model, workspace.stage_parameter, workspace.stage_input, workspace.stage_hoisted};
        } else {
            return model;
        }
    }

    [[nodiscard]] static KOHORT_FUNCTION MaskOf<V> round(const V* from, int count, S* to) {
        MaskOf<V> outside(false);
        for (int index = 0; index < count; ++index) {
            const V size = math::abs(from[index]);
            const auto too_large = (size > V(FLT_MAX)) & (size < V(math::detail::infinity));
            outside = outside | too_large | ((size < V(FLT_MIN)) & (size > V(0.0)));
            to[index] = narrow(from[index]);
        }
        return outside;
    }

    /// The time for stages; for floats, which read none, what time alone decides is brought up to date instead.
    [[nodiscard]] KOHORT_FUNCTION S tick(V t) const {
        if constexpr (mixed) {
            const ModelSizes& sizes = calls.model.sizes();
            if (sizes.n_clock > 0) calls.clock(t, w.clock);
            for (int index = 0; index < sizes.n_clock; ++index)
                w.stage_hoisted[sizes.n_hoisted + index] = narrow(w.clock[index]);
            return S(math::detail::nan);
        } else {
            return t;
        }
    }
};

}  // namespace kohort::kernels
