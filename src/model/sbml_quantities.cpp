#include "model/sbml_quantities.hpp"

#include "base/text.hpp"
#include "model/check.hpp"
#include "model/differentiate.hpp"
#include "model/evaluate.hpp"
#include "model/sbml_document.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace kohort::model {

namespace {

using Kind = SbmlQuantity::Kind;

constexpr std::size_t most_quantities = 100'000;
constexpr std::size_t deepest_dependence = 2000;  // rules that need one another, in a chain

std::optional<double> given(bool is_set, double value) { return is_set ? std::optional(value) : std::nullopt; }

std::string words_for(Kind kind) {
    switch (kind) {
        case Kind::compartment: return "compartment";
        case Kind::species: return "species";
        case Kind::parameter: return "parameter";
        case Kind::stoichiometry: return "species reference";
        case Kind::reaction: return "reaction";
    }
    return "element";
}

}  // namespace

std::string SbmlQuantities::title(const SbmlQuantity& quantity) {
    return words_for(quantity.kind) + " `" + quantity.id + "`";
}

SbmlQuantities::SbmlQuantities(const ::Model& source, const std::string& file, Model& result)
    : source_(source),
      file_(file),
      result_(result),
      graph_(result.graph),
      math_(result.graph, source,
            {.symbol =
                 [this](const std::string& id, const SbmlMath::Scope& scope) {
                     if (const SbmlQuantity* const quantity = find(id)) return value(*quantity);
                     std::vector<std::string> names;
                     for (const SbmlQuantity& each : quantities_) names.push_back(each.id);
                     throw InputError(scope.place, "the " + scope.owner + " uses `" + id + "`, which is not defined",
                                      suggest(id, names));
                 },
             .rate_of =
                 [this](NodeId node, const SbmlMath::Scope& scope) {
                     if (!depends_on(graph_, node, Op::input)) return rate_since_start(node);
                     throw InputError(scope.place, "the " + scope.owner + " uses the rate of what it determines");
                 },
             .delayed = [this](NodeId node, NodeId delay,
                               const SbmlMath::Scope& scope) { return delayed(node, delay, scope); }}) {
    forget_nodes();
    collect();
    collect_reactions();
    collect_rules();
    choose_states();
}

void SbmlQuantities::forget_nodes() {
    nodes_.clear();
    start_.emplace(graph_, graph_, [this](const Node& leaf) {
        if (leaf.op == Op::state) return start_of(quantities_[by_state_[leaf.index]]);
        if (leaf.op == Op::time) return graph_.constant(0.0);
        return graph_.leaf(leaf.op, leaf.index);
    });
}

Place SbmlQuantities::place(const ::SBase& element) const { return place_of(element, file_); }

const SbmlQuantity* SbmlQuantities::find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &quantities_[found->second];
}

// --- what there is ---

void SbmlQuantities::add(const ::SBase& element, Kind kind, std::optional<double> number) {
    if (quantities_.size() == most_quantities)
        throw InputError(place(element), "the model has more than 100000 quantities");
    if (!by_id_.emplace(element.getId(), quantities_.size()).second)
        throw InputError(place(element), "the id `" + element.getId() + "` is given twice");
    SbmlQuantity quantity;
    quantity.id = element.getId();
    quantity.kind = kind;
    quantity.element = &element;
    quantity.number = number;
    quantities_.push_back(std::move(quantity));
}

void SbmlQuantities::collect() {
    for (unsigned number = 0; number < source_.getNumCompartments(); ++number) {
        const ::Compartment& compartment = *source_.getCompartment(number);
        const bool has_size = compartment.isSetSize() || source_.getLevel() == 1;
        add(compartment, Kind::compartment, given(has_size, compartment.getSize()));
    }
    for (unsigned number = 0; number < source_.getNumSpecies(); ++number)
        add(*source_.getSpecies(number), Kind::species, std::nullopt);
    for (unsigned number = 0; number < source_.getNumParameters(); ++number) {
        const ::Parameter& parameter = *source_.getParameter(number);
        add(parameter, Kind::parameter, given(parameter.isSetValue(), parameter.getValue()));
    }
}

