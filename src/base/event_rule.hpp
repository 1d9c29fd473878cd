// How an event behaves in a model whose events happen in turn: see model::Model::event_order.
#pragma once

namespace kohort {

struct EventRule {
    bool true_before_start = true;   // its condition counts as true before the first time: it cannot fire there
    bool persistent = true;          // happens even if its condition falls while it waits
    bool values_at_trigger = false;  // assigns values of the time at which its condition rose
    bool has_delay = false;
    bool has_priority = false;

    friend constexpr bool operator==(const EventRule&, const EventRule&) = default;
};

}  // namespace kohort
