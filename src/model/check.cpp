#include "model/check.hpp"

#include "model/differentiate.hpp"
#include "model/evaluate.hpp"
#include "model/tokens.hpp"

#include <cmath>
#include <cstdint>
#include <span>

namespace kohort::model {

namespace {

void refuse_if_not_finite_constant(const Graph& graph, NodeId id, const State& state, const std::string& what) {
    const Node& node = graph[id];
    if (node.op != Op::constant || std::isfinite(node.value)) return;
    throw InputError(state.place, "the " + what + " of state `" + state.name + "` is not a finite number",
                     "is something divided by zero, or the logarithm of zero?");
}

void check_parts(const Model& model) {
    if (model.states.empty() && model.observables.empty())
        throw InputError({model.sources.empty() ? model.name : model.sources.front(), 0, 0},
                         "the model has neither states nor outputs", "add a STATES or an OUTPUTS section");
    for (const Parameter& parameter : model.parameters) {
        if (std::isinf(parameter.value))
            throw InputError(parameter.place, "parameter `" + parameter.name + "` is not finite", "give it a number");
    }
    for (const Input& input : model.inputs) {
        if (!std::isfinite(input.default_value.value_or(0.0)))
            throw InputError(input.place, "the default of input `" + input.name + "` is not finite",
                             "give it a number, or no default");
    }
    for (const State& state : model.states) {
        if (!state.rate.valid())
            throw InputError(state.place, "state `" + state.name + "` has no rate", "add its rate");
        if (!state.initial.valid())
            throw InputError(state.place, "state `" + state.name + "` has no initial value", "add its initial value");
        refuse_if_not_finite_constant(model.graph, state.rate, state, "rate");
        refuse_if_not_finite_constant(model.graph, state.initial, state, "initial value");
    }
}

std::vector<NodeId> rates_and_initials(const Model& model) {
    std::vector<NodeId> roots;
    for (const State& state : model.states) roots.insert(roots.end(), {state.rate, state.initial});
    return roots;
}

// By node: is it needed for anything that matters, variables left out?
std::vector<bool> nodes_in_use(const Model& model) {
    std::vector<NodeId> roots = rates_and_initials(model);
    for (const Event& event : model.events) {
        const std::vector<NodeId> nodes = nodes_of(event);
        roots.insert(roots.end(), nodes.begin(), nodes.end());
    }
    for (const Observable& observable : model.observables) {
        if (observable.kind != Observable::Kind::variable) roots.push_back(observable.value);
    }
    std::vector<bool> in_use(model.graph.size(), false);
    for (const NodeId id : needed_for(model.graph, roots)) in_use[id.value] = true;
    return in_use;
}

void warn_of_unused(const Model& model, std::vector<std::string>& warnings) {
    const std::vector<bool> in_use = nodes_in_use(model);
    std::vector<bool> parameter_used(model.parameters.size(), false);
    std::vector<bool> input_used(model.inputs.size(), false);
    for (std::uint32_t node = 0; node < model.graph.size(); ++node) {
        const Node& leaf = model.graph[NodeId{node}];
        if (in_use[node] && leaf.op == Op::parameter) parameter_used[leaf.index] = true;
        if (in_use[node] && leaf.op == Op::input) input_used[leaf.index] = true;
    }
    for (const Event& event : model.events) {
        for (const Assignment& assignment : event.assignments) {
            if (assignment.target == Assignment::Target::parameter) parameter_used[assignment.index] = true;
        }
    }
    const auto warn = [&](const Place& place, const std::string& what, const std::string& name) {
        warnings.push_back(to_string(place) + ": " + what + " `" + name + "` is not used");
    };
    for (std::size_t index = 0; index < model.parameters.size(); ++index) {
        if (!parameter_used[index]) warn(model.parameters[index].place, "parameter", model.parameters[index].name);
    }
    for (std::size_t index = 0; index < model.inputs.size(); ++index) {
        if (!input_used[index]) warn(model.inputs[index].place, "input", model.inputs[index].name);
    }
    for (const Observable& observable : model.observables) {
        const bool unused = observable.kind == Observable::Kind::variable && !in_use[observable.value.value];
        const bool is_written = is_name(observable.name);  // not `amount(x)`, which the SBML reader adds
        if (unused && is_written) warn(observable.place, "variable", observable.name);
    }
}

// x == 5 may be stepped over; time == 5 is met exactly.
void warn_of_equalities(const Model& model, std::vector<std::string>& warnings) {
    for (const Event& event : model.events) {
        for (const NodeId id : needed_for(model.graph, std::span(&event.condition, 1))) {
            const Op op = model.graph[id].op;
            if ((op != Op::equal && op != Op::not_equal) || !depends_on(model.graph, id, Op::state)) continue;
            warnings.push_back(to_string(event.place) + ": event `" + event.name +
                               "` compares a changing value with == or !=, which may be stepped over; use < or >");
        }
    }
}

}  // namespace

bool is_left_open(const Parameter& parameter) { return std::isnan(parameter.value); }

std::vector<NodeId> nodes_of(const Event& event) {
    std::vector<NodeId> nodes{event.condition};
    for (const NodeId node : {event.delay, event.priority}) {
        if (node.valid()) nodes.push_back(node);
    }
    for (const Assignment& assignment : event.assignments) {
        nodes.push_back(assignment.value);
        if (assignment.factor.valid()) nodes.push_back(assignment.factor);
    }
    return nodes;
}

std::vector<std::string> check(const Model& model) {
    check_parts(model);
    std::vector<std::string> warnings;
    warn_of_unused(model, warnings);
    warn_of_equalities(model, warnings);
    return warnings;
}

ModelSummary summarise(const Model& model) {
    ModelSummary summary{.name = model.name, .time_unit = model.time_unit};
    summary.states = model.states.size();
    summary.parameters = model.parameters.size();
    summary.inputs = model.inputs.size();
    summary.events = model.events.size();
    for (const Input& input : model.inputs) summary.mandatory_inputs += input.default_value ? 0U : 1U;
    for (const Observable& observable : model.observables) {
        switch (observable.kind) {
            case Observable::Kind::variable: ++summary.variables; break;
            case Observable::Kind::output: ++summary.outputs; break;
            case Observable::Kind::feature: ++summary.features; break;
        }
    }
    std::vector<NodeId> rates;
    for (const State& state : model.states) rates.push_back(state.rate);
    for (const NodeId id : needed_for(model.graph, rates))
        summary.operations += arity(model.graph[id].op) > 0 ? 1U : 0U;
    Graph graph = model.graph;
    for (const auto& row : jacobian(graph, rates, Op::state)) summary.jacobian_entries += row.size();
    return summary;
}

}  // namespace kohort::model
