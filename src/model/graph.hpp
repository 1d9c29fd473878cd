// The hash-consed expression graph: equal expressions are one node, so common sub-expressions are shared by construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kohort::model {

// clang-format off
/// Truth values are doubles: 0 is false, anything else (NaN too) is true; relations and logic give 0 or 1.
enum class Op : std::uint8_t {
    // leaves
    constant,   // value
    time,       // the model's own time, in its own unit
    state,      // index
    parameter,  // index
    input,      // index
    // arithmetic
    add, subtract, multiply, divide, negate, power,
    fma,        // a * b + c with one rounding; made by codegen only, never by a reader
    // functions of one argument
    exp, expm1, log, log1p, log10, log2, sqrt, cbrt, abs, sign, floor, ceil, round, trunc,
    sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, erf, erfc, tgamma, lgamma,
    // functions of two
    min, max, atan2, fmod, hypot,
    // relations and logic
    less, less_equal, greater, greater_equal, equal, not_equal, logical_and, logical_or, logical_not,
    select,     // a != 0 ? b : c
    // the past
    delayed,       // a, a state leaf, as it was b [model time] ago
    delayed_rate,  // the rate that it had then, of the interpolated solution
    looked_up,     // leaf, index: a place behind the inputs; codegen makes it of the two above, a reader never
};
// clang-format on

/// The number of arguments of op: 0 for leaves.
[[nodiscard]] int arity(Op op);

/// The name used in messages and in printed expressions, e.g. "exp".
[[nodiscard]] std::string_view name_of(Op op);

struct NodeId {
    std::uint32_t value = 0xffffffffU;
    [[nodiscard]] bool valid() const { return value != 0xffffffffU; }
    friend bool operator==(NodeId, NodeId) = default;
    friend auto operator<=>(NodeId, NodeId) = default;
};

struct Node {
    Op op = Op::constant;
    std::array<NodeId, 3> arguments{};  // the first arity(op) are valid
    double value = 0.0;                 // Op::constant only
    std::uint32_t index = 0;            // Op::state, parameter, input, looked_up only
};

/// Nodes in creation order: every argument precedes its user, so one forward loop evaluates everything.
class Graph {
public:
    /// Constants are told apart by their bits: 0.0 and -0.0 are two nodes.
    [[nodiscard]] NodeId constant(double value);
    [[nodiscard]] NodeId leaf(Op op, std::uint32_t index = 0);
    /// Makes op(arguments), or returns the equal node that is already there; a + b and b + a are equal. Folds constants
    /// and the identities that hold exactly in IEEE arithmetic for every value, NaN included (x*1, x/1, x^1, x^0, --x,
    /// select with a constant condition); x*0 and x+0 are not among them.
    [[nodiscard]] NodeId make(Op op, NodeId a, NodeId b = {}, NodeId c = {});

    [[nodiscard]] const Node& operator[](NodeId id) const { return nodes_[id.value]; }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    /// id is a constant with exactly the bits of value.
    [[nodiscard]] bool is_constant(NodeId id, double value) const;

private:
    [[nodiscard]] NodeId fold(const Node& node);
    [[nodiscard]] NodeId simplified(const Node& node);
    [[nodiscard]] std::size_t slot_of(const Node& node) const;
    [[nodiscard]] NodeId intern(const Node& node);
    void grow_table();

    std::vector<Node> nodes_;
    std::vector<NodeId> table_;  // open addressing, linear probing; a power of two, at most half full
};

}  // namespace kohort::model
