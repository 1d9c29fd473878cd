#include "codegen/program.hpp"

#include "base/errors.hpp"
#include "codegen/simplify.hpp"
#include "model/differentiate.hpp"
#include "model/evaluate.hpp"
#include "model/reorder.hpp"
#include "model/symbols.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace kohort::codegen {
namespace {

using model::Graph;
using model::Model;
using model::Node;
using model::NodeId;
using model::Op;

bool is_relation(Op op) { return op >= Op::less && op <= Op::not_equal; }
bool is_truth(Op op) {
    return is_relation(op) || op == Op::logical_and || op == Op::logical_or || op == Op::logical_not;
}
bool changes_by_steps(Op op) {
    return is_truth(op) || op == Op::sign || op == Op::floor || op == Op::ceil || op == Op::round || op == Op::trunc;
}

/// What each node of a graph depends on.
struct Dependence {
    std::vector<bool> on_time;       // (graph.size())
    std::vector<bool> on_state;      // (graph.size())
    std::vector<bool> continuously;  // (graph.size()) on a state whose rate is not 0, and not by steps
};

Dependence find_dependence(const Model& model) {
    const Graph& graph = model.graph;
    Dependence depends{std::vector<bool>(graph.size()), std::vector<bool>(graph.size()), std::vector<bool>(graph.size())};
    for (std::uint32_t id = 0; id < graph.size(); ++id) {
        const Node& node = graph[NodeId{id}];
        if (node.op == Op::time) depends.on_time[id] = true;
        if (node.op == Op::state) {
            depends.on_state[id] = true;
            const bool is_left = node.index < model.states.size();  // else a formula took its place, and nothing needs it
            depends.continuously[id] = is_left && !graph.is_constant(model.states[node.index].rate, 0.0);
        }
        for (int place = 0; place < model::arity(node.op); ++place) {
            const std::uint32_t argument = node.arguments[static_cast<std::size_t>(place)].value;
            const bool chooses = node.op == Op::select && place == 0;
            if (depends.on_time[argument]) depends.on_time[id] = true;
            if (depends.on_state[argument]) depends.on_state[id] = true;
            if (depends.continuously[argument] && !changes_by_steps(node.op) && !chooses) {
                depends.continuously[id] = true;
            }
        }
    }
    return depends;
}

/// The relations that outputs need, in the order of the graph.
std::vector<NodeId> relations_in(const Graph& graph, std::span<const NodeId> outputs) {
    std::vector<NodeId> relations;
    for (const NodeId id : model::needed_for(graph, outputs)) {
        if (is_relation(graph[id].op)) relations.push_back(id);
    }
    return relations;
}

class Lowering {
public:
    Lowering(Model model, const LowerOptions& options) : options_(options) { program_.model = std::move(model); }

    Program lower() {
        put_implicit_states_first(program_.model);
        count_implicit_states();
        add_infusions();
        add_integrals();
        need_a_state();
        if (options_.follow_moieties) follow_moieties();
        for (model::State& state : states()) {
            if (state.kind == model::State::Kind::fast) make_steep(state);
            program_.rates.push_back(state.rate);
            program_.initial.push_back(state.initial);
        }
        choose_observables();
        make_conditions_truths();
        find_roots();
        differentiate();
        find_lookups();
        return simplify(std::move(program_));
    }

private:
    [[nodiscard]] Graph& graph() { return program_.model.graph; }
    [[nodiscard]] std::vector<model::State>& states() { return program_.model.states; }

    [[nodiscard]] NodeId value_of(const std::string& name) {
        return model::node_of(program_.model, model::find_symbol(program_.model, name));
    }

    void count_implicit_states() {
        const auto count = [&](model::State::Kind kind) {
            return static_cast<std::uint32_t>(std::ranges::count(states(), kind, &model::State::kind));
        };
        program_.n_massless = count(model::State::Kind::algebraic);
        program_.n_fast = count(model::State::Kind::fast);
    }

    void make_steep(model::State& state) {
        const NodeId steep = graph().make(Op::multiply, graph().constant(steepness), state.fast_rate);
        state.rate = graph().is_constant(state.rate, 0.0) ? steep : graph().make(Op::add, steep, state.rate);
        state.fast_rate = NodeId{};
    }

    /// A model without states can be observed, but not integrated: one that stands still is added.
    void need_a_state() {
        if (!states().empty()) return;
        const NodeId zero = graph().constant(0.0);
        states().push_back({.name = "at rest", .rate = zero, .initial = zero, .note = {}, .place = {}});
    }

