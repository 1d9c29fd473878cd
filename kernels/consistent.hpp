// Values for the states that equations hold in place - algebraic and fast ones - at the start and after whatever changes
// a twin: a few implicit Euler steps in a time of their own, in which all other states stand still.
//
// For algebraic states a step is one of Newton's method. Fast states go from where they are, along their own rates, to where
// these end: of several equilibria they reach the one that they would. A step is accepted if a second one with the same
// matrix is much shorter (Deuflhard, Newton Methods for Nonlinear Problems, 2004, section 2.1, natural monotonicity test);
// else both the time and the Newton step are shortened.
#pragma once

#include "kernels/one_lane.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::kernels {

inline constexpr double first_settling_time = 1e-14;   // [model time] that of a fast rate of 1, see codegen's steepness
inline constexpr double longest_settling_time = 1e-8;  // [model time]
inline constexpr double least_settling_time = 1e-50;   // [model time]
inline constexpr double inert_settling_time = 1e-11;   // [model time] what does not feel itself in this is not fast
inline constexpr double most_contraction = 0.1;  // of the second step against the first, in which a fast state is followed well
inline constexpr int most_settling_steps = 400;
inline constexpr int most_steps_at_rest = 5;  // at the longest time; what still moves then is slow enough to be followed

template <class Model, class V>
class Settling {
public:
    KOHORT_FUNCTION explicit Settling(const OneLane<Model, V>& one)
        : one_(one), w_(one.w), sizes_(one.model.model.sizes()), n_(sizes_.n_implicit()) {}

    /// Changes w.lane_y. Returns whether that came to rest.
    KOHORT_FUNCTION bool run() {
        one_.model.hoist();
        for (int step = 0; step < most_settling_steps; ++step) {
            linearise();
            const double length = move();
            if (is_inert()) return true;
            for (int state = 0; state < sizes_.n_states; ++state)
                w_.lane_trial[state] = w_.lane_y[state] + (state < n_ ? damping_ * w_.lane_move[state] : 0.0);
            const double second = correction();
            const double bound = sizes_.n_fast > 0 ? 1.0 - (1.0 - most_contraction) * damping_ : 1.0 - 0.25 * damping_;
            if (!(second <= bound * length) && !(length <= at_rest)) {
                if (!shorten()) return false;
                continue;
            }
            for (int state = 0; state < n_; ++state) w_.lane_y[state] = w_.lane_trial[state];
            if (damping_ == 1.0 && rests(length)) return true;
            time_ = std::fmin(10.0 * time_, longest_settling_time);
            damping_ = std::fmin(2.0 * damping_, 1.0);
        }
        return false;
    }

private:
    static constexpr double at_rest = 1e-3;  // [tolerances]

    KOHORT_FUNCTION void linearise() {
        one_.model.jacobian(one_.t, w_.lane_y, w_.lane_jacobian);
        std::fill(w_.lane_jacobian + sizes_.n_implicit_jacobian, w_.lane_jacobian + sizes_.n_jacobian, 0.0);
        one_.model.factor(1.0 / time_, w_.lane_jacobian, w_.lane_lu);
    }

    /// One step: w.lane_move, with the rates in w.lane_rate. Returns its length in tolerances; NaN where it is not finite.
    KOHORT_FUNCTION double move() {
        one_.model.rates(one_.t, w_.lane_y, w_.lane_rate);
        std::fill(w_.lane_rate + n_, w_.lane_rate + sizes_.n_states, 0.0);
        std::copy_n(w_.lane_rate, sizes_.n_states, w_.lane_move);
        one_.model.solve(w_.lane_lu, w_.lane_move);
        return length_of(w_.lane_move);
    }

    /// Fast states whose fast rates have vanished with their slopes, so that they only drift at the pace of all others.
    [[nodiscard]] KOHORT_FUNCTION bool is_inert() const {
        if (sizes_.n_massless > 0 || time_ < inert_settling_time) return false;
        for (int state = 0; state < n_; ++state) {
            const double drift = time_ * w_.lane_rate[state];
            if (!(std::abs(w_.lane_move[state] - drift) <= 1e-3 * std::abs(drift))) return false;
        }
        return true;
    }

    /// The length of the step that the trial's own defect asks for: the second of Newton's steps for one of implicit Euler.
    KOHORT_FUNCTION double correction() {
        double* const defect = w_.lane_rate;
        one_.model.rates(one_.t, w_.lane_trial, defect);
        std::fill(defect + n_, defect + sizes_.n_states, 0.0);
        for (int state = sizes_.n_massless; state < n_; ++state)
            defect[state] -= (w_.lane_trial[state] - w_.lane_y[state]) / time_;
        one_.model.solve(w_.lane_lu, defect);
        return length_of(defect);
    }

    [[nodiscard]] KOHORT_FUNCTION double length_of(const double* step) const {
        double longest = 0.0;
        for (int state = 0; state < n_; ++state) {
            const double size = std::max(std::abs(w_.lane_y[state]), std::abs(w_.lane_y[state] + step[state]));
            const double ratio = std::abs(step[state]) / (one_.relative_tolerance * size + w_.absolute_tolerance[state]);
            if (!(ratio <= longest)) longest = ratio;
        }
        return longest;
    }

    KOHORT_FUNCTION bool rests(double length) {
        const bool is_longest = sizes_.n_fast == 0 || time_ >= longest_settling_time;
        if (is_longest) ++steps_at_longest_;
        return is_longest && (length <= at_rest || (sizes_.n_massless == 0 && steps_at_longest_ == most_steps_at_rest));
    }

    KOHORT_FUNCTION bool shorten() {
        time_ *= 0.25;
        damping_ *= sizes_.n_massless > 0 ? 0.5 : 1.0;
        return time_ > least_settling_time && damping_ > 1e-6;
    }

    const OneLane<Model, V>& one_;
    const WorkspaceOf<Model, V>& w_;
    const ModelSizes sizes_;
    const int n_;
    double time_ = first_settling_time;
    double damping_ = 1.0;
    int steps_at_longest_ = 0;
};

/// Solves for the implicit states of the twin that `one` holds, in w.lane_y. Returns false if there seems to be no solution.
template <class Model, class V>
KOHORT_FUNCTION bool make_consistent(const OneLane<Model, V>& one) {
    if (one.model.model.sizes().n_implicit() == 0) return true;
    return Settling<Model, V>(one).run();
}

}  // namespace kohort::kernels
