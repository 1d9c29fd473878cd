// The value of expressions, one twin at a time: the reference for constant folding, formulas and tests.
#pragma once

#include "model/graph.hpp"

#include <span>
#include <vector>

namespace kohort::model {

/// op on values; the arguments beyond arity(op) are ignored. The same functions, hence the same bits, as the kernels.
/// Not for leaves.
[[nodiscard]] double apply(Op op, double a, double b = 0.0, double c = 0.0);

/// Where the values of leaves come from. Spans that no expression reads may be empty.
struct Leaves {
    double time = 0.0;                   // [model time unit]
    std::span<const double> states;      // (n_states) [state units]
    std::span<const double> parameters;  // (n_parameters) [parameter units]
    std::span<const double> inputs;      // (n_inputs) [input units]
};

/// The nodes that roots need, arguments before users; each once.
[[nodiscard]] std::vector<NodeId> needed_for(const Graph& graph, std::span<const NodeId> roots);

/// The values of roots, in their order.
[[nodiscard]] std::vector<double> evaluate(const Graph& graph, std::span<const NodeId> roots, const Leaves& leaves);

[[nodiscard]] double evaluate(const Graph& graph, NodeId root, const Leaves& leaves);

/// True when root needs a leaf of this kind: depends_on(graph, initial, Op::state).
[[nodiscard]] bool depends_on(const Graph& graph, NodeId root, Op leaf_kind);

}  // namespace kohort::model
