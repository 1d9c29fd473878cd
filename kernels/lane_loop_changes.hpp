// What happens to LaneLoop's twins at a stop: events, kinks and actions, in this order, and the events that follow from these.
// Numbers change where they are, in their lanes; only what is computed for one twin is taken out of them.
#pragma once

#include "kernels/lane_loop.hpp"

namespace kohort::kernels {

/// The lanes of arrived whose twins are about to change or to begin.
template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::Mask LaneLoop<Model, W>::with_changes(Mask arrived) const {
    const Mask due = mask_from_lanes<V>([&](int lane) {
        return ((begins_ >> lane) & 1U) != 0 || next_due(lane) <= get_lane(t_, lane) ||
               (next_action_[lane] < last_action_[lane] && batch_.action[next_action_[lane]].time <= get_lane(t_, lane));
    });
    return arrived & (due | event_ | kink_);
}

/// Events, kinks and actions at t_ for the twins that have them; then everything that depends on them.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::change_twins(Mask arrived) {
    const Mask changing = with_changes(arrived);
    if (!any(changing)) return;
    const Mask begins = lane_mask(begins_);
    note_rates_before(changing & !begins & !knows_first_step());
    changed_ = Mask(false);
    lost_ = Mask(false);
    for_lanes(lane_mask(inconsistent_), [&](int lane) { lose(lane, TwinStatus::no_consistent_state); });
    inconsistent_ = 0;
    const Mask at_kink = kink_ & changing;
    let_events_happen(in_turn_ ? changing : changing & event_);
    t_ = select(at_kink, kink_after_, t_);
    if (sizes().n_implicit() > 0) changed_ = changed_ | at_kink;
    for_lanes(changing, [&](int lane) { apply_actions(lane); });
    if (sizes().n_implicit() > 0) for_lanes(changed_ & !lost_, [&](int lane) { make_twin_consistent(lane); });
    let_events_happen(changed_ | at_kink);
    hoist_what_changed();
    begins_ = 0;
    event_ = event_ & !changing;
    kink_ = kink_ & !changing;
    fresh_ = fresh_ | begins | changed_ | at_kink;
    settled_ = settled_ & !changing;
    rejected_ = rejected_ & !changing;
    first_stage_ready_ = false;
    if (looks_back_) remember_breaks(changing & active_);
    if (has_events_) model_.roots(t_, w_.y, w_.root);
    // those that happen together have left them as they are now
    if (in_turn_) model_.conditions(t_, w_.y, w_.condition);
    for_lanes(changing & beyond_floats_ & !lost_, [&](int lane) { lose(lane, TwinStatus::not_finite); });
    for_lanes(changing & lost_, [&](int lane) { finish(lane, why_lost_[lane]); });
}

/// For the guess of first steps.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::note_rates_before(Mask will_guess) {
    if (!any(will_guess)) return;
    stages_.rates_of_state(t_, w_.y, w_.rate);
    for (int state = 0; state < sizes().n_states; ++state)
        w_.rate_before[state] = select(will_guess, w_.rate[state], w_.rate_before[state]);
}

/// The twin cannot go on.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::lose(int lane, TwinStatus why) {
    set_lane(lost_, lane, true);
    why_lost_[lane] = why;
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::note_stale(Stale which) {
    constexpr Stale least = mixed ? Stale::few : Stale::none;  // what stages see of a parameter or input is rounded with these
    stale_ = std::max({stale_, which, least});
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::hoist_what_changed() {
    if (stale_ == Stale::none) return;
    if (stale_ == Stale::all) {
        model_.hoist();
    } else {
        model_.hoist_few();
    }
    stale_ = Stale::none;
    if constexpr (mixed) beyond_floats_ = stages_.round_values();
}

/// After a change of one twin.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::make_twin_consistent(int lane) {
    one_.take_twin(lane, get_lane(t_, lane));
    if (!make_consistent(one_)) lose(lane, TwinStatus::no_consistent_state);
    put_back(lane);
}

/// Of what one_ holds, what has changed.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::put_back(int lane) {
    one_.put_twin(lane, [&](Stale which) { note_stale(which); });
}

// --- events ---

