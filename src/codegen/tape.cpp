#include "codegen/tape.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <optional>

namespace kohort::codegen {
namespace {

using model::Graph;
using model::Node;
using model::NodeId;
using model::Op;

/// Calls leave(node) for everything that outputs need, arguments first, in the order of outputs.
/// arguments_of(node) says which nodes come first; no recursion, because expressions can be very deep.
template <class ArgumentsOf, class Leave>
void visit_depth_first(const Graph& graph, std::span<const NodeId> outputs, ArgumentsOf arguments_of, Leave leave) {
    struct Visit {
        NodeId node;
        bool entered;
    };
    std::vector<bool> seen(graph.size(), false);
    std::vector<Visit> stack;
    for (const NodeId output : outputs) {
        stack.push_back({output, false});
        while (!stack.empty()) {
            Visit& top = stack.back();
            if (top.entered) {
                const NodeId node = top.node;
                stack.pop_back();
                leave(node);
                continue;
            }
            if (seen[top.node.value]) {
                stack.pop_back();
                continue;
            }
            seen[top.node.value] = true;
            top.entered = true;
            const auto arguments = arguments_of(top.node);
            for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument) {
                if (argument->valid() && !seen[argument->value]) stack.push_back({*argument, false});
            }
        }
    }
}

bool is_hoisted(const Hoisting* hoisting, NodeId node) {
    return hoisting != nullptr && hoisting->slot[node.value] != no_position;
}

/// The arguments of a node; none of a leaf, nor of what is loaded.
std::array<NodeId, 3> arguments_of(const Graph& graph, const Hoisting* hoisting, NodeId id) {
    std::array<NodeId, 3> arguments{};
    if (!is_hoisted(hoisting, id))
        std::copy_n(graph[id].arguments.begin(), model::arity(graph[id].op), arguments.begin());
    return arguments;
}

/// What a tape does for one node of the graph: an operation of its arguments, some of them negated.
struct Work {
    Op op = Op::constant;
    std::array<NodeId, 3> arguments{};
    std::array<bool, 3> negated{};
};

class TapeMaker {
public:
    TapeMaker(const Graph& graph, const Hoisting* hoisting, const std::vector<std::uint32_t>& uses)
        : graph_(graph),
          hoisting_(hoisting),
          uses_(uses),
          position_(graph.size(), no_position),
          negation_(graph.size(), no_position) {}

    Tape make(std::span<const NodeId> outputs) {
        std::vector<NodeId> wanted = calls_among(outputs);
        wanted.insert(wanted.end(), outputs.begin(), outputs.end());
        visit_depth_first(
            graph_, wanted, [this](NodeId node) { return work_for(node).arguments; },
            [this](NodeId node) { position_[node.value] = emit(node); });
        for (const NodeId output : outputs) tape_.outputs.push_back(position_[output.value]);
        return std::move(tape_);
    }

private:
    [[nodiscard]] bool is_hoisted(NodeId node) const { return kohort::codegen::is_hoisted(hoisting_, node); }

    /// What outputs need of functions that become calls, arguments first.
    [[nodiscard]] std::vector<NodeId> calls_among(std::span<const NodeId> outputs) const {
        std::vector<NodeId> calls;
        visit_depth_first(
            graph_, outputs, [this](NodeId node) { return arguments_of(graph_, hoisting_, node); },
            [&](NodeId node) {
                if (!is_hoisted(node) && is_call(graph_[node].op)) calls.push_back(node);
            });
        return calls;
    }

    /// The factors of node if it is a product, or a negated product, with a single user.
    [[nodiscard]] std::optional<Work> product(NodeId id, bool negated) const {
        if (uses_[id.value] != 1 || is_hoisted(id)) return std::nullopt;
        const Node& node = graph_[id];
        if (node.op == Op::negate) return product(node.arguments[0], !negated);
        if (node.op != Op::multiply) return std::nullopt;
        return Work{.op = Op::fma,
                    .arguments = {node.arguments[0], node.arguments[1], NodeId{}},
                    .negated = {negated, false, false}};
    }

    [[nodiscard]] Work work_for(NodeId id) const {
        const Work plain{.op = graph_[id].op, .arguments = arguments_of(graph_, hoisting_, id), .negated = {}};
        if (is_hoisted(id) || (plain.op != Op::add && plain.op != Op::subtract)) return plain;
        const auto [left, right, unused] = plain.arguments;
        const bool subtract = plain.op == Op::subtract;
        if (auto fused = product(left, false)) {
            fused->arguments[2] = right;
            fused->negated[2] = subtract;
            return *fused;
        }
        if (auto fused = product(right, subtract)) {
            fused->arguments[2] = left;
            return *fused;
        }
        return plain;
    }

    std::uint32_t push(const Step& step) {
        tape_.steps.push_back(step);
        return static_cast<std::uint32_t>(tape_.steps.size() - 1);
    }

