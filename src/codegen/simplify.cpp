#include "codegen/simplify.hpp"

#include "codegen/tape.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace kohort::codegen {
namespace {

using model::Graph;
using model::Node;
using model::NodeId;
using model::Op;

constexpr double largest_unrolled_power = 8.0;

/// x^n by squaring, n >= 1: x^5 = (x^2)^2 * x. Powers of one x share their parts through the graph.
NodeId whole_power(Graph& graph, NodeId x, int n) {
    if (n == 1) return x;
    const NodeId half = whole_power(graph, x, n / 2);
    const NodeId even = graph.make(Op::multiply, half, half);
    return n % 2 == 0 ? even : graph.make(Op::multiply, even, x);
}

NodeId reciprocal(Graph& graph, NodeId x) { return graph.make(Op::divide, graph.constant(1.0), x); }

NodeId power(Graph& graph, NodeId base, NodeId exponent) {
    const Node& node = graph[exponent];
    if (node.op == Op::constant) {
        const double n = node.value;
        if (n == 0.5) return graph.make(Op::sqrt, base);
        if (n == -0.5) return reciprocal(graph, graph.make(Op::sqrt, base));
        if (n != 0.0 && std::abs(n) <= largest_unrolled_power && std::trunc(n) == n) {
            const NodeId product = whole_power(graph, base, static_cast<int>(std::abs(n)));
            return n > 0.0 ? product : reciprocal(graph, product);
        }
    }
    return graph.make(Op::power, base, exponent);
}

bool is_power_of_two(double value) {
    int exponent = 0;
    return std::isfinite(value) && std::isnormal(1.0 / value) && std::abs(std::frexp(value, &exponent)) == 0.5;
}

NodeId quotient(Graph& graph, NodeId numerator, NodeId denominator) {
    const Node& node = graph[denominator];
    if (node.op == Op::constant && is_power_of_two(node.value)) {
        return graph.make(Op::multiply, numerator, graph.constant(1.0 / node.value));
    }
    return graph.make(Op::divide, numerator, denominator);
}

/// How exactly a node must be what the modeller wrote. A node that serves several is as exact as the most exact of them.
enum class Use : std::uint8_t {
    none,
    solved,   // rates, observables and derivatives: a last bit is far below what the solver tolerates
    decided,  // initial values, conditions and assignments: every operation stays, since equality may hang on a last bit
};

/// Copies nodes from one graph to another, rewriting them on the way.
class Rewriter {
public:
    explicit Rewriter(const Graph& from)
        : from_(from),
          use_(from.size(), Use::none),
          divisions_(from.size(), 0),
          place_(from.size(), nowhere),
          copy_(from.size()) {}

    /// Value number `place` of the past: no operation any more, but a leaf.
    void look_up(NodeId value, std::uint32_t place) { place_[value.value] = place; }
    void need(NodeId root, Use use) { use_[root.value] = std::max(use_[root.value], use); }

    /// Arguments precede users, so one backward loop finds what is needed and one forward loop copies.
    Graph rewrite() {
        for (std::size_t id = from_.size(); id-- > 0;) {
            if (use_[id] != Use::none) need_arguments(id);
        }
        varies_ = classify(from_);
        for (std::size_t id = 0; id < from_.size(); ++id) {
            if (use_[id] != Use::none) copy_[id] = copy(id);
        }
        return std::move(to_);
    }

    [[nodiscard]] NodeId copied(NodeId id) const { return copy_[id.value]; }

private:
    static constexpr std::uint32_t nowhere = 0xffffffffU;

    void need_arguments(std::size_t id) {
        const Node& node = from_[NodeId{static_cast<std::uint32_t>(id)}];
        if (place_[id] != nowhere) return;
        for (int place = 0; place < model::arity(node.op); ++place) {
            need(node.arguments[static_cast<std::size_t>(place)], use_[id]);
        }
        if (node.op == Op::divide && use_[id] == Use::solved) ++divisions_[node.arguments[1].value];
    }