    void follow_moieties() {
        DependentStates found = put_dependent_states_first(program_.model, program_.n_integrals);
        program_.dependent = std::move(found.dependent);
        program_.old_of_new = std::move(found.old_of_new);
    }

    void add_infusions() {
        std::set<std::string> added;
        for (const std::string& name : options_.infusion_targets) {
            if (!added.insert(name).second) continue;
            const std::uint32_t state = model::find_state(program_.model, name);
            const auto input = static_cast<std::uint32_t>(program_.model.inputs.size());
            model::State& target = states()[state];
            if (target.kind != model::State::Kind::differential)
                throw InputError(target.place, "an infusion goes into `" + name + "`, which equations hold where it is");
            const std::string unit = target.note.unit.empty() ? "" : target.note.unit + "/" + program_.model.time_unit;
            program_.model.inputs.push_back({.name = "infusion(" + name + ")",
                                             .default_value = 0.0,
                                             .note = {.unit = unit, .meaning = {}},
                                             .place = target.place});
            target.rate = graph().make(Op::add, target.rate, graph().leaf(Op::input, input));
        }
    }

    void add_integrals() {
        for (const std::string& name : options_.integrals) {
            const NodeId value = value_of(name);
            const auto state = static_cast<std::uint32_t>(states().size());
            states().push_back(
                {.name = "integral(" + name + ")", .rate = value, .initial = graph().constant(0.0), .note = {}, .place = {}});
            integrals_.push_back(graph().leaf(Op::state, state));
        }
        program_.n_integrals = static_cast<std::uint32_t>(integrals_.size());
    }

    void observe(const std::string& name, NodeId value) {
        program_.observable_names.push_back(name);
        program_.observables.push_back(value);
    }

    void choose_observables() {
        for (const std::string& name : options_.observables) observe(name, value_of(name));
        if (options_.observables.empty()) {
            for (const model::Observable& observable : program_.model.observables) {
                if (observable.kind != model::Observable::Kind::variable) observe(observable.name, observable.value);
            }
        }
        for (std::size_t index = 0; index < integrals_.size(); ++index) {
            observe("integral(" + options_.integrals[index] + ")", integrals_[index]);
        }
    }

    /// A condition may be any number that is not 0; kernels want 0 or 1.
    void make_conditions_truths() {
        for (model::Event& event : program_.model.events) {
            if (is_truth(graph()[event.condition].op)) continue;
            event.condition = graph().make(Op::not_equal, event.condition, graph().constant(0.0));
        }
    }

    /// a - b of a relation between a and b
    NodeId root_of(NodeId relation) {
        const auto [a, b, unused] = graph()[relation].arguments;
        return graph().make(Op::subtract, a, b);
    }

    void find_roots() {
        const Dependence depends = find_dependence(program_.model);
        std::set<NodeId> known;  // within one group: event roots cut a step only where a condition rises
        const auto add_root = [&](NodeId root) {
            if (known.insert(root).second) program_.roots.push_back(root);
        };
        const auto add = [&](NodeId relation) { add_root(root_of(relation)); };
        std::map<NodeId, bool> sides;
        for (const model::Event& event : program_.model.events) {
            for (const NodeId relation : relations_in(graph(), std::span(&event.condition, 1))) {
                refuse_equality(event, relation, depends);
                if (!depends.on_time[relation.value] && !depends.on_state[relation.value]) continue;
                add(relation);
                note_side(relation, sides);
            }
            for (const NodeId jump : jumps_of_time(std::span(&event.condition, 1), depends)) {
                add_root(jump);
                program_.instants_matter = true;
            }
        }
        program_.n_event_roots = static_cast<std::uint32_t>(program_.roots.size());
        known.clear();
        const auto add_kinks = [&](std::span<const NodeId> outputs) {
            for (const NodeId relation : relations_in(graph(), outputs)) {
                if (depends.on_time[relation.value] && !depends.on_state[relation.value]) add(relation);
            }
            for (const NodeId jump : jumps_of_time(outputs, depends)) add_root(jump);
        };
        add_kinks(program_.rates);
        const std::size_t n_before = program_.roots.size();
        add_kinks(program_.observables);
        program_.n_observed_roots = static_cast<std::uint32_t>(program_.roots.size() - n_before);
    }

