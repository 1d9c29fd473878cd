#include "trial/persons.hpp"

#include "codegen/missing_values.hpp"
#include "trial/model_units.hpp"

#include <algorithm>
#include <map>

namespace kohort::trial {

namespace {

constexpr std::initializer_list<SymbolKind> settable = {SymbolKind::parameter, SymbolKind::input};
constexpr std::initializer_list<SymbolKind> settable_or_state = {SymbolKind::parameter, SymbolKind::input, SymbolKind::state};

std::string words_for(const Symbol& symbol) {
    switch (symbol.kind) {
        case SymbolKind::parameter: return "parameter " + symbol.name;
        case SymbolKind::input: return "input " + symbol.name;
        default: return "state " + symbol.name;
    }
}

bool is_exact(const Symbol* symbol, const std::string& name) { return symbol != nullptr && symbol->name == name; }

class Binder {
public:
    Binder(const TrialStudy& study, const Symbols& symbols) : study_(study), symbols_(symbols) {}

    void fix(const std::map<std::string, Quantity>& values, SymbolKind kind) {
        for (const auto& [name, quantity] : values) {
            const Symbol& symbol = symbols_.require(name, {kind}, kind == SymbolKind::input ? "input" : "parameter",
                                                    quantity.place);
            claim(symbol, "the study", quantity.place);
            result.fixed.push_back({kind, symbol.index, in_model_unit(quantity, symbol.unit, words_for(symbol))});
        }
    }

    void bind(std::size_t index, const cohort::Attribute& attribute) {
        const bool is_factor = attribute.role == cohort::Role::factor;
        const Symbol* symbol = symbols_.find(attribute.name, settable_or_state);
        if (!is_exact(symbol, attribute.name)) {
            if (attribute.role == cohort::Role::covariate) {
                result.covariates_only.push_back(attribute.name);
                return;
            }
            refuse_unknown(attribute);
        }
        if (symbol->kind == SymbolKind::state && study_.model.prepare_steady_state) {
            if (attribute.role == cohort::Role::covariate) {
                result.covariates_only.push_back(attribute.name);
                return;
            }
            throw InputError(
                attribute.place,
                "\"" + attribute.name + "\" is a state, and prepare: steady_state would overwrite its start",
                "bind a parameter or an input, or leave prepare out");
        }
        if (is_factor) return bind_factor(index, attribute, *symbol);
        if (symbol->kind == SymbolKind::state) symbol = &start_of(*symbol);
        claim(*symbol, "the cohort", attribute.place);
        result.bindings.push_back({index, symbol->kind, symbol->index,
                                   study_to_model(attribute.unit, symbol->unit, words_for(*symbol), attribute.place)});
    }

    PersonBinding result;

private:
    /// Where the model leaves a state's start open, the parameter that gives it.
    [[nodiscard]] const Symbol& start_of(const Symbol& state) const {
        const Symbol* const start = symbols_.find(state.name + ".start", {SymbolKind::parameter});
        return start != nullptr ? *start : state;
    }

    void bind_factor(std::size_t index, const cohort::Attribute& attribute, const Symbol& symbol) {
        if (symbol.kind == SymbolKind::state)
            throw InputError(attribute.place,
                             "\"" + attribute.name + "\" is a state: variability multiplies parameters and inputs",
                             "give its start under parameters or covariates");
        require_absolute(symbol.unit, "a factor on " + symbol.name, attribute.place);
        const UnitConverter to_one = unit_converter(attribute.unit.empty() ? "1" : attribute.unit, "1", attribute.place);
        result.bindings.push_back({index, symbol.kind, symbol.index, to_one, true});
    }

    [[noreturn]] void refuse_unknown(const cohort::Attribute& attribute) const {
        const Symbol* near = symbols_.find(attribute.name, settable);
        if (near != nullptr) {
            throw InputError(attribute.place, "the model's parameter is called \"" + near->name + "\"",
                             "write its full name: \"" + near->name + "\"");
        }
        const Symbol& unknown = symbols_.require(attribute.name, settable, "parameter", attribute.place);  // throws
        throw InputError(attribute.place, "\"" + unknown.name + "\" cannot be set", "set what it is computed from");
    }

    void claim(const Symbol& symbol, const std::string& giver, const Place& place) {
        const auto [found, is_new] = givers_.emplace(std::pair(symbol.kind, symbol.index), giver);
        if (is_new) return;
        throw InputError(place, words_for(symbol) + " is given by " + found->second + " and again by " + giver,
                         "give it once");
    }

    const TrialStudy& study_;
    const Symbols& symbols_;
    std::map<std::pair<SymbolKind, int>, std::string> givers_;
};

/// The study or its cohort gives it, and does not only multiply it.
bool is_given(const PersonBinding& bound, SymbolKind kind, std::size_t index) {
    const auto sets_it = [&](const auto& giver) {
        return giver.target == kind && giver.index == static_cast<int>(index);
    };
    return std::ranges::any_of(bound.fixed, sets_it) ||
           std::ranges::any_of(bound.bindings, [&](const Binding& each) { return sets_it(each) && !each.multiplies; });
}

void require_values(const PersonBinding& bound, const codegen::Program& program, const Place& place) {
    for (std::size_t index = 0; index < program.model.inputs.size(); ++index) {
        const model::Input& input = program.model.inputs[index];
        if (input.default_value || is_given(bound, SymbolKind::input, index)) continue;
        throw InputError(place, "the model's input \"" + input.name + "\" has no default and is given by nobody",
                         "give it under model: inputs:, or as an attribute of the cohort");
    }
    for (const std::uint32_t index : codegen::missing_values(program)) {
        if (is_given(bound, SymbolKind::parameter, index)) continue;
        const model::Parameter& parameter = program.model.parameters[index];
        throw InputError(place,
                         "the model has no value for \"" + parameter.name + "\" (" + to_string(parameter.place) +
                             "), and nobody gives it one",
                         "give it under model: parameters:, or as an attribute of the cohort");
    }
}

}  // namespace

void PersonBinding::personalise(const cohort::Person& person, std::span<double> parameter, std::span<double> input) const {
    const auto at = [&](SymbolKind kind, int index) -> double& {
        return (kind == SymbolKind::parameter ? parameter : input)[static_cast<std::size_t>(index)];
    };
    for (const FixedValue& value : fixed) at(value.target, value.index) = value.value;
    for (const Binding& binding : bindings) {
        if (binding.target == SymbolKind::state) continue;
        const double value = binding.convert(person.value[binding.attribute]);
        double& target = at(binding.target, binding.index);
        target = binding.multiplies ? target * value : value;
    }
}

void PersonBinding::set_states(const cohort::Person& person, std::vector<kernels::Action>& actions) const {
    for (const Binding& binding : bindings) {
        if (binding.target != SymbolKind::state) continue;
        actions.push_back(
            {0.0, binding.convert(person.value[binding.attribute]), kernels::Action::Kind::set_state, binding.index});
    }
}

PersonBinding bind_persons(const TrialStudy& study, const codegen::Program& program, const Symbols& symbols,
                           std::span<const cohort::Attribute> attributes) {
    Binder binder(study, symbols);
    binder.fix(study.model.parameters, SymbolKind::parameter);
    binder.fix(study.model.inputs, SymbolKind::input);
    for (const bool factors : {false, true}) {
        for (std::size_t index = 0; index < attributes.size(); ++index) {
            if ((attributes[index].role == cohort::Role::factor) == factors) binder.bind(index, attributes[index]);
        }
    }
    require_values(binder.result, program, study.model.place);
    return std::move(binder.result);
}

}  // namespace kohort::trial
