#include "codegen/simplify.hpp"

#include "codegen/tape.hpp"

#include <cmath>
#include <cstddef>

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

/// Copies nodes from one graph to another, rewriting them on the way.
class Rewriter {
public:
    explicit Rewriter(const Graph& from)
        : from_(from),
          in_values_(from.size(), false),
          needed_(from.size(), false),
          divisions_(from.size(), 0),
          copy_(from.size()) {}

    /// root is a value of the model itself: every operation stays as the modeller wrote it.
    void need_value(NodeId root) { in_values_[root.value] = true; }
    /// root is a derivative, which no one reads but the solver.
    void need_derivative(NodeId root) { needed_[root.value] = true; }

    /// Arguments precede users, so one backward loop finds what is needed and one forward loop copies.
    Graph rewrite() {
        for (std::size_t id = from_.size(); id-- > 0;) {
            needed_[id] = needed_[id] || in_values_[id];
            if (needed_[id]) need_arguments(id);
        }
        varies_ = classify(from_);
        for (std::size_t id = 0; id < from_.size(); ++id) {
            if (needed_[id]) copy_[id] = copy(id);
        }
        return std::move(to_);
    }

    [[nodiscard]] NodeId copied(NodeId id) const { return copy_[id.value]; }

private:
    void need_arguments(std::size_t id) {
        const Node& node = from_[NodeId{static_cast<std::uint32_t>(id)}];
        for (int place = 0; place < model::arity(node.op); ++place) {
            const std::uint32_t argument = node.arguments[static_cast<std::size_t>(place)].value;
            (in_values_[id] ? in_values_ : needed_)[argument] = true;
        }
        if (node.op == Op::divide && !in_values_[id]) ++divisions_[node.arguments[1].value];
    }

    /// A division costs as much as ten products. In derivatives, those by one thing share one reciprocal, and those by
    /// something per twin leave the time loop.
    [[nodiscard]] bool takes_reciprocal(std::size_t id, NodeId divisor) const {
        return !in_values_[id] && (divisions_[divisor.value] > 1 || varies_[divisor.value] != Varies::in_time);
    }

    NodeId copy(std::size_t id) {
        const Node& node = from_[NodeId{static_cast<std::uint32_t>(id)}];
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
    std::vector<bool> in_values_;           // (from.size()) needed for a value of the model
    std::vector<bool> needed_;              // (from.size()) needed at all
    std::vector<std::uint32_t> divisions_;  // (from.size()) by this node, in derivatives
    std::vector<Varies> varies_;            // (from.size())
    std::vector<NodeId> copy_;              // (from.size())
    Graph to_;
};

/// Calls visit(id) for every node that is a value of the model.
template <class Visit>
void for_each_value(Program& program, Visit visit) {
    for (auto& state : program.model.states) {
        visit(state.rate);
        visit(state.initial);
    }
    for (auto& observable : program.model.observables) visit(observable.value);
    for (auto& event : program.model.events) {
        visit(event.condition);
        for (auto* node : {&event.delay, &event.priority}) {
            if (node->valid()) visit(*node);
        }
        for (auto& assignment : event.assignments) {
            visit(assignment.value);
            if (assignment.factor.valid()) visit(assignment.factor);
        }
    }
    for (auto* list : {&program.rates, &program.initial, &program.observables, &program.roots}) {
        for (auto& id : *list) visit(id);
    }
}

/// Calls visit(id) for every node that is a derivative.
template <class Visit>
void for_each_derivative(Program& program, Visit visit) {
    for (auto& entry : program.jacobian) visit(entry.value);
    for (auto* list : {&program.time_derivative, &program.observable_rates}) {
        for (auto& id : *list) visit(id);
    }
}

}  // namespace

Program simplify(Program program) {
    Rewriter rewriter(program.model.graph);
    for_each_value(program, [&](NodeId id) { rewriter.need_value(id); });
    for_each_derivative(program, [&](NodeId id) { rewriter.need_derivative(id); });
    Graph graph = rewriter.rewrite();
    for_each_value(program, [&](NodeId& id) { id = rewriter.copied(id); });
    for_each_derivative(program, [&](NodeId& id) { id = rewriter.copied(id); });
    program.model.graph = std::move(graph);
    return program;
}

}  // namespace kohort::codegen
