#include "model/linear_form.hpp"

#include "model/evaluate.hpp"

#include <span>

namespace kohort::model {

namespace {

bool is_free(const LinearForm& form) { return form.factor.empty(); }

}  // namespace

std::optional<LinearForm> LinearForms::of(NodeId root) {
    for (const NodeId id : needed_for(graph_, std::span(&root, 1))) {
        if (!known_.contains(id)) known_.emplace(id, of_node(id));
    }
    return known_.at(root);
}

// From the forms of its arguments, which are known.
LinearForms::Known LinearForms::of_node(NodeId id) {
    const Node node = graph_[id];  // a copy: making nodes moves them
    if (unknown_.contains(id)) return LinearForm{{{id, graph_.constant(1.0)}}, {}};
    bool free = true;
    for (int place = 0; place < arity(node.op); ++place) {
        const Known& argument = known_.at(node.arguments[static_cast<std::size_t>(place)]);
        free = free && argument && is_free(*argument);
    }
    if (free) return graph_.is_constant(id, 0.0) ? LinearForm{} : LinearForm{{}, id};
    const auto [a, b, c] = node.arguments;
    const Known& one = known_.at(a);
    const Known& other = b.valid() ? known_.at(b) : one;
    if (node.op == Op::select) {
        const Known& otherwise = known_.at(c);
        if (!one || !is_free(*one) || !other || !otherwise) return std::nullopt;
        return of_choice(a, *other, *otherwise);
    }
    if (!one || !other) return std::nullopt;
    switch (node.op) {
        case Op::add:
        case Op::subtract: return sum(*one, *other, node.op);
        case Op::negate: return negated(*one);
        case Op::multiply:
            if (is_free(*one)) return scaled(*other, Op::multiply, a);
            if (is_free(*other)) return scaled(*one, Op::multiply, b);
            return std::nullopt;
        case Op::divide:
            if (!is_free(*other)) return std::nullopt;
            return scaled(*one, Op::divide, b);
        default: return std::nullopt;
    }
}

LinearForms::Known LinearForms::of_choice(NodeId condition, const LinearForm& one, const LinearForm& other) {
    const auto choose = [&](NodeId if_true, NodeId if_false) {
        return graph_.make(Op::select, condition, zero_if_none(if_true), zero_if_none(if_false));
    };
    LinearForm result;
    for (const auto& [leaf, factor] : one.factor) {
        const auto found = other.factor.find(leaf);
        result.factor[leaf] = choose(factor, found == other.factor.end() ? NodeId{} : found->second);
    }
    for (const auto& [leaf, factor] : other.factor) {
        if (!one.factor.contains(leaf)) result.factor[leaf] = choose({}, factor);
    }
    if (one.rest.valid() || other.rest.valid()) result.rest = choose(one.rest, other.rest);
    return result;
}

LinearForm LinearForms::sum(const LinearForm& one, const LinearForm& other, Op op) {
    const auto join = [&](NodeId a, NodeId b) {
        if (!b.valid()) return a;
        if (!a.valid()) return op == Op::add ? b : graph_.make(Op::negate, b);
        return graph_.make(op, a, b);
    };
    LinearForm result{one.factor, join(one.rest, other.rest)};
    for (const auto& [leaf, factor] : other.factor) {
        NodeId& total = result.factor[leaf];
        total = join(total, factor);
        if (graph_.is_constant(total, 0.0)) result.factor.erase(leaf);  // x - x
    }
    return result;
}

LinearForm LinearForms::scaled(const LinearForm& form, Op op, NodeId by) {
    LinearForm result;
    for (const auto& [leaf, factor] : form.factor) result.factor[leaf] = graph_.make(op, factor, by);
    if (form.rest.valid()) result.rest = graph_.make(op, form.rest, by);
    return result;
}

LinearForm LinearForms::negated(const LinearForm& form) {
    LinearForm result;
    for (const auto& [leaf, factor] : form.factor) result.factor[leaf] = graph_.make(Op::negate, factor);
    if (form.rest.valid()) result.rest = graph_.make(Op::negate, form.rest);
    return result;
}

}  // namespace kohort::model
