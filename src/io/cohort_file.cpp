#include "io/cohort_file.hpp"

#include "base/text.hpp"
#include "io/persons_file.hpp"

#include <algorithm>

namespace kohort::io {
namespace {

using namespace cohort;
namespace fs = std::filesystem;

constexpr auto recipe_words = std::to_array<std::string_view>(
    {"unit", "source", "meaning", "by", "formula", "bands_of"});

bool is_one_of(std::string_view key, KeyList keys) { return std::find(keys.begin(), keys.end(), key) != keys.end(); }

/// The item of a section under key, or nothing; unlike Mapping, any other key may be there too.
std::optional<Value> item(const std::vector<NamedValue>& items, std::string_view key) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const NamedValue& one) { return one.name == key; });
    if (found == items.end()) return std::nullopt;
    return found->value;
}

void allow_only(const std::vector<NamedValue>& items, std::initializer_list<std::string_view> keys) {
    const std::vector<std::string> known(keys.begin(), keys.end());
    for (const NamedValue& one : items) {
        if (!is_one_of(one.name, KeyList(keys.begin(), keys.size())))
            throw InputError(one.place, one.value.path() + ": unknown key", suggest(one.name, known));
    }
}

std::vector<Quantity> read_quantity_list(const Value& value) {
    std::vector<Quantity> quantities;
    for (const Value& one : value.list()) quantities.push_back(one.quantity_or_number());
    return quantities;
}

std::vector<Level> read_levels(const Value& value) {
    std::vector<Level> levels;
    for (const NamedValue& level : named_values(value))
        levels.push_back({level.name, level.value.quantity_or_number(), level.place});
    return levels;
}

/// Puts one key of a distribution where it belongs; make_cohort knows which keys each kind takes.
void read_distribution_key(const NamedValue& key, Distribution& distribution) {
    if (key.name == "dist")
        distribution.kind = key.value.symbol();
    else if (key.name == "file")
        distribution.file = key.value.text();
    else if (key.name == "sha256")
        return;
    else if (key.name == "column")
        distribution.column = key.value.text();
    else if (key.name == "levels")
        distribution.levels = read_levels(key.value);
    else if (key.name == "edges")
        distribution.edges = read_quantity_list(key.value);
    else if (key.name == "p" && key.value.is_list())
        distribution.shares = read_quantity_list(key.value);
    else
        distribution.numbers.emplace(key.name, key.value.quantity_or_number());
}

Distribution read_distribution(const std::vector<NamedValue>& items, const Value& section, const fs::path& folder) {
    Distribution distribution;
    distribution.place = section.place();
    for (const NamedValue& key : items) {
        if (!is_one_of(key.name, recipe_words)) read_distribution_key(key, distribution);
    }
    if (!distribution.file.empty()) check_sha256(folder / distribution.file, item(items, "sha256"));
    if (!distribution.kind.empty()) return distribution;
    const bool is_fixed = distribution.numbers.contains("value");
    if (!is_fixed && !distribution.numbers.empty()) return distribution;  // cohort fills in the usual kind
    if (!is_fixed) {
        section.refuse("this says neither how the value is drawn nor what it is",
                       "add dist:, such as {dist: normal, mean: 70 kg, sd: 10 kg}, or value:");
    }
    distribution.kind = "constant";
    return distribution;
}

Recipe read_recipe(const std::vector<NamedValue>& items, const Value& section, const fs::path& folder);

Recipe read_strata(const Value& by, const fs::path& folder) {
    const std::vector<NamedValue> attributes = named_values(by);
    if (attributes.size() != 1)
        by.refuse("by looks at one attribute",
                  "write by: {sex: {female: {...}, male: {...}}}; levels may look at a further one");
    Recipe recipe;
    recipe.place = by.place();
    recipe.by = attributes.front().name;
    for (const NamedValue& level : named_values(attributes.front().value)) {
        const std::vector<NamedValue> items = named_values(level.value);
        for (const std::string_view word : {"unit", "source", "meaning", "formula", "bands_of"}) {
            if (const auto misplaced = item(items, word))
                misplaced->refuse(std::string(word) + " belongs to the attribute, not to one of its levels",
                                  "move it up");
        }
        recipe.strata.push_back({level.name, read_recipe(items, level.value, folder), level.place});
    }
    return recipe;
}

Recipe read_recipe(const std::vector<NamedValue>& items, const Value& section, const fs::path& folder) {
    if (const auto by = item(items, "by")) {
        for (const NamedValue& key : items) {
            if (!is_one_of(key.name, recipe_words))
                throw InputError(key.place, key.value.path() + ": this belongs inside the levels of by",
                                 "move it there");
        }
        return read_strata(*by, folder);
    }
    return {read_distribution(items, section, folder), "", {}, section.place()};
}

