// What LaneLoop says about its twins on the way: that they have settled, and what is observed of them.
#pragma once

#include "kernels/lane_loop.hpp"

namespace kohort::kernels {

// --- steady state ---

/// Finishes twins whose rates no longer matter. Returns whether there were any.
template <class Model, int W>
KOHORT_FUNCTION bool LaneLoop<Model, W>::finish_settled() {
    const double horizon = options_.steady_time > 0.0 ? options_.steady_time : batch_.t_end - batch_.t_begin;
    model_.rates(t_, w_.y, w_.rate);
    Mask still(true);
    for (int state = 0; state < sizes().n_states - sizes().n_integrals; ++state) {
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

template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::V LaneLoop<Model, W>::next_sample_times() const {
    return from_lanes<V>([&](int lane) {
        return next_sample_[lane] < timetable_.n_samples ? timetable_.samples[next_sample_[lane]].time : infinity;
    });
}

/// Times inside the step; at its end only where nothing happens to the twin there.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_samples_inside(Mask accepted) {
    for (;;) {
        const V time = next_sample_times();
        const Mask due = accepted & ((time < t_new_) | ((time == t_new_) & !arrived_));
        if (!any(due)) return;
        dense().evaluate((time - t_) / h_, w_.y_scratch);
        model_.observe(time, w_.y_scratch, w_.observable + n_observed());
        write_samples(due);
    }
}

/// Times that have come, after all that happened at them.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_samples_now(Mask arrived) {
    for (;;) {
        const Mask due = arrived & (next_sample_times() <= t_);
        if (!any(due)) return;
        model_.observe(t_, w_.y, w_.observable + n_observed());
        write_samples(due);
    }
}

/// Writes the observables of the second point, and counts on.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_samples(Mask due) {
    const V* const observable = w_.observable + n_observed();
    for_lanes(due, [&](int lane) {
        const Sample& sample = timetable_.samples[next_sample_[lane]++];
        const auto value_of = [&](int index) {
            const double value = get_lane(observable[index], lane);
            return value == value ? value : nan;  // one NaN for all, whatever its bits
        };
        const std::int64_t twin = twin_[lane];
        if (!sample.is_feature) {
            for (int index = 0; index < n_observed(); ++index) {
                const std::int64_t row = static_cast<std::int64_t>(index) * batch_.n_times + sample.row;
                batch_.observation[row * batch_.n_twins + twin] = value_of(index);
            }
        } else if (w_.measured[sample.row * W + lane] == 0) {
            batch_.feature_value[sample.row * batch_.n_twins + twin] = value_of(batch_.feature[sample.row].observable);
        }
    });
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::pass_features(Mask accepted) {
    features_.pass({accepted, t_, h_, t_new_}, dense(), y_end_);
}

}  // namespace kohort::kernels