void SbmlQuantities::collect_reactions() {
    const auto take_part = [&](const ::Reaction& reaction, const ::SpeciesReference& reference, bool is_product) {
        if (reference.isSetId() && source_.getLevel() >= 3)
            add(reference, Kind::stoichiometry, given(reference.isSetStoichiometry(), reference.getStoichiometry()));
        SbmlQuantity& changed = known(reference.getSpecies(), reference, "reaction `" + reaction.getId() + "`");
        if (changed.kind != Kind::species)
            throw InputError(place(reference),
                             "`" + changed.id + "` takes part in reaction `" + reaction.getId() + "` and is no species");
        const auto& species = static_cast<const ::Species&>(*changed.element);
        if (!species.getBoundaryCondition() && !species.getConstant())
            changed.parts.push_back({&reaction, &reference, is_product});
    };
    for (unsigned number = 0; number < source_.getNumReactions(); ++number) {
        const ::Reaction& reaction = *source_.getReaction(number);
        for (unsigned part = 0; part < reaction.getNumReactants(); ++part)
            take_part(reaction, *reaction.getReactant(part), false);
        for (unsigned part = 0; part < reaction.getNumProducts(); ++part)
            take_part(reaction, *reaction.getProduct(part), true);
        add(reaction, Kind::reaction, std::nullopt);
    }
}

void SbmlQuantities::collect_rules() {
    for (unsigned number = 0; number < source_.getNumRules(); ++number) {
        const ::Rule& rule = *source_.getRule(number);
        if (!rule.isSetMath()) continue;  // says nothing (Level 3 Version 2, section 4.9)
        if (rule.isAlgebraic()) {
            algebraic_rules_.push_back(static_cast<const ::AlgebraicRule*>(&rule));
            continue;
        }
        SbmlQuantity& target = known(rule.getVariable(), rule, "a rule");
        if (target.kind == Kind::reaction) throw InputError(place(rule), title(target) + " has a rule");
        if (target.assignment != nullptr || target.rate_rule != nullptr)
            throw InputError(place(rule), title(target) + " has two rules");
        (rule.isRate() ? target.rate_rule : target.assignment) = &rule;
    }
    for (unsigned number = 0; number < source_.getNumInitialAssignments(); ++number) {
        const ::InitialAssignment& assignment = *source_.getInitialAssignment(number);
        if (!assignment.isSetMath()) continue;  // says nothing (Level 3 Version 2, section 4.8.2)
        known(assignment.getSymbol(), assignment, "an initial assignment").initial_assignment = &assignment;
    }
    for (unsigned number = 0; number < source_.getNumEvents(); ++number) {
        const ::Event& event = *source_.getEvent(number);
        for (unsigned place = 0; place < event.getNumEventAssignments(); ++place) {
            const ::EventAssignment& assignment = *event.getEventAssignment(place);
            known(assignment.getVariable(), assignment, "an event").assigned_by_event = true;
        }
    }
}

SbmlQuantity& SbmlQuantities::known(const std::string& id, const ::SBase& element, const std::string& owner) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) return quantities_[found->second];
    throw InputError(place(element), owner + " is about `" + id + "`, which is not defined");
}

/// A quantity is a state if a rate rule, reactions or events change it. Other constants are parameters, open ones too.
void SbmlQuantities::choose_states() {
    find_fast_groups();
    const std::vector<std::size_t> candidates = quantities_to_determine();
    std::size_t next = 0;
    for (std::size_t index = 0; index < quantities_.size(); ++index) {
        if (next < candidates.size() && candidates[next] == index) {
            ++next;
        } else {
            choose_state(index);
        }
    }
    if (algebraic_rules_.empty()) return;
    solve_algebraic_rules(candidates);
}

void SbmlQuantities::choose_state(std::size_t index) {
    SbmlQuantity& quantity = quantities_[index];
    if (quantity.kind == Kind::reaction || quantity.assignment != nullptr) return;
    const bool is_infinite = quantity.number && std::isinf(*quantity.number);
    const bool moves = quantity.rate_rule != nullptr || quantity.assigned_by_event || !quantity.parts.empty();
    if (moves || starts_by_time(quantity)) {
        add_state(index, quantity.is_pivot ? State::Kind::fast : State::Kind::differential);
    } else if (quantity.kind != Kind::species && quantity.initial_assignment == nullptr && !is_infinite) {
        quantity.parameter = open_parameter(quantity.id, *quantity.element);
        if (quantity.number) result_.parameters.back().value = *quantity.number;
    }
}

/// A parameter that the model has no value for: whoever uses the model must give it.
NodeId SbmlQuantities::open_parameter(std::string name, const ::SBase& element) {
    const NodeId leaf = graph_.leaf(Op::parameter, static_cast<std::uint32_t>(result_.parameters.size()));
    result_.parameters.push_back(
        {.name = std::move(name), .value = std::numeric_limits<double>::quiet_NaN(), .note = {}, .place = place(element)});
    return leaf;
}

/// "S.start", in what formulas mean by S.
NodeId SbmlQuantities::open_start(const SbmlQuantity& quantity) {
    SbmlQuantity& opened = quantities_[index_of(quantity)];
    if (!opened.open_start) opened.open_start = open_parameter(quantity.id + ".start", *quantity.element);
    return *opened.open_start;
}

