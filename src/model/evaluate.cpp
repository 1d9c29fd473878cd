#include "model/evaluate.hpp"

#include "model/operation.hpp"

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

double apply(Op op, double a, double b, double c) { return apply_to(op, a, b, c); }

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
