#include "io/study_file.hpp"

#include "base/mistakes.hpp"
#include "base/sha256.hpp"
#include "io/cohort_file.hpp"
#include "io/dosing_table.hpp"
#include "io/paths.hpp"
#include "io/study_check.hpp"
#include "io/study_keys.hpp"
#include "io/study_sections.hpp"
#include "io/study_text.hpp"
#include "io/text_file.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

void check_schema(const Mapping& map) {
    const Value schema = map.required("schema");
    const std::string known(study_keys::schema_name);
    if (schema.text() != known)
        schema.refuse("\"" + schema.text() + "\" cannot be read", "this program reads " + known);
}

/// Says where a shipped thing was asked for.
template <class Find>
fs::path find_at(const Place& place, Find&& find, const std::string& name) {
    try {
        return find(name);
    } catch (const InputError& error) {
        throw InputError(place, error.problem(), error.remedy());
    }
}

trial::CohortChoice read_cohort_choice(const Mapping& map) {
    trial::CohortChoice choice;
    choice.place = map.place();
    if (const auto use = map.optional("use")) choice.use = use->symbol();
    if (const auto file = map.optional("file")) choice.file = file->text();
    if (const auto persons = map.optional("persons")) choice.persons = persons->integer(1);
    if (const auto enrol = map.optional("enrol")) choice.enrol = enrol->integer(1);
    return choice;
}

/// What a study may add to a cohort that it uses; the people themselves and their name stay that cohort's own.
constexpr auto keys_that_add = std::to_array<std::string_view>(
    {"covariates", "parameters", "variability", "correlation", "limits"});

void check_adds_only(const Mapping& map) {
    for (const std::string_view key : cohort_keys) {
        if (map.has(key) && std::find(keys_that_add.begin(), keys_that_add.end(), key) == keys_that_add.end())
            throw InputError(map.place_of(key),
                             "\"" + std::string(key) + "\" belongs to the cohort that is used, not here",
                             "leave it out, or copy that cohort's file and change it");
    }
}

