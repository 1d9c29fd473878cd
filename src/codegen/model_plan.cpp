#include "codegen/model_plan.hpp"

#include "codegen/mixed_precision.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <utility>

namespace kohort::codegen {
namespace {

using model::NodeId;

std::vector<NodeId> values_of(const std::vector<JacobianEntry>& entries) {
    std::vector<NodeId> values;
    for (const JacobianEntry& entry : entries) values.push_back(entry.value);
    return values;
}

std::vector<NodeId> free_rates_of(const Program& program) {
    if (program.dependent.empty()) return {};
    return {program.rates.begin() + static_cast<std::ptrdiff_t>(program.dependent.size()), program.rates.end()};
}

std::vector<NodeId> event_conditions(const Program& program) {
    std::vector<NodeId> conditions;
    for (const model::Event& event : program.model.events) conditions.push_back(event.condition);
    return conditions;
}

/// A function by itself: nothing is hoisted, and nobody else's uses count.
Tape lone_tape(const model::Graph& graph, const std::vector<NodeId>& outputs) {
    return make_tape(graph, outputs, nullptr, count_uses(graph, outputs, nullptr));
}

std::vector<Tape> event_tapes(const Program& program) {
    std::vector<Tape> tapes;
    for (const model::Event& event : program.model.events) {
        std::vector<NodeId> values;
        for (const model::Assignment& assignment : event.assignments) values.push_back(assignment.value);
        tapes.push_back(lone_tape(program.model.graph, values));
    }
    return tapes;
}

/// The nodes among these that are there.
std::vector<NodeId> valid_ones(std::initializer_list<NodeId> nodes) {
    std::vector<NodeId> found;
    std::ranges::copy_if(nodes, std::back_inserter(found), &NodeId::valid);
    return found;
}

std::vector<TurnPlan> plan_turns(const Program& program) {
    std::vector<TurnPlan> plans;
    if (program.model.event_order == model::EventOrder::together) return plans;
    const model::Graph& graph = program.model.graph;
    for (const model::Event& event : program.model.events) {
        std::vector<NodeId> factors;
        for (const model::Assignment& assignment : event.assignments) {
            if (assignment.factor.valid()) factors.push_back(assignment.factor);
        }
        plans.push_back({.rule = {.true_before_start = event.true_before_start,
                                  .persistent = event.persistent,
                                  .values_at_trigger = event.values_at_trigger,
                                  .has_delay = event.delay.valid(),
                                  .has_priority = event.priority.valid()},
                         .delay = lone_tape(graph, valid_ones({event.delay})),
                         .priority = lone_tape(graph, valid_ones({event.priority})),
                         .factors = lone_tape(graph, factors)});
    }
    return plans;
}

/// An event can fire again at one time while it waits for its turn; that events do so often is a loop.
int places_for_pending(const ModelPlan& plan) {
    const bool delays = std::ranges::any_of(plan.turn, [](const TurnPlan& turn) { return turn.rule.has_delay; });
    return 2 * static_cast<int>(plan.turn.size()) + (delays ? most_delayed : 0);
}

int most_values(const Program& program) {
    std::size_t most = 0;
    for (const model::Event& event : program.model.events) most = std::max(most, event.assignments.size());
    return static_cast<int>(most);
}

/// The states that a tape reads and that are not among states yet, added to it.
void add_states_of(const Tape& tape, std::vector<int>& states) {
    for (const Step& step : tape.steps) {
        const auto state = static_cast<int>(step.index);
        if (step.kind == Step::Kind::state && !std::ranges::count(states, state)) states.push_back(state);
    }
}

ReadValues values_read_by(std::initializer_list<const Tape*> functions) {
    ReadValues read;
    for (const Tape* function : functions) {
        for (const Step& step : function->steps) {
            const auto index = static_cast<int>(step.index);
            if (step.kind == Step::Kind::parameter) read.parameters.push_back(index);
            if (step.kind == Step::Kind::input) read.inputs.push_back(index);
            if (step.kind == Step::Kind::hoisted) read.hoisted.push_back(index);
        }
    }
    for (auto* list : {&read.parameters, &read.inputs, &read.hoisted}) {
        std::ranges::sort(*list);
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    return read;
}

LuPlan plan_lu_of(const Program& program) {
    const bool whole = program.dependent.empty();
    std::vector<MatrixEntry> entries;
    for (const JacobianEntry& entry : whole ? program.jacobian : program.free_jacobian)
        entries.push_back({entry.row, entry.column});
    return plan_lu(static_cast<std::uint32_t>(program.model.states.size()), entries, program.n_massless,
                   static_cast<std::uint32_t>(program.dependent.size()));
}

bool is_autonomous(const Program& program) {
    return std::all_of(program.time_derivative.begin(), program.time_derivative.end(),
                       [&](NodeId id) { return program.model.graph.is_constant(id, 0.0); });
}

/// How a node depends on states: not at all, as c + sum of c_i y_i with c_i that only parameters and inputs change, or otherwise.
enum class Degree : std::uint8_t { none, affine, other };

Degree degree_of(const model::Node& node, const std::vector<Degree>& known) {
    using model::Op;
    if (node.op == Op::state) return Degree::affine;
    if (node.op == Op::time || node.op == Op::looked_up) return Degree::other;
    std::array<Degree, 3> of{};
    for (std::size_t place = 0; place < static_cast<std::size_t>(model::arity(node.op)); ++place)
        of[place] = known[node.arguments[place].value];
    const auto [a, b, c] = of;
    switch (node.op) {
        case Op::add:
        case Op::subtract:
        case Op::negate: return std::max(a, b);
        case Op::multiply: return std::min(a, b) == Degree::none ? std::max(a, b) : Degree::other;
        case Op::divide: return b == Degree::none ? a : Degree::other;
        case Op::select: return a == Degree::none ? std::max(b, c) : Degree::other;
        default: return std::max({a, b, c}) == Degree::none ? Degree::none : Degree::other;
    }
}

/// The same with every state solved for: what follows from floats would have their rounding.
Program solving_for_all(Program program) {
    program.dependent.clear();
    program.free_jacobian.clear();
    return program;
}

/// What time alone decides has the bits that it has in roots, so that a kink is where these say. hoisting and uses become those of
/// the functions of stages.
void keep_time_out_of_stages(const Program& program, Hoisting& hoisting, std::vector<std::uint32_t>& uses, ModelPlan& plan) {
    const auto& graph = program.model.graph;
    const auto clock = clock_of(program);
    plan.clock = make_tape(graph, clock, &hoisting, uses);
    auto slot = static_cast<std::uint32_t>(hoisting.nodes.size());
    for (const NodeId node : clock) hoisting.slot[node.value] = slot++;
    const auto jacobian = values_of(program.jacobian);
    std::vector<NodeId> outputs = program.rates;
    for (const auto* list : {&jacobian, &program.time_derivative})
        outputs.insert(outputs.end(), list->begin(), list->end());
    uses = count_uses(graph, outputs, &hoisting);
    plan.functions.rhs = make_tape(graph, program.rates, &hoisting, uses);
    plan.functions.jacobian = make_tape(graph, jacobian, &hoisting, uses);
    plan.functions.time_derivative = make_tape(graph, program.time_derivative, &hoisting, uses);
}

}  // namespace

bool is_affine(const Program& program) {
    if (program.n_massless + program.n_fast > 0 || !program.lookups.empty()) return false;
    const model::Graph& graph = program.model.graph;
    std::vector<Degree> degree(graph.size());
    for (std::uint32_t id = 0; id < graph.size(); ++id) degree[id] = degree_of(graph[NodeId{id}], degree);
    return std::ranges::all_of(program.rates, [&](NodeId rate) { return degree[rate.value] != Degree::other; });
}

ModelPlan plan_model(const Program& program, Precision precision) {
    if (precision == Precision::mixed && !program.dependent.empty())
        return plan_model(solving_for_all(program), precision);
    const auto& graph = program.model.graph;
    const auto jacobian = values_of(program.jacobian);
    const auto free_jacobian = values_of(program.free_jacobian);
    const auto conditions = event_conditions(program);

    std::vector<NodeId> in_time;
    for (const auto* list : {&program.rates, &jacobian, &free_jacobian, &program.time_derivative, &program.roots,
                             &conditions, &program.observables, &program.observable_rates}) {
        in_time.insert(in_time.end(), list->begin(), list->end());
    }
    for (const LookedUp& lookup : program.lookups) in_time.push_back(lookup.delay);
    const Hoisting hoisting = hoist(graph, in_time);
    const auto uses = count_uses(graph, in_time, &hoisting);
    const auto tape = [&](const std::vector<NodeId>& outputs) { return make_tape(graph, outputs, &hoisting, uses); };

    ModelPlan plan;
    const auto uses_of_hoisted = count_uses(graph, hoisting.nodes, nullptr);
    plan.hoist = make_tape(graph, hoisting.nodes, nullptr, uses_of_hoisted);
    plan.few_hoisted = plan_few_hoisted(program, hoisting, uses_of_hoisted);
    plan.initial = lone_tape(graph, program.initial);
    plan.functions = {.rhs = tape(program.rates),
                      .jacobian = tape(jacobian),
                      .free_rates = tape(free_rates_of(program)),
                      .free_jacobian = tape(free_jacobian),
                      .time_derivative = tape(program.time_derivative),
                      .roots = tape(program.roots),
                      .conditions = tape(conditions),
                      .observe = tape(program.observables),
                      .observe_rate = tape(program.observable_rates)};
    Hoisting of_stages = hoisting;
    std::vector<std::uint32_t> uses_of_stages = uses;
    if (precision == Precision::mixed) keep_time_out_of_stages(program, of_stages, uses_of_stages, plan);
    const PlannedFunctions& functions = plan.functions;
    const bool follows = !program.dependent.empty();
    plan.kept = plan_kept_values(
        graph, follows ? functions.free_jacobian : functions.jacobian, follows ? functions.free_rates : functions.rhs,
        follows ? free_rates_of(program) : program.rates, std::move(of_stages),
        static_cast<std::uint32_t>(hoisting.nodes.size() + plan.clock.outputs.size()), uses_of_stages);
    plan.fire = event_tapes(program);
    plan.turn = plan_turns(program);
    for (const LookedUp& lookup : program.lookups) {
        plan.lookups.push_back(lookup.rule);
        plan.delays.push_back(tape({lookup.delay}));
    }
    plan.dependent = program.dependent;
    plan.lu = plan_lu_of(program);
    plan.read_by_conditions = values_read_by({&plan.functions.roots, &plan.functions.conditions});
    add_states_of(plan.functions.observe, plan.inside);
    const std::size_t n_observed = plan.inside.size();
    for (const Tape* function : {&plan.functions.observe_rate, &plan.functions.conditions, &plan.functions.roots})
        add_states_of(*function, plan.inside);

    const auto count = [](const auto& list) { return static_cast<int>(list.size()); };
    plan.sizes = {
        .n_states = count(program.model.states),
        .n_dependent = count(program.dependent),
        .n_integrals = static_cast<int>(program.n_integrals),
        .n_parameters = count(program.model.parameters),
        .n_inputs = count(program.model.inputs),
        .n_hoisted = count(hoisting.nodes),
        .n_clock = count(plan.clock.outputs),
        .n_kept = count(plan.kept.jacobian.kept),
        .n_observables = count(program.observables),
        .n_roots = count(program.roots),
        .n_event_roots = static_cast<int>(program.n_event_roots),
        .n_observed_roots = static_cast<int>(program.n_observed_roots),
        .n_events = count(program.model.events),
        .n_pending = places_for_pending(plan),
        .n_event_values = plan.turn.empty() ? 0 : most_values(program),
        .n_jacobian = count(program.jacobian),
        .n_free_jacobian = count(program.free_jacobian),
        .n_lookups = count(program.lookups),
        .n_massless = static_cast<int>(program.n_massless),
        .n_fast = static_cast<int>(program.n_fast),
        .n_implicit_jacobian = static_cast<int>(std::ranges::count_if(
            program.jacobian, [&](const JacobianEntry& entry) { return entry.row < program.n_massless + program.n_fast; })),
        .n_inside = count(plan.inside),
        .n_observed = static_cast<int>(n_observed),
        .n_lu = count(plan.lu.entries),
        .instants_matter = program.instants_matter,
        .affine = is_affine(program),
        .autonomous = is_autonomous(program)};
    return plan;
}

}  // namespace kohort::codegen
