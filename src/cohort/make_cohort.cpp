#include "base/text.hpp"
#include "base/units.hpp"
#include "cohort/cohort.hpp"
#include "cohort/description.hpp"
#include "cohort/drawn_cohort.hpp"
#include "cohort/margin.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace kohort::cohort {

namespace {

constexpr std::int64_t most_attempts = 1'000'000;  // below max_occasions of base/random.hpp

/// FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923): the draw number of an attribute comes from its name, so that adding or
/// moving attributes leaves everybody's other values as they are.
std::uint32_t draw_number(std::string_view name) {
    std::uint32_t hash = 2166136261U;
    for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
    return hash;
}

bool is_attribute_name(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    };
    const auto is_other = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
    if (name.empty() || !is_letter(name[0])) return false;
    return std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_other(c); });
}

/// Fills in what may be left out: `dist` beside `value`, and the log-normal with median 1 of a factor.
Distribution completed(Distribution distribution, Role role) {
    if (distribution.kind.empty() && distribution.numbers.contains("value")) distribution.kind = "constant";
    if (distribution.kind.empty() && role == Role::factor) distribution.kind = "lognormal";
    if (distribution.kind.empty())
        throw InputError(distribution.place, "a distribution is missing", "write dist: normal, or a fixed value: 5 L/h");
    const bool has_centre = distribution.numbers.contains("median") || distribution.numbers.contains("mean");
    if (role == Role::factor && distribution.kind == "lognormal" && !has_centre) {
        distribution.numbers["median"] = {1.0, "1", distribution.place};
    }
    return distribution;
}

class Planner {
public:
    explicit Planner(const CohortDescription& description) : description_(description) {}

    [[nodiscard]] DrawPlan plan() {
        add_columns();
        for (const AttributeDescription& attribute : description_.attributes) add_attribute(attribute);
        if (plan_.attributes.empty())
            throw InputError(description_.place, "the cohort describes nobody: it has no attributes",
                             "add covariates or parameters");
        plan_.mixer = ScoreMixer(plan_.attributes.size(), description_.correlations,
                                 [this](const std::string& name, const Place& place) { return correlated(name, place); });
        for (const Limit& limit : description_.limits) add_limit(limit);
        if (description_.attempts < 1 || description_.attempts > most_attempts) {
            throw InputError(description_.place, "'attempts' is not between 1 and " + std::to_string(most_attempts),
                             "1000 is usual");
        }
        plan_.max_attempts = description_.attempts;
        return std::move(plan_);
    }

private:
    void add_columns();
    void add_attribute(const AttributeDescription& attribute);
    void add(Attribute attribute, Rule rule);
    void add_limit(const Limit& limit);
    [[nodiscard]] Measure measure(const Recipe& recipe, Role role) const;
    [[nodiscard]] DrawRule draw_rule(const Recipe& recipe, const Attribute& attribute) const;
    [[nodiscard]] BandsRule bands_rule(const Bands& bands, const Place& place) const;
    [[nodiscard]] std::size_t find(const std::string& name, const Place& place) const;
    [[nodiscard]] std::size_t correlated(const std::string& name, const Place& place) const;

    const CohortDescription& description_;
    DrawPlan plan_;
    std::map<std::uint32_t, std::string> names_by_draw_;
};

std::size_t Planner::find(const std::string& name, const Place& place) const {
    std::vector<std::string> known;
    for (std::size_t attribute = 0; attribute < plan_.attributes.size(); ++attribute) {
        if (plan_.attributes[attribute].name == name) return attribute;
        known.push_back(plan_.attributes[attribute].name);
    }
    for (const AttributeDescription& later : description_.attributes) {
        if (later.name == name)
            throw InputError(place, "'" + name + "' comes later",
                             "move it above this one: attributes look only upwards");
    }
    throw InputError(place, "the cohort has no attribute '" + name + "'", suggest(name, known));
}

