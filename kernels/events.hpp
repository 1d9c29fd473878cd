// State events: where inside a step a condition rises.
//
// A condition can change its truth only where a root function (a - b of a relation a < b) changes between negative, zero and
// positive. Each accepted step is looked at in three parts; the first change in time is narrowed to neighbouring
// floating-point times, and the step is cut at the later one, so that the change lies behind the next step's start.
// Two changes of one root within a third of a step that cancel are not seen; max_step bounds that.
// A condition with == or != between quantities that move sees only an equality that holds at a representable time.
#pragma once

#include "kernels/one_lane.hpp"
#include "kernels/root_finding.hpp"

#include <algorithm>

namespace kohort::kernels {

inline constexpr int most_rounds_of_events = 100;  // events that trigger events at one time

/// Where root moves from one sign class to another between neighbouring points.
template <class V>
KOHORT_INLINE MaskOf<V> changes_class(V a, V b) {
    const MaskOf<V> positive = (a > V(0.0)) ^ (b > V(0.0));
    const MaskOf<V> negative = (a < V(0.0)) ^ (b < V(0.0));
    return positive | negative;
}

/// The earliest change of class among roots [first, last) in (from, to]; root_from and root_to are their values there.
/// roots(time, root) computes them. `after` is beyond `to` if there is none.
template <class Roots>
KOHORT_FUNCTION SignChange earliest_change(int first, int last, double from, const double* root_from, double to,
                                           const double* root_to, double* scratch, Roots roots) {
    SignChange earliest{to, HUGE_VAL};
    for (int root = first; root < last; ++root) {
        if (sign_class(root_from[root]) == sign_class(root_to[root])) continue;
        const SignChange change = narrow_sign_change(from, root_from[root], to, root_to[root], [&](double time) {
            roots(time, scratch);
            return scratch[root];
        });
        if (change.after < earliest.after) earliest = change;
    }
    return earliest;
}

/// The same, also where the first change seen hides an earlier one: a root that jumps back there has changed before.
/// Overwrites root_to.
template <class Roots>
KOHORT_FUNCTION SignChange earliest_change_of_all(int first, int last, double from, const double* root_from, double to,
                                                  double* root_to, double* scratch, Roots roots) {
    SignChange earliest = earliest_change(first, last, from, root_from, to, root_to, scratch, roots);
    for (int hidden = first; hidden < last && earliest.after <= to && earliest.before > from; ++hidden) {
        roots(earliest.before, root_to);
        const SignChange change = earliest_change(first, last, from, root_from, earliest.before, root_to, scratch, roots);
        if (!(change.after <= earliest.before)) break;
        earliest = change;
    }
    return earliest;
}

KOHORT_FUNCTION inline bool any_rises(const double* before, const double* now, int n_events) {
    for (int event = 0; event < n_events; ++event) {
        if (before[event] == 0.0 && now[event] != 0.0) return true;
    }
    return false;
}

/// A condition rises, or one falls whose event may wait for that.
template <class Model>
KOHORT_FUNCTION bool any_acts(const Model& model, const double* before, const double* now) {
    const int n_events = model.sizes().n_events;
    if (any_rises(before, now, n_events)) return true;
    for (int event = 0; event < n_events; ++event) {
        if (withdraws(model, event) && before[event] != 0.0 && now[event] == 0.0) return true;
    }
    return false;
}

/// Looks for the first time in (t, t_new] at which a condition acts, in the twin that `one` holds. w.root and w.condition hold
/// the values at the points of the step. Returns that time, or infinity. Leaves the truth just before it in w.lane_condition.
template <class Model, class V>
KOHORT_FUNCTION double find_event(const OneLane<Model, V>& one, int lane, double t_new) {
    const WorkspaceOf<Model, V>& w = one.w;
    const ModelSizes& sizes = one.model.model.sizes();
    const int n_roots = sizes.n_roots;
    const int n_events = sizes.n_events;
    double* const root_from = w.lane_root;
    double* const root_to = w.lane_root + n_roots;
    double* const scratch = w.lane_root + 2 * n_roots;
    double* const before = w.lane_condition;
    double* const now = w.lane_condition + n_events;
    const auto roots = [&](double time, double* root) { one.roots_at(time, root); };
    take_lane(w.root, lane, n_roots, root_from);
    take_lane(w.condition, lane, n_events, before);
    double from = one.t;
    for (int point = 1; point < points_in_step; ++point) {
        const double to = point + 1 == points_in_step ? t_new : one.t + one.h * (point / 3.0);
        for (int change = 0; change < 4 * n_roots; ++change) {
            take_lane(w.root + point * n_roots, lane, n_roots, root_to);
            const double at = earliest_change_of_all(0, sizes.n_event_roots, from, root_from, to, root_to, scratch, roots)
                                  .after;
            if (!(at <= to)) break;
            one.conditions_at(at, now);
            if (any_acts(one.model.model, before, now)) return at;
            std::copy_n(now, n_events, before);
            one.roots_at(at, root_from);
            from = at;
        }
        take_lane(w.root + point * n_roots, lane, n_roots, root_from);
        from = to;
    }
    take_lane(w.condition + (points_in_step - 1) * n_events, lane, n_events, now);
    return any_acts(one.model.model, before, now) ? t_new : HUGE_VAL;
}

}  // namespace kohort::kernels
