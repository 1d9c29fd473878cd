// The steps of LaneLoop: how long, until where, whether accepted, and the output inside them.
#pragma once

#include "kernels/lane_loop.hpp"

namespace kohort::kernels {

template <class Model, int W>
KOHORT_FUNCTION int LaneLoop<Model, W>::error_order() const {
    switch (options_.method) {
        case Method::rodas4: return Rodas4::error_order;
        case Method::rodas4p2: return Rodas4P2::error_order;
        case Method::rodas5p: return Rodas5P::error_order;
        case Method::tsit5: return Tsit5::error_order;
        case Method::taylor: break;
    }
    return Taylor::error_order;
}

template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::Mask LaneLoop<Model, W>::knows_first_step() const {
    if (options_.step > 0.0) return Mask(true);
    return step_after_break_ > V(is_explicit() ? 0.0 : infinity);
}

/// For fresh lanes. Explicit methods, whose error estimate shows every transient, take what would have been right after the
/// discontinuity before, which for a dose was the dose before; a wrong guess costs an attempt.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::choose_first_steps() {
    const Mask knows = fresh_ & knows_first_step();
    const Mask guesses = fresh_ & !knows;
    first_stage_ready_ = false;
    if (options_.step > 0.0) {
        fresh_ = Mask(false);
        return;
    }
    if (any(guesses)) guess_first_steps(guesses);
    const V longest(options_.max_step > 0.0 ? options_.max_step : batch_.t_end - batch_.t_begin);
    planned_ = select(knows, select(step_after_break_ < longest, step_after_break_, longest), planned_);
    first_after_break_ = first_after_break_ | fresh_;
    fresh_ = Mask(false);
}

/// What makes a change of a state, or of its rate, a number of tolerances.
template <class Model, int W>
KOHORT_INLINE typename LaneLoop<Model, W>::V LaneLoop<Model, W>::scale_of(int state) const {
    return math::rough_reciprocal(fma(V(options_.rtol), math::abs(w_.y[state]), V(w_.absolute_tolerance[state])));
}

/// From how the rates have just changed, and how what they have changed by changes the rates again: see first_step.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::guess_first_steps(Mask guesses) {
    const int n = sizes().n_states;
    const int first_moving = sizes().n_implicit();  // the others have no rate of their own
    stages_.rates_of_state(t_, w_.y, w_.rate);
    known_.rate = w_.rate;
    V* const change_of_rate = w_.rate_before;  // which is not needed any more
    V size(0.0);
    V change(0.0);
    for (int state = 0; state < first_moving; ++state) change_of_rate[state] = V(0.0);
    for (int state = first_moving; state < n; ++state) {
        const V scale = scale_of(state);
        change_of_rate[state] = w_.rate[state] - w_.rate_before[state];
        const V size_ratio = w_.y[state] * scale;
        const V change_ratio = change_of_rate[state] * scale;
        size = fma(size_ratio, size_ratio, size);
        change = fma(change_ratio, change_ratio, change);
    }
    size = math::sqrt(size * V(1.0 / n));
    change = math::sqrt(change * V(1.0 / n));
    V curvature = curvature_by_jacobian();
    const Mask unknown = guesses & !(curvature < V(infinity));  // a slope may be infinite where a solution begins
    if (any(unknown)) {
        const V one_percent = V(0.01) * select(size > V(1.0), size, V(1.0)) / change;
        const V h = select(one_percent < planned_, one_percent, planned_);
        curvature = select(unknown, curvature_by_probe(h), curvature);
    }
    const V first = first_step(change, curvature, planned_, error_order());
    const V least = resolution(t_);
    planned_ = select(guesses, select(first > least, first, least), planned_);
}