    /// The position of -node, which for a constant is a constant.
    std::uint32_t negated(NodeId id) {
        std::uint32_t& place = negation_[id.value];
        if (place != no_position) return place;
        const Node& node = graph_[id];
        if (node.op == Op::constant) {
            place = push({.kind = Step::Kind::constant, .value = -node.value, .node = {}});
        } else {
            place = push({.op = Op::negate, .arguments = {position_[id.value], no_position, no_position}, .node = {}});
        }
        return place;
    }

    std::uint32_t emit(NodeId id) {
        const Node& node = graph_[id];
        if (is_hoisted(id)) return push({.kind = Step::Kind::hoisted, .index = hoisting_->slot[id.value], .node = id});
        switch (node.op) {
            case Op::constant: return push({.kind = Step::Kind::constant, .value = node.value, .node = id});
            case Op::time: return push({.kind = Step::Kind::time, .node = id});
            case Op::state: return push({.kind = Step::Kind::state, .index = node.index, .node = id});
            case Op::parameter: return push({.kind = Step::Kind::parameter, .index = node.index, .node = id});
            case Op::input:
            case Op::looked_up: return push({.kind = Step::Kind::input, .index = node.index, .node = id});
            case Op::delayed:
            case Op::delayed_rate: check_failed("what is needed of the past is looked up");
            default: break;
        }
        const Work work = work_for(id);
        Step step{.op = work.op, .node = id};
        for (std::size_t place = 0; place < 3; ++place) {
            const NodeId argument = work.arguments[place];
            if (!argument.valid()) continue;
            step.arguments[place] = work.negated[place] ? negated(argument) : position_[argument.value];
        }
        return push(step);
    }

    const Graph& graph_;
    const Hoisting* hoisting_;
    const std::vector<std::uint32_t>& uses_;
    std::vector<std::uint32_t> position_;  // (graph.size()) on the tape
    std::vector<std::uint32_t> negation_;  // (graph.size()) position of the negation
    Tape tape_;
};

}  // namespace

bool is_call(Op op) {
    switch (op) {
        case Op::sqrt:
        case Op::abs:
        case Op::sign:
        case Op::min:
        case Op::max: return false;
        default: return op == Op::power || (op >= Op::exp && op <= Op::hypot);
    }
}

std::vector<Varies> classify(const Graph& graph) {
    std::vector<Varies> varies(graph.size(), Varies::never);
    for (std::uint32_t id = 0; id < graph.size(); ++id) {
        const Node& node = graph[NodeId{id}];
        switch (node.op) {
            case Op::constant: break;
            case Op::time:
            case Op::looked_up:
            case Op::state: varies[id] = Varies::in_time; break;
            case Op::parameter:
            case Op::input: varies[id] = Varies::per_twin; break;
            default:
                for (int place = 0; place < model::arity(node.op); ++place) {
                    const NodeId argument = node.arguments[static_cast<std::size_t>(place)];
                    varies[id] = std::max(varies[id], varies[argument.value]);
                }
        }
    }
    return varies;
}

Hoisting hoist(const Graph& graph, std::span<const NodeId> outputs) {
    const auto varies = classify(graph);
    const auto worth_hoisting = [&](NodeId id) {
        const Node& node = graph[id];
        if (varies[id.value] != Varies::per_twin || model::arity(node.op) == 0) return false;
        return node.op != Op::negate || model::arity(graph[node.arguments[0]].op) != 0;
    };
    Hoisting hoisting{.nodes = {}, .slot = std::vector<std::uint32_t>(graph.size(), no_position)};
    visit_depth_first(
        graph, outputs, [&](NodeId id) { return worth_hoisting(id) ? std::array<NodeId, 3>{} : graph[id].arguments; },
        [&](NodeId id) {
            if (worth_hoisting(id)) hoisting.nodes.push_back(id);
        });
    std::sort(hoisting.nodes.begin(), hoisting.nodes.end());
    for (std::uint32_t slot = 0; slot < hoisting.nodes.size(); ++slot) {
        hoisting.slot[hoisting.nodes[slot].value] = slot;
    }
    return hoisting;
}

std::vector<std::uint32_t> count_uses(const Graph& graph, std::span<const NodeId> outputs, const Hoisting* hoisting) {
    std::vector<std::uint32_t> uses(graph.size(), 0);
    for (const NodeId output : outputs) ++uses[output.value];
    const auto arguments = [&](NodeId node) { return arguments_of(graph, hoisting, node); };
    visit_depth_first(graph, outputs, arguments, [&](NodeId node) {
        for (const NodeId argument : arguments(node)) {
            if (argument.valid()) ++uses[argument.value];
        }
    });
    return uses;
}

Tape make_tape(const Graph& graph, std::span<const NodeId> outputs, const Hoisting* hoisting,
               const std::vector<std::uint32_t>& uses) {
    return TapeMaker(graph, hoisting, uses).make(outputs);
}

}  // namespace kohort::codegen
