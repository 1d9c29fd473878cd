#include "trial/bind.hpp"

#include "base/mistakes.hpp"
#include "model/evaluate.hpp"
#include "trial/model_units.hpp"

#include <algorithm>

namespace kohort::trial {

namespace {

void add_once(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// The full name, so that a name without its module means one quantity everywhere; a name with its kind stays as it is.
std::string full_name(const Symbols& symbols, const std::string& name, const Place& place) {
    const Symbol& symbol = symbols.require(name, observable_kinds, "quantity", place);
    return name.find(':') == std::string::npos ? symbol.name : name;
}

void add_infusion(const Dose& dose, const Symbols& symbols, std::vector<std::string>& targets) {
    if (!dose.rate && !dose.duration) return;
    add_once(targets, symbols.require(dose.compartment, {SymbolKind::state}, "state to dose", dose.place).name);
}

std::vector<FixedValue> held_inputs(const TrialStudy& study, const Symbols& symbols) {
    std::vector<FixedValue> held;
    for (const auto& [name, quantity] : study.model.prepare_holding) {
        const Symbol& input = symbols.require(name, {SymbolKind::input}, "input", quantity.place);
        held.push_back({SymbolKind::input, input.index, in_model_unit(quantity, input.unit, "input " + input.name)});
    }
    return held;
}

// A baseline that is measured over hours which treatment shares is not free of treatment: say so.
std::vector<std::string> notes_on_baselines(const TrialStudy& study, const ColumnSet& set, double first_treatment) {
    std::vector<std::string> notes;
    for (const Endpoint& endpoint : study.endpoints) {
        if (endpoint.value == "value") continue;
        const auto first = std::find_if(set.columns.begin(), set.columns.end(),
                                        [&](const Column& column) { return column.outcome == endpoint.of; });
        if (first == set.columns.end()) continue;
        if (set.features[static_cast<std::size_t>(first->feature)].to <= first_treatment) continue;
        notes.push_back("endpoint " + endpoint.id + ": its baseline " + first->name() +
                        " is measured while treatment has begun, so it is not free of it");
    }
    return notes;
}

// A dosing interval repeats exactly only where the model's equations are the same in each, and keep no memory but states.
void require_steady_surroundings(const Arm& arm, const codegen::Program& program) {
    const auto refuse = [&](const std::string& reason) {
        throw InputError(arm.place, "arm \"" + arm.id + "\" starts at steady state (ss: 1), but " + reason,
                         "give the earlier doses themselves (time, ii, addl) and look at a later interval");
    };
    if (!program.lookups.empty()) refuse("the model looks back in time (delay), which no interval does alone");
    const model::Graph& graph = program.model.graph;
    const auto in_time = [&](model::NodeId node) { return model::depends_on(graph, node, model::Op::time); };
    const std::size_t n_rates = program.rates.size() - program.n_integrals;
    bool changes_in_time = std::any_of(program.rates.begin(),
                                       program.rates.begin() + static_cast<std::ptrdiff_t>(n_rates), in_time);
    for (const model::Event& event : program.model.events) {
        if (event.delay.valid()) refuse("event \"" + event.name + "\" may wait from one interval to the next");
        if (event.priority.valid()) refuse("the turn of event \"" + event.name + "\" may be drawn by lot");
        if (!event.true_before_start) refuse("event \"" + event.name + "\" can fire at the start of each interval");
        changes_in_time = changes_in_time || in_time(event.condition);
        for (const model::Assignment& assignment : event.assignments) {
            changes_in_time = changes_in_time || in_time(assignment.value);
            changes_in_time = changes_in_time || (assignment.factor.valid() && in_time(assignment.factor));
            if (assignment.target == model::Assignment::Target::parameter)
                refuse("event \"" + event.name + "\" changes a parameter of the model, which would not repeat");
        }
    }
    if (changes_in_time) refuse("the model's equations contain time itself, so its intervals need not repeat");
}

double end_of_run(const TrialStudy& study, const ColumnSet& set, Clock& clock) {
    double end = std::max(clock.moment(study.duration), set.last_moment());
    for (const Challenge& challenge : study.challenges) {
        for (const Visit& visit : study.visits) {
            if (std::find(challenge.at.begin(), challenge.at.end(), visit.id) == challenge.at.end()) continue;
            end = std::max(end, clock.align(clock.moment(visit.at) + clock.length(challenge.follow)));
        }
    }
    return end;
}

}  // namespace

codegen::LowerOptions lower_options(const TrialStudy& study, const model::Model& model,
                                    std::span<const cohort::Attribute> attributes) {
    const Symbols symbols(model);
    codegen::LowerOptions options{.follow_moieties = study.model.solver.follow_moieties};
    Mistakes mistakes;
    const auto observe = [&](const Outcome& outcome) {
        const bool integrates = outcome.op == "integral";
        add_once(integrates ? options.integrals : options.observables, full_name(symbols, outcome.of, outcome.place));
        if (!integrates) return;
        const std::string& unit = symbols.require(outcome.of, observable_kinds, "quantity", outcome.place).unit;
        require_absolute(unit, "an area under " + outcome.of, outcome.place);
    };
    for (const Outcome& outcome : study.outcomes) mistakes.attempt([&] { observe(outcome); });
    for (const Criterion* criterion : criteria_of_the_model(study, attributes)) {
        const Symbol* symbol = symbols.find(criterion->name, observable_kinds);
        if (symbol == nullptr) {
            throw InputError(
                criterion->place,
                "\"" + criterion->name + "\" is no attribute of the cohort, no outcome and no quantity of the model",
                "name one of these");
        }
        add_once(options.observables, full_name(symbols, criterion->name, criterion->place));
    }
    const auto add = [&](const Dose& dose) {
        mistakes.attempt([&] { add_infusion(dose, symbols, options.infusion_targets); });
    };
    for (const Arm& arm : study.arms) for_each_dose(arm, add);
    for (const Challenge& challenge : study.challenges)
        std::for_each(challenge.dosing.begin(), challenge.dosing.end(), add);
    mistakes.throw_if_any();
    return options;
}

BoundRun::BoundRun(PersonBinding persons, const codegen::Program& program, std::vector<ArmSchedule> arms,
                   std::vector<kernels::Feature> features, double t_end)
    : persons_(std::move(persons)), arms_(std::move(arms)), features_(std::move(features)), t_end_(t_end) {
    for (const Binding& binding : persons_.bindings) {
        if (binding.target != SymbolKind::state || program.lookups.empty()) continue;
        throw InputError({},
                         "the cohort gives people a start of their own for state \"" +
                             program.model.states[static_cast<std::size_t>(binding.index)].name +
                             "\", and the model looks back to times before the start (delay)",
                         "let a parameter say what the state starts from");
    }
    for (const model::Parameter& parameter : program.model.parameters) default_parameter_.push_back(parameter.value);
    for (const model::Input& input : program.model.inputs) default_input_.push_back(input.default_value.value_or(0.0));
}

void BoundRun::personalise(const cohort::Person& person, std::span<double> parameter, std::span<double> input) const {
    persons_.personalise(person, parameter, input);
}

void BoundRun::schedule(const cohort::Person& person, int arm, std::vector<kernels::Action>& actions) const {
    const ArmSchedule& given = arms_[static_cast<std::size_t>(arm)];
    const DosingSchedule& own = given.of(person);
    std::vector<double> own_input;
    if (std::any_of(own.actions.begin(), own.actions.end(), [](const ScheduledAction& each) { return each.to_own_value; })) {
        std::vector<double> parameter = default_parameter_;
        own_input = default_input_;
        persons_.personalise(person, parameter, own_input);
    }
    if (own.cycle.length == 0.0) persons_.set_states(person, actions);  // cycles have begun with them
    const double share = given.taking().share_of(person.twin_id);
    for (const ScheduledAction& each : own.actions) {
        if (!given.taking().takes(person.twin_id, share, each)) continue;
        actions.push_back(each.action);
        if (each.to_own_value) actions.back().value = own_input[static_cast<std::size_t>(each.action.target)];
    }
}

void BoundRun::schedule_cycles(const cohort::Person& person, int arm, std::int64_t cycles, bool from_start,
                               std::vector<kernels::Action>& actions) const {
    const DosingCycle& cycle = arms_[static_cast<std::size_t>(arm)].of(person).cycle;
    if (from_start) persons_.set_states(person, actions);
    for (std::int64_t repeat = 0; repeat < cycles; ++repeat) {
        for (kernels::Action action : cycle.actions) {
            action.time += static_cast<double>(repeat) * cycle.length;
            actions.push_back(action);
        }
    }
}

BoundStudy bind_study(const TrialStudy& study, const codegen::Program& program,
                      std::span<const cohort::Attribute> attributes, std::span<const std::string> person_ids) {
    const Symbols symbols(program);
    Clock clock(symbols.time_unit());
    std::vector<double> visit_times;
    for (const Visit& visit : study.visits) visit_times.push_back(clock.moment(visit.at));
    const double treatment_begins = first_treatment(study, clock);

    Mistakes mistakes;
    ScreeningPlan screening;
    mistakes.attempt([&] { screening = plan_screening(study, attributes, symbols, clock); });
    ColumnSet set;
    for (const Outcome& outcome : study.outcomes)
        mistakes.attempt([&] { append_columns(outcome, study, symbols, clock, set); });

    PersonBinding persons;
    mistakes.attempt([&] { persons = bind_persons(study, program, symbols, attributes); });
    const ScheduleContext context{study, symbols, clock, treatment_begins, end_of_run(study, set, clock)};
    std::vector<ArmSchedule> arms;
    for (const Arm& arm : study.arms) {
        mistakes.attempt([&] {
            arms.push_back(schedule_arm(context, arm, set.measurements, person_ids));
            if (arms.back().has_cycle()) require_steady_surroundings(arm, program);
        });
    }
    mistakes.throw_if_any();
    const ScheduleContext before{study, symbols, clock, treatment_begins, screening.measured.last_moment()};
    std::vector<ArmSchedule> nobody{
        {{{make_schedule(before, nullptr, screening.measured.measurements), DosingCycle()}}, DoseTaking()}};

    std::vector<std::string> covariates_only = persons.covariates_only;
    BoundRun screening_run(persons, program, std::move(nobody), screening.measured.features, before.t_end);
    BoundRun trial(std::move(persons), program, std::move(arms), set.features, context.t_end);
    return {std::move(trial),
            std::move(screening_run),
            std::move(screening),
            set.columns,
            held_inputs(study, symbols),
            std::move(visit_times),
            std::move(covariates_only),
            notes_on_baselines(study, set, treatment_begins)};
}

}  // namespace kohort::trial