/// How the rates change [tolerances / time^2] along with a state that moves by their change, in w_.rate_before: from the slopes
/// at (t_, y), which the step wants as well. NaN for methods and models that have no such slopes.
template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::V LaneLoop<Model, W>::curvature_by_jacobian() {
    if constexpr (!mixed && MultipliesByJacobian<Model, V>) {
        if (looks_back_ || is_explicit()) return V(nan);
        find_slopes(stages_, t_, w_);
        known_.slopes = true;
        V* const slope = w_.y_new;
        model_.jacobian_times(w_.jacobian, w_.rate_before, slope);
        V sum(0.0);
        for (int state = sizes().n_implicit(); state < sizes().n_states; ++state) {
            const V explicit_part = sizes().autonomous ? V(0.0) : w_.time_derivative[state];
            const V ratio = (slope[state] + explicit_part) * scale_of(state);
            sum = fma(ratio, ratio, sum);
        }
        return math::sqrt(sum * V(1.0 / sizes().n_states));
    }
    return V(nan);
}

/// The same from the rates after so long [model time].
template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::V LaneLoop<Model, W>::curvature_by_probe(V h) {
    const int n = sizes().n_states;
    const int first_moving = sizes().n_implicit();
    V* const probe = w_.y_new;
    for (int state = 0; state < n; ++state) w_.y_scratch[state] = fma(h, w_.rate_before[state], w_.y[state]);
    stages_.rates_of_state(t_ + h, w_.y_scratch, probe);
    V sum(0.0);
    for (int state = first_moving; state < n; ++state) {
        const V ratio = (probe[state] - w_.rate[state]) * scale_of(state);
        sum = fma(ratio, ratio, sum);
    }
    return math::sqrt(sum * V(1.0 / n)) / h;
}

/// Lands exactly on a stop; the last two steps before one share the way, so that no tiny step is left over.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::plan_step() {
    const bool fixed = options_.step > 0.0;
    if (fixed) planned_ = V(options_.step);
    if (looks_back_) {
        const V longest = V(0.99) * model_.shortest_delay(t_, w_.y);  // steps may be 1 % longer than planned
        planned_ = select(active_ & (longest < planned_), select(longest > resolution(t_), longest, resolution(t_)), planned_);
    }
    const V remaining = stop_ - t_;
    lands_ = is_last_step(remaining, planned_);
    const Mask halves = fixed ? Mask(false) : remaining < V(2.0) * planned_;
    h_ = select(lands_, remaining, select(halves, V(0.5) * remaining, planned_));
    t_new_ = select(lands_, stop_, t_ + h_);
    h_ = select(active_, h_, V(1.0));
    t_new_ = select(active_, t_new_, t_ + V(1.0));
    kink_ = Mask(false);
}

/// Ends steps just before a relation of time alone changes inside the model. Where that is at once, the lane goes over it
/// without a step; then nothing is stepped now, and false is returned.
template <class Model, int W>
KOHORT_FUNCTION bool LaneLoop<Model, W>::stop_at_kinks() {
    const int n_roots = sizes().n_roots;
    const int n_event_roots = sizes().n_event_roots;
    Mask crosses(false);
    for (int point = 0; point < points_in_step; ++point) {
        const bool last = point + 1 == points_in_step;
        V* const root = w_.root + point * n_roots;
        model_.roots(last ? t_new_ : fma(h_, V(point / 3.0), t_), w_.y, root);
        for (int index = n_event_roots; point > 0 && index < end_of_kinks_; ++index) {
            crosses = crosses | changes_class(root[index - n_roots], root[index]);
        }
    }
    Mask at_once(false);
    double* const root_from = w_.lane_root;
    double* const root_to = w_.lane_root + n_roots;
    double* const scratch = w_.lane_root + 2 * n_roots;
    for_lanes(crosses & active_, [&](int lane) {
        const double t = get_lane(t_, lane);
        one_.take_twin(lane, t);
        take_lane(w_.hoisted, lane, sizes().n_hoisted, w_.lane_hoisted);
        double from = t;
        for (int point = 1; point < points_in_step; ++point) {
            const double to = point + 1 == points_in_step ? get_lane(t_new_, lane)
                                                          : fma(get_lane(h_, lane), point / 3.0, t);
            take_lane(w_.root + (point - 1) * n_roots, lane, n_roots, root_from);
            take_lane(w_.root + point * n_roots, lane, n_roots, root_to);
            const SignChange change = earliest_change_of_all(
                n_event_roots, end_of_kinks_, from, root_from, to, root_to, scratch,
                [&](double time, double* root) { one_.model.roots(time, w_.lane_y, root); });
            from = to;
            if (change.after > to) continue;
            set_lane(kink_, lane, true);
            set_lane(kink_after_, lane, beyond_equality(lane, change.after));
            set_lane(lands_, lane, true);
            set_lane(at_once, lane, !(change.before > t));
            set_lane(t_new_, lane, change.before);
            set_lane(h_, lane, change.before - t);
            break;
        }
    });
    if (!any(at_once)) return true;
    kink_ = at_once;
    arrived_ = at_once;
    n_rejected_ += truth<V>(at_once);  // counted, so that kinks without end exhaust the budget of steps
    return false;
}