void Planner::add(Attribute attribute, Rule rule) {
    if (!is_attribute_name(attribute.name)) {
        throw InputError(attribute.place, "'" + attribute.name + "' is not a name",
                         "use letters, digits, _ and ., beginning with a letter");
    }
    const bool repeated = std::any_of(plan_.attributes.begin(), plan_.attributes.end(),
                                      [&](const Attribute& other) { return other.name == attribute.name; });
    if (repeated)
        throw InputError(attribute.place, "'" + attribute.name + "' is described twice", "rename or remove one");
    check_unit(attribute.unit, attribute.place);
    const std::uint32_t draw = draw_number(attribute.name);
    const auto [entry, is_new] = names_by_draw_.emplace(draw, attribute.name);
    if (!is_new) {
        throw InputError(
            attribute.place,
            "'" + attribute.name + "' and '" + entry->second + "' would be drawn from the same random numbers",
            "rename one of them");
    }
    plan_.draw.push_back(draw);
    plan_.attributes.push_back(std::move(attribute));
    plan_.rules.push_back(std::move(rule));
}

void Planner::add_columns() {
    if (!description_.from) return;
    plan_.table = description_.from->table;
    plan_.resample = description_.from->resample;
    KOHORT_CHECK(plan_.table != nullptr);
    if (plan_.table->size() == 0)
        throw InputError(description_.from->place, plan_.table->file + " has no persons", "write one line for each");
    for (std::size_t column = 0; column < plan_.table->columns.size(); ++column) {
        const PersonsColumn& from = plan_.table->columns[column];
        KOHORT_CHECK(from.value.size() == plan_.table->columns.front().value.size());
        add({from.name, from.unit, from.levels, Role::covariate, description_.from->place}, ColumnRule{column});
    }
}

void Planner::add_attribute(const AttributeDescription& described) {
    KOHORT_CHECK(int{described.recipe.has_value()} + int{!described.formula.empty()} + int{described.bands.has_value()} == 1);
    Attribute attribute{described.name, described.unit, {}, described.role, described.place};
    if (!attribute.unit.empty()) check_unit(attribute.unit, described.place);
    if (described.recipe) {
        Measure natural = measure(*described.recipe, described.role);
        if (attribute.unit.empty()) attribute.unit = natural.unit;
        attribute.levels = std::move(natural.levels);
    } else if (described.bands) {
        attribute.unit = "1";
        attribute.levels = described.bands->levels;
    } else if (attribute.unit.empty()) {
        throw InputError(described.place, "the formula of '" + described.name + "' has no unit",
                         "add the unit of its result, as in {formula: weight / height^2, unit: kg/m2}");
    }
    if (described.role == Role::factor && !convertible(attribute.unit, "1")) {
        throw InputError(described.place,
                         "the variability of '" + described.name + "' is a factor, so it has no unit such as '" +
                             attribute.unit + "'",
                         "give a factor such as {omega: 0.3}, or describe the value under 'parameters'");
    }
    if (described.role == Role::factor) attribute.unit = "1";
    if (described.recipe) {
        DrawRule rule = draw_rule(*described.recipe, attribute);
        add(std::move(attribute), std::move(rule));
    } else if (described.bands) {
        add(std::move(attribute), bands_rule(*described.bands, described.place));
    } else {
        AttributeFormula formula(described.formula, described.formula_place, plan_.attributes, attribute.unit);
        add(std::move(attribute), std::move(formula));
    }
}

Measure Planner::measure(const Recipe& recipe, Role role) const {
    if (recipe.by.empty()) return measure_of(completed(recipe.distribution, role), description_.folder);
    if (recipe.strata.empty())
        throw InputError(recipe.place, "'by: " + recipe.by + "' has no strata", "give one distribution for each level");
    Measure first = measure(recipe.strata.front().recipe, role);
    for (const Stratum& stratum : recipe.strata) {
        if (measure(stratum.recipe, role).levels == first.levels) continue;
        throw InputError(
            stratum.place,
            "the stratum '" + stratum.level + "' has other levels than '" + recipe.strata.front().level + "'",
            "give the same levels in the same order; a level may have probability 0");
    }
    return first;
}