void SbmlQuantities::add_state(std::size_t index, State::Kind kind) {
    SbmlQuantity& quantity = quantities_[index];
    quantity.state = static_cast<std::uint32_t>(result_.states.size());
    const std::string name = !quantity.shares.empty()                   ? "conserved(" + quantity.id + ")"
                             : stores_amount_of_concentration(quantity) ? "amount(" + quantity.id + ")"
                                                                        : quantity.id;
    result_.states.push_back(
        {.name = name, .rate = {}, .initial = {}, .note = {}, .place = place(*quantity.element), .kind = kind});
    by_state_.push_back(index);
}

// --- values ---

std::size_t SbmlQuantities::index_of(const SbmlQuantity& quantity) const {
    return static_cast<std::size_t>(&quantity - quantities_.data());
}

NodeId SbmlQuantities::once(Aspect aspect, const SbmlQuantity& quantity, const std::function<NodeId()>& work_out) {
    const Key key{aspect, index_of(quantity)};
    const auto [entry, is_new] = nodes_.try_emplace(key, std::nullopt);
    if (!is_new && entry->second) return *entry->second;
    if (!is_new)
        throw InputError(place(*quantity.element), title(quantity) + " depends on itself",
                         "its rules, initial assignments or rates go in a circle");
    if (++depth_ > deepest_dependence)
        throw InputError(place(*quantity.element),
                         title(quantity) + " ends a chain of more than 2000 rules that need one another");
    const NodeId node = work_out();
    --depth_;
    nodes_[key] = node;
    return node;
}

NodeId SbmlQuantities::formula(const ::ASTNode* math, const ::SBase& element, const std::string& owner,
                               const std::map<std::string, NodeId>* locals) {
    if (math == nullptr) throw InputError(place(element), "the " + owner + " has no formula");
    return math_(*math, {place(element), owner, locals});
}

NodeId SbmlQuantities::value(const SbmlQuantity& quantity) {
    return once(Aspect::value, quantity, [&] {
        if (quantity.kind == Kind::reaction) return reaction_rate(quantity);
        if (quantity.kind == Kind::species) return means_amount(quantity) ? amount(quantity) : concentration(quantity);
        if (quantity.assignment != nullptr)
            return formula(quantity.assignment->getMath(), *quantity.assignment,
                           "assignment rule of `" + quantity.id + "`");
        if (quantity.formula.valid()) return put_in_unknowns(quantity.formula);
        if (quantity.state) return graph_.leaf(Op::state, *quantity.state);
        return given_or_unknown(quantity);
    });
}

/// A constant that is no species.
NodeId SbmlQuantities::given_or_unknown(const SbmlQuantity& quantity) {
    if (quantity.initial_assignment != nullptr) {
        return at_start(formula(quantity.initial_assignment->getMath(), *quantity.initial_assignment,
                                "initial assignment of `" + quantity.id + "`"));
    }
    if (quantity.parameter) return *quantity.parameter;
    return graph_.constant(quantity.number.value_or(std::numeric_limits<double>::quiet_NaN()));
}

NodeId SbmlQuantities::initial(const SbmlQuantity& quantity) {
    return once(Aspect::initial, quantity, [&] {
        if (quantity.initial_assignment != nullptr) {
            const NodeId value = given_or_unknown(quantity);
            return stores_amount_of_concentration(quantity) ? multiply(value, at_start(size_of_compartment(quantity)))
                                                            : value;
        }
        if (quantity.kind == Kind::species) return initial_of_species(quantity);
        if (!quantity.number || std::isnan(*quantity.number)) return open_start(quantity);
        return graph_.constant(*quantity.number);
    });
}

/// What formulas may use of a quantity's value at the start.
NodeId SbmlQuantities::start_of(const SbmlQuantity& quantity) {
    if (!quantity.residual.valid()) {
        NodeId start = initial(quantity);
        for (const SbmlShare& part : quantity.shares)
            start = graph_.make(Op::subtract, start,
                                multiply(at_start(share(quantity, part)), initial(quantities_[part.pivot])));
        return start;
    }
    throw InputError(place(*quantity.element),
                     "something at the start depends on " + title(quantity) +
                         ", which an algebraic rule determines in a way that no formula says",
                     "give the value at the start as a number");
}

/// Gets its first value from an event.
bool SbmlQuantities::is_unvalued(const SbmlQuantity& quantity) const {
    const bool has_value = quantity.number && !std::isnan(*quantity.number);
    return quantity.kind == Kind::parameter && quantity.assigned_by_event && quantity.rate_rule == nullptr &&
           !has_value && quantity.initial_assignment == nullptr;
}

