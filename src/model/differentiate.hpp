// Symbolic derivatives on the graph. What cannot change with a leaf is left out, so the sparsity of a Jacobian is exact.
//
// Where a value is finite but its derivative is not (x^c with 0 < c < 1, sqrt, cbrt and hypot at 0), the derivative is
// taken as 0: no solver can use an infinite entry. At kinks (abs, min, max, select) it is that of the branch taken.
// Relations, logic, sign, floor, ceil, round and trunc have derivative 0, and so have rates of the past.
#pragma once

#include "model/graph.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::model {

/// One derivative that is not structurally zero.
struct Partial {
    std::uint32_t column = 0;  // index of the leaf; 0 for time
    NodeId value;
};

/// Derivatives with respect to all leaves of one kind (Op::state, parameter, input or time), by forward accumulation over
/// the nodes that are needed; each node once over all calls.
class Differentiator {
public:
    Differentiator(Graph& graph, Op leaf_kind);

    /// d root / d leaf for every leaf that it depends on, by column. Valid until the next call. Throws InputError where no derivative is known
    /// (tgamma and lgamma of something that varies).
    const std::vector<Partial>& gradient(NodeId root);

private:
    using Gradient = std::vector<Partial>;

    [[nodiscard]] Gradient of_node(NodeId id);
    [[nodiscard]] Gradient of_past(NodeId state, NodeId delay);
    [[nodiscard]] Gradient of_choice(NodeId condition, NodeId if_true, NodeId if_false);
    [[nodiscard]] NodeId pushed(NodeId id, std::size_t argument, NodeId inner);
    [[nodiscard]] bool can_overflow(NodeId id);
    [[nodiscard]] NodeId pushed_through_power(NodeId id, std::size_t argument, NodeId inner);

    Graph& graph_;
    Op leaf_kind_;
    std::vector<Gradient> gradients_;  // by node
    std::vector<bool> known_;          // by node
    std::vector<bool> overflows_;      // by node, as far as it was asked for
};

/// Rows of d roots / d leaves, each sorted by column.
[[nodiscard]] std::vector<std::vector<Partial>> jacobian(Graph& graph, std::span<const NodeId> roots, Op leaf_kind);

/// d root / d leaf; the constant 0 where it cannot change with it.
[[nodiscard]] NodeId derivative(Graph& graph, NodeId root, NodeId leaf);

}  // namespace kohort::model
