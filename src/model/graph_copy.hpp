// Copies expressions from one graph into another, with other leaves: how functions are written out and modules joined.
#pragma once

#include "model/graph.hpp"

#include <functional>
#include <vector>

namespace kohort::model {

class GraphCopy {
public:
    /// leaf gives the node of `to` that stands for a leaf of `from` (any leaf but a constant). `to` may be `from`, and leaf
    /// may use this copy again. A delayed state for which something else stands than a state, as its value at the start,
    /// has no past: it is that.
    GraphCopy(const Graph& from, Graph& to, std::function<NodeId(const Node& leaf)> leaf);

    /// The copy of root. What earlier calls copied is not copied again.
    NodeId operator()(NodeId root);

private:
    const Graph& from_;
    Graph& to_;
    std::function<NodeId(const Node& leaf)> leaf_;
    std::vector<NodeId> copies_;  // (from.size()) invalid where not copied yet
};

}  // namespace kohort::model
