#include "model/differentiate.hpp"

#include "base/errors.hpp"

#include <cmath>
#include <numbers>
#include <string>

namespace kohort::model {

namespace {

// Both by column, joined where a column is in either; join gets an invalid node for what one side does not have.
template <class Join>
std::vector<Partial> merged(const std::vector<Partial>& one, const std::vector<Partial>& other, Join join) {
    std::vector<Partial> all;
    auto first = one.begin();
    auto second = other.begin();
    while (first != one.end() || second != other.end()) {
        const bool only_first = second == other.end() || (first != one.end() && first->column < second->column);
        const bool only_second = first == one.end() || (second != other.end() && second->column < first->column);
        const std::uint32_t column = only_second ? second->column : first->column;
        const NodeId a = only_second ? NodeId{} : (first++)->value;
        const NodeId b = only_first ? NodeId{} : (second++)->value;
        all.push_back({.column = column, .value = join(a, b)});
    }
    return all;
}

bool is_zero(const Graph& graph, NodeId id) { return graph[id].op == Op::constant && graph[id].value == 0.0; }

// Shorthand for the rules.
struct Rules {
    Graph& graph;

    NodeId number(double value) const { return graph.constant(value); }
    NodeId add(NodeId a, NodeId b) const { return graph.make(Op::add, a, b); }
    NodeId subtract(NodeId a, NodeId b) const { return graph.make(Op::subtract, a, b); }
    NodeId times(NodeId a, NodeId b) const { return graph.make(Op::multiply, a, b); }
    NodeId over(NodeId a, NodeId b) const { return graph.make(Op::divide, a, b); }
    NodeId minus(NodeId a) const { return graph.make(Op::negate, a); }
    NodeId squared(NodeId a) const { return times(a, a); }
    NodeId call(Op op, NodeId a) const { return graph.make(op, a); }
    NodeId choose(NodeId condition, NodeId a, NodeId b) const { return graph.make(Op::select, condition, a, b); }
    NodeId is_at_zero(NodeId a) const { return graph.make(Op::equal, a, number(0.0)); }
    // value, but 0 where x is 0: with an infinite slope in its matrix a Rosenbrock step would stand still and seem exact
    NodeId guarded(NodeId x, NodeId value) const { return choose(is_at_zero(x), number(0.0), value); }

    NodeId inverse(NodeId a) const { return guarded(a, over(number(1.0), a)); }