    /// On which side of its root a relation has the value that it has at the root itself. Relations of one root on different sides, as in
    /// x >= 1 and x <= 1, can make a condition hold at that instant alone.
    void note_side(NodeId relation, std::map<NodeId, bool>& sides) {
        const Op op = graph()[relation].op;
        const bool is_equality = op == Op::equal || op == Op::not_equal;
        const bool positive = op == Op::less || op == Op::greater_equal;
        const bool agrees = sides.emplace(root_of(relation), positive).first->second == positive;
        if (is_equality || !agrees) program_.instants_matter = true;
    }

    /// What jumps at times known beforehand, as fmod(time, 24) does: pulses that begin there may be shorter than any step.
    std::vector<NodeId> jumps_of_time(std::span<const NodeId> outputs, const Dependence& depends) {
        std::vector<NodeId> roots;
        for (const NodeId id : model::needed_for(graph(), outputs)) {
            const Op op = graph()[id].op;
            const bool rounds = op == Op::floor || op == Op::ceil || op == Op::round || op == Op::trunc;
            const bool clock = depends.on_time[id.value] && !depends.on_state[id.value];
            if (clock && (rounds || op == Op::fmod)) roots.push_back(side_of_jump(id));
        }
        return roots;
    }

    /// -1/2 or 1/2, another one after each jump.
    NodeId side_of_jump(NodeId jump) {
        Graph& all = graph();
        const auto [a, b, unused] = all[jump].arguments;
        const bool wraps = all[jump].op == Op::fmod;
        const NodeId half = wraps ? b : all.constant(1.0);
        const NodeId twice = all.make(Op::fmod, wraps ? a : jump, all.make(Op::multiply, all.constant(2.0), half));
        return all.make(Op::subtract, all.make(Op::greater_equal, twice, half), all.constant(0.5));
    }

    /// Two continuous quantities are equal at single instants, which no stepping method sees.
    void refuse_equality(const model::Event& event, NodeId relation, const Dependence& depends) {
        const Op op = graph()[relation].op;
        if (op != Op::equal && op != Op::not_equal) return;
        for (const NodeId side : graph()[relation].arguments) {
            if (!side.valid() || !depends.continuously[side.value]) continue;
            throw InputError(event.place,
                             "the condition of event \"" + event.name + "\" asks whether a state that changes " +
                                 "continuously is exactly equal to something",
                             "ask for >= or <= instead: equality lasts for an instant only");
        }
    }

    static std::vector<JacobianEntry> entries_of(const std::vector<std::vector<model::Partial>>& rows) {
        std::vector<JacobianEntry> entries;
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            for (const model::Partial& partial : rows[row]) entries.push_back({row, partial.column, partial.value});
        }
        return entries;
    }

    void differentiate() {
        const auto rows = model::jacobian(graph(), program_.rates, Op::state);
        program_.jacobian = entries_of(rows);
        if (!program_.dependent.empty())
            program_.free_jacobian = entries_of(jacobian_of_free_states(graph(), rows, program_.dependent));
        require_slopes(rows);
        program_.time_derivative = by_time(program_.rates);
        const std::vector<NodeId> rates = true_rates(rows);
        const auto observables = model::jacobian(graph(), program_.observables, Op::state);
        const auto explicit_part = by_time(program_.observables);
        for (std::size_t index = 0; index < observables.size(); ++index) {
            program_.observable_rates.push_back(total_rate(explicit_part[index], observables[index], rates));
        }
    }

    /// An equation that its unknown enters by steps only, or not at all, does not determine it.
    void require_slopes(const std::vector<std::vector<model::Partial>>& rows) {
        for (std::uint32_t row = 0; row < program_.n_massless + program_.n_fast; ++row) {
            if (std::ranges::find(rows[row], row, &model::Partial::column) != rows[row].end()) continue;
            const model::State& state = states()[row];
            throw InputError(state.place, "what should hold `" + state.name + "` in place does not change with it",
                             "it enters its equation by steps only (floor, relations), or not at all");
        }
    }