    /// A division costs as much as ten products. Those by one thing share one reciprocal, and those by something per twin
    /// leave the time loop.
    [[nodiscard]] bool takes_reciprocal(std::size_t id, NodeId divisor) const {
        const Node& by = from_[divisor];
        if (by.op == Op::constant && !std::isnormal(1.0 / by.value)) return false;
        return use_[id] == Use::solved && varies_[id] == Varies::in_time &&
               (divisions_[divisor.value] > 1 || varies_[divisor.value] != Varies::in_time);
    }

    NodeId copy(std::size_t id) {
        const Node& node = from_[NodeId{static_cast<std::uint32_t>(id)}];
        if (place_[id] != nowhere) return to_.leaf(Op::looked_up, place_[id]);
        if (node.op == Op::constant) return to_.constant(node.value);
        if (model::arity(node.op) == 0) return to_.leaf(node.op, node.index);
        std::array<NodeId, 3> arguments{};
        for (int place = 0; place < model::arity(node.op); ++place) {
            const auto argument = static_cast<std::size_t>(place);
            arguments[argument] = copy_[node.arguments[argument].value];
        }
        const auto [a, b, c] = arguments;
        if (node.op == Op::power) return power(to_, a, b);
        if (node.op != Op::divide) return to_.make(node.op, a, b, c);
        if (takes_reciprocal(id, node.arguments[1])) return to_.make(Op::multiply, a, reciprocal(to_, b));
        return quotient(to_, a, b);
    }

    const Graph& from_;
    std::vector<Use> use_;                  // (from.size())
    std::vector<std::uint32_t> divisions_;  // (from.size()) by this node, where a last bit does not matter
    std::vector<std::uint32_t> place_;      // (from.size()) behind the inputs, or nowhere
    std::vector<Varies> varies_;            // (from.size())
    std::vector<NodeId> copy_;              // (from.size())
    Graph to_;
};

/// Calls visit(id, use) for every node that the program names.
template <class Visit>
void for_each_root(Program& program, Visit visit) {
    for (auto& state : program.model.states) {
        visit(state.rate, Use::solved);
        visit(state.initial, Use::decided);
    }
    for (auto& observable : program.model.observables) visit(observable.value, Use::solved);
    for (auto& event : program.model.events) {
        visit(event.condition, Use::decided);
        for (auto* node : {&event.delay, &event.priority}) {
            if (node->valid()) visit(*node, Use::decided);
        }
        for (auto& assignment : event.assignments) {
            visit(assignment.value, Use::decided);
            if (assignment.factor.valid()) visit(assignment.factor, Use::decided);
        }
    }
    for (auto* list : {&program.initial, &program.roots}) {
        for (auto& id : *list) visit(id, Use::decided);
    }
    for (auto& lookup : program.lookups) {
        visit(lookup.value, Use::decided);
        visit(lookup.delay, Use::decided);
    }
    for (auto* list : {&program.rates, &program.observables, &program.time_derivative, &program.observable_rates}) {
        for (auto& id : *list) visit(id, Use::solved);
    }
    for (auto* entries : {&program.jacobian, &program.free_jacobian}) {
        for (auto& entry : *entries) visit(entry.value, Use::solved);
    }
}

}  // namespace

Program simplify(Program program) {
    Rewriter rewriter(program.model.graph);
    auto place = static_cast<std::uint32_t>(program.model.inputs.size());
    for (const LookedUp& lookup : program.lookups) rewriter.look_up(lookup.value, place++);
    for_each_root(program, [&](NodeId id, Use use) { rewriter.need(id, use); });
    Graph graph = rewriter.rewrite();
    for_each_root(program, [&](NodeId& id, Use) { id = rewriter.copied(id); });
    program.model.graph = std::move(graph);
    return program;
}

}  // namespace kohort::codegen
