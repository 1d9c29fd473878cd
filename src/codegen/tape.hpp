// A tape is one function of a model as a list of operations in the order in which they are done. The generator prints
// it and the interpreter walks it, so both do the same operations in the same order.
#pragma once

#include "model/graph.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace kohort::codegen {

inline constexpr std::uint32_t no_position = 0xffffffffU;

/// One operation. Arguments are positions of earlier steps on the same tape.
struct Step {
    enum class Kind : std::uint8_t { operation, constant, time, state, parameter, input, hoisted };

    Kind kind = Kind::operation;
    model::Op op = model::Op::constant;  // Kind::operation only; Op::fma is a * b + c with one rounding
    std::array<std::uint32_t, 3> arguments{no_position, no_position, no_position};
    std::uint32_t index = 0;  // Kind::state, parameter, input, hoisted
    double value = 0.0;       // Kind::constant
    model::NodeId node;       // what it computes; invalid for a negation added by fusion
};

struct Tape {
    std::vector<Step> steps;
    std::vector<std::uint32_t> outputs;  // position of each output
    std::vector<std::uint32_t> kept{};   // (n_kept) position of what is left for another function, see kept_values.hpp
};

/// Whether generated code calls a function for it, which takes as long as ten operations and keeps no register.
[[nodiscard]] bool is_call(model::Op op);

/// How a node varies: never, with the twin (parameters and inputs), or along a twin's life (time and states).
enum class Varies : std::uint8_t { never, per_twin, in_time };

/// (graph.size()) for each node how it varies.
[[nodiscard]] std::vector<Varies> classify(const model::Graph& graph);

/// Per-twin values that code inside the time loop uses: computed once and loaded from then on.
struct Hoisting {
    std::vector<model::NodeId> nodes;  // (n_hoisted) in ascending order
    std::vector<std::uint32_t> slot;   // (graph.size()) place in nodes, or no_position
};

/// Finds what functions with these outputs can load instead of compute. Parameters and inputs themselves stay where
/// they are, and so do their negations, which cost no more than a load.
[[nodiscard]] Hoisting hoist(const model::Graph& graph, std::span<const model::NodeId> outputs);

/// (graph.size()) how often each node is an argument or an output, among what outputs need. Nodes in hoisting count as
/// leaves; null: none are.
[[nodiscard]] std::vector<std::uint32_t> count_uses(const model::Graph& graph, std::span<const model::NodeId> outputs,
                                                    const Hoisting* hoisting);

/// The steps that compute outputs, depth first: first what is_call, so that a call finds few registers in use and the rest
/// is computed while its result is on the way, then the others in the order of outputs. Nodes in hoisting become loads; null: none are.
/// A product with a single user, an addition or a subtraction, is fused with it into one fused multiply-add. `uses` must
/// be of all functions that share hoisting, so that a node has the same bits in each of them: a root changes its sign
/// exactly when its relation changes its truth.
[[nodiscard]] Tape make_tape(const model::Graph& graph, std::span<const model::NodeId> outputs,
                             const Hoisting* hoisting, const std::vector<std::uint32_t>& uses);

}  // namespace kohort::codegen