/// Rounding may keep the two sides of a relation equal for a few neighbouring times, from `after` on. The first time behind
/// these, or `after` where they are more than that, a condition notices, the twin stops there, or something is observed while they
/// are equal; the twin is in one_.
template <class Model, int W>
KOHORT_FUNCTION double LaneLoop<Model, W>::beyond_equality(int lane, double after) {
    const int n_roots = sizes().n_roots;
    double* const root_from = w_.lane_root;
    double* const root_to = w_.lane_root + n_roots;
    const double to = after + get_lane(resolution(V(after)), lane);
    one_.model.roots(after, w_.lane_y, root_from);
    one_.model.roots(to, w_.lane_y, root_to);
    const SignChange change = earliest_change(
        sizes().n_event_roots, end_of_kinks_, after, root_from, to, root_to, w_.lane_root + 2 * n_roots,
        [&](double time, double* root) { one_.model.roots(time, w_.lane_y, root); });
    if (change.after > to || change.after >= get_lane(stop_, lane)) return after;
    auto sample = static_cast<std::size_t>(get_lane(next_sample_, lane));
    while (timetable_.sample_time[sample] < after) ++sample;
    if (timetable_.sample_time[sample] < change.after) return after;
    double* const condition = w_.lane_condition;
    one_.model.conditions(after, w_.lane_y, condition);
    one_.model.conditions(change.after, w_.lane_y, condition + sizes().n_events);
    for (int event = 0; event < sizes().n_events; ++event) {
        if (condition[event] != condition[sizes().n_events + event]) return after;
    }
    return change.after;
}