    // d value / d x of a function of one argument, where value = op(x). Invalid: there is no rule.
    [[nodiscard]] NodeId slope(Op op, NodeId x, NodeId value) const;
};

NodeId Rules::slope(Op op, NodeId x, NodeId value) const {
    const NodeId one = number(1.0);
    switch (op) {
        case Op::exp: return value;
        case Op::expm1: return call(Op::exp, x);
        case Op::log: return over(one, x);
        case Op::log1p: return over(one, add(one, x));
        case Op::log10: return over(number(std::numbers::log10e), x);
        case Op::log2: return over(number(std::numbers::log2e), x);
        case Op::sqrt: return guarded(x, over(number(0.5), value));
        case Op::cbrt: return guarded(x, over(number(1.0 / 3.0), squared(value)));
        case Op::sin: return call(Op::cos, x);
        case Op::cos: return minus(call(Op::sin, x));
        case Op::tan: return add(one, squared(value));
        case Op::asin: return inverse(call(Op::sqrt, subtract(one, squared(x))));
        case Op::acos: return minus(inverse(call(Op::sqrt, subtract(one, squared(x)))));
        case Op::atan: return over(one, add(one, squared(x)));
        case Op::sinh: return call(Op::cosh, x);
        case Op::cosh: return call(Op::sinh, x);
        case Op::tanh: return subtract(one, squared(value));
        case Op::asinh: return over(one, call(Op::sqrt, add(one, squared(x))));
        case Op::acosh: return inverse(call(Op::sqrt, times(subtract(x, one), add(x, one))));
        case Op::atanh: return over(one, subtract(one, squared(x)));
        case Op::erf: return times(number(2.0 * std::numbers::inv_sqrtpi), call(Op::exp, minus(squared(x))));
        case Op::erfc: return times(number(-2.0 * std::numbers::inv_sqrtpi), call(Op::exp, minus(squared(x))));
        default: return {};
    }
}

}  // namespace

Differentiator::Differentiator(Graph& graph, Op leaf_kind) : graph_(graph), leaf_kind_(leaf_kind) {
    KOHORT_CHECK(arity(leaf_kind) == 0 && leaf_kind != Op::constant);
}

const std::vector<Partial>& Differentiator::gradient(NodeId root) {
    if (known_.size() < graph_.size()) {
        known_.resize(graph_.size(), false);
        gradients_.resize(graph_.size());
    }
    std::vector<NodeId> pending{root};
    while (!pending.empty()) {
        const NodeId id = pending.back();
        const std::size_t before = pending.size();
        const Node node = graph_[id];
        for (std::size_t position = 0; position < static_cast<std::size_t>(arity(node.op)); ++position) {
            if (!known_[node.arguments[position].value]) pending.push_back(node.arguments[position]);
        }
        if (pending.size() > before) continue;
        pending.pop_back();
        if (known_[id.value]) continue;
        gradients_[id.value] = of_node(id);
        known_[id.value] = true;
    }
    return gradients_[root.value];
}

// From the gradients of its arguments, which are known.
Differentiator::Gradient Differentiator::of_node(NodeId id) {
    const Node node = graph_[id];  // a copy: making derivatives moves nodes
    const auto [a, b, c] = node.arguments;
    if (node.op == leaf_kind_) return {{.column = node.index, .value = graph_.constant(1.0)}};
    if (node.op == Op::select) return of_choice(a, b, c);
    if (node.op == Op::delayed) return of_past(a, b);
    if (node.op == Op::delayed_rate) return {};
    if (node.op == Op::min) return of_choice(graph_.make(Op::less, b, a), b, a);  // as the value is chosen
    if (node.op == Op::max) return of_choice(graph_.make(Op::greater, b, a), b, a);
    Gradient sum;
    for (std::size_t position = 0; position < static_cast<std::size_t>(arity(node.op)); ++position) {
        Gradient term;
        for (const Partial& inner : gradients_[node.arguments[position].value]) {
            const NodeId outer = pushed(id, position, inner.value);
            if (!is_zero(graph_, outer)) term.push_back({.column = inner.column, .value = outer});
        }
        sum = merged(sum, term, [&](NodeId one, NodeId other) {
            if (!one.valid()) return other;
            return other.valid() ? graph_.make(Op::add, one, other) : one;
        });
    }
    return sum;
}

// x(t - tau) changes with t by its rate then, and with whatever moves tau by minus that; with x now it does not.
Differentiator::Gradient Differentiator::of_past(NodeId state, NodeId delay) {
    const NodeId rate = graph_.make(Op::delayed_rate, state, delay);
    Gradient own;
    if (leaf_kind_ == Op::time) own.push_back({.column = 0, .value = rate});
    Gradient by_delay;
    for (const Partial& inner : gradients_[delay.value])
        by_delay.push_back(
            {.column = inner.column, .value = graph_.make(Op::negate, graph_.make(Op::multiply, rate, inner.value))});
    return merged(own, by_delay, [&](NodeId one, NodeId other) {
        if (!one.valid()) return other;
        return other.valid() ? graph_.make(Op::add, one, other) : one;
    });
}

Differentiator::Gradient Differentiator::of_choice(NodeId condition, NodeId if_true, NodeId if_false) {
    const NodeId zero = graph_.constant(0.0);
    return merged(gradients_[if_true.value], gradients_[if_false.value], [&](NodeId one, NodeId other) {
        return graph_.make(Op::select, condition, one.valid() ? one : zero, other.valid() ? other : zero);
    });
}

// Whether an exponential is in it. The answers are kept.
bool Differentiator::can_overflow(NodeId id) {
    for (auto next = static_cast<std::uint32_t>(overflows_.size()); next <= id.value; ++next) {
        const Node& node = graph_[NodeId{next}];
        bool overflows = node.op == Op::exp || node.op == Op::expm1 || node.op == Op::sinh || node.op == Op::cosh;
        for (std::size_t position = 0; position < static_cast<std::size_t>(arity(node.op)); ++position)
            overflows = overflows || overflows_[node.arguments[position].value];
        overflows_.push_back(overflows);
    }
    return overflows_[id.value];
}

// What a change `inner` of one argument alone does to the node.
NodeId Differentiator::pushed(NodeId id, std::size_t argument, NodeId inner) {
    const Node node = graph_[id];
    const auto [a, b, c] = node.arguments;
    const Rules rules{graph_};
    const NodeId zero = rules.number(0.0);
    switch (node.op) {
        case Op::add: return inner;
        case Op::subtract: return argument == 0 ? inner : rules.minus(inner);
        case Op::negate: return rules.minus(inner);
        case Op::multiply: return rules.times(argument == 0 ? b : a, inner);
        case Op::divide: {
            if (argument == 0) return rules.over(inner, b);
            const NodeId slope = rules.minus(rules.times(rules.over(id, b), inner));
            // 1 / (1 + exp(x)) is 0 where the exponential overflows, and so is its slope, though not by this formula
            return can_overflow(b) ? rules.guarded(id, slope) : slope;
        }
        case Op::fma: return argument == 2 ? inner : rules.times(argument == 0 ? b : a, inner);
        case Op::power: return pushed_through_power(id, argument, inner);
        case Op::abs: return rules.choose(graph_.make(Op::less, a, zero), rules.minus(inner), inner);
        case Op::atan2: {
            const NodeId along = rules.over(argument == 0 ? b : rules.minus(a),
                                            rules.add(rules.squared(a), rules.squared(b)));
            return rules.times(along, inner);
        }
        case Op::hypot: return rules.times(rules.guarded(id, rules.over(argument == 0 ? a : b, id)), inner);
        case Op::fmod:
            return argument == 0 ? inner : rules.minus(rules.times(rules.call(Op::trunc, rules.over(a, b)), inner));
        case Op::tgamma:
        case Op::lgamma:
            throw InputError({}, "the derivative of " + std::string(name_of(node.op)) + " is not available",
                             "use it only on parameters and constants");
        default: break;
    }
    const NodeId slope = rules.slope(node.op, a, id);
    return slope.valid() ? rules.times(slope, inner) : zero;
}

// x^y. With a constant whole exponent c x^(c-1); otherwise y (x^y / x), which shares the power with the value itself.
NodeId Differentiator::pushed_through_power(NodeId id, std::size_t argument, NodeId inner) {
    const auto [x, y, unused] = graph_[id].arguments;
    const Rules rules{graph_};
    if (argument == 1) return rules.times(rules.guarded(x, rules.times(id, rules.call(Op::log, x))), inner);
    const Node exponent = graph_[y];
    const bool whole = exponent.op == Op::constant && exponent.value == std::trunc(exponent.value);
    if (whole) return rules.times(rules.times(y, graph_.make(Op::power, x, rules.number(exponent.value - 1.0))), inner);
    const NodeId at_zero = rules.choose(graph_.make(Op::equal, y, rules.number(1.0)), rules.number(1.0), rules.number(0.0));
    const NodeId elsewhere = rules.times(y, rules.over(id, x));
    return rules.times(rules.choose(rules.is_at_zero(x), at_zero, elsewhere), inner);
}

std::vector<std::vector<Partial>> jacobian(Graph& graph, std::span<const NodeId> roots, Op leaf_kind) {
    Differentiator differentiator(graph, leaf_kind);
    std::vector<std::vector<Partial>> rows;
    rows.reserve(roots.size());
    for (const NodeId root : roots) rows.push_back(differentiator.gradient(root));
    return rows;
}

NodeId derivative(Graph& graph, NodeId root, NodeId leaf) {
    const Node variable = graph[leaf];
    Differentiator differentiator(graph, variable.op);
    for (const Partial& partial : differentiator.gradient(root)) {
        if (partial.column == variable.index) return partial.value;
    }
    return graph.constant(0.0);
}

}  // namespace kohort::model
