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

/// The lane's next sample is this one.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::expect_sample(int lane, int sample) {
    next_sample_[lane] = sample;
    set_lane(sample_time_, lane, sample < timetable_.n_samples ? timetable_.samples[sample].time : infinity);
}

/// Times inside the step; at its end only where nothing happens to the twin there.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_samples_inside(Mask accepted) {
    for (;;) {
        const V time = sample_time_;
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
        const Mask due = arrived & (sample_time_ <= t_);
        if (!any(due)) return;
        model_.observe(t_, w_.y, w_.observable + n_observed());
        write_samples(due);
    }
}

/// Writes the observables of the second point, and counts on.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::write_samples(Mask due) {
    const V* const observable = w_.observable + n_observed();
    const auto written = [](double value) { return value == value ? value : nan; };  // one NaN for all, whatever its bits
    const std::int64_t stride = batch_.n_times * batch_.n_twins;                     // from one observable to the next
    for_lanes(due, [&](int lane) {
        const Sample& sample = timetable_.samples[next_sample_[lane]];
        expect_sample(lane, next_sample_[lane] + 1);
        const std::int64_t place = sample.row * batch_.n_twins + twin_[lane];
        if (!sample.is_feature) {
            double* to = batch_.observation + place;
            for (int index = 0; index < n_observed(); ++index, to += stride)
                *to = written(get_lane(observable[index], lane));
        } else if (w_.measured[sample.row * W + lane] == 0) {
            batch_.feature_value[place] = written(get_lane(observable[batch_.feature[sample.row].observable], lane));
        }
    });
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::pass_features(Mask accepted) {
    features_.pass({accepted, t_, h_, t_new_}, dense(), y_end_);
}

}  // namespace kohort::kernels
