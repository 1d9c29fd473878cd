// An expression as a x + b y + ... + c in chosen leaves, where it is one: how linear equations are solved in closed form.
#pragma once

#include "model/graph.hpp"

#include <map>
#include <optional>
#include <set>

namespace kohort::model {

/// The sum of factor[leaf] * leaf, and rest. What is 0 is left out; rest is then invalid.
struct LinearForm {
    std::map<NodeId, NodeId> factor;
    NodeId rest;
};

class LinearForms {
public:
    LinearForms(Graph& graph, std::set<NodeId> unknown_leaves) : graph_(graph), unknown_(std::move(unknown_leaves)) {}

    /// root as a linear form in the unknown leaves, or nothing where it is not linear in them as it is written. Factors and
    /// rest are free of these leaves.
    [[nodiscard]] std::optional<LinearForm> of(NodeId root);

private:
    using Known = std::optional<LinearForm>;

    [[nodiscard]] Known of_node(NodeId id);
    [[nodiscard]] Known of_choice(NodeId condition, const LinearForm& one, const LinearForm& other);
    [[nodiscard]] LinearForm sum(const LinearForm& one, const LinearForm& other, Op op);
    [[nodiscard]] LinearForm scaled(const LinearForm& form, Op op, NodeId by);
    [[nodiscard]] LinearForm negated(const LinearForm& form);
    [[nodiscard]] NodeId zero_if_none(NodeId id) { return id.valid() ? id : graph_.constant(0.0); }

    Graph& graph_;
    std::set<NodeId> unknown_;
    std::map<NodeId, Known> known_;
};

}  // namespace kohort::model
