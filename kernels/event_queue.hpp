// Events that happen in turn: SBML Level 3 Version 2, sections 4.11.3 to 4.11.6.
//
// An event whose condition rises waits in its twin's queue until its delay is over. Of those that wait no longer, the one of
// the highest priority happens; then all conditions are looked at again: what rises joins the queue, what falls and is not
// persistent leaves it. Equal priorities are drawn by lot, from a key of the twin's own; events without a priority come last
// and as they stand in the model. The queue is bounded: one firing too many ends the twin with a status.
#pragma once

#include "kernels/consistent.hpp"
#include "kernels/events.hpp"
#include "kernels/status.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace kohort::kernels {

/// 64 bits that differ in every draw: the finalizer of SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number
/// Generators, OOPSLA 2014, figure 17), over a key and a count.
KOHORT_FUNCTION inline std::uint64_t lot(std::uint64_t key, std::uint64_t draw) {
    std::uint64_t z = key + (draw + 1) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/// The queue of one lane's twin.
template <class Model, class V>
class EventQueue {
public:
    KOHORT_FUNCTION EventQueue(const OneLane<Model, V>& one, int lane)
        : one_(one), w_(one.w), sizes_(one.model.model.sizes()), lane_(lane) {}

    KOHORT_FUNCTION void begin(std::uint64_t key) {
        w_.lot_key[lane_] = key;
        w_.n_lots[lane_] = 0;
        forget();
    }
    KOHORT_FUNCTION void forget() {
        w_.n_pending[lane_] = 0;
        w_.next_due[lane_] = HUGE_VAL;
    }

    /// Lets happen what is due at one.t, what has risen since w.lane_condition, and what follows from that. changed: set if
    /// anything happened.
    KOHORT_FUNCTION TwinStatus run(bool& changed) {
        double* const before = w_.lane_condition;
        double* const now = w_.lane_condition + sizes_.n_events;
        const std::int64_t most = static_cast<std::int64_t>(most_rounds_of_events) * (sizes_.n_events + sizes_.n_pending);
        for (std::int64_t happened = 0; happened < most; ++happened) {
            one_.model.hoist();
            one_.model.conditions(one_.t, w_.lane_y, now);
            const TwinStatus status = note_changes(before, now);
            if (status != TwinStatus::ok) return status;
            std::copy_n(now, sizes_.n_events, before);
            const int next = choose();
            if (next < 0) {
                note_next_due();
                return TwinStatus::ok;
            }
            happen(next);
            changed = true;
            if (!make_consistent(one_)) return TwinStatus::no_consistent_state;
        }
        return TwinStatus::event_loop;
    }

private:
    [[nodiscard]] KOHORT_FUNCTION const Model& model() const { return one_.model.model; }
    [[nodiscard]] KOHORT_FUNCTION int& count() const { return w_.n_pending[lane_]; }
    [[nodiscard]] KOHORT_FUNCTION int& event(int place) const {
        return w_.pending_event[lane_ * sizes_.n_pending + place];
    }
    [[nodiscard]] KOHORT_FUNCTION double& due(int place) const {
        return w_.pending_due[lane_ * sizes_.n_pending + place];
    }
    [[nodiscard]] KOHORT_FUNCTION double* values(int place) const {
        return w_.pending_value + static_cast<std::ptrdiff_t>(lane_ * sizes_.n_pending + place) * sizes_.n_event_values;
    }

    KOHORT_FUNCTION TwinStatus note_changes(const double* before, const double* now) {
        for (int which = 0; which < sizes_.n_events; ++which) {
            const EventRule rule = model().event_rule(which);
            if (before[which] != 0.0 && now[which] == 0.0 && !rule.persistent) withdraw(which);
            if (before[which] != 0.0 || now[which] == 0.0) continue;
            const TwinStatus status = join(which, rule);
            if (status != TwinStatus::ok) return status;
        }
        return TwinStatus::ok;
    }

    KOHORT_FUNCTION TwinStatus join(int which, const EventRule& rule) {
        if (count() == sizes_.n_pending) return TwinStatus::too_many_pending;
        double delay = 0.0;
        if (rule.has_delay) model().event_delay(which, one_.t, w_.lane_y, w_.lane_parameter, w_.lane_input, &delay);
        if (!(delay >= 0.0)) return TwinStatus::impossible_delay;
        const int place = count()++;
        event(place) = which;
        due(place) = one_.t + delay;
        if (rule.values_at_trigger) evaluate(which, values(place));
        return TwinStatus::ok;
    }

    KOHORT_FUNCTION void evaluate(int which, double* value) const {
        model().event_values(which, one_.t, w_.lane_y, w_.lane_parameter, w_.lane_input, value);
    }

    KOHORT_FUNCTION void withdraw(int which) {
        int kept = 0;
        for (int place = 0; place < count(); ++place) {
            if (event(place) != which) move(place, kept++);
        }
        count() = kept;
    }

    KOHORT_FUNCTION void move(int from, int to) {
        if (from == to) return;
        event(to) = event(from);
        due(to) = due(from);
        std::copy_n(values(from), sizes_.n_event_values, values(to));
    }

    /// Whose turn it is: a place in the queue, or -1. Those of the same event happen in the order in which they fired.
    KOHORT_FUNCTION int choose() {
        int chosen = -1;
        double highest = -HUGE_VAL;
        std::uint64_t n_equal = 0;
        for (int place = 0; place < count(); ++place) {
            if (due(place) > one_.t) continue;
            double priority = -HUGE_VAL;
            if (model().event_rule(event(place)).has_priority)
                model().event_priority(event(place), one_.t, w_.lane_y, w_.lane_parameter, w_.lane_input, &priority);
            if (priority != priority) priority = -HUGE_VAL;
            if (chosen < 0 || priority > highest) {
                chosen = place;
                highest = priority;
                n_equal = 1;
            } else if (priority == highest && priority != -HUGE_VAL) {
                // each of n equal ones is kept with probability 1 / n (reservoir sampling)
                if (lot(w_.lot_key[lane_], w_.n_lots[lane_]++) % ++n_equal == 0) chosen = place;
            } else if (highest == -HUGE_VAL && event(place) < event(chosen)) {
                chosen = place;
            }
        }
        return chosen;
    }

    /// Values are those from when it fired or of now, before anything is assigned.
    KOHORT_FUNCTION void happen(int place) {
        const int which = event(place);
        if (!model().event_rule(which).values_at_trigger) evaluate(which, values(place));
        std::copy_n(w_.lane_y, sizes_.n_states, w_.lane_y_before);
        std::copy_n(w_.lane_parameter, sizes_.n_parameters, w_.lane_parameter_before);
        model().assign_event(which, one_.t, values(place), w_.lane_y_before, w_.lane_parameter_before, w_.lane_input,
                             w_.lane_y, w_.lane_parameter);
        --count();
        for (int later = place; later < count(); ++later) move(later + 1, later);
    }

    KOHORT_FUNCTION void note_next_due() {
        double next = HUGE_VAL;
        for (int place = 0; place < count(); ++place) next = std::fmin(next, due(place));
        w_.next_due[lane_] = next;
    }

    const OneLane<Model, V>& one_;
    const WorkspaceOf<Model, V>& w_;
    const ModelSizes sizes_;
    const int lane_;
};

}  // namespace kohort::kernels
