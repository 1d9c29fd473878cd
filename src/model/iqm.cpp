#include "model/iqm.hpp"

#include "base/text.hpp"
#include "model/annotation.hpp"
#include "model/iqm_arrays.hpp"
#include "model/iqm_delay.hpp"
#include "model/iqm_functions.hpp"
#include "model/iqm_reactions.hpp"
#include "model/iqm_states.hpp"
#include "model/iqm_text.hpp"
#include "model/reduce_algebra.hpp"
#include "model/sund_context.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace kohort::model {

namespace {

/// Letters, digits and _ of what NAME says.
std::string model_name(std::string_view written) {
    std::string name;
    for (const char letter : written) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool is_word = byte < 0x80 && std::isalnum(byte) != 0;
        if (is_word || (!name.empty() && name.back() != '_')) name += is_word ? letter : '_';
    }
    while (name.ends_with('_')) name.pop_back();
    if (name.empty()) return "model";
    return std::isdigit(static_cast<unsigned char>(name.front())) != 0 ? "model_" + name : name;
}

void read_time_unit(const IqmText& text, SundContext& sund) {
    const std::string written = text.time_unit.empty() ? "s" : text.time_unit;
    const auto unit = find_time_unit(written);
    if (!unit)
        throw InputError(text.time_unit_place, "`" + written + "` is not a time unit",
                         "write ns, us, ms, s, m (minute), h, d or y");
    if (text.time_unit.empty())
        sund.remark({sund.file, 0, 0},
                    "the text names no unit of time: one unit is taken as a second; a line "
                    "`time_unit = min` in MODEL NOTES says otherwise");
    sund.model.time_unit = unit->name;
    sund.model.seconds_per_time_unit = unit->seconds;
}

/// Everything that is an expression.
std::vector<const Declaration*> expressions_of(const IqmText& text) {
    std::vector<const Declaration*> all;
    for (const std::vector<Declaration>& section : text.sections.sections) {
        for (const Declaration& line : section) all.push_back(&line);
    }
    for (const IqmReaction& reaction : text.reactions) {
        for (const Declaration& rate : reaction.rates) all.push_back(&rate);
    }
    return all;
}

/// What is left of `<` in names once arrays are written out.
void refuse_other_arrays(const IqmText& text) {
    for (const Declaration* const line : expressions_of(text)) {
        if (line->name.find('<') != std::string::npos)
            throw InputError(line->name_place, "arrays are of states, variables and reactions only",
                             "write each in a line of its own");
    }
}

bool is_dosing_input(std::string_view name) {
    constexpr std::string_view stem = "INPUT";
    const auto is_digit = [](unsigned char letter) { return std::isdigit(letter) != 0; };
    return name.size() > stem.size() && name.starts_with(stem) &&
           std::all_of(name.begin() + static_cast<std::ptrdiff_t>(stem.size()), name.end(), is_digit);
}

/// Looks at the names that expressions use, before they are read: which are inputs, and which MATLAB functions.
void look_at_names(const IqmText& text, SundContext& sund) {
    std::map<std::string, Place> inputs;
    for (const Declaration* const line : expressions_of(text)) {
        const std::vector<Token> tokens = tokenise(line->body, line->body_place);
        for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
            if (tokens[at].kind != Token::Kind::name) continue;
            const std::string name(tokens[at].text);
            const bool is_matlab = std::ranges::find(text.matlab_functions, name) != text.matlab_functions.end();
            if (is_matlab && tokens[at + 1].text == "(")
                throw InputError(sund.place_of(tokens[at]), "`" + name + "` is a MATLAB function, which cannot be run",
                                 "write it in MODEL FUNCTIONS");
            if (is_dosing_input(name)) inputs.emplace(name, sund.place_of(tokens[at]));
        }
    }
    for (const std::string& name : text.matlab_functions)
        sund.remark({sund.file, 0, 0}, "the MATLAB function `" + name + "` is not used and not read");
    const auto is_defined = [&](const std::string& name) {
        const auto has = [&](Section section) {
            return std::ranges::any_of(sund.text[section], [&](const Declaration& line) { return line.name == name; });
        };
        return has(Section::parameters) || has(Section::variables) || sund.symbols.what_is(name) == "state";
    };
    for (const auto& [name, place] : inputs) {
        if (is_defined(name)) continue;
        const auto index = static_cast<std::uint32_t>(sund.model.inputs.size());
        sund.symbols.declare(name, "input", place);
        sund.symbols.define(name, sund.model.graph.leaf(Op::input, index));
        sund.model.inputs.push_back({.name = name, .default_value = 0.0, .note = {}, .place = place});
        sund.remark(place, "`" + name + "` is not defined in the text: it is taken as an input with default 0");
    }
}