template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::V LaneLoop<Model, W>::attempt_step() {
    const KnownAtStart<V> known = known_;
    known_ = {};
    switch (options_.method) {
        case Method::rodas4:
            return rosenbrock_step<Rodas4>(stages_, t_, h_, t_new_, options_.rtol, undefined_, known, w_);
        case Method::rodas4p2:
            return rosenbrock_step<Rodas4P2>(stages_, t_, h_, t_new_, options_.rtol, undefined_, known, w_);
        case Method::rodas5p:
            return rosenbrock_step<Rodas5P>(stages_, t_, h_, t_new_, options_.rtol, undefined_, known, w_);
        default: break;
    }
    if constexpr (mixed) {
        return V(nan);
    } else {
        if (options_.method == Method::taylor)
            return sizes().affine ? taylor_step(model_, t_, h_, options_.rtol, w_) : V(nan);
        if (!first_stage_ready_) model_.rates(t_, w_.y, w_.stage);
        first_stage_ready_ = true;
        if (options_.step > 0.0) return fixed_step<Tsit5>(model_, t_, h_, t_new_, w_);
        return explicit_step<Tsit5>(model_, t_, h_, t_new_, options_.rtol, w_);
    }
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::fill_dense(StateList states) {
    const int n = sizes().n_states;
    switch (options_.method) {
        case Method::rodas4: rosenbrock_dense<Rodas4>(n, states, w_); break;
        case Method::rodas4p2: rosenbrock_dense<Rodas4P2>(n, states, w_); break;
        case Method::rodas5p: rosenbrock_dense<Rodas5P>(n, states, w_); break;
        default:
            if constexpr (!mixed) {
                if (options_.method == Method::tsit5) explicit_dense<Tsit5>(n, states, h_, w_);
                if (options_.method == Method::taylor) taylor_dense(n, states, w_);
            }
    }
}

/// Of the states that are read inside a step.
template <class Model, int W>
KOHORT_FUNCTION DenseOutput<typename LaneLoop<Model, W>::V> LaneLoop<Model, W>::dense() {
    if (!dense_ready_) fill_dense(inside_);
    dense_ready_ = true;
    return {w_.dense, n_dense_, inside_};
}

template <class Model, int W>
KOHORT_FUNCTION DenseOutput<typename LaneLoop<Model, W>::V> LaneLoop<Model, W>::dense_of_every_state() {
    fill_dense(every_);
    dense_ready_ = true;
    return {w_.dense, n_dense_, every_};
}

/// Cuts the steps of lanes in which a condition rises: t_new_ and y_end_ become those of the event. Where one root changes once, conditions
/// are before it as at the start and behind it as at the end, so only their values there need be compared.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::find_events(Mask accepted) {
    const int n_roots = sizes().n_roots;
    const int n_events = sizes().n_events;
    const DenseOutput<V> inside = dense();
    V n_changes(0.0);
    for (int point = 1; point < points_in_step; ++point) {
        const bool last = point + 1 == points_in_step;
        if (!last) inside.evaluate(V(point / 3.0), w_.y_scratch);
        V* const root = w_.root + point * n_roots;
        model_.roots(last ? t_new_ : fma(h_, V(point / 3.0), t_), last ? w_.y_new : w_.y_scratch, root);
        for (int index = 0; index < sizes().n_event_roots; ++index) {
            n_changes += truth<V>(changes_class(root[index - n_roots], root[index]));
        }
    }
    Mask suspect = n_changes > V(sizes().instants_matter ? 0.0 : 1.0);
    V* const condition = w_.condition + (points_in_step - 1) * n_events;
    model_.conditions(t_new_, w_.y_new, condition);
    for (int event = 0; event < n_events; ++event) {
        suspect = suspect | ((w_.condition[event] == V(0.0)) & (condition[event] != V(0.0)));
        if (withdraws(model_.model, event))
            suspect = suspect | ((w_.condition[event] != V(0.0)) & (condition[event] == V(0.0)));
    }
    bool every_state_is_there = false;
    for_lanes(accepted & suspect, [&](int lane) {
        one_.take_step_of_conditions(lane, get_lane(t_, lane), get_lane(h_, lane));
        const double end = get_lane(t_new_, lane);
        const double at = find_event(one_, lane, end);
        if (at > end) return;
        const int n = sizes().n_states;
        if (y_end_ == w_.y_new) std::copy_n(w_.y_new, n, w_.rate);
        y_end_ = w_.rate;
        if (at < end) {
            if (!every_state_is_there) dense_of_every_state();
            every_state_is_there = true;
            one_.take_every_state(lane);
            put_lane(one_.every_state_at(at), lane, n, w_.rate);
        }
        put_lane(w_.lane_condition, lane, n_events, condition);  // the truth before the event, for change_twin
        set_lane(t_new_, lane, at);
        set_lane(event_, lane, true);
    });
}

