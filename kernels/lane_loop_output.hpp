// What LaneLoop says about its twins on the way: that they have settled, and what is observed of them.
#pragma once

#include "kernels/lane_loop.hpp"

namespace kohort::kernels {

// --- steady state ---

/// Finishes twins whose rates no longer matter. Returns whether there were any.
template <class Model, int W>
KOHORT_FUNCTION bool LaneLoop<Model, W>::finish_settled() {
    const double horizon = options_.steady_time > 0.0 ? options_.steady_time : batch_.t_end - batch_.t_begin;
    stages_.rates_of_state(t_, w_.y, w_.rate);
    Mask still(true);
    for (int state = sizes().n_implicit(); state < sizes().n_states - sizes().n_integrals; ++state) {
        const V change = math::abs(w_.rate[state]) * V(horizon);
        still = still & (change <= tolerated_change(state, w_.y[state]));
    }
    const Mask no_more_actions = mask_from_lanes<V>([&](int lane) { return next_action_[lane] == last_action_[lane]; });
    const Mask settled = active_ & no_more_actions & (still | settled_);
    for_lanes(settled, [&](int lane) { finish(lane, TwinStatus::ok); });
    return any(settled);
}

/// The other way to be settled: a whole step at least as long as the horizon changed nothing. Where a model is so stiff that
/// rounding errors alone make rates that would matter, this is the one that holds.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::note_settled(Mask accepted) {
    const double horizon = options_.steady_time > 0.0 ? options_.steady_time : batch_.t_end - batch_.t_begin;
    Mask still = accepted & (h_ >= V(horizon));
    for (int state = 0; state < sizes().n_states - sizes().n_integrals; ++state) {
        still = still & (math::abs(y_end_[state] - w_.y[state]) <= tolerated_change(state, w_.y[state]));
    }
    settled_ = settled_ | still;
}

template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::V LaneLoop<Model, W>::tolerated_change(int state, V y) const {
    const V size = math::abs(y);
    const V least(w_.absolute_tolerance[state] / options_.rtol);
    return V(options_.steady_tolerance) * select(size > least, size, least);
}

// --- observations ---

/// Times inside the step; at its end only where nothing happens to the twin there.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_samples_inside(Mask accepted) {
    const auto is_due = [&](V time) { return accepted & ((time < t_new_) | ((time == t_new_) & !arrived_)); };
    Mask due = is_due(sample_time_);
    if (!any(due)) return;
    const V per_step = V(1.0) / h_;
    DenseOutput<V> solution = dense();
    solution.filled = observed_;
    pass_samples(due, is_due, [&](V time) {
        solution.evaluate((time - t_) * per_step, w_.y_scratch);
        model_.observe(time, w_.y_scratch, w_.observable + n_observed());
    });
}

/// Times that have come, after all that happened at them.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_samples_now(Mask arrived) {
    const auto is_due = [&](V time) { return arrived & (time <= t_); };
    const Mask due = is_due(sample_time_);
    if (!any(due)) return;
    model_.observe(t_, w_.y, w_.observable + n_observed());
    pass_samples(due, is_due, [](V) {});
}

/// Writes samples for as long as any are due. Where the loop is in the samples stays in registers.
template <class Model, int W>
template <class IsDue, class Observe>
KOHORT_INLINE void LaneLoop<Model, W>::pass_samples(Mask due, IsDue is_due, Observe observe) {
    V time = sample_time_;
    V next = next_sample_;
    do {
        observe(time);
        write_samples(due, next);
        next += truth<V>(due);
        time = select(due, gather<V>(timetable_.sample_time, to_index(next)), time);
        due = is_due(time);
    } while (any(due));
    sample_time_ = time;
    next_sample_ = next;
}

/// Writes the observables of the second point as these samples. Nothing of the grid is done lane by lane.
template <class Model, int W>
KOHORT_INLINE void LaneLoop<Model, W>::write_samples(Mask due, V sample) {
    if (timetable_.first_row >= 0) return write_rows(due, sample + V(timetable_.first_row));
    const V row = gather<V>(timetable_.sample_row, to_index(sample));
    const Mask on_grid = due & (row >= V(0.0));
    if (any(on_grid)) write_rows(on_grid, select(on_grid, row, V(0.0)));
    for_lanes(due & !on_grid, [&](int lane) { write_feature_sample(lane, static_cast<int>(get_lane(sample, lane))); });
}

/// Writes them into these rows of the grid.
template <class Model, int W>
KOHORT_INLINE void LaneLoop<Model, W>::write_rows(Mask due, V row) {
    const V to_next = row_stride_ * V(batch_.n_times);
    V place = fma(row, row_stride_, row_start_);
    for (int index = 0; index < n_observed(); ++index, place += to_next) {
        const V value = w_.observable[n_observed() + index];
        scatter(batch_.observation, to_index(place), select(value == value, value, V(nan)), due);  // one NaN for all
    }
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_feature_sample(int lane, int sample) {
    const int feature = timetable_.samples[sample].row;
    if (w_.measured[feature * W + lane] != 0) return;
    const double value = get_lane(w_.observable[n_observed() + batch_.feature[feature].observable], lane);
    batch_.feature_value[feature * batch_.n_twins + twin_[lane]] = value == value ? value : nan;
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::pass_features(Mask accepted) {
    features_.pass({accepted, t_, h_, t_new_}, dense(), y_end_);
}

}  // namespace kohort::kernels
