#include "trial/personal_run.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace kohort::trial {

namespace {

using Field = PersonalQuantity::Field;

/// The quantity of the arm that a field names.
Quantity& quantity_of(Arm& arm, const PersonalQuantity& personal) {
    const auto of_dose = [&]() -> Dose& { return arm.dosing.at(personal.entry); };
    const auto of_input = [&]() -> InputChange& { return arm.inputs.at(personal.entry); };
    const auto given = [](std::optional<Quantity>& quantity) -> Quantity& {
        if (!quantity) quantity.emplace();
        return *quantity;
    };
    switch (personal.field) {
        case Field::amount: return of_dose().amount;
        case Field::dose_time: return of_dose().time;
        case Field::rate: return given(of_dose().rate);
        case Field::duration: return given(of_dose().duration);
        case Field::interval: return given(of_dose().interval);
        case Field::value: return of_input().value;
        case Field::change_time: return given(of_input().time);
        case Field::lasting: break;
    }
    return given(of_input().lasting);
}

std::size_t attribute_of(const PersonalQuantity& personal, std::span<const cohort::Attribute> attributes) {
    std::vector<std::string> known;
    for (std::size_t at = 0; at < attributes.size(); ++at) {
        if (attributes[at].name == personal.attribute) return at;
        known.push_back(attributes[at].name);
    }
    throw InputError(personal.place, "the cohort has no attribute \"" + personal.attribute + "\"",
                     suggest(personal.attribute, known));
}

}  // namespace

struct PersonalRun::Recipe {
    struct Own {
        std::size_t attribute = 0;
        std::string unit;  // of the attribute
        PersonalQuantity quantity;
    };
    TrialStudy study;
    Symbols symbols;
    PersonBinding persons;
    double first_treatment;                 // [model time] of the study's own numbers
    std::vector<double> default_parameter;  // [model units] (n_parameters)
    std::vector<double> default_input;      // [model units] (n_inputs)
    std::vector<Own> own;

    [[nodiscard]] Arm arm_of(const cohort::Person& person) const {
        Arm arm = study.arms.front();
        for (const Own& each : own)
            quantity_of(arm, each.quantity) = {person.value[each.attribute], each.unit, each.quantity.place};
        return arm;
    }
};

PersonalRun::PersonalRun(BoundRun run, const TrialStudy& study, const codegen::Program& program,
                         std::span<const cohort::Attribute> attributes, const std::vector<PersonalQuantity>& personal)
    : run_(std::move(run)) {
    if (personal.empty()) return;
    const std::vector<Dose>& doses = study.arms.front().dosing;
    if (std::any_of(doses.begin(), doses.end(), [](const Dose& dose) { return dose.steady_state != 0; }))
        throw InputError(personal.front().place, "doses at steady state cannot differ between people",
                         "give the doses one by one, without ss");
    const Symbols symbols(program);
    Clock clock(symbols.time_unit());
    Recipe recipe{.study = study,
                  .symbols = symbols,
                  .persons = bind_persons(study, program, symbols, attributes),
                  .first_treatment = first_treatment(study, clock),
                  .default_parameter = {},
                  .default_input = {},
                  .own = {}};
    for (const model::Parameter& parameter : program.model.parameters)
        recipe.default_parameter.push_back(parameter.value);
    for (const model::Input& input : program.model.inputs)
        recipe.default_input.push_back(input.default_value.value_or(0.0));
    for (const PersonalQuantity& quantity : personal) {
        const std::size_t attribute = attribute_of(quantity, attributes);
        recipe.own.push_back({attribute, attributes[attribute].unit, quantity});
    }
    recipe_ = std::make_shared<const Recipe>(std::move(recipe));
}

void PersonalRun::schedule(const cohort::Person& person, int arm, std::vector<kernels::Action>& actions) const {
    if (!recipe_) return run_.schedule(person, arm, actions);
    const Recipe& recipe = *recipe_;
    const Arm mine = recipe.arm_of(person);
    Clock clock(recipe.symbols.time_unit());
    const std::vector<ScheduledAction> scheduled = make_schedule(
        {recipe.study, recipe.symbols, clock, recipe.first_treatment, t_end()}, &mine, {});
    std::vector<double> parameter = recipe.default_parameter;
    std::vector<double> input = recipe.default_input;
    recipe.persons.personalise(person, parameter, input);
    recipe.persons.set_states(person, actions);
    for (const ScheduledAction& each : scheduled) {
        actions.push_back(each.action);
        if (each.to_own_value) actions.back().value = input[static_cast<std::size_t>(each.action.target)];
    }
}

}  // namespace kohort::trial
