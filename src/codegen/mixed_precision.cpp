#include "codegen/mixed_precision.hpp"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstdint>

namespace kohort::codegen {
namespace {

using model::Graph;
using model::Node;
using model::NodeId;
using model::Op;

/// What decides a node, and whether it grows with time without bound, so that differences of such nodes lose digits.
struct Trait {
    bool of_time = false;
    bool of_state = false;
    bool grows = false;
    [[nodiscard]] bool is_clock() const { return of_time && !of_state; }
};

/// Whether a function of something that grows with time may do so too.
bool keeps_growing(Op op) {
    switch (op) {
        case Op::sin:
        case Op::cos:
        case Op::tanh:
        case Op::atan:
        case Op::erf:
        case Op::erfc:
        case Op::sign:
        case Op::fmod:
        case Op::logical_not: return false;
        default: return op < Op::less || op > Op::logical_or;
    }
}

Trait trait_of(const Node& node, const std::vector<Trait>& known) {
    if (node.op == Op::time) return {.of_time = true, .grows = true};
    if (node.op == Op::state || node.op == Op::looked_up) return {.of_state = true};
    Trait trait;
    for (std::size_t place = 0; place < static_cast<std::size_t>(model::arity(node.op)); ++place) {
        const Trait& of = known[node.arguments[place].value];
        trait.of_time |= of.of_time;
        trait.of_state |= of.of_state;
        trait.grows |= of.grows && keeps_growing(node.op);
    }
    return trait;
}

std::vector<Trait> traits_of(const Graph& graph) {
    std::vector<Trait> traits(graph.size());
    for (std::uint32_t id = 0; id < graph.size(); ++id) traits[id] = trait_of(graph[NodeId{id}], traits);
    return traits;
}

std::vector<NodeId> outputs_of_stages(const Program& program) {
    std::vector<NodeId> outputs = program.rates;
    for (const JacobianEntry& entry : program.jacobian) outputs.push_back(entry.value);
    outputs.insert(outputs.end(), program.time_derivative.begin(), program.time_derivative.end());
    return outputs;
}

/// Calls visit(id) once for each node that outputs need, down to those of time alone.
template <class Visit>
void for_each_of_stages(const Program& program, const std::vector<Trait>& traits, Visit visit) {
    const Graph& graph = program.model.graph;
    std::vector<bool> seen(graph.size(), false);
    std::vector<NodeId> stack = outputs_of_stages(program);
    while (!stack.empty()) {
        const NodeId id = stack.back();
        stack.pop_back();
        if (seen[id.value]) continue;
        seen[id.value] = true;
        visit(id);
        if (traits[id.value].is_clock()) continue;
        for (std::size_t place = 0; place < static_cast<std::size_t>(model::arity(graph[id].op)); ++place)
            stack.push_back(graph[id].arguments[place]);
    }
}

bool is_outside_floats(double value) {
    const double size = std::abs(value);
    return std::isfinite(value) && size != 0.0 && (size > FLT_MAX || size < FLT_MIN);
}

/// Products keep what is lost in rounding a time as small as it is; sums and comparisons do not.
bool loses_time(const Node& node, const std::vector<Trait>& traits) {
    if (node.op == Op::multiply || node.op == Op::divide || node.op == Op::power) return false;
    for (std::size_t place = 0; place < static_cast<std::size_t>(model::arity(node.op)); ++place) {
        const Trait& of = traits[node.arguments[place].value];
        if (of.is_clock() && of.grows) return true;
    }
    return false;
}

}  // namespace

std::vector<NodeId> clock_of(const Program& program) {
    const auto traits = traits_of(program.model.graph);
    std::vector<NodeId> clock;
    for_each_of_stages(program, traits, [&](NodeId id) {
        if (traits[id.value].is_clock()) clock.push_back(id);
    });
    std::sort(clock.begin(), clock.end());
    return clock;
}

std::optional<std::string> why_not_mixed(const Program& program) {
    if (program.n_massless > 0) return "the model has algebraic equations";
    if (program.n_fast > 0) return "the model has fast reactions that are at equilibrium";
    if (!program.lookups.empty()) return "the model looks back in time (delays)";
    const Graph& graph = program.model.graph;
    const auto traits = traits_of(graph);
    std::optional<std::string> reason;
    for_each_of_stages(program, traits, [&](NodeId id) {
        const Node& node = graph[id];
        if (node.op == Op::constant && is_outside_floats(node.value))
            reason =
                "a number in the rates or their derivatives is beyond the range of single precision, 1.2e-38 to 3.4e38";
        if (traits[id.value].of_state && loses_time(node, traits))
            reason =
                "rates add or compare time, or what grows with it, to what depends on states, and single precision has "
                "no room for times";
    });
    return reason;
}

}  // namespace kohort::codegen
