// The twins of LaneLoop: how they come to a lane, how they begin, where they stop next, what is written about them.
#pragma once

#include "kernels/lane_loop.hpp"

namespace kohort::kernels {

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::prepare() {
    if constexpr (LooksBack<Model>) past_.prepare(model_.model, W);
    const int n = sizes().n_states;
    list_states();
    one_.dense.filled = inside_;
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

/// What is read inside a step is a first part of all states, so that their dense output lies at the same places. The past asks for
/// states by number, and may be asked for any.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::list_states() {
    const int n = sizes().n_states;
    int n_inside = n;
    int n_observed = n;
    int n_listed = 0;
    if constexpr (NamesStatesInside<Model>) {
        if (!looks_back_) {
            const bool only_samples = !has_events_ && !timetable_.watches_inside;
            n_observed = sizes().n_observed;
            n_inside = only_samples ? n_observed : sizes().n_inside;
            for (; n_listed < sizes().n_inside; ++n_listed)
                w_.every_state[n_listed] = model_.model.state_inside(n_listed);
        }
    }
    const int* const listed_end = w_.every_state + n_listed;
    for (int state = 0; state < n; ++state) {
        if (std::find(static_cast<const int*>(w_.every_state), listed_end, state) == listed_end)
            w_.every_state[n_listed++] = state;
    }
    every_ = {w_.every_state, n};
    inside_ = {w_.every_state, n_inside};
    observed_ = {w_.every_state, n_observed};
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
    set_lane(step_after_break_, lane, 0.0);
    set_lane(first_after_break_, lane, false);
    set_lane(n_accepted_, lane, 0.0);
    set_lane(n_rejected_, lane, 0.0);
    set_lane(rejected_, lane, false);
    set_lane(undefined_, lane, false);
    set_lane(settled_, lane, false);
    set_lane(event_, lane, false);
    set_lane(kink_, lane, false);
    const TilePlace rows = place_of(twin);
    set_lane(row_start_, lane, static_cast<double>(rows.start));
    set_lane(row_stride_, lane, static_cast<double>(rows.stride));
    set_lane(next_sample_, lane, 0.0);
    set_lane(sample_time_, lane, timetable_.sample_time[0]);
    next_window_stop_[lane] = 0;
    next_action_[lane] = batch_.action_begin == nullptr ? 0 : batch_.action_begin[twin];
    last_action_[lane] = batch_.action_begin == nullptr ? 0 : batch_.action_begin[twin + 1];
    if (in_turn_) begin_queue(lane);
    if constexpr (LooksBack<Model>) {
        if (looks_back_) past_.begin(lane, batch_.t_begin);
    }
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
    note_stale(Stale::all);
    hoist_what_changed();
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
    inconsistent_ = 0;
    if (looks_back_) remember_start(begins, n);
    if (sizes().n_implicit() > 0) {
        for_lanes(begins, [&](int lane) { make_start_consistent(lane); });
        if (looks_back_) remember_start(begins, sizes().n_massless);  // fast reactions begin at the start only
    }
    for (int state = 0; state < n; ++state) {
        w_.y[state] = select(begins, w_.y_scratch[state], w_.y[state]);
        w_.largest[state] = select(begins, math::abs(w_.y_scratch[state]), w_.largest[state]);
        w_.y_begin[state] = select(begins, w_.y_scratch[state], w_.y_begin[state]);
        w_.rate_before[state] = select(begins, V(0.0), w_.rate_before[state]);
    }
    if (has_events_) {
        V* const condition = w_.condition + sizes().n_events;
        model_.conditions(t_, w_.y, condition);
        for (int event = 0; event < sizes().n_events; ++event) {
            w_.condition[event] = select(begins, condition[event], w_.condition[event]);
        }
        if (in_turn_) set_truth_before_start(begins);
    }
}

/// The states at the start, in w.y_scratch.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::make_start_consistent(int lane) {
    one_.take_twin(lane, get_lane(t_, lane));
    take_lane(w_.y_scratch, lane, sizes().n_states, w_.lane_y);
    if (!make_consistent(one_)) inconsistent_ |= 1U << lane;
    put_lane(w_.lane_y, lane, sizes().n_states, w_.y_scratch);
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::set_truth_before_start(Mask begins) {
    if constexpr (FiresInTurn<Model>) {
        for (int event = 0; event < sizes().n_events; ++event) {
            const V before(model_.model.event_rule(event).true_before_start ? 1.0 : 0.0);
            w_.condition[event] = select(begins, before, w_.condition[event]);
        }
    }
}

/// Where the twin must stop next; at the end of time it is done.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::look_ahead(int lane) {
    const double t = get_lane(t_, lane);
    if (t >= batch_.t_end) {
        finish(lane, options_.to_steady_state ? TwinStatus::no_steady_state : TwinStatus::ok);
        return;
    }
    double stop = std::min({batch_.t_end, next_due(lane), next_break(lane)});
    if (next_action_[lane] < last_action_[lane]) stop = std::min(stop, batch_.action[next_action_[lane]].time);
    int& window_stop = next_window_stop_[lane];
    while (window_stop < timetable_.n_stops && timetable_.stops[window_stop] <= t) ++window_stop;
    if (window_stop < timetable_.n_stops) stop = std::min(stop, timetable_.stops[window_stop]);
    set_lane(stop_, lane, stop);
}

template <class Model, int W>
KOHORT_FUNCTION TilePlace LaneLoop<Model, W>::place_of(std::int64_t twin) const {
    return place_in_tiles(twin, batch_.n_twins, std::int64_t{n_observed()} * batch_.n_times);
}

/// Writes what is left to write about a twin, then gives its lane to the next.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::finish(int lane, TwinStatus status) {
    const std::int64_t twin = twin_[lane];
    const std::int64_t n = batch_.n_twins;
    const TilePlace rows = place_of(twin);
    const auto no_observation = [&](std::int64_t time) {
        for (int observable = 0; observable < n_observed(); ++observable) {
            batch_.observation[rows.start + (observable * std::int64_t{batch_.n_times} + time) * rows.stride] = nan;
        }
    };
    for (int index = static_cast<int>(get_lane(next_sample_, lane)); index < timetable_.n_samples; ++index) {
        if (!timetable_.samples[index].is_feature) no_observation(timetable_.samples[index].row);
    }
    for (int index = 0; index < timetable_.n_unreached_times; ++index)
        no_observation(timetable_.unreached_times[index]);
    for (int state = 0; batch_.final_state != nullptr && state < sizes().n_states; ++state) {
        batch_.final_state[state * n + twin] = get_lane(w_.y[state], lane);
    }
    for (int state = 0; batch_.largest_state != nullptr && state < sizes().n_states; ++state) {
        batch_.largest_state[state * n + twin] = get_lane(w_.largest[state], lane);
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

}  // namespace kohort::kernels
