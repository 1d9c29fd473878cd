// Puts states into the order that integrators want.
#pragma once

#include "model/model.hpp"

#include <cstdint>
#include <vector>

namespace kohort::model {

/// Calls visit(NodeId&) for every node that the event refers to.
template <class Visit>
void for_each_node(Event& event, Visit visit) {
    visit(event.condition);
    if (event.delay.valid()) visit(event.delay);
    if (event.priority.valid()) visit(event.priority);
    for (Assignment& assignment : event.assignments) {
        visit(assignment.value);
        if (assignment.factor.valid()) visit(assignment.factor);
    }
}

/// The same for every node of the model.
template <class Visit>
void for_each_node(Model& model, Visit visit) {
    for (State& state : model.states) {
        visit(state.rate);
        visit(state.initial);
        if (state.fast_rate.valid()) visit(state.fast_rate);
    }
    for (Observable& observable : model.observables) visit(observable.value);
    for (Event& event : model.events) for_each_node(event, visit);
}

/// old_of_new: (states) the present place of the state that comes to each place.
void put_states_in_order(Model& model, const std::vector<std::uint32_t>& old_of_new);

/// Algebraic states first, then fast ones, then the others; each kind in the order it had. Nothing changes where that is
/// so already.
void put_implicit_states_first(Model& model);

}  // namespace kohort::model