std::vector<NodeId> SbmlQuantities::nodes_that_matter() const {
    std::vector<NodeId> roots;
    for (const State& state : result_.states) roots.insert(roots.end(), {state.rate, state.initial});
    for (const Event& event : result_.events) {
        const std::vector<NodeId> nodes = nodes_of(event);
        roots.insert(roots.end(), nodes.begin(), nodes.end());
    }
    return needed_for(graph_, roots);
}

void SbmlQuantities::define_unvalued() {
    const std::vector<NodeId> needed = nodes_that_matter();
    for (const std::size_t index : by_state_) {
        const SbmlQuantity& quantity = quantities_[index];
        if (!is_unvalued(quantity)) continue;
        const auto is_it = [&](NodeId id) { return graph_[id].op == Op::state && graph_[id].index == *quantity.state; };
        if (quantity.open_start || std::ranges::any_of(needed, is_it)) {
            result_.states[*quantity.state].initial = open_start(quantity);
            continue;
        }
        result_.remarks.push_back(to_string(place(*quantity.element)) + ": " + title(quantity) +
                                  " has no value before an event gives it one, and is shown as 0 until then");
    }
}

NodeId SbmlQuantities::rate(const SbmlQuantity& quantity) {
    return once(Aspect::rate, quantity, [&] {
        if (quantity.residual.valid()) return rate_by_constraint(quantity);
        if (quantity.rate_rule != nullptr)
            return formula(quantity.rate_rule->getMath(), *quantity.rate_rule, "rate rule of `" + quantity.id + "`");
        return quantity.shares.empty() ? rate_by_reactions(quantity, Pace::slow) : rate_of_conserved(quantity);
    });
}

/// The explicit part, and the chain rule over states.
NodeId SbmlQuantities::rate_of(NodeId node) {
    NodeId sum = graph_.constant(0.0);
    const auto add_term = [&](NodeId term) {
        sum = graph_.is_constant(sum, 0.0) ? term : graph_.make(Op::add, sum, term);
    };
    const std::vector<Partial> by_time = Differentiator(graph_, Op::time).gradient(node);
    const std::vector<Partial> by_state = Differentiator(graph_, Op::state).gradient(node);
    for (const Partial& partial : by_time) add_term(partial.value);
    for (const Partial& partial : by_state) {
        const SbmlQuantity& quantity = quantities_[by_state_[partial.column]];
        if (quantity.is_pivot)
            throw InputError(place(*quantity.element), "the rate of " + title(quantity) +
                                                           " is asked for, which fast reactions change at any pace");
        add_term(multiply(partial.value, rate(quantity)));
    }
    return sum;
}

void SbmlQuantities::define_states() {
    for (std::size_t state = 0; state < by_state_.size(); ++state) {
        const SbmlQuantity& quantity = quantities_[by_state_[state]];
        const bool is_implicit = quantity.residual.valid();
        result_.states[state].initial = is_implicit             ? first_guess(quantity)
                                        : is_unvalued(quantity) ? graph_.constant(0.0)
                                                                : start_of(quantity);
        result_.states[state].rate = is_implicit ? put_in_unknowns(quantity.residual) : rate(quantity);
        if (quantity.is_pivot) result_.states[state].fast_rate = rate_by_reactions(quantity, Pace::fast);
    }
}

void SbmlQuantities::add_observables() {
    const auto observe = [&](const std::string& name, NodeId node, Observable::Kind kind, const SbmlQuantity& quantity) {
        result_.observables.push_back(
            {.name = name, .value = node, .kind = kind, .note = {}, .place = place(*quantity.element)});
    };
    for (const SbmlQuantity& quantity : quantities_) {
        if (quantity.parameter) continue;  // is observed as the parameter that it is
        const NodeId node = value(quantity);
        const bool is_state = graph_[node].op == Op::state;
        const bool is_output = quantity.kind == Kind::species || quantity.state || quantity.assignment != nullptr ||
                               quantity.algebraic;
        if (!is_state || is_output)
            observe(quantity.id, node, is_output ? Observable::Kind::output : Observable::Kind::variable, quantity);
        if (quantity.kind != Kind::species) continue;
        if (!stores_amount_of_concentration(quantity) || !quantity.state || !quantity.shares.empty())
            observe("amount(" + quantity.id + ")", amount(quantity), Observable::Kind::variable, quantity);
        observe("concentration(" + quantity.id + ")", concentration(quantity), Observable::Kind::variable, quantity);
    }
}

}  // namespace kohort::model