template <class Item>
void append(std::vector<Item>& to, std::vector<Item>&& more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Makes the file names of a recipe start at another folder.
void move_files(cohort::Recipe& recipe, const fs::path& from, const fs::path& to) {
    std::string& file = recipe.distribution.file;
    if (!file.empty()) file = fs::proximate(from / file, to.empty() ? "." : to).string();
    for (cohort::Stratum& stratum : recipe.strata) move_files(stratum.recipe, from, to);
}

/// The cohort that the study uses, with what the study adds after it: covariates after its covariates, and so on.
cohort::CohortDescription extend(cohort::CohortDescription base, const Mapping& map, const fs::path& folder) {
    check_adds_only(map);
    cohort::CohortDescription more = read_cohort_keys(map, folder);
    for (cohort::AttributeDescription& attribute : more.attributes) {
        if (attribute.recipe) move_files(*attribute.recipe, folder, base.folder);
    }
    append(base.attributes, std::move(more.attributes));
    std::stable_sort(base.attributes.begin(), base.attributes.end(),
                     [](const auto& one, const auto& other) { return one.role < other.role; });
    append(base.correlations, std::move(more.correlations));
    append(base.limits, std::move(more.limits));
    return base;
}

cohort::CohortDescription find_description(const Mapping& map, const trial::CohortChoice& choice, const fs::path& folder) {
    if (!choice.use.empty() && !choice.file.empty())
        map.refuse("both use and file say who the people are",
                   "use names a shipped cohort, file a cohort file of yours: give one");
    if (!choice.file.empty()) return extend(read_cohort(folder / choice.file), map, folder);
    if (!choice.use.empty())
        return extend(read_cohort(find_at(map.place_of("use"), find_cohort, choice.use)), map, folder);
    if (!map.has("covariates") && !map.has("parameters") && !map.has("variability") && !map.has("from"))
        map.refuse(
            "this does not say who the people are",
            "give use (a shipped cohort), file (a cohort file of yours), or covariates, parameters and the like");
    return read_cohort_keys(map, folder);
}

void check_number_of_people(trial::CohortChoice& choice, const cohort::CohortDescription& description) {
    if (choice.persons > 0 && choice.enrol > 0)
        throw InputError(choice.place, "both persons and enrol are given",
                         "persons are drawn and all simulated; enrol draws until so many are eligible");
    if (choice.persons > 0 || choice.enrol > 0) return;
    if (description.from && !description.from->resample) {
        choice.persons = description.from->table->size();
        return;
    }
    throw InputError(choice.place, "this does not say how many people there are",
                     "add persons: 1000, or enrol: 1000 to go on until so many are eligible");
}

/// Every attribute becomes a column of the result's group of twins.
void check_attribute_name(const std::string& name, const Place& place) {
    const bool reserved = name == "twin" || name == "id" || name == "attempts" || name.find('/') != std::string::npos;
    if (reserved)
        throw InputError(place, "no attribute can be called \"" + name + "\": result files use this name",
                         "choose another name");
}

void check_attribute_names(const cohort::CohortDescription& description) {
    for (const cohort::AttributeDescription& attribute : description.attributes)
        check_attribute_name(attribute.name, attribute.place);
    if (!description.from) return;
    for (const cohort::PersonsColumn& column : description.from->table->columns)
        check_attribute_name(column.name, description.from->place);
}

void read_cohort_section(const Value& value, const fs::path& folder, StudyFile& file) {
    std::vector<std::string_view> keys(study_keys::cohort.begin(), study_keys::cohort.end());
    keys.insert(keys.end(), cohort_keys.begin(), cohort_keys.end());
    const Mapping map(value, keys);
    file.study.cohort = read_cohort_choice(map);
    file.cohort = find_description(map, file.study.cohort, folder);
    check_number_of_people(file.study.cohort, file.cohort);
    check_attribute_names(file.cohort);
}

void read_sections(const Mapping& map, const fs::path& folder, trial::TrialStudy& study, Mistakes& mistakes) {
    const auto required = [&](std::string_view key, auto&& read) { mistakes.attempt([&] { read(map.required(key)); }); };
    const auto optional = [&](std::string_view key, auto&& read) {
        mistakes.attempt([&] {
            if (const auto value = map.optional(key)) read(*value);
        });
    };
    required("name", [&](const Value& value) { study.name = value.id(); });
    optional("title", [&](const Value& value) { study.title = value.text(); });
    required("seed", [&](const Value& value) { study.seed = value.seed(); });
    required("model", [&](const Value& value) { study.model = read_model(value); });
    required("duration", [&](const Value& value) { study.duration = value.positive_time(); });
    required("arms", [&](const Value& value) { study.arms = read_arms(value, folder); });
    optional("eligibility", [&](const Value& value) { study.eligibility = read_eligibility(value); });
    optional("visits", [&](const Value& value) { study.visits = read_visits(value); });
    optional("challenges", [&](const Value& value) { study.challenges = read_challenges(value); });
    optional("outcomes", [&](const Value& value) { study.outcomes = read_outcomes(value); });
    optional("endpoints", [&](const Value& value) { study.endpoints = read_endpoints(value); });
    optional("dropout", [&](const Value& value) { study.dropout = read_dropout(value); });
    optional("randomisation", [&](const Value& value) { study.randomisation = read_randomisation(value); });
    optional("analyses", [&](const Value& value) { study.analyses = read_analyses(value); });
    optional("operating_characteristics",
             [&](const Value& value) { study.operating_characteristics = read_operating_characteristics(value); });
}

/// What a study asks of a cohort that is a list of persons, or is not.
void check_persons(const StudyFile& file) {
    const cohort::PersonsTable none;
    const cohort::PersonsTable& persons = file.cohort.from ? *file.cohort.from->table : none;
    for (const trial::Arm& arm : file.study.arms) match_persons(arm, persons);
    const auto& repeated = file.study.operating_characteristics;
    const bool is_finite = file.cohort.from && !file.cohort.from->resample;
    if (repeated && repeated->mode == "fresh" && is_finite)
        throw InputError(repeated->place,
                         "mode: fresh needs new people for every trial, and this cohort is a list of persons",
                         "use mode: bank, or let the cohort resample its persons (from: {resample: true})");
    if (is_finite && file.study.cohort.enrol > persons.size())
        throw InputError(file.study.cohort.place,
                         "enrol: " + std::to_string(file.study.cohort.enrol) + " is more than the " +
                             std::to_string(persons.size()) + " persons in " + persons.file,
                         "enrol fewer, or let the cohort resample its persons (from: {resample: true})");
    if (is_finite && file.study.cohort.persons > persons.size())
        throw InputError(file.study.cohort.place,
                         "persons: " + std::to_string(file.study.cohort.persons) + " is more than the " +
                             std::to_string(persons.size()) + " in " + persons.file,
                         "leave persons out to take everybody, or resample them (from: {resample: true})");
}

}  // namespace

fs::path find_model_text(const trial::ModelChoice& model, const fs::path& folder) {
    const fs::path path = model.use.empty() ? folder / model.file : find_at(model.place, find_model, model.use);
    if (!fs::exists(path))
        throw InputError(model.place, "there is no model file " + path.string(),
                         "file: starts at the folder of the study file");
    return path;
}

StudyFile parse_study(std::string_view text, const std::string& name, const fs::path& folder) {
    const Mapping map(Value(parse_yaml(text, name), ""), study_keys::study);
    check_schema(map);
    StudyFile file;
    Mistakes mistakes;
    read_sections(map, folder, file.study, mistakes);
    mistakes.attempt([&] { read_cohort_section(map.required("cohort"), folder, file); });
    mistakes.throw_if_any();
    check_study(file.study);
    check_persons(file);
    file.model_path = find_model_text(file.study.model, folder);
    file.study.canonical_text = canonical_text(file.study, file.cohort, folder);
    file.sha256 = sha256_hex(file.study.canonical_text);
    return file;
}

StudyFile read_study(const fs::path& path) {
    StudyFile file = parse_study(read_text_file(path, YamlLimits{}.bytes), path.string(), path.parent_path());
    file.path = path;
    return file;
}

}  // namespace kohort::io
