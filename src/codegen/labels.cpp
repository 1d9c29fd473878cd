#include "codegen/labels.hpp"

namespace kohort::codegen {
namespace {

Label label(Names& names, const std::string& prefix, const std::string& name, const std::string& unit) {
    return {names.unique(prefix, name), comment_text(unit.empty() ? name : name + " [" + unit + "]")};
}

}  // namespace

Labels make_labels(const Program& program, const ModelPlan& plan) {
    Names names;
    Labels labels;
    for (const auto& state : program.model.states) {
        labels.state.push_back(label(names, "y_", state.name, state.note.unit));
    }
    for (const auto& parameter : program.model.parameters) {
        labels.parameter.push_back(label(names, "p_", parameter.name, parameter.note.unit));
    }
    for (const auto& input : program.model.inputs) {
        labels.input.push_back(label(names, "u_", input.name, input.note.unit));
    }
    for (const LookedUp& lookup : program.lookups) {
        const model::State& state = program.model.states[static_cast<std::size_t>(lookup.rule.state)];
        const std::string what = lookup.rule.is_rate ? "past rate of " : "past of ";
        labels.input.push_back(label(names, "u_past_", what + state.name, lookup.rule.is_rate ? "" : state.note.unit));
    }
    for (const auto& observable : program.model.observables) {
        if (model::arity(program.model.graph[observable.value].op) == 0) continue;
        if (labels.variable.contains(observable.value.value)) continue;
        labels.variable[observable.value.value] = label(names, "v_", observable.name, observable.note.unit);
    }
    for (std::size_t slot = 0; slot < plan.hoist.outputs.size(); ++slot) {
        const model::NodeId node = plan.hoist.steps[plan.hoist.outputs[slot]].node;
        const auto variable = labels.variable.find(node.value);
        if (variable == labels.variable.end()) {
            labels.hoisted.push_back({names.unique("h_", std::to_string(slot)), ""});
        } else {
            const std::string name = variable->second.identifier.substr(2);
            labels.hoisted.push_back({names.unique("h_", name), variable->second.comment});
        }
    }
    for (std::size_t place = 0; place < plan.clock.outputs.size(); ++place)
        labels.hoisted.push_back({names.unique("h_clock_", std::to_string(place)), "of time alone"});
    for (std::size_t place = 0; place < plan.kept.jacobian.kept.size(); ++place)
        labels.hoisted.push_back({names.unique("h_kept_", std::to_string(place)), "left by the Jacobian"});
    return labels;
}

}  // namespace kohort::codegen
