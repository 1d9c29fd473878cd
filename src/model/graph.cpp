#include "model/graph.hpp"

#include "base/errors.hpp"
#include "model/evaluate.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace kohort::model {

namespace {

struct OpFacts {
    std::string_view name;
    int arity;
};

// In the order of Op.
// clang-format off
constexpr auto op_facts = std::to_array<OpFacts>({
    {"constant", 0}, {"time", 0}, {"state", 0}, {"parameter", 0}, {"input", 0},
    {"+", 2}, {"-", 2}, {"*", 2}, {"/", 2}, {"negate", 1}, {"^", 2},
    {"fma", 3},
    {"exp", 1}, {"expm1", 1}, {"log", 1}, {"log1p", 1}, {"log10", 1}, {"log2", 1}, {"sqrt", 1}, {"cbrt", 1},
    {"abs", 1}, {"sign", 1}, {"floor", 1}, {"ceil", 1}, {"round", 1}, {"trunc", 1},
    {"sin", 1}, {"cos", 1}, {"tan", 1}, {"asin", 1}, {"acos", 1}, {"atan", 1}, {"sinh", 1}, {"cosh", 1}, {"tanh", 1},
    {"asinh", 1}, {"acosh", 1}, {"atanh", 1}, {"erf", 1}, {"erfc", 1}, {"tgamma", 1}, {"lgamma", 1},
    {"min", 2}, {"max", 2}, {"atan2", 2}, {"fmod", 2}, {"hypot", 2},
    {"<", 2}, {"<=", 2}, {">", 2}, {">=", 2}, {"==", 2}, {"!=", 2}, {"&&", 2}, {"||", 2}, {"!", 1},
    {"select", 3},
    {"delayed", 2}, {"delayed_rate", 2}, {"looked_up", 0},
});
// clang-format on
static_assert(op_facts.size() == static_cast<std::size_t>(Op::looked_up) + 1);

bool commutes(Op op) {
    switch (op) {
        case Op::add:
        case Op::multiply:
        case Op::equal:
        case Op::not_equal:
        case Op::logical_and:
        case Op::logical_or: return true;
        default: return false;
    }
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
    hash ^= word + 0x9e3779b97f4a7c15U + (hash << 6U) + (hash >> 2U);
    hash *= 0xff51afd7ed558ccdU;
    return hash ^ (hash >> 33U);
}

// Equal for a + b and b + a.
std::uint64_t hash_of(const Node& node) {
    auto arguments = node.arguments;
    if (commutes(node.op) && arguments[1] < arguments[0]) std::swap(arguments[0], arguments[1]);
    std::uint64_t hash = mix(static_cast<std::uint64_t>(node.op), node.index);
    hash = mix(hash, std::bit_cast<std::uint64_t>(node.value));
    for (const NodeId argument : arguments) hash = mix(hash, argument.value);
    return hash;
}

bool equal(const Node& a, const Node& b) {
    if (a.op != b.op || a.index != b.index) return false;
    if (std::bit_cast<std::uint64_t>(a.value) != std::bit_cast<std::uint64_t>(b.value)) return false;
    if (a.arguments == b.arguments) return true;
    return commutes(a.op) && a.arguments[0] == b.arguments[1] && a.arguments[1] == b.arguments[0];
}

}  // namespace

int arity(Op op) { return op_facts[static_cast<std::size_t>(op)].arity; }

std::string_view name_of(Op op) { return op_facts[static_cast<std::size_t>(op)].name; }

NodeId Graph::constant(double value) { return intern({.op = Op::constant, .value = value}); }

NodeId Graph::leaf(Op op, std::uint32_t index) {
    KOHORT_CHECK(arity(op) == 0 && op != Op::constant);
    return intern({.op = op, .index = index});
}

NodeId Graph::make(Op op, NodeId a, NodeId b, NodeId c) {
    const Node node{.op = op, .arguments = {a, b, c}};
    const auto used = static_cast<std::size_t>(arity(op));
    KOHORT_CHECK(used > 0);
    for (std::size_t position = 0; position < node.arguments.size(); ++position) {
        const NodeId argument = node.arguments[position];
        KOHORT_CHECK(position < used ? argument.value < nodes_.size() : !argument.valid());
    }
    if (const NodeId folded = fold(node); folded.valid()) return folded;
    if (const NodeId simpler = simplified(node); simpler.valid()) return simpler;
    return intern(node);
}

bool Graph::is_constant(NodeId id, double value) const {
    const Node& node = nodes_[id.value];
    return node.op == Op::constant && std::bit_cast<std::uint64_t>(node.value) == std::bit_cast<std::uint64_t>(value);
}

// The constant that node is, if all its arguments are constants.
NodeId Graph::fold(const Node& node) {
    std::array<double, 3> values{};
    for (std::size_t position = 0; position < static_cast<std::size_t>(arity(node.op)); ++position) {
        const Node& argument = (*this)[node.arguments[position]];
        if (argument.op != Op::constant) return {};
        values[position] = argument.value;
    }
    return constant(apply(node.op, values[0], values[1], values[2]));
}

// An existing or simpler node with the same value for every value of its arguments, or none.
NodeId Graph::simplified(const Node& node) {
    const auto [a, b, c] = node.arguments;
    switch (node.op) {
        case Op::add:
            if (is_constant(b, -0.0)) return a;
            if (is_constant(a, -0.0)) return b;
            if ((*this)[b].op == Op::negate) return make(Op::subtract, a, (*this)[b].arguments[0]);
            return {};
        case Op::subtract:
            if (is_constant(b, 0.0)) return a;
            if ((*this)[b].op == Op::negate) return make(Op::add, a, (*this)[b].arguments[0]);
            return {};
        case Op::multiply:
            if (is_constant(b, 1.0)) return a;
            return is_constant(a, 1.0) ? b : NodeId{};
        case Op::divide: return is_constant(b, 1.0) ? a : NodeId{};
        case Op::power:  // C defines x^0 as 1 for every x, NaN too
            if (is_constant(b, 0.0) || is_constant(b, -0.0)) return constant(1.0);
            return is_constant(b, 1.0) ? a : NodeId{};
        case Op::negate: return (*this)[a].op == Op::negate ? (*this)[a].arguments[0] : NodeId{};
        case Op::abs: return (*this)[a].op == Op::abs ? a : NodeId{};
        case Op::select:
            if (b == c) return b;
            if ((*this)[a].op != Op::constant) return {};
            return (*this)[a].value != 0.0 ? b : c;
        default: return {};
    }
}

// Where the node is in the table, or the free slot where it belongs.
std::size_t Graph::slot_of(const Node& node) const {
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = hash_of(node) & mask;
    while (table_[slot].valid() && !equal((*this)[table_[slot]], node)) slot = (slot + 1) & mask;
    return slot;
}

NodeId Graph::intern(const Node& node) {
    if (2 * nodes_.size() >= table_.size()) grow_table();
    const std::size_t slot = slot_of(node);
    if (table_[slot].valid()) return table_[slot];
    KOHORT_CHECK(nodes_.size() < NodeId{}.value);
    table_[slot] = NodeId{static_cast<std::uint32_t>(nodes_.size())};
    nodes_.push_back(node);
    return table_[slot];
}

void Graph::grow_table() {
    constexpr std::size_t smallest = 64;
    table_.assign(std::max(smallest, 2 * table_.size()), NodeId{});
    for (std::uint32_t id = 0; id < nodes_.size(); ++id) table_[slot_of(nodes_[id])] = NodeId{id};
}

}  // namespace kohort::model
