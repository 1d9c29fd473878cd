#include "model/reorder.hpp"

#include "model/graph_copy.hpp"

#include <algorithm>
#include <numeric>

namespace kohort::model {

namespace {

int rank_of(const State& state) {
    switch (state.kind) {
        case State::Kind::algebraic: return 0;
        case State::Kind::fast: return 1;
        case State::Kind::differential: break;
    }
    return 2;
}

}  // namespace

void put_states_in_order(Model& model, const std::vector<std::uint32_t>& old_of_new) {
    std::vector<std::uint32_t> new_of_old(model.states.size());
    std::vector<State> states;
    for (const std::uint32_t old : old_of_new) {
        new_of_old[old] = static_cast<std::uint32_t>(states.size());
        states.push_back(model.states[old]);
    }
    model.states = std::move(states);
    GraphCopy copy(model.graph, model.graph, [&](const Node& leaf) {
        return model.graph.leaf(leaf.op, leaf.op == Op::state ? new_of_old[leaf.index] : leaf.index);
    });
    for_each_node(model, [&](NodeId& id) { id = copy(id); });
    for (Event& event : model.events) {
        for (Assignment& assignment : event.assignments) {
            if (assignment.target == Assignment::Target::state) assignment.index = new_of_old[assignment.index];
        }
    }
}

void put_implicit_states_first(Model& model) {
    if (std::ranges::is_sorted(model.states, {}, rank_of)) return;
    std::vector<std::uint32_t> old_of_new(model.states.size());
    std::iota(old_of_new.begin(), old_of_new.end(), 0U);
    std::ranges::stable_sort(old_of_new, {}, [&](std::uint32_t state) { return rank_of(model.states[state]); });
    put_states_in_order(model, old_of_new);
}

}  // namespace kohort::model