/// When the next event that waits is due.
template <class Model, int W>
KOHORT_FUNCTION double LaneLoop<Model, W>::next_due([[maybe_unused]] int lane) const {
    if constexpr (FiresInTurn<Model>) {
        if (in_turn_) return w_.next_due[lane];
    }
    return infinity;
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::forget_events([[maybe_unused]] int lane) {
    if constexpr (FiresInTurn<Model>) {
        if (in_turn_) EventQueue<Model, V>(one_, lane).forget();
    }
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::begin_queue([[maybe_unused]] int lane) {
    if constexpr (FiresInTurn<Model>)
        EventQueue<Model, V>(one_, lane).begin(batch_.lot_key == nullptr ? 0 : batch_.lot_key[twin_[lane]]);
}

/// What has risen since w.condition in these lanes, and what follows from it. w.condition becomes that of now.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::let_events_happen(Mask lanes) {
    const Mask able = lanes & !lost_;
    if (!has_events_ || !any(able)) return;
    if (in_turn_) {
        for_lanes(able, [&](int lane) { let_queue_happen(lane); });
        return;
    }
    let_events_happen_together(able);
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::let_queue_happen([[maybe_unused]] int lane) {
    if constexpr (FiresInTurn<Model>) {
        one_.take_twin(lane, get_lane(t_, lane));
        take_lane(w_.condition, lane, sizes().n_events, w_.lane_condition);
        bool changed = false;
        const TwinStatus status = EventQueue<Model, V>(one_, lane).run(changed);
        put_lane(w_.lane_condition, lane, sizes().n_events, w_.condition);
        if (status != TwinStatus::ok) lose(lane, status);
        if (!changed) return;
        set_lane(changed_, lane, true);
        put_back(lane);
    }
}

/// Fires what has risen, on values from before, and then what rises through that.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::let_events_happen_together(Mask lanes) {
    const int n_events = sizes().n_events;
    V* const now = w_.condition + n_events;
    for (int round = 0; round < most_rounds_of_events; ++round) {
        hoist_what_changed();
        model_.conditions(t_, w_.y, now);
        Mask rising(false);
        for (int event = 0; event < n_events; ++event)
            rising = rising | (lanes & (w_.condition[event] == V(0.0)) & (now[event] != V(0.0)));
        for_lanes(rising, [&](int lane) { fire_risen(lane, now); });
        for (int event = 0; event < n_events; ++event)
            w_.condition[event] = select(lanes, now[event], w_.condition[event]);
        changed_ = changed_ | rising;
        lanes = rising & !lost_;
        if (!any(lanes)) return;
    }
    for_lanes(lanes, [&](int lane) { lose(lane, TwinStatus::event_loop); });
}

/// One round of events of one twin: those whose condition holds now and did not in w.condition.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::fire_risen([[maybe_unused]] int lane, [[maybe_unused]] const V* now) {
    if constexpr (FiresTogether<Model>) {
        one_.take_twin(lane, get_lane(t_, lane));
        std::copy_n(w_.lane_y, sizes().n_states, w_.lane_y_before);
        std::copy_n(w_.lane_parameter, sizes().n_parameters, w_.lane_parameter_before);
        for (int event = 0; event < sizes().n_events; ++event) {
            if (get_lane(w_.condition[event], lane) != 0.0 || get_lane(now[event], lane) == 0.0) continue;
            model_.model.fire(event, one_.t, w_.lane_y_before, w_.lane_parameter_before, w_.lane_input, w_.lane_y,
                              w_.lane_parameter);
        }
        if (!make_consistent(one_)) lose(lane, TwinStatus::no_consistent_state);
        put_back(lane);
    }
}

// --- actions ---

/// The actions that are due.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::apply_actions(int lane) {
    const double t = get_lane(t_, lane);
    bool is_observed = false;  // in w.lane_observable
    for (; next_action_[lane] < last_action_[lane]; ++next_action_[lane]) {
        const Action& action = batch_.action[next_action_[lane]];
        if (action.time > t) break;
        if (action.kind == Action::Kind::measure) {
            if (!is_observed) one_.observe_twin(lane, t);
            is_observed = true;
            measure(lane, action.target);
        } else {
            is_observed = false;
            apply(action, lane);
        }
    }
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::apply(const Action& action, int lane) {
    const auto add = [&](V& to) { set_lane(to, lane, get_lane(to, lane) + action.value); };
    set_lane(changed_, lane, true);
    switch (action.kind) {
        case Action::Kind::set_input:
            set_lane(w_.input[action.target], lane, action.value);
            note_stale(stale_by_input(model_.model, action.target));
            break;
        case Action::Kind::add_to_input:
            add(w_.input[action.target]);
            note_stale(stale_by_input(model_.model, action.target));
            break;
        case Action::Kind::set_parameter:
            set_lane(w_.parameter[action.target], lane, action.value);
            note_stale(stale_by_parameter(model_.model, action.target));
            break;
        case Action::Kind::add_to_state: add(w_.y[action.target]); break;
        case Action::Kind::set_state: set_lane(w_.y[action.target], lane, action.value); break;
        case Action::Kind::reset_states:
            for (int state = 0; state < sizes().n_states - sizes().n_integrals; ++state)
                set_lane(w_.y[state], lane, get_lane(w_.y_begin[state], lane));
            forget_events(lane);
            break;
        case Action::Kind::measure: break;
    }
}

template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::measure(int lane, int feature) {
    const double value = w_.lane_observable[batch_.feature[feature].observable];
    batch_.feature_value[feature * batch_.n_twins + twin_[lane]] = value == value ? value : nan;
}

}  // namespace kohort::kernels
