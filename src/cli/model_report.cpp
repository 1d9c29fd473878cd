#include "cli/model_report.hpp"

#include "base/plural.hpp"
#include "base/text.hpp"
#include "cli/stiffness.hpp"
#include "codegen/missing_values.hpp"
#include "model/check.hpp"
#include "model/moieties.hpp"
#include "model/unit_balance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <sstream>
#include <vector>

namespace kohort::cli {
namespace {

using nlohmann::json;

constexpr std::size_t most_listed = 8;     // quantities without a unit
constexpr std::size_t most_warnings = 40;  // as text; JSON has all
constexpr double stiff = 1e3;              // a ratio of time scales above which explicit methods waste steps

// --- what there is ---

json quantity(const std::string& name, const model::Annotation& note) {
    return {{"name", name}, {"unit", note.unit}, {"meaning", note.meaning}};
}

json quantity(const std::string& name, const model::Annotation& note, json value) {
    json entry = quantity(name, note);
    entry["value"] = std::move(value);
    return entry;
}

json known_or_null(double value) { return std::isnan(value) ? json() : json(value); }

/// The states' places, as they stood before those that follow from others came first.
std::vector<std::uint32_t> in_order_of_the_text(const codegen::Program& program) {
    std::vector<std::uint32_t> places(program.model.states.size());
    for (std::uint32_t place = 0; place < places.size(); ++place)
        places[program.old_of_new.empty() ? place : program.old_of_new[place]] = place;
    return places;
}

json states_of(const codegen::Program& program) {
    const std::vector<double> initial = initial_values(program);
    json list = json::array();
    for (const std::uint32_t state : in_order_of_the_text(program)) {
        const model::State& described = program.model.states[state];
        list.push_back(quantity(described.name, described.note, known_or_null(initial[state])));
    }
    return list;
}

json parameters_of(const model::Model& model) {
    json list = json::array();
    for (const auto& parameter : model.parameters)
        list.push_back(quantity(parameter.name, parameter.note, known_or_null(parameter.value)));
    return list;
}

json inputs_of(const model::Model& model) {
    json list = json::array();
    for (const auto& input : model.inputs)
        list.push_back(quantity(input.name, input.note, input.default_value ? json(*input.default_value) : json()));
    return list;
}

json outputs_of(const model::Model& model) {
    json list = json::array();
    for (const auto& observable : model.observables) {
        if (observable.kind != model::Observable::Kind::variable)
            list.push_back(quantity(observable.name, observable.note));
    }
    return list;
}

json events_of(const model::Model& model) {
    json list = json::array();
    for (const auto& event : model.events) {
        json targets = json::array();
        for (const auto& assignment : event.assignments) {
            const bool is_state = assignment.target == model::Assignment::Target::state;
            targets.push_back(is_state ? model.states[assignment.index].name : model.parameters[assignment.index].name);
        }
        list.push_back({{"name", event.name}, {"sets", targets}});
    }
    return list;
}

/// "A + 2 B"
std::string text_of(const model::Moiety& moiety, const model::Model& model) {
    std::string text;
    for (const auto& [state, coefficient] : moiety) {
        const double size = std::abs(coefficient);
        if (!text.empty())
            text += coefficient < 0.0 ? " - " : " + ";
        else if (coefficient < 0.0)
            text += "-";
        std::ostringstream number;
        number << size;
        text += (number.str() == "1" ? "" : number.str() + " ") + model.states[state].name;
    }
    return text;
}

json conservation_of(const codegen::Program& program) {
    const model::Model& model = program.model;
    const model::Conservation found = model::find_conservation(model, in_order_of_the_text(program));
    json sums = json::array();
    for (const auto& moiety : found.moieties) sums.push_back(text_of(moiety, model));
    json at_rest = json::array();
    for (const std::uint32_t state : found.at_rest) at_rest.push_back(model.states[state].name);
    json follow = json::array();
    for (std::size_t state = 0; state < program.dependent.size(); ++state) {
        if (!program.dependent[state].empty()) follow.push_back(model.states[state].name);
    }
    return {{"sums", sums}, {"at_rest", at_rest}, {"follow", follow}};
}

// --- what should be looked at ---

/// Quantities without a unit, in one line: many models have none at all.
std::string missing_units(const model::UnitBalance& balance) {
    std::string text = std::to_string(balance.missing.size()) + " of " +
                       std::to_string(balance.missing.size() + balance.with_unit) +
                       " states, parameters and inputs have no unit, so formulas with them are not checked";
    for (std::size_t at = 0; at < std::min(balance.missing.size(), most_listed); ++at)
        text += (at == 0 ? ": " : ", ") + balance.missing[at];
    return text + (balance.missing.size() > most_listed ? ", ..." : "");
}

json warnings_of(const codegen::Program& program) {
    const model::Model& model = program.model;
    std::vector<std::string> warnings = model::check(model);
    for (const std::uint32_t index : codegen::missing_values(program)) {
        const model::Parameter& parameter = model.parameters[index];
        warnings.push_back(to_string(parameter.place) + ": `" + parameter.name +
                           "` has no value: whoever runs the model must give it one");
    }
    const model::UnitBalance balance = model::balance_units(model);
    for (const auto* list : {&balance.unknown, &balance.imbalances})
        warnings.insert(warnings.end(), list->begin(), list->end());
    if (!balance.missing.empty()) warnings.push_back(missing_units(balance));
    return warnings;
}

json stiffness_of(const codegen::Program& program) {
    const auto found = find_stiffness(program);
    if (!found) return {};
    return {{"fastest", found->fastest}, {"slowest", found->slowest}, {"ratio", found->ratio()}};
}

// --- as text ---

/// Rows of words in columns as wide as they need; the last column is free.
std::string table(const std::string& title, const std::vector<std::array<std::string, 4>>& rows) {
    if (rows.empty()) return {};
    std::array<std::size_t, 4> width{};
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < 3; ++column) width[column] = std::max(width[column], row[column].size());
    }
    std::string text = title + "\n";
    for (const auto& row : rows) {
        std::string line = "  ";
        for (std::size_t column = 0; column < 3; ++column)
            line += row[column] + std::string(width[column] - row[column].size() + 2, ' ');
        line += row[3];
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text + "\n";
}

std::string table_of(const std::string& title, const json& list, const std::string& without_value) {
    std::vector<std::array<std::string, 4>> rows;
    for (const json& entry : list) {
        std::string value;
        if (entry.contains("value"))
            value = entry["value"].is_number() ? shortest(entry["value"].get<double>()) : without_value;
        rows.push_back({entry["name"].get<std::string>(), value, entry["unit"].get<std::string>(),
                        entry["meaning"].get<std::string>()});
    }
    return table(title + " (" + std::to_string(rows.size()) + ")", rows);
}

std::string summary(const json& report) {
    const auto count = [&](const char* key, const char* word) {
        return counted(static_cast<std::int64_t>(report[key].size()), word) + ", ";
    };
    return report["name"].get<std::string>() + ": " + count("states", "state") + count("parameters", "parameter") +
           count("inputs", "input") + count("outputs", "output") + count("events", "event") + "time in " +
           report["time_unit"].get<std::string>() + "\n\n";
}

std::string events_text(const json& events) {
    std::vector<std::array<std::string, 4>> rows;
    for (const json& event : events) {
        const auto targets = event["sets"].get<std::vector<std::string>>();
        rows.push_back({event["name"].get<std::string>(), "", "",
                        targets.empty() ? "sets nothing" : "sets " + join(targets, ", ")});
    }
    return table("events (" + std::to_string(rows.size()) + ")", rows);
}

std::string followers_text(const json& follow) {
    if (follow.empty())
        return "none of these states is left to follow from the others: there are equations or fast reactions, or the "
               "Jacobian would grow\n";
    return "not solved for, because they follow from the others: " + join(follow.get<std::vector<std::string>>(), ", ") +
           "\n";
}

std::string hints_text(const json& report) {
    const json& sizes = report["sizes"];
    std::string text = "rates: " + sizes["operations"].dump() + " operations; Jacobian: " + sizes["jacobian"].dump() +
                       " non-zeros; LU: " + sizes["lu"].dump() + " non-zeros\n";
    for (const json& sum : report["conserved"]["sums"]) text += "conserved: " + sum.get<std::string>() + "\n";
    if (!report["conserved"]["sums"].empty()) text += followers_text(report["conserved"]["follow"]);
    const json& stiffness = report["stiffness"];
    if (stiffness.is_null()) return text;
    std::ostringstream line;
    line.precision(2);
    line << "at the start, time scales from " << 1.0 / stiffness["fastest"].get<double>() << " to "
         << 1.0 / stiffness["slowest"].get<double>() << ' ' << report["time_unit"].get<std::string>() << ": "
         << (stiffness["ratio"].get<double>() > stiff ? "stiff" : "not stiff") << " there (a hint, no more)\n";
    return text + line.str();
}

std::string lines(const std::string& word, const json& list) {
    std::string text;
    for (std::size_t at = 0; at < std::min(list.size(), most_warnings); ++at)
        text += word + ": " + list[at].get<std::string>() + "\n";
    if (list.size() > most_warnings)
        text += word + ": ... and " + std::to_string(list.size() - most_warnings) + " more, see --json\n";
    return text;
}

}  // namespace

json report_json(const codegen::Program& program, const codegen::ModelPlan& plan) {
    const model::Model& model = program.model;
    return {
        {"name", model.name},
        {"time_unit", model.time_unit},
        {"states", states_of(program)},
        {"parameters", parameters_of(model)},
        {"inputs", inputs_of(model)},
        {"outputs", outputs_of(model)},
        {"events", events_of(model)},
        {"conserved", conservation_of(program)},
        {"sizes",
         {{"operations", model::summarise(model).operations}, {"jacobian", plan.sizes.n_jacobian}, {"lu", plan.sizes.n_lu}}},
        {"stiffness", stiffness_of(program)},
        {"notes", model.remarks},
        {"warnings", warnings_of(program)}};
}

std::string report_text(const codegen::Program& program, const codegen::ModelPlan& plan) {
    const json report = report_json(program, plan);
    return summary(report) + table_of("states, at the start", report["states"], "left open") +
           table_of("parameters", report["parameters"], "left open") +
           table_of("inputs", report["inputs"], "mandatory") + table_of("outputs and features", report["outputs"], "") +
           events_text(report["events"]) + hints_text(report) + lines("note", report["notes"]) +
           lines("warning", report["warnings"]);
}

}  // namespace kohort::cli