/// The steps to plan next; gives up twins whose step cannot shrink further.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::choose_next_steps(V error, Mask accepted) {
    const Mask rejected = active_ & !accepted;
    if (options_.step > 0.0) {
        n_accepted_ += truth<V>(accepted);
        n_rejected_ += truth<V>(rejected);
        for_lanes(rejected, [&](int lane) { finish(lane, TwinStatus::not_finite); });
        return;
    }
    V factor = step_factor(error, error_order());
    factor = select(rejected_ & (factor > V(1.0)), V(1.0), factor);
    factor = select(rejected_ & rejected & (factor > V(largest_second_factor)), V(largest_second_factor), factor);
    V next = h_ * factor;
    const Mask shortened = accepted & (h_ < planned_) & (factor >= V(1.0));
    next = select(shortened & (planned_ > next), planned_, next);
    if (options_.max_step > 0.0) next = select(next < V(options_.max_step), next, V(options_.max_step));
    const V least = resolution(t_new_);
    planned_ = select(next > least, next, least);
    step_after_break_ = select(accepted & first_after_break_, planned_, step_after_break_);
    first_after_break_ = first_after_break_ & !accepted;
    n_accepted_ += truth<V>(accepted);
    n_rejected_ += truth<V>(rejected);
    rejected_ = rejected;
    const Mask smallest = h_ <= V(2.0) * least;  // least itself moves with the attempt
    undefined_ = (undefined_ & !rejected) | (rejected & (error != error));
    if (any(rejected)) give_up(rejected, smallest);
}

/// Of the rejected: twins whose rates or states are not finite now or right ahead, and those whose step cannot shrink.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::give_up(Mask rejected, Mask smallest) {
    const Mask suspect = rejected & (smallest | undefined_);
    if (!any(suspect)) return;
    const int n = sizes().n_states;
    V* const rate = w_.y_scratch;
    stages_.rates_of_state(t_, w_.y, rate);
    first_stage_ready_ = false;
    V zero(0.0);
    for (int state = 0; state < n; ++state) zero = fma(V(0.0), rate[state], fma(V(0.0), w_.y[state], zero));
    const Mask not_finite = (zero != V(0.0)) | (smallest & undefined_);
    for_lanes(suspect & (not_finite | smallest), [&](int lane) {
        finish(lane, get_lane(not_finite, lane) ? TwinStatus::not_finite : TwinStatus::step_too_small);
    });
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::note_largest(Mask accepted) {
    for (int state = 0; state < sizes().n_states; ++state) {
        const V both = math::max(math::abs(w_.y[state]), math::abs(y_end_[state]));
        w_.largest[state] = select(accepted & (both > w_.largest[state]), both, w_.largest[state]);
    }
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::commit(Mask accepted) {
    const int n = sizes().n_states;
    if (options_.to_steady_state) note_settled(accepted);
    if (batch_.largest_state != nullptr) note_largest(accepted);
    for (int state = 0; state < n; ++state) replace(w_.y[state], accepted, y_end_[state]);
    replace(t_, accepted, t_new_);
    if (has_events_) {
        const int last = points_in_step - 1;
        for (int root = 0; root < sizes().n_roots; ++root) {
            replace(w_.root[root], accepted, w_.root[last * sizes().n_roots + root]);
        }
        for (int event = 0; event < sizes().n_events; ++event) {
            replace(w_.condition[event], accepted, w_.condition[last * sizes().n_events + event]);
        }
    }
    if constexpr (!mixed) {
        if (options_.method == Method::tsit5) {
            const V* const last = w_.stage + (Tsit5::n_stages - 1) * n;
            for (int state = 0; state < n; ++state) replace(w_.stage[state], accepted, last[state]);
        }
    }
    const V spent = n_accepted_ + n_rejected_;
    const Mask is_spent = (spent >= V(static_cast<double>(options_.max_steps))) | past_is_full();
    const Mask exhausted = active_ & is_spent & (t_ < V(batch_.t_end));
    for_lanes(exhausted, [&](int lane) {
        finish(lane, get_lane(undefined_, lane) ? TwinStatus::not_finite : TwinStatus::too_many_steps);
    });
}

}  // namespace kohort::kernels
