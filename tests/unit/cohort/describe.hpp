// Descriptions of cohorts in a few words, as a reader of files would make them.
#pragma once

#include "base/units.hpp"
#include "cohort/description.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace kohort::cohort::tests {

using Number = std::pair<const char*, const char*>;  // key, quantity

inline Place line(int number) { return {"cohort.yaml", number, 5}; }

inline Distribution distribution(std::string kind, std::initializer_list<Number> numbers, int at = 1) {
    Distribution result;
    result.kind = std::move(kind);
    result.place = line(at);
    for (const auto& [key, text] : numbers) result.numbers[key] = parse_quantity(text, line(at));
    return result;
}

inline Distribution categorical(std::initializer_list<Number> levels, int at = 1) {
    Distribution result;
    result.kind = "categorical";
    result.place = line(at);
    for (const auto& [name, share] : levels) result.levels.push_back({name, parse_quantity(share, line(at)), line(at)});
    return result;
}

inline std::vector<Quantity> quantities(std::initializer_list<const char*> texts, int at = 1) {
    std::vector<Quantity> result;
    for (const char* text : texts) result.push_back(parse_quantity(text, line(at)));
    return result;
}

inline Recipe drawn(Distribution distribution) {
    const Place place = distribution.place;
    return {std::move(distribution), "", {}, place};
}

inline Recipe by(std::string attribute, std::vector<std::pair<std::string, Recipe>> strata, int at = 1) {
    Recipe recipe;
    recipe.by = std::move(attribute);
    recipe.place = line(at);
    for (auto& [level, stratum] : strata) recipe.strata.push_back({level, std::move(stratum), line(at)});
    return recipe;
}

/// Builds a description step by step: Description().add("age", distribution(...)).add(...).
struct Description : CohortDescription {
    Description() { place = line(1); }

    Description& add(std::string called, Recipe recipe, Role role = Role::covariate) {
        AttributeDescription attribute;
        attribute.name = std::move(called);
        attribute.role = role;
        attribute.place = recipe.place;
        attribute.recipe = std::move(recipe);
        attributes.push_back(std::move(attribute));
        return *this;
    }
    Description& add(std::string called, Distribution of, Role role = Role::covariate) {
        return add(std::move(called), drawn(std::move(of)), role);
    }
    Description& formula(std::string called, std::string text, std::string unit, int at = 1) {
        AttributeDescription attribute;
        attribute.name = std::move(called);
        attribute.place = line(at);
        attribute.formula = std::move(text);
        attribute.formula_place = line(at);
        attribute.unit = std::move(unit);
        attributes.push_back(std::move(attribute));
        return *this;
    }
    Description& bands(std::string called, std::string of, std::initializer_list<const char*> edges,
                       std::vector<std::string> levels, int at = 1) {
        AttributeDescription attribute;
        attribute.name = std::move(called);
        attribute.place = line(at);
        attribute.bands = Bands{std::move(of), quantities(edges, at), std::move(levels)};
        attributes.push_back(std::move(attribute));
        return *this;
    }
    Description& correlate(std::string first, std::string second, const char* rho, int at = 1) {
        correlations.push_back({std::move(first), std::move(second), parse_quantity(rho, line(at)), line(at)});
        return *this;
    }
    Description& limit(std::string called, const char* min, const char* max, int at = 1) {
        Limit limit{std::move(called), {}, {}, line(at)};
        if (min != nullptr) limit.min = parse_quantity(min, line(at));
        if (max != nullptr) limit.max = parse_quantity(max, line(at));
        limits.push_back(std::move(limit));
        return *this;
    }
};

/// What an InputError says, or "no error".
inline std::string message_of(auto&& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

inline std::string refusal(const CohortDescription& description) {
    return message_of([&] { (void)make_cohort(description, 1); });
}

/// One attribute of the first n persons.
inline std::vector<double> values_of(const Cohort& cohort, std::size_t attribute, std::int64_t n) {
    std::vector<double> values;
    for (std::int64_t twin = 0; twin < n; ++twin) values.push_back(cohort.describe(twin).value[attribute]);
    return values;
}

}  // namespace kohort::cohort::tests
