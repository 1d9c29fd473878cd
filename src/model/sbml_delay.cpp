// `delay(x, tau)` of SbmlQuantities: x as it was tau ago. The delay is taken to the symbols of x: time becomes an earlier one,
// constants stay, and states are looked up (Op::delayed) after the start; before it they are what they start from, as initial
// assignments say it also of earlier times (SBML Level 3 Version 2, sections 3.4.6 and 4.8).
#include "model/sbml_quantities.hpp"

#include "model/evaluate.hpp"

#include <cstdlib>
#include <map>
#include <memory>
#include <span>
#include <string_view>

namespace kohort::model {

/// root with other leaves; delays inside it add up.
NodeId SbmlQuantities::in_past(NodeId root, NodeId delay, bool before_start, const SbmlMath::Scope& scope) {
    const NodeId then = graph_.make(Op::subtract, graph_.leaf(Op::time), delay);
    std::map<NodeId, NodeId> copies;
    for (const NodeId id : needed_for(graph_, std::span(&root, 1))) {
        const Node node = graph_[id];  // a copy: making nodes moves them
        NodeId& copy = copies[id];
        switch (node.op) {
            case Op::constant:
            case Op::parameter: copy = id; break;
            case Op::time: copy = then; break;
            case Op::state:
                copy = before_start ? start_in_past(node.index, delay, scope) : state_in_past(node.index, delay, scope);
                break;
            case Op::delayed:
                copy = state_in_past(graph_[node.arguments[0]].index,
                                     graph_.make(Op::add, delay, copies.at(node.arguments[1])), scope);
                break;
            case Op::input:
            case Op::delayed_rate:
                throw InputError(scope.place, "the " + scope.owner +
                                                  " takes a delay of what an algebraic rule determines with "
                                                  "it, or of the rate of something delayed: that is not treated");
            default: {
                std::array<NodeId, 3> arguments{};
                for (int place = 0; place < arity(node.op); ++place) {
                    const auto argument = static_cast<std::size_t>(place);
                    arguments[argument] = copies.at(node.arguments[argument]);
                }
                copy = graph_.make(node.op, arguments[0], arguments[1], arguments[2]);
            }
        }
    }
    return copies.at(root);
}

NodeId SbmlQuantities::rate_since_start(NodeId node) {
    const NodeId rate = rate_of(node);
    if (!has_delays()) return rate;
    const NodeId zero = graph_.constant(0.0);
    return graph_.make(Op::select, graph_.make(Op::less, graph_.leaf(Op::time), zero), zero, rate);
}

bool SbmlQuantities::has_delays() {
    if (has_delays_) return *has_delays_;
    const std::unique_ptr<char, decltype(&std::free)> text(const_cast<::Model&>(source_).toSBML(), &std::free);
    has_delays_ = std::string_view(text.get()).find("sbml/symbols/delay") != std::string_view::npos;
    return *has_delays_;
}

NodeId SbmlQuantities::delayed(NodeId value, NodeId delay, const SbmlMath::Scope& scope) {
    return graph_.is_constant(delay, 0.0) ? value : in_past(value, delay, false, scope);
}

/// Before the start a state has the value with which it starts, unless an initial assignment says something of that time.
NodeId SbmlQuantities::state_in_past(std::uint32_t state, NodeId delay, const SbmlMath::Scope& scope) {
    const NodeId past = graph_.make(Op::delayed, graph_.leaf(Op::state, state), delay);
    if (!starts_by_time(quantities_[by_state_[state]])) return past;
    const NodeId then = graph_.make(Op::subtract, graph_.leaf(Op::time), delay);
    const NodeId is_before = graph_.make(Op::less, then, graph_.constant(0.0));
    return graph_.make(Op::select, is_before, start_in_past(state, delay, scope), past);
}

/// What a state is before the start.
NodeId SbmlQuantities::start_in_past(std::uint32_t state, NodeId delay, const SbmlMath::Scope& scope) {
    const SbmlQuantity& quantity = quantities_[by_state_[state]];
    if (!starts_by_time(quantity)) return start_of(quantity);
    if (!quantity.shares.empty())
        throw InputError(place(*quantity.element),
                         "a delay is taken of " + title(quantity) +
                             ", which fast reactions change and which starts from something of time");
    const NodeId written = formula(quantity.initial_assignment->getMath(), *quantity.initial_assignment,
                                   "initial assignment of `" + quantity.id + "`");
    const NodeId start = stores_amount_of_concentration(quantity) ? multiply(written, size_of_compartment(quantity))
                                                                  : written;
    return in_past(start, delay, true, scope);
}

/// Its initial assignment says something of the time before the start.
bool SbmlQuantities::starts_by_time(const SbmlQuantity& quantity) const {
    const auto has_time = [](const auto& self, const ::ASTNode& node) -> bool {
        if (node.getType() == AST_NAME_TIME) return true;
        for (unsigned child = 0; child < node.getNumChildren(); ++child) {
            if (self(self, *node.getChild(child))) return true;
        }
        return false;
    };
    return quantity.initial_assignment != nullptr && has_time(has_time, *quantity.initial_assignment->getMath());
}

}  // namespace kohort::model
