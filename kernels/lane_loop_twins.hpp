// The twins of LaneLoop: how they come to a lane, what happens to them at a stop, what is written about them.
#pragma once

#include "kernels/lane_loop.hpp"

namespace kohort::kernels {

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::prepare() {
    const int n = sizes().n_states;
    for (int state = 0; state < n; ++state) {
        const double tolerance = options_.state_atol == nullptr ? options_.atol : options_.state_atol[state];
        w_.absolute_tolerance[state] = std::max(tolerance, std::numeric_limits<double>::min());  // 0 / 0 is no error
        w_.y[state] = V(0.0);
        w_.rate_before[state] = V(0.0);
    }
    for (int index = 0; index < sizes().n_parameters; ++index) w_.parameter[index] = V(0.0);
    for (int index = 0; index < sizes().n_inputs; ++index) w_.input[index] = V(0.0);
    for (int lane = 0; lane < W; ++lane) take_next_twin(lane);
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::take_next_twin(int lane) {
    if (taken_ == taken_end_) {
        const TwinRange range = queue_.take(batch_.n_twins);
        taken_ = range.begin;
        taken_end_ = range.end;
    }
    const bool found = taken_ < taken_end_;
    set_lane(active_, lane, found);
    set_lane(arrived_, lane, found);
    set_lane(t_, lane, batch_.t_begin);
    if (!found) return;

    const std::int64_t twin = taken_++;
    twin_[lane] = twin;
    begins_ |= 1U << lane;
    for (int index = 0; index < sizes().n_parameters; ++index) {
        set_lane(w_.parameter[index], lane, batch_.parameter[index * batch_.n_twins + twin]);
    }
    for (int index = 0; index < sizes().n_inputs; ++index) {
        set_lane(w_.input[index], lane, batch_.input[index * batch_.n_twins + twin]);
    }
    double longest = batch_.t_end - batch_.t_begin;
    if (options_.max_step > 0.0) longest = std::min(longest, options_.max_step);
    set_lane(planned_, lane, options_.first_step > 0.0 ? std::min(longest, options_.first_step) : longest);
    set_lane(n_accepted_, lane, 0.0);
    set_lane(n_rejected_, lane, 0.0);
    set_lane(rejected_, lane, false);
    set_lane(settled_, lane, false);
    set_lane(event_, lane, false);
    set_lane(kink_, lane, false);
    next_sample_[lane] = 0;
    next_window_stop_[lane] = 0;
    next_action_[lane] = batch_.action_begin == nullptr ? 0 : batch_.action_begin[twin];
    last_action_[lane] = batch_.action_begin == nullptr ? 0 : batch_.action_begin[twin + 1];
    features_.begin_twin(lane, twin);
    for (int feature = 0; feature < batch_.n_features; ++feature) w_.measured[feature * W + lane] = 0;
    for (std::int64_t index = next_action_[lane]; index < last_action_[lane]; ++index) {
        const Action& action = batch_.action[index];
        if (action.kind == Action::Kind::measure) w_.measured[action.target * W + lane] = 1;
    }
}

/// Initial states, and which conditions hold before anything has happened.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::begin_twins() {
    const Mask begins = lane_mask(begins_);
    const int n = sizes().n_states;
    model_.hoist();
    if (batch_.initial_state == nullptr) {
        model_.initial(t_, w_.y_scratch);
    } else {
        for (int state = 0; state < n; ++state) {
            w_.y_scratch[state] = from_lanes<V>([&](int lane) {
                const bool here = ((begins_ >> lane) & 1U) != 0;
                return here ? batch_.initial_state[state * batch_.n_twins + twin_[lane]] : 0.0;
            });
        }
    }
    for (int state = 0; state < n; ++state) {
        w_.y[state] = select(begins, w_.y_scratch[state], w_.y[state]);
        w_.y_begin[state] = select(begins, w_.y_scratch[state], w_.y_begin[state]);
        w_.rate_before[state] = select(begins, V(0.0), w_.rate_before[state]);
    }
    if (has_events_) {
        V* const condition = w_.condition + sizes().n_events;
        model_.conditions(t_, w_.y, condition);
        for (int event = 0; event < sizes().n_events; ++event) {
            w_.condition[event] = select(begins, condition[event], w_.condition[event]);
        }
    }
}

/// The lanes of arrived whose twins are about to change or to begin.
template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::Mask LaneLoop<Model, W>::with_changes(Mask arrived) const {
    const Mask due = mask_from_lanes<V>([&](int lane) {
        return ((begins_ >> lane) & 1U) != 0 ||
               (next_action_[lane] < last_action_[lane] && batch_.action[next_action_[lane]].time <= get_lane(t_, lane));
    });
    return arrived & (due | event_ | kink_);
}

/// Events, kinks and actions at t_ for the twins that have them; then everything that depends on them.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::change_twins(Mask arrived) {
    const Mask changing = with_changes(arrived);
    if (!any(changing)) return;
    const Mask continuing = changing & !lane_mask(begins_);
    if (any(continuing)) {
        model_.rates(t_, w_.y, w_.rate);
        for (int state = 0; state < sizes().n_states; ++state) {
            w_.rate_before[state] = select(continuing, w_.rate[state], w_.rate_before[state]);
        }
    }
    unsigned failed = 0;
    for_lanes(changing, [&](int lane) { failed |= change_twin(lane) ? 0U : 1U << lane; });
    begins_ = 0;
    event_ = event_ & !changing;
    kink_ = kink_ & !changing;
    fresh_ = fresh_ | changing;
    settled_ = settled_ & !changing;
    rejected_ = rejected_ & !changing;
    first_stage_ready_ = false;
    model_.hoist();
    if (has_events_) {
        model_.roots(t_, w_.y, w_.root);
        model_.conditions(t_, w_.y, w_.condition);
    }
    for_lanes(lane_mask(failed), [&](int lane) { finish(lane, TwinStatus::event_loop); });
}

