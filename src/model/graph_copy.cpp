#include "model/graph_copy.hpp"

#include <utility>

namespace kohort::model {

GraphCopy::GraphCopy(const Graph& from, Graph& to, std::function<NodeId(const Node& leaf)> leaf)
    : from_(from), to_(to), leaf_(std::move(leaf)), copies_(from.size()) {}

NodeId GraphCopy::operator()(NodeId root) {
    if (copies_.size() < from_.size()) copies_.resize(from_.size());
    std::vector<NodeId> pending{root};  // a stack of our own: expressions can be deeper than the machine's
    while (!pending.empty()) {
        const NodeId id = pending.back();
        const Node node = from_[id];  // a copy: `to` may be the same graph, and grow
        bool ready = true;
        Node copy = node;
        for (std::size_t position = 0; position < static_cast<std::size_t>(arity(node.op)); ++position) {
            const NodeId argument = node.arguments[position];
            copy.arguments[position] = copies_[argument.value];
            if (copies_[argument.value].valid()) continue;
            pending.push_back(argument);
            ready = false;
        }
        if (!ready) continue;
        pending.pop_back();
        if (copies_[id.value].valid()) continue;
        const bool is_past = node.op == Op::delayed || node.op == Op::delayed_rate;
        if (is_past && to_[copy.arguments[0]].op != Op::state) {
            copies_[id.value] = node.op == Op::delayed ? copy.arguments[0] : to_.constant(0.0);
        } else if (node.op == Op::constant) {
            copies_[id.value] = to_.constant(node.value);
        } else if (arity(node.op) == 0) {
            copies_[id.value] = leaf_(node);
        } else {
            copies_[id.value] = to_.make(node.op, copy.arguments[0], copy.arguments[1], copy.arguments[2]);
        }
    }
    return copies_[root.value];
}

}  // namespace kohort::model