DrawRule Planner::draw_rule(const Recipe& recipe, const Attribute& attribute) const {
    DrawRule rule;
    if (recipe.by.empty()) {
        rule.margin = make_margin(completed(recipe.distribution, attribute.role), attribute.unit, description_.folder);
        return rule;
    }
    rule.by = find(recipe.by, recipe.place);
    const std::vector<std::string>& levels = plan_.attributes[rule.by].levels;
    if (levels.empty()) {
        throw InputError(recipe.place, "'" + recipe.by + "' is a number, so it makes no strata",
                         "cut it into levels first: " + recipe.by + "_band: {bands_of: " + recipe.by +
                             ", edges: [...], levels: [...]}");
    }
    rule.strata.resize(levels.size());
    std::set<std::string> given;
    for (const Stratum& stratum : recipe.strata) {
        const auto level = std::find(levels.begin(), levels.end(), stratum.level);
        if (level == levels.end())
            throw InputError(stratum.place, "'" + recipe.by + "' has no level '" + stratum.level + "'",
                             suggest(stratum.level, levels));
        if (!given.insert(stratum.level).second)
            throw InputError(stratum.place, "the stratum '" + stratum.level + "' is given twice", "keep one");
        rule.strata[static_cast<std::size_t>(level - levels.begin())] = draw_rule(stratum.recipe, attribute);
    }
    for (const std::string& level : levels) {
        if (!given.contains(level))
            throw InputError(recipe.place, "the level '" + level + "' of '" + recipe.by + "' has no distribution",
                             "add it");
    }
    return rule;
}

BandsRule Planner::bands_rule(const Bands& bands, const Place& place) const {
    BandsRule rule{.of = find(bands.of, place), .edges = {}};
    const Attribute& of = plan_.attributes[rule.of];
    if (!of.levels.empty())
        throw InputError(place, "'" + bands.of + "' is categorical already", "cut a number into bands");
    for (const Quantity& edge : bands.edges) {
        const double value = value_in(edge, of.unit);
        if (!rule.edges.empty() && !(value > rule.edges.back()))
            throw InputError(edge.place, "the edges of bands do not ascend", "put them in order, each once");
        rule.edges.push_back(value);
    }
    if (bands.levels.size() != bands.edges.size() + 1 || bands.edges.empty()) {
        throw InputError(place,
                         std::to_string(bands.edges.size()) + " edges cut into " + std::to_string(bands.edges.size() + 1) +
                             " bands, but " + std::to_string(bands.levels.size()) + " levels are named",
                         "name one level more than there are edges");
    }
    const std::set<std::string> distinct(bands.levels.begin(), bands.levels.end());
    if (distinct.size() != bands.levels.size())
        throw InputError(place, "two bands have the same name", "rename one of the two");
    return rule;
}

std::size_t Planner::correlated(const std::string& name, const Place& place) const {
    const std::size_t attribute = find(name, place);
    if (std::holds_alternative<DrawRule>(plan_.rules[attribute])) return attribute;
    throw InputError(place, "'" + name + "' is not drawn from a distribution, so it cannot be correlated",
                     "correlate the attributes that it is computed from");
}

void Planner::add_limit(const Limit& limit) {
    LimitRule rule{.attribute = find(limit.name, limit.place),
                   .min = -std::numeric_limits<double>::infinity(),
                   .max = std::numeric_limits<double>::infinity()};
    const Attribute& attribute = plan_.attributes[rule.attribute];
    if (!attribute.levels.empty())
        throw InputError(limit.place, "'" + limit.name + "' is categorical, so it has no limits",
                         "give a level probability 0 instead");
    if (!limit.min && !limit.max)
        throw InputError(limit.place, "the limits of '" + limit.name + "' have neither min nor max",
                         "give at least one");
    if (limit.min) rule.min = value_in(*limit.min, attribute.unit);
    if (limit.max) rule.max = value_in(*limit.max, attribute.unit);
    if (!(rule.min < rule.max))
        throw InputError(limit.place, "the limits of '" + limit.name + "' leave no room: max is not above min",
                         "exchange them");
    plan_.limits.push_back(rule);
}

}  // namespace

std::unique_ptr<DrawnCohort> make_drawn_cohort(const CohortDescription& description, std::uint64_t seed) {
    return std::make_unique<DrawnCohort>(Planner(description).plan(), seed);
}

std::unique_ptr<Cohort> make_cohort(const CohortDescription& description, std::uint64_t seed) {
    return make_drawn_cohort(description, seed);
}

}  // namespace kohort::cohort
