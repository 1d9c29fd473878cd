// What is uncertain: inputs with their distributions, groups, correlations; and the schedule that some of them vary.
#include "io/uncertainty_sections.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "io/cohort_file.hpp"
#include "io/study_keys.hpp"
#include "io/study_sections.hpp"

#include <algorithm>

namespace kohort::io {
namespace {

using Field = trial::PersonalQuantity::Field;

const std::map<std::string, Field>& fields_of(bool is_dose) {
    static const std::map<std::string, Field> of_dose{{"amt", Field::amount},
                                                      {"time", Field::dose_time},
                                                      {"rate", Field::rate},
                                                      {"dur", Field::duration},
                                                      {"ii", Field::interval}};
    static const std::map<std::string, Field> of_input{
        {"value", Field::value}, {"time", Field::change_time}, {"lasting", Field::lasting}};
    return is_dose ? of_dose : of_input;
}

template <class Map>
std::vector<std::string> names_of(const Map& map) {
    std::vector<std::string> names;
    for (const auto& [name, value] : map) names.push_back(name);
    return names;
}

/// "lunch.value": what of the schedule an input varies.
trial::PersonalQuantity personal_quantity(const Value& value, const std::map<std::string, ScheduleEntry>& schedule) {
    const std::string name = value.symbol();
    const auto dot = name.rfind('.');
    if (dot == std::string::npos)
        value.refuse("\"" + name + "\" does not say which number of the schedule varies",
                     "name an entry and one of its keys, such as lunch.value");
    const auto entry = schedule.find(name.substr(0, dot));
    if (entry == schedule.end())
        value.refuse("the schedule has no entry \"" + name.substr(0, dot) + "\"",
                     schedule.empty() ? "add a schedule" : suggest(name.substr(0, dot), names_of(schedule)));
    const auto& fields = fields_of(entry->second.is_dose);
    const auto field = fields.find(name.substr(dot + 1));
    if (field == fields.end())
        value.refuse("\"" + name.substr(dot + 1) + "\" of " + entry->first + " cannot vary",
                     suggest(name.substr(dot + 1), names_of(fields)));
    return {name, field->second, entry->second.index, value.place()};
}

struct Kind {
    InputKind kind = InputKind::parameter;
    Value name;
};

Kind kind_of(const Value& input, const std::vector<NamedValue>& items) {
    std::vector<Kind> kinds;
    for (const NamedValue& item : items) {
        const auto found = std::find(study_keys::input_kinds.begin(), study_keys::input_kinds.end(), item.name);
        if (found != study_keys::input_kinds.end())
            kinds.push_back({static_cast<InputKind>(found - study_keys::input_kinds.begin()), item.value});
    }
    if (kinds.size() == 1) return kinds.front();
    input.refuse(kinds.empty() ? "this does not say what is uncertain" : "this says twice what is uncertain",
                 "give one of parameter, factor, initial, covariate, schedule, such as parameter: CL");
}

cohort::Role role_of(InputKind kind) {
    switch (kind) {
        case InputKind::parameter:
        case InputKind::initial: return cohort::Role::parameter;
        case InputKind::factor: return cohort::Role::factor;
        default: return cohort::Role::covariate;
    }
}

int group_number(const std::string& label, uncertainty::UncertaintyStudy& study) {
    const auto found = std::find(study.groups.begin(), study.groups.end(), label);
    if (found != study.groups.end()) return static_cast<int>(found - study.groups.begin());
    study.groups.push_back(label);
    return static_cast<int>(study.groups.size()) - 1;
}

/// Of a uniform distribution [unit of its low]; else 0.
double width_of(const cohort::Distribution& distribution) {
    const auto low = distribution.numbers.find("low");
    const auto high = distribution.numbers.find("high");
    const bool cut = distribution.numbers.contains("min") || distribution.numbers.contains("max");
    if (distribution.kind != "uniform" || cut || low == distribution.numbers.end() || high == distribution.numbers.end())
        return 0;
    return value_in(high->second, low->second.unit) - low->second.value;
}

void read_input(const Value& input, const std::map<std::string, ScheduleEntry>& schedule,
                const std::filesystem::path& folder, UncertaintyFile& file) {
    std::vector<NamedValue> items = named_values(input);
    const Kind kind = kind_of(input, items);
    const std::string name = kind.name.symbol();
    std::optional<Value> group;
    std::erase_if(items, [&](const NamedValue& item) {
        if (item.name == "group") group = item.value;
        return item.name == "group" || std::find(study_keys::input_kinds.begin(), study_keys::input_kinds.end(),
                                                 item.name) != study_keys::input_kinds.end();
    });
    if (kind.kind == InputKind::schedule) file.personal.push_back(personal_quantity(kind.name, schedule));
    cohort::AttributeDescription attribute = read_attribute(name, input, items, role_of(kind.kind), folder);
    if (attribute.recipe) {
        if (attribute.recipe->distribution.kind == "constant")
            input.refuse("\"" + name + "\" is not uncertain: it has one value",
                         "give it a distribution, or move it to model: parameters:");
        file.study.inputs.push_back(name);
        file.study.widths.push_back(width_of(attribute.recipe->distribution));
        file.study.group_of.push_back(group_number(group ? group->id() : name, file.study));
    } else if (group) {
        group->refuse("\"" + name + "\" follows from other inputs, so it is in no group of its own", "leave group out");
    }
    file.inputs.attributes.push_back(std::move(attribute));
    file.input_kinds.push_back(kind.kind);
}

}  // namespace

std::map<std::string, ScheduleEntry> read_schedule(const Value& value, trial::Arm& arm) {
    std::map<std::string, ScheduleEntry> entries;
    for (const NamedValue& named : named_values(value)) {
        const std::vector<NamedValue> keys = named_values(named.value);
        const bool is_dose = std::any_of(keys.begin(), keys.end(),
                                         [](const NamedValue& key) { return key.name == "cmt" || key.name == "amt"; });
        if (is_dose) {
            entries[named.name] = {true, arm.dosing.size()};
            arm.dosing.push_back(read_dose(named.value));
        } else {
            entries[named.name] = {false, arm.inputs.size()};
            arm.inputs.push_back(read_input_change(named.value));
        }
    }
    return entries;
}

void read_inputs(const Value& value, const std::map<std::string, ScheduleEntry>& schedule,
                 const std::filesystem::path& folder, UncertaintyFile& file) {
    file.inputs.folder = folder.string();
    file.inputs.place = value.place();
    for (const Value& input : value.list()) read_input(input, schedule, folder, file);
    if (file.study.inputs.empty()) value.refuse("nothing is uncertain", "give at least one input a distribution");
}

void read_correlations(const Value& value, UncertaintyFile& file) {
    const auto group_of = [&](const std::string& name, const Place& place) {
        const auto found = std::find(file.study.inputs.begin(), file.study.inputs.end(), name);
        if (found == file.study.inputs.end())
            throw InputError(place, "there is no uncertain input \"" + name + "\"", suggest(name, file.study.inputs));
        return file.study.group_of[static_cast<std::size_t>(found - file.study.inputs.begin())];
    };
    for (const NamedValue& named : named_values(value)) {
        cohort::Correlation pair = read_correlation(named);
        if (group_of(pair.first, pair.place) != group_of(pair.second, pair.place)) {
            throw InputError(
                pair.place,
                "\"" + pair.first + "\" and \"" + pair.second +
                    "\" are correlated but in different groups, so their shares of the variance mean nothing",
                "give both the same group: ...");
        }
        file.inputs.correlations.push_back(std::move(pair));
    }
}

}  // namespace kohort::io
