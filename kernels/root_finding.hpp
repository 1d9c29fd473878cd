// Where a function of time changes its sign, to the last bit of time.
#pragma once

#include "base/macros.hpp"

#include <cmath>

namespace kohort::kernels {

/// -1, 0 or 1; NaN counts as 0
KOHORT_FUNCTION inline int sign_class(double x) { return x > 0.0 ? 1 : x < 0.0 ? -1 : 0; }

/// Neighbouring times: at `before` the function has the sign class that it started with, at `after` another one.
struct SignChange {
    double before;
    double after;
};

/// Narrows [before, after], at whose ends g has the different sign classes of g_before and g_after, until no number (or less
/// than 2^-60 of the interval) lies between. Regula falsi, Illinois variant (Dahlquist and Bjorck, Numerical Methods, 1974,
/// section 6.4), kept a few units in the last place away from the ends, so that an end at which g is 0 is left by steps that
/// double; bisection where progress is slow.
template <class Function>
KOHORT_FUNCTION SignChange narrow_sign_change(double before, double g_before, double after, double g_after, Function g) {
    const int start_class = sign_class(g_before);
    const double finest = std::ldexp(after - before, -60);
    double bracket_goal = 0.5 * (after - before);
    int slow_rounds = 0;
    int last_moved = 0;   // -1 before, 1 after
    double nudges = 1.0;  // how many times the smallest distance to keep from an end
    for (int round = 0; round < 400; ++round) {
        const double width = after - before;
        const double middle = before + 0.5 * width;
        if (!(middle > before && middle < after) || width <= finest) break;
        double t = middle;
        if (slow_rounds < 4) {
            const double keep = std::fmin(0.5 * width, nudges * 2.3e-16 * std::fmax(std::fabs(before), std::fabs(after)));
            t = before + width * (g_before / (g_before - g_after));
            const bool at_end = !(t >= before + keep && t <= after - keep);
            if (t < before + keep) t = before + keep;
            if (t > after - keep) t = after - keep;
            nudges = at_end ? 2.0 * nudges : 1.0;
            if (!(t > before && t < after)) t = middle;
        } else {
            slow_rounds = 0;
        }
        const double g_t = g(t);
        if (sign_class(g_t) == start_class) {
            before = t;
            g_before = g_t;
            if (last_moved == -1) g_after *= 0.5;
            last_moved = -1;
        } else {
            after = t;
            g_after = g_t;
            if (last_moved == 1) g_before *= 0.5;
            last_moved = 1;
        }
        if (after - before <= bracket_goal) {
            bracket_goal = 0.5 * (after - before);
            slow_rounds = 0;
        } else {
            ++slow_rounds;
        }
    }
    return {before, after};
}

}  // namespace kohort::kernels