void read_attributes(const std::optional<Value>& value, Role role, CohortDescription& description) {
    if (!value) return;
    for (const NamedValue& named : named_values(*value)) {
        description.attributes.push_back(
            read_attribute(named.name, named.value, named_values(named.value), role, description.folder));
        description.attributes.back().place = named.place;
    }
}

Limit read_limit(const NamedValue& named) {
    const Mapping map(named.value, {"min", "max"});
    Limit limit{named.name, std::nullopt, std::nullopt, named.place};
    if (const auto min = map.optional("min")) limit.min = min->quantity_or_number();
    if (const auto max = map.optional("max")) limit.max = max->quantity_or_number();
    if (!limit.min && !limit.max) map.refuse("neither min nor max is given", "give at least one");
    return limit;
}

PersonsSource read_from(const Value& value, const fs::path& folder) {
    const Mapping map(value, {"file", "resample", "sha256"});
    const Value file = map.required("file");
    PersonsSource from;
    from.place = map.place();
    check_sha256(folder / file.text(), map.optional("sha256"));
    from.table = std::make_shared<const PersonsTable>(read_persons(folder / file.text()));
    if (const auto resample = map.optional("resample")) from.resample = resample->boolean();
    return from;
}

}  // namespace

AttributeDescription read_attribute(const std::string& name, const Value& section, const std::vector<NamedValue>& items,
                                    Role role, const fs::path& folder) {
    AttributeDescription attribute;
    attribute.name = name;
    attribute.role = role;
    attribute.place = section.place();
    if (const auto unit = item(items, "unit")) attribute.unit = unit->text();
    if (const auto source = item(items, "source")) attribute.source = source->text();
    if (const auto meaning = item(items, "meaning")) attribute.meaning = meaning->text();
    if (const auto formula = item(items, "formula")) {
        allow_only(items, {"formula", "unit", "source", "meaning"});
        attribute.formula = formula->text();
        attribute.formula_place = formula->place();
    } else if (const auto bands = item(items, "bands_of")) {
        allow_only(items, {"bands_of", "edges", "levels", "source", "meaning"});
        const auto edges = item(items, "edges");
        const auto levels = item(items, "levels");
        if (!edges || !levels)
            section.refuse("bands need edges and levels",
                           "write {bands_of: age, edges: [40 year], levels: [young, old]}");
        attribute.bands = Bands{bands->symbol(), read_quantity_list(*edges), levels->symbols()};
    } else {
        attribute.recipe = read_recipe(items, section, folder);
    }
    return attribute;
}

Correlation read_correlation(const NamedValue& named) {
    const std::vector<std::string_view> pair = split(named.name, '~');
    if (pair.size() != 2)
        throw InputError(named.place, "\"" + named.name + "\" is not a pair of attributes",
                         "write it as height~weight: 0.5");
    return {std::string(trim(pair[0])), std::string(trim(pair[1])), named.value.quantity_or_number(), named.place};
}

CohortDescription read_cohort_keys(const Mapping& map, const std::filesystem::path& folder) {
    CohortDescription description;
    description.place = map.place();
    description.folder = folder.string();
    if (const auto name = map.optional("name")) description.name = name->id();
    if (const auto title = map.optional("title")) description.title = title->text();
    if (const auto from = map.optional("from")) description.from = read_from(*from, folder);
    read_attributes(map.optional("covariates"), Role::covariate, description);
    read_attributes(map.optional("parameters"), Role::parameter, description);
    read_attributes(map.optional("variability"), Role::factor, description);
    if (const auto correlation = map.optional("correlation")) {
        for (const NamedValue& named : named_values(*correlation))
            description.correlations.push_back(read_correlation(named));
    }
    if (const auto limits = map.optional("limits")) {
        for (const NamedValue& named : named_values(*limits)) description.limits.push_back(read_limit(named));
    }
    if (const auto attempts = map.optional("attempts")) description.attempts = attempts->integer(1, 1'000'000'000);
    return description;
}

CohortDescription read_cohort(const std::filesystem::path& path) {
    std::vector<std::string_view> keys{"schema"};
    keys.insert(keys.end(), cohort_keys.begin(), cohort_keys.end());
    const Mapping map(Value(read_yaml(path), ""), keys);
    const Value schema = map.required("schema");
    if (schema.text() != cohort_schema_name)
        schema.refuse("\"" + schema.text() + "\" cannot be read", "this program reads " + std::string(cohort_schema_name));
    return read_cohort_keys(map, path.parent_path());
}

}  // namespace kohort::io