/// Marks that change nothing here; those of states are read with them.
void check_marks(const IqmText& text) {
    for (const auto& [line, marks] : text.marks) {
        for (const IqmMark& mark : marks) {
            if (mark.text == "fast")
                throw InputError(mark.place, "fast reactions are not treated in IQM texts",
                                 "give it a large rate instead");
            const bool is_known = mark.text == "reversible" || mark.text.starts_with("is") ||
                                  mark.text.starts_with("constraints:");
            if (!is_known)
                throw InputError(mark.place, "`{" + mark.text + "}` is not known",
                                 "known are {constraints:[low,high]}, {reversible}, {isSpecie:compartment:amount}, "
                                 "{isSpecie:compartment:concentration}, {isParameter}, {isCompartment:outside}");
        }
    }
}

/// interpcseIQM computes its coefficients once, so what its points are made of may not change.
void check_points_of_splines(const IqmText& text, const Model& model) {
    const auto is_changed = [&](const Token& token) {
        const auto sets = [&](const Assignment& assignment) {
            return assignment.target == Assignment::Target::parameter &&
                   model.parameters[assignment.index].name == token.text;
        };
        return std::ranges::any_of(model.events,
                                   [&](const Event& event) { return std::ranges::any_of(event.assignments, sets); });
    };
    for (const Declaration* const line : expressions_of(text)) {
        int depth = 0;  // of brackets inside a spline
        for (const Token& token : tokenise(line->body, line->body_place)) {
            const bool begins = token.text.starts_with("interpcse") && !token.text.starts_with("interpcsex");
            if (depth > 0 && is_changed(token))
                throw InputError(
                    {line->body_place.file, token.line, token.column},
                    "an event sets `" + std::string(token.text) + "`, and interpcseIQM computes its coefficients once",
                    "write interpcsexIQM");
            if (begins || depth > 0) depth += token.text == "(" || begins ? 1 : 0;
            if (depth > 0 && token.text == ")" && --depth == 1) depth = 0;
        }
    }
}

void make_outputs(SundContext& sund, std::size_t n_variables) {
    Model& model = sund.model;
    for (std::size_t variable = 0; variable < n_variables; ++variable)
        model.observables[variable].kind = Observable::Kind::output;
    for (std::uint32_t state = 0; state < model.states.size(); ++state) {
        model.observables.push_back({.name = model.states[state].name,
                                     .value = model.graph.leaf(Op::state, state),
                                     .kind = Observable::Kind::output,
                                     .note = model.states[state].note,
                                     .place = model.states[state].place});
    }
}

}  // namespace

// The order is that of dependence.
Model read_iqm(std::string_view whole_text, const std::string& file) {
    IqmText text = cut_iqm(whole_text, file);
    const std::vector<std::string> array_remarks = write_out_arrays(text, file);
    SundContext sund(text.sections, file, iqm_dialect());
    sund.model.remarks = array_remarks;
    sund.model.name = model_name(text.sections.model_name);
    read_time_unit(text, sund);
    check_marks(text);
    refuse_other_arrays(text);
    if (!text.is_biochemical && !text.reactions.empty())
        throw InputError(text.reactions.front().place, "a reaction equation stands in a text of the ordinary layout",
                         "write `R = rate`, or MODEL STATE INFORMATION in place of MODEL STATES");
    read_parameters(sund);
    prepare_equations(sund);
    name_states(sund);
    name_species(sund, text);
    look_at_names(text, sund);
    read_functions(sund);
    read_variables(sund);
    const std::size_t n_variables = sund.model.observables.size();
    read_reactions(sund, text);
    read_rates(sund);
    finish_iqm_states(sund, text);
    read_events(sund);
    check_delays(sund);
    check_points_of_splines(text, sund.model);
    if (text.is_biochemical && sund.equations.empty()) order_states(sund);
    make_outputs(sund, std::min(n_variables, text.n_variables));
    if (!sund.equations.empty()) reduce_algebra(sund.model, sund.equations);
    sund.model.sources = {file};
    return std::move(sund.model);
}

}  // namespace kohort::model
