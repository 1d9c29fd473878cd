#include "codegen/kept_values.hpp"

#include <algorithm>

namespace kohort::codegen {
namespace {

using model::Graph;
using model::NodeId;
using model::Op;

/// Whether it takes longer to compute than to load.
bool is_costly(Op op) { return is_call(op) || op == Op::divide || op == Op::sqrt; }

bool is_operation(const Step& step) { return step.kind == Step::Kind::operation && step.node.valid(); }

/// (graph.size()) where a tape computes what is costly, or no_position.
std::vector<std::uint32_t> costly_positions(const Graph& graph, const Tape& tape) {
    std::vector<std::uint32_t> positions(graph.size(), no_position);
    for (std::uint32_t position = 0; position < tape.steps.size(); ++position) {
        const Step& step = tape.steps[position];
        if (is_operation(step) && is_costly(step.op)) positions[step.node.value] = position;
    }
    return positions;
}

/// Slots that a tape loads from first on are numbered anew, in the order in which it loads them. Returns what they hold.
std::vector<NodeId> renumber_slots(Tape& tape, std::uint32_t first) {
    std::vector<NodeId> loaded;
    for (Step& step : tape.steps) {
        if (step.kind != Step::Kind::hoisted || step.index < first) continue;
        step.index = first + static_cast<std::uint32_t>(loaded.size());
        loaded.push_back(step.node);
    }
    return loaded;
}

bool is_worth_it(const Graph& graph, const std::vector<NodeId>& kept, const Tape& rates) {
    const auto calls = std::ranges::count_if(kept, [&](NodeId node) { return is_call(graph[node].op); });
    const auto operations = std::ranges::count_if(rates.steps, is_operation);
    return calls > 0 && operations_of_call * static_cast<double>(calls) >= least_part_kept * static_cast<double>(operations);
}

}  // namespace

KeptValues plan_kept_values(const Graph& graph, const Tape& jacobian, const Tape& rates, std::span<const NodeId> rate_values,
                            Hoisting hoisting, std::uint32_t first_slot, const std::vector<std::uint32_t>& uses) {
    const auto in_jacobian = costly_positions(graph, jacobian);
    const auto in_rates = costly_positions(graph, rates);
    auto slot = first_slot;
    for (std::uint32_t id = 0; id < graph.size(); ++id) {
        if (in_jacobian[id] != no_position && in_rates[id] != no_position) hoisting.slot[id] = slot++;
    }
    KeptValues plan{.jacobian = {}, .rates = make_tape(graph, rate_values, &hoisting, uses)};
    const auto kept = renumber_slots(plan.rates, first_slot);  // not what only others among them need
    if (!is_worth_it(graph, kept, rates)) return {};
    plan.jacobian = jacobian;
    for (const NodeId node : kept) plan.jacobian.kept.push_back(in_jacobian[node.value]);
    return plan;
}

}  // namespace kohort::codegen
