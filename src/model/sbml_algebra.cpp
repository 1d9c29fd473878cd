// The algebraic rules of SbmlQuantities: what they may determine, and what they make it (algebra.hpp).
#include "model/sbml_quantities.hpp"

#include "model/differentiate.hpp"

#include <cmath>

namespace kohort::model {

namespace {

using Kind = SbmlQuantity::Kind;

/// In Level 1 nothing is declared constant.
bool is_declared_constant(const SbmlQuantity& quantity) {
    if (quantity.element->getLevel() == 1) return false;
    switch (quantity.kind) {
        case Kind::compartment: return static_cast<const ::Compartment*>(quantity.element)->getConstant();
        case Kind::species: return static_cast<const ::Species*>(quantity.element)->getConstant();
        case Kind::parameter: return static_cast<const ::Parameter*>(quantity.element)->getConstant();
        case Kind::stoichiometry: return static_cast<const ::SpeciesReference*>(quantity.element)->getConstant();
        case Kind::reaction: return true;
    }
    return true;
}

bool has_a_value(const SbmlQuantity& quantity) {
    if (quantity.kind != Kind::species) return quantity.number && !std::isnan(*quantity.number);
    const auto* const species = static_cast<const ::Species*>(quantity.element);
    return species->isSetInitialAmount() || species->isSetInitialConcentration();
}

/// What has no value needs an equation most; what an event sets, or an initial assignment, is likely meant to be free.
int reluctance_of(const SbmlQuantity& quantity) {
    if (quantity.assigned_by_event) return 3;
    if (quantity.initial_assignment != nullptr) return 2;
    return has_a_value(quantity) ? 1 : 0;
}

}  // namespace

/// Rules, rates and reactions determine the others.
bool SbmlQuantities::may_be_determined(const SbmlQuantity& quantity) const {
    return quantity.assignment == nullptr && quantity.rate_rule == nullptr && quantity.parts.empty() &&
           !is_declared_constant(quantity);
}

std::vector<std::size_t> SbmlQuantities::quantities_to_determine() const {
    std::vector<std::size_t> candidates;
    for (std::size_t index = 0; !algebraic_rules_.empty() && index < quantities_.size(); ++index) {
        if (may_be_determined(quantities_[index])) candidates.push_back(index);
    }
    return candidates;
}

/// Inputs, which SBML has none of, stand for the candidates until it is known what they are.
void SbmlQuantities::solve_algebraic_rules(const std::vector<std::size_t>& candidates) {
    std::vector<Unknown> unknowns;
    for (const std::size_t index : candidates) {
        SbmlQuantity& quantity = quantities_[index];
        quantity.algebraic = true;
        quantity.formula = graph_.leaf(Op::input, static_cast<std::uint32_t>(unknowns.size()));
        unknowns.push_back({quantity.formula, title(quantity), reluctance_of(quantity)});
    }
    accept(solve_algebra(graph_, algebraic_equations(), unknowns), candidates);
}

std::vector<Equation> SbmlQuantities::algebraic_equations() {
    std::vector<Equation> equations;
    for (const ::AlgebraicRule* const rule : algebraic_rules_) {
        const std::string id = rule->getIdAttribute();
        const std::string owner = id.empty() ? "algebraic rule" : "algebraic rule `" + id + "`";
        equations.push_back({formula(rule->getMath(), *rule, owner), "the " + owner, place(*rule)});
    }
    return equations;
}

void SbmlQuantities::accept(SolvedAlgebra solved, const std::vector<std::size_t>& candidates) {
    forget_nodes();
    for (std::size_t unknown = 0; unknown < candidates.size(); ++unknown) {
        SbmlQuantity& quantity = quantities_[candidates[unknown]];
        quantity.algebraic = solved.is_determined[unknown];
        quantity.formula = solved.formula[unknown];
        const auto refuse = [&](const std::string& what) {
            throw InputError(place(*quantity.element), title(quantity) + " is determined by an algebraic rule, and " + what,
                             "let the rule determine something else, or remove one of the two");
        };
        if (quantity.algebraic && quantity.assigned_by_event) refuse("an event assigns to it");
        if (quantity.algebraic && quantity.initial_assignment != nullptr)
            refuse("an initial assignment gives it a value");
        if (!quantity.algebraic) choose_state(candidates[unknown]);
    }
    for (const ImplicitUnknown& implicit : solved.implicit) {
        const std::size_t index = candidates[implicit.unknown];
        quantities_[index].residual = implicit.residual;
        add_state(index, State::Kind::algebraic);
    }
    unknowns_put_in_.emplace(graph_, graph_, [this, candidates](const Node& leaf) {
        return leaf.op == Op::input ? value(quantities_[candidates[leaf.index]]) : graph_.leaf(leaf.op, leaf.index);
    });
}

/// Until the algebraic rules are solved, their unknowns are left standing.
NodeId SbmlQuantities::put_in_unknowns(NodeId node) { return unknowns_put_in_ ? (*unknowns_put_in_)(node) : node; }

NodeId SbmlQuantities::first_guess(const SbmlQuantity& quantity) {
    if (quantity.kind == Kind::species && has_a_value(quantity)) return initial_of_species(quantity);
    return graph_.constant(has_a_value(quantity) ? *quantity.number : 1.0);
}

/// Along the solution the residual r(t, x, z) stays 0: z' = -(r_t + r_x x') / r_z.
NodeId SbmlQuantities::rate_by_constraint(const SbmlQuantity& quantity) {
    const NodeId residual = put_in_unknowns(quantity.residual);
    const NodeId leaf = graph_.leaf(Op::state, *quantity.state);
    NodeId sum = graph_.constant(0.0);
    NodeId slope = graph_.constant(0.0);
    const auto add_term = [&](NodeId term) {
        sum = graph_.is_constant(sum, 0.0) ? term : graph_.make(Op::add, sum, term);
    };
    const std::vector<Partial> by_time = Differentiator(graph_, Op::time).gradient(residual);
    const std::vector<Partial> by_state = Differentiator(graph_, Op::state).gradient(residual);
    for (const Partial& partial : by_time) add_term(partial.value);
    for (const Partial& partial : by_state) {
        if (graph_.leaf(Op::state, partial.column) == leaf) {
            slope = partial.value;
        } else {
            add_term(multiply(partial.value, rate(quantities_[by_state_[partial.column]])));
        }
    }
    return graph_.make(Op::negate, divide(sum, slope));
}

}  // namespace kohort::model
