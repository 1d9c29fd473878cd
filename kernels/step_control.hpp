// Error norm and step size of each lane, by itself. Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993, II.4.
#pragma once

#include "base/lane_math.hpp"
#include "base/lane_reciprocal.hpp"

namespace kohort::kernels {

/// Mean square of error / (absolute + relative * max(|y|, |y_new|)): at most 1 is accepted. NaN if any y_new is not finite.
template <class V>
struct ErrorNorm {
    const double* absolute_tolerance;  // [model units] (n_states)
    double relative_tolerance;
    V sum = V(0.0);
    V not_finite = V(0.0);  // 0, or NaN; a sum of its own, so that a state waits for one operation of the state before it

    KOHORT_INLINE void add(int state, V error, V y, V y_new) {
        const V old_size = math::abs(y);
        const V new_size = math::abs(y_new);
        const V size = select(old_size > new_size, old_size, new_size);
        const V ratio = error * math::rough_reciprocal(fma(V(relative_tolerance), size, V(absolute_tolerance[state])));
        sum = fma(ratio, ratio, sum);
        not_finite = fma(V(0.0), y_new, not_finite);
    }
    [[nodiscard]] KOHORT_INLINE V mean_square(int n_states) const { return (sum + not_finite) * V(1.0 / n_states); }
};

/// Whether a step of this length, or up to 1 % more, reaches a stop: rounding then leaves no tiny step over.
template <class V>
KOHORT_INLINE MaskOf<V> is_last_step(V remaining, V step) {
    return remaining <= V(1.01) * step;
}

inline constexpr double step_safety = 0.85;
inline constexpr double least_step_factor = 0.2;
inline constexpr double largest_step_factor = 6.0;
/// At most this after a second rejection running: where rates have a kink the error falls more slowly than its order says.
inline constexpr double largest_second_factor = 0.5;

/// The factor to the next step that makes the error just acceptable, with a margin. order: the power of the step that the error falls with.
template <class V>
KOHORT_INLINE V step_factor(V mean_square_error, int order) {
    const V factor = V(step_safety) * math::rough_power(mean_square_error, -0.5 / order);
    const MaskOf<V> usable = (factor > V(least_step_factor)) & (mean_square_error < V(math::detail::infinity));
    const V bounded = select(usable, factor, V(least_step_factor));  // NaN becomes the least
    return select(bounded < V(largest_step_factor), bounded, V(largest_step_factor));
}

/// First step after a start or a discontinuity whose change of rate has norm rate_change [tolerances / time] and itself
/// changes with norm rate_of_change [tolerances / time^2]. The q-th order error of a solution that varies on the scale
/// T = rate_change / rate_of_change is about rate_change T (h / T)^q; h makes that 0.01 tolerances.
template <class V>
KOHORT_INLINE V first_step(V rate_change, V rate_of_change, V longest, int order) {
    const double q = order;
    const V scale = rate_change / rate_of_change;  // [time]
    const V step = math::pow(scale, V((q - 1.0) / q)) * math::pow(V(0.01) / rate_change, V(1.0 / q));
    const V chosen = select(rate_change == V(0.0), longest, step);
    return select(chosen < longest, chosen, longest);  // no curvature at all, or nothing usable: the longest
}

}  // namespace kohort::kernels
