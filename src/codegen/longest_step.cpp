#include "codegen/longest_step.hpp"

#include "model/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace kohort::codegen {
namespace {

using model::Node;
using model::NodeId;
using model::Op;

constexpr double steps_per_period = 8.0;

std::vector<NodeId> nodes_in_time(const Program& program) {
    std::vector<NodeId> roots = program.rates;
    roots.insert(roots.end(), program.observables.begin(), program.observables.end());
    for (const model::Event& event : program.model.events) roots.push_back(event.condition);
    return model::needed_for(program.model.graph, roots);
}

bool turns(Op op) { return op == Op::sin || op == Op::cos || op == Op::tan; }
bool rounds(Op op) { return op == Op::floor || op == Op::ceil || op == Op::round || op == Op::trunc; }
bool is_periodic(Op op) { return op == Op::fmod || turns(op) || rounds(op); }

/// How much the first argument of a periodic function changes in one period.
double period_of(const Node& node, const model::Graph& graph, const model::Leaves& leaves) {
    if (turns(node.op)) return 2.0 * std::numbers::pi;
    return rounds(node.op) ? 1.0 : std::abs(model::evaluate(graph, node.arguments[1], leaves));
}

}  // namespace

double longest_step(const Program& program) {
    const model::Graph& graph = program.model.graph;
    std::vector<double> parameters;
    for (const model::Parameter& parameter : program.model.parameters) parameters.push_back(parameter.value);
    std::vector<double> inputs;
    for (const model::Input& input : program.model.inputs) inputs.push_back(input.default_value.value_or(0.0));
    const auto at = [&](double time) {
        return model::Leaves{.time = time, .states = {}, .parameters = parameters, .inputs = inputs};
    };
    double longest = 0.0;
    for (const NodeId id : nodes_in_time(program)) {
        const Node& node = graph[id];
        const bool of_time_alone = model::depends_on(graph, id, Op::time) && !model::depends_on(graph, id, Op::state);
        if (!is_periodic(node.op) || !of_time_alone) continue;
        const NodeId phase = node.arguments[0];
        const double pace = std::abs(model::evaluate(graph, phase, at(1.0)) - model::evaluate(graph, phase, at(0.0)));
        const double step = period_of(node, graph, at(0.0)) / (steps_per_period * pace);
        if (!(step > 0.0) || !std::isfinite(step)) continue;
        longest = longest == 0.0 ? step : std::min(longest, step);
    }
    return longest;
}

}  // namespace kohort::codegen
