#include "model/evaluate.hpp"

#include "base/errors.hpp"
#include "base/lane_math.hpp"

#include <algorithm>

namespace kohort::model {

namespace {

double leaf_value(const Node& node, const Leaves& leaves) {
    switch (node.op) {
        case Op::constant: return node.value;
        case Op::time: return leaves.time;
        case Op::state: return leaves.states[node.index];
        case Op::parameter: return leaves.parameters[node.index];
        default: return leaves.inputs[node.index];
    }
}

}  // namespace

double apply(Op op, double a, double b, double c) {
    switch (op) {
        case Op::add: return a + b;
        case Op::subtract: return a - b;
        case Op::multiply: return a * b;
        case Op::divide: return a / b;
        case Op::negate: return -a;
        case Op::power: return math::pow(a, b);
        case Op::fma: return math::fma(a, b, c);
        case Op::exp: return math::exp(a);
        case Op::expm1: return math::expm1(a);
        case Op::log: return math::log(a);
        case Op::log1p: return math::log1p(a);
        case Op::log10: return math::log10(a);
        case Op::log2: return math::log2(a);
        case Op::sqrt: return math::sqrt(a);
        case Op::cbrt: return math::cbrt(a);
        case Op::abs: return math::abs(a);
        case Op::sign: return math::sign(a);
        case Op::floor: return math::floor(a);
        case Op::ceil: return math::ceil(a);
        case Op::round: return math::round(a);
        case Op::trunc: return math::trunc(a);
        case Op::sin: return math::sin(a);
        case Op::cos: return math::cos(a);
        case Op::tan: return math::tan(a);
        case Op::asin: return math::asin(a);
        case Op::acos: return math::acos(a);
        case Op::atan: return math::atan(a);
        case Op::sinh: return math::sinh(a);
        case Op::cosh: return math::cosh(a);
        case Op::tanh: return math::tanh(a);
        case Op::asinh: return math::asinh(a);
        case Op::acosh: return math::acosh(a);
        case Op::atanh: return math::atanh(a);
        case Op::erf: return math::erf(a);
        case Op::erfc: return math::erfc(a);
        case Op::tgamma: return math::tgamma(a);
        case Op::lgamma: return math::lgamma(a);
        case Op::min: return math::min(a, b);
        case Op::max: return math::max(a, b);
        case Op::atan2: return math::atan2(a, b);
        case Op::fmod: return math::fmod(a, b);
        case Op::hypot: return math::hypot(a, b);
        case Op::less: return math::less(a, b);
        case Op::less_equal: return math::less_equal(a, b);
        case Op::greater: return math::greater(a, b);
        case Op::greater_equal: return math::greater_equal(a, b);
        case Op::equal: return math::equal(a, b);
        case Op::not_equal: return math::not_equal(a, b);
        case Op::logical_and: return math::logical_and(a, b);
        case Op::logical_or: return math::logical_or(a, b);
        case Op::logical_not: return math::logical_not(a);
        case Op::select: return math::select(a, b, c);
        case Op::constant:
        case Op::time:
        case Op::state:
        case Op::parameter:
        case Op::input: break;
    }
    check_failed("apply is given an operation, not a leaf");
}

std::vector<NodeId> needed_for(const Graph& graph, std::span<const NodeId> roots) {
    std::vector<bool> needed(graph.size(), false);
    std::vector<NodeId> pending(roots.begin(), roots.end());
    std::vector<NodeId> order;
    while (!pending.empty()) {
        const NodeId id = pending.back();
        pending.pop_back();
        if (needed[id.value]) continue;
        needed[id.value] = true;
        order.push_back(id);
        const Node& node = graph[id];
        for (int position = 0; position < arity(node.op); ++position) {
            pending.push_back(node.arguments[static_cast<std::size_t>(position)]);
        }
    }
    std::sort(order.begin(), order.end());
    return order;
}

std::vector<double> evaluate(const Graph& graph, std::span<const NodeId> roots, const Leaves& leaves) {
    std::vector<double> value(graph.size());
    for (const NodeId id : needed_for(graph, roots)) {
        const Node& node = graph[id];
        const auto argument = [&](std::size_t position) {
            return node.arguments[position].valid() ? value[node.arguments[position].value] : 0.0;
        };
        value[id.value] = arity(node.op) == 0 ? leaf_value(node, leaves)
                                              : apply(node.op, argument(0), argument(1), argument(2));
    }
    std::vector<double> results;
    results.reserve(roots.size());
    for (const NodeId root : roots) results.push_back(value[root.value]);
    return results;
}

double evaluate(const Graph& graph, NodeId root, const Leaves& leaves) {
    return evaluate(graph, std::span(&root, 1), leaves).front();
}

bool depends_on(const Graph& graph, NodeId root, Op leaf_kind) {
    const std::vector<NodeId> needed = needed_for(graph, std::span(&root, 1));
    return std::any_of(needed.begin(), needed.end(), [&](NodeId id) { return graph[id].op == leaf_kind; });
}

}  // namespace kohort::model
