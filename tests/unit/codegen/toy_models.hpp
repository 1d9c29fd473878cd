// Small models built by hand, for tests of what becomes of them.
#pragma once

#include "codegen/program.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace kohort::codegen::toys {

/// Builds a model node by node. Every function returns the node's id.
class Builder {
public:
    model::Model model;

    model::NodeId constant(double value) { return model.graph.constant(value); }
    model::NodeId time() { return model.graph.leaf(model::Op::time); }
    /// A state with rate 0 until rate() says otherwise.
    model::NodeId state(const std::string& name, double initial = 1.0);
    model::NodeId parameter(const std::string& name, double value = 1.0);
    model::NodeId input(const std::string& name, double value = 0.0);
    model::NodeId make(model::Op op, model::NodeId a, model::NodeId b = {}, model::NodeId c = {}) {
        return model.graph.make(op, a, b, c);
    }
    void rate(const std::string& state, model::NodeId value);
    void observable(const std::string& name, model::NodeId value,
                    model::Observable::Kind kind = model::Observable::Kind::variable);
};

/// Logistic growth with a Hill-type loss and an input, two states, one event: touches every part of a program.
[[nodiscard]] model::Model predator_and_prey();

/// n states in a ring with Michaelis-Menten flows and time-dependent forcing: a sparse Jacobian with fill-in.
[[nodiscard]] model::Model ring(int n_states);

/// Draws expressions with every operation there is, over the leaves of a model.
class RandomExpressions {
public:
    RandomExpressions(model::Model& model, std::uint64_t seed);

    /// One new expression of about n_operations, which shares parts with earlier ones.
    model::NodeId draw(int n_operations);
    /// A value for a leaf: mostly ordinary, sometimes 0, negative, huge or tiny.
    double leaf_value();

private:
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
    [[nodiscard]] model::NodeId argument();

    model::Model& model_;
    std::mt19937_64 random_;
    std::vector<model::NodeId> pool_;  // leaves, then what was drawn of late
    std::size_t n_leaves_ = 0;
};

}  // namespace kohort::codegen::toys