    /// Rates of all states along the solution: those of implicit ones keep their equations, r(t, x, z) = 0, fulfilled:
    /// r_z z' = -(r_t + r_x x'), by elimination along the diagonal.
    [[nodiscard]] std::vector<NodeId> true_rates(const std::vector<std::vector<model::Partial>>& rows) {
        std::vector<NodeId> rates = program_.rates;
        const std::uint32_t n = program_.n_massless + program_.n_fast;
        std::vector<std::map<std::uint32_t, NodeId>> matrix(n);
        const auto subtract = [&](NodeId from, NodeId what) {
            return from.valid() ? graph().make(Op::subtract, from, what) : graph().make(Op::negate, what);
        };
        for (std::uint32_t row = 0; row < n; ++row) {
            rates[row] = graph().make(Op::negate, program_.time_derivative[row]);
            for (const model::Partial& partial : rows[row]) {
                if (partial.column < n) {
                    matrix[row][partial.column] = partial.value;
                } else {
                    rates[row] = subtract(rates[row], graph().make(Op::multiply, partial.value, rates[partial.column]));
                }
            }
        }
        for (std::uint32_t pivot = 0; pivot < n; ++pivot) {
            for (std::uint32_t row = pivot + 1; row < n; ++row) {
                const auto below = matrix[row].find(pivot);
                if (below == matrix[row].end()) continue;
                const NodeId factor = graph().make(Op::divide, below->second, matrix[pivot].at(pivot));
                for (auto entry = matrix[pivot].upper_bound(pivot); entry != matrix[pivot].end(); ++entry) {
                    NodeId& target = matrix[row][entry->first];
                    target = subtract(target, graph().make(Op::multiply, factor, entry->second));
                }
                rates[row] = subtract(rates[row], graph().make(Op::multiply, factor, rates[pivot]));
            }
        }
        for (std::uint32_t row = n; row-- > 0;) {
            for (auto entry = matrix[row].upper_bound(row); entry != matrix[row].end(); ++entry)
                rates[row] = subtract(rates[row], graph().make(Op::multiply, entry->second, rates[entry->first]));
            rates[row] = graph().make(Op::divide, rates[row], matrix[row].at(row));
        }
        return rates;
    }

    /// What is needed of the past.
    void find_lookups() {
        refuse_neutral_equations();
        std::vector<NodeId> roots = program_.rates;
        const std::vector<NodeId> feeding = model::needed_for(graph(), roots);
        for (const auto* entries : {&program_.jacobian, &program_.free_jacobian}) {
            for (const JacobianEntry& entry : *entries) roots.push_back(entry.value);
        }
        for (const auto* list :
             {&program_.time_derivative, &program_.roots, &program_.observables, &program_.observable_rates})
            roots.insert(roots.end(), list->begin(), list->end());
        for (model::Event& event : program_.model.events) {
            for_each_node(event, [&](NodeId id) { roots.push_back(id); });
        }
        for (const NodeId id : model::needed_for(graph(), roots)) {
            const Node& node = graph()[id];
            if (node.op != Op::delayed && node.op != Op::delayed_rate) continue;
            const NodeId delay = node.arguments[1];
            const bool constant = !model::depends_on(graph(), delay, Op::time) &&
                                  !model::depends_on(graph(), delay, Op::state);
            program_.lookups.push_back({.rule = {.state = static_cast<int>(graph()[node.arguments[0]].index),
                                                 .is_rate = node.op == Op::delayed_rate,
                                                 .feeds_back = std::ranges::binary_search(feeding, id),
                                                 .constant_delay = constant},
                                        .value = id,
                                        .delay = delay});
        }
    }

    /// Rates that depend on rates of the past are rough for ever; the methods are not made for them.
    void refuse_neutral_equations() {
        for (std::size_t state = 0; state < states().size(); ++state) {
            if (!model::depends_on(graph(), program_.rates[state], Op::delayed_rate)) continue;
            throw InputError(
                states()[state].place,
                "the rate of `" + states()[state].name + "` depends on a rate of the past (a neutral delay equation)",
                "use the past of states only");
        }
    }

    /// The explicit derivatives with respect to time; the constant 0 where there is none.
    std::vector<NodeId> by_time(const std::vector<NodeId>& functions) {
        std::vector<NodeId> derivatives;
        for (const auto& partials : model::jacobian(graph(), functions, Op::time)) {
            derivatives.push_back(partials.empty() ? graph().constant(0.0) : partials.front().value);
        }
        return derivatives;
    }

    /// d value / dt along the solution: the explicit part and the chain rule over states.
    NodeId total_rate(NodeId explicit_part, const std::vector<model::Partial>& partials, const std::vector<NodeId>& rates) {
        NodeId sum = explicit_part;
        for (const model::Partial& partial : partials) {
            const NodeId term = graph().make(Op::multiply, partial.value, rates[partial.column]);
            sum = graph().is_constant(sum, 0.0) ? term : graph().make(Op::add, sum, term);
        }
        return sum;
    }

    const LowerOptions& options_;
    Program program_;
    std::vector<NodeId> integrals_;  // (n_integrals) the states that hold them
};

}  // namespace

Program lower(Model model, const LowerOptions& options) { return Lowering(std::move(model), options).lower(); }

}  // namespace kohort::codegen