/// Returns false if events trigger one another without end.
template <class Model, int W>
KOHORT_FUNCTION bool LaneLoop<Model, W>::change_twin(int lane) {
    one_.take_twin(lane, get_lane(t_, lane));
    bool changed = false;
    bool ends = true;
    if (has_events_) {
        take_lane(w_.condition, lane, sizes().n_events, w_.lane_condition);
        if (get_lane(event_, lane)) ends = fire_events(one_, changed);
    }
    if (get_lane(kink_, lane)) {
        one_.t = get_lane(kink_after_, lane);
        set_lane(t_, lane, one_.t);
        changed = true;
    }
    changed = apply_actions(lane) || changed;
    if (has_events_ && ends && changed) ends = fire_events(one_, changed);
    if (changed) one_.put_twin(lane);
    return ends;
}

/// The actions that are due. Returns whether there was one that changes the twin.
template <class Model, int W>
KOHORT_FUNCTION bool LaneLoop<Model, W>::apply_actions(int lane) {
    bool changed = false;
    for (; next_action_[lane] < last_action_[lane]; ++next_action_[lane]) {
        const Action& action = batch_.action[next_action_[lane]];
        if (action.time > one_.t) break;
        changed = changed || action.kind != Action::Kind::measure;
        switch (action.kind) {
            case Action::Kind::set_input: w_.lane_input[action.target] = action.value; break;
            case Action::Kind::add_to_input: w_.lane_input[action.target] += action.value; break;
            case Action::Kind::add_to_state: w_.lane_y[action.target] += action.value; break;
            case Action::Kind::set_state: w_.lane_y[action.target] = action.value; break;
            case Action::Kind::set_parameter: w_.lane_parameter[action.target] = action.value; break;
            case Action::Kind::reset_states:
                take_lane(w_.y_begin, lane, sizes().n_states - sizes().n_integrals, w_.lane_y);
                break;
            case Action::Kind::measure: measure(lane, action.target); break;
        }
    }
    return changed;
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::measure(int lane, int feature) {
    one_.model.hoist();
    one_.model.observe(one_.t, w_.lane_y, w_.lane_observable);
    const double value = w_.lane_observable[batch_.feature[feature].observable];
    batch_.feature_value[feature * batch_.n_twins + twin_[lane]] = value == value ? value : nan;
}

/// Where the twin must stop next; at the end of time it is done.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::look_ahead(int lane) {
    const double t = get_lane(t_, lane);
    if (t >= batch_.t_end) {
        finish(lane, options_.to_steady_state ? TwinStatus::no_steady_state : TwinStatus::ok);
        return;
    }
    double stop = batch_.t_end;
    if (next_action_[lane] < last_action_[lane]) stop = std::min(stop, batch_.action[next_action_[lane]].time);
    int& window_stop = next_window_stop_[lane];
    while (window_stop < timetable_.n_stops && timetable_.stops[window_stop] <= t) ++window_stop;
    if (window_stop < timetable_.n_stops) stop = std::min(stop, timetable_.stops[window_stop]);
    set_lane(stop_, lane, stop);
}

/// Writes what is left to write about a twin, then gives its lane to the next.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::finish(int lane, TwinStatus status) {
    const std::int64_t twin = twin_[lane];
    const std::int64_t n = batch_.n_twins;
    const auto no_observation = [&](int time) {
        for (int observable = 0; observable < sizes().n_observables; ++observable) {
            batch_.observation[(static_cast<std::int64_t>(observable) * batch_.n_times + time) * n + twin] = nan;
        }
    };
    for (int index = next_sample_[lane]; index < timetable_.n_samples; ++index) {
        if (!timetable_.samples[index].is_feature) no_observation(timetable_.samples[index].row);
    }
    for (int index = 0; index < timetable_.n_unreached_times; ++index)
        no_observation(timetable_.unreached_times[index]);
    for (int state = 0; batch_.final_state != nullptr && state < sizes().n_states; ++state) {
        batch_.final_state[state * n + twin] = get_lane(w_.y[state], lane);
    }
    for (int index = 0; batch_.final_parameter != nullptr && index < sizes().n_parameters; ++index) {
        batch_.final_parameter[index * n + twin] = get_lane(w_.parameter[index], lane);
    }
    if (batch_.final_time != nullptr) batch_.final_time[twin] = get_lane(t_, lane);
    if (batch_.steps_accepted != nullptr)
        batch_.steps_accepted[twin] = static_cast<std::int64_t>(get_lane(n_accepted_, lane));
    if (batch_.steps_rejected != nullptr)
        batch_.steps_rejected[twin] = static_cast<std::int64_t>(get_lane(n_rejected_, lane));
    batch_.status[twin] = status;
    take_next_twin(lane);
}

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
