#include "model/reduce_algebra.hpp"

#include "model/graph_copy.hpp"
#include "model/reorder.hpp"

namespace kohort::model {

namespace {

class Reduction {
public:
    Reduction(Model& model, const std::vector<Equation>& equations) : model_(model), equations_(equations) {}

    void reduce() {
        for (std::uint32_t state = 0; state < model_.states.size(); ++state) {
            if (model_.states[state].kind != State::Kind::algebraic) continue;
            unknown_states_.push_back(state);
            unknowns_.push_back({model_.graph.leaf(Op::state, state), "`" + model_.states[state].name + "`"});
        }
        refuse_assignments();
        solved_ = solve_algebra(model_.graph, equations_, unknowns_);
        for (const ImplicitUnknown& implicit : solved_.implicit)
            model_.states[unknown_states_[implicit.unknown]].rate = implicit.residual;
        put_in_formulas();
    }

private:
    void refuse_assignments() const {
        for (const Event& event : model_.events) {
            for (const Assignment& assignment : event.assignments) {
                if (assignment.target != Assignment::Target::state) continue;
                const State& target = model_.states[assignment.index];
                if (target.kind != State::Kind::algebraic) continue;
                throw InputError(event.place,
                                 "event `" + event.name + "` assigns to `" + target.name +
                                     "`, which an algebraic equation determines",
                                 "assign to something that the equation depends on");
            }
        }
    }

    /// Takes the states that have formulas out of the list, and their formulas into everything else.
    void put_in_formulas() {
        std::vector<NodeId> formula(model_.states.size());
        for (std::size_t unknown = 0; unknown < unknowns_.size(); ++unknown)
            formula[unknown_states_[unknown]] = solved_.formula[unknown];
        std::vector<State> kept;
        std::vector<std::uint32_t> new_of_old(model_.states.size());
        std::vector<Observable> said;
        for (std::size_t state = 0; state < model_.states.size(); ++state) {
            const State& old = model_.states[state];
            if (formula[state].valid()) {
                said.push_back({old.name, formula[state], Observable::Kind::variable, old.note, old.place});
            } else {
                new_of_old[state] = static_cast<std::uint32_t>(kept.size());
                kept.push_back(old);
            }
        }
        model_.states = std::move(kept);
        model_.observables.insert(model_.observables.begin(), said.begin(), said.end());
        Graph& graph = model_.graph;
        GraphCopy formulas(graph, graph, [&](const Node& leaf) {
            const bool is_said = leaf.op == Op::state && formula[leaf.index].valid();
            return is_said ? formula[leaf.index] : graph.leaf(leaf.op, leaf.index);
        });
        GraphCopy numbers(graph, graph, [&](const Node& leaf) {
            return graph.leaf(leaf.op, leaf.op == Op::state ? new_of_old[leaf.index] : leaf.index);
        });
        for_each_node(model_, [&](NodeId& id) { id = numbers(formulas(id)); });
        for (Event& event : model_.events) {
            for (Assignment& assignment : event.assignments) {
                if (assignment.target == Assignment::Target::state) assignment.index = new_of_old[assignment.index];
            }
        }
    }

    Model& model_;
    const std::vector<Equation>& equations_;
    std::vector<std::uint32_t> unknown_states_;  // (n_unknowns)
    std::vector<Unknown> unknowns_;
    SolvedAlgebra solved_;
};

}  // namespace

void reduce_algebra(Model& model, const std::vector<Equation>& equations) { Reduction(model, equations).reduce(); }

}  // namespace kohort::model
