#include "codegen/simplify.hpp"

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

NodeId reciprocal(Graph& graph, NodeId x) {
    return graph.make(Op::divide, graph.constant(1.0), x);
}

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

/// Copies nodes from one graph to another on demand, rewriting them on the way.
class Rewriter {
public:
    explicit Rewriter(const Graph& from) : from_(from), needed_(from.size(), false), copy_(from.size()) {}

    void need(NodeId id) { needed_[id.value] = true; }

    /// Makes the new graph. Arguments precede users, so one backward loop finds what is needed and one forward loop copies.
    Graph rewrite() {
        for (std::size_t id = from_.size(); id-- > 0;) {
            const Node& node = from_[at(id)];
            for (int place = 0; needed_[id] && place < model::arity(node.op); ++place) {
                need(node.arguments[static_cast<std::size_t>(place)]);
            }
        }
        for (std::size_t id = 0; id < from_.size(); ++id) {
            if (needed_[id]) copy_[id] = copy(from_[at(id)]);
        }
        return std::move(to_);
    }

    [[nodiscard]] NodeId copied(NodeId id) const { return copy_[id.value]; }

private:
    static NodeId at(std::size_t id) { return NodeId{static_cast<std::uint32_t>(id)}; }

    NodeId copy(const Node& node) {
        if (node.op == Op::constant) return to_.constant(node.value);
        if (model::arity(node.op) == 0) return to_.leaf(node.op, node.index);
        std::array<NodeId, 3> arguments{};
        for (int place = 0; place < model::arity(node.op); ++place) {
            const auto argument = static_cast<std::size_t>(place);
            arguments[argument] = copy_[node.arguments[argument].value];
        }
        if (node.op == Op::power) return power(to_, arguments[0], arguments[1]);
        if (node.op == Op::divide) return quotient(to_, arguments[0], arguments[1]);
        return to_.make(node.op, arguments[0], arguments[1], arguments[2]);
    }

    const Graph& from_;
    std::vector<bool> needed_;
    std::vector<NodeId> copy_;
    Graph to_;
};

/// Calls visit(id) for every node that the program names.
template <class Visit>
void for_each_node(Program& program, Visit visit) {
    for (auto& state : program.model.states) {
        visit(state.rate);
        visit(state.initial);
    }
    for (auto& observable : program.model.observables) visit(observable.value);
    for (auto& event : program.model.events) {
        visit(event.condition);
        for (auto& assignment : event.assignments) visit(assignment.value);
    }
    for (auto& entry : program.jacobian) visit(entry.value);
    for (auto* list : {&program.rates, &program.time_derivative, &program.initial, &program.observables,
                       &program.observable_rates, &program.roots}) {
        for (auto& id : *list) visit(id);
    }
}

}  // namespace

Program simplify(Program program) {
    Rewriter rewriter(program.model.graph);
    for_each_node(program, [&](NodeId id) { rewriter.need(id); });
    Graph graph = rewriter.rewrite();
    for_each_node(program, [&](NodeId& id) { id = rewriter.copied(id); });
    program.model.graph = std::move(graph);
    return program;
}

}  // namespace kohort::codegen
