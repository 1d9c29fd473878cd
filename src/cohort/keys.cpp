#include "cohort/keys.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

#include <vector>

namespace kohort::cohort {

const Quantity* Keys::find(std::string_view key) const {
    const auto found = distribution_.numbers.find(std::string(key));
    return found == distribution_.numbers.end() ? nullptr : &found->second;
}

const Quantity& Keys::required(std::string_view key) const {
    if (const Quantity* quantity = find(key)) {
        read_.emplace(key);
        return *quantity;
    }
    throw InputError(distribution_.place,
                     "the " + distribution_.kind + " distribution has no '" + std::string(key) + "'",
                     "add '" + std::string(key) + ": ...'");
}

double Keys::level(std::string_view key) const { return value_in(required(key), unit_); }

std::optional<double> Keys::optional_level(std::string_view key) const {
    if (!has(key)) return std::nullopt;
    return level(key);
}

double Keys::spread(std::string_view key) const {
    const Quantity& quantity = required(key);
    const double spread = unit_converter(quantity.unit, unit_, quantity.place).difference(quantity.value);
    if (spread < 0) refuse(key, "'" + std::string(key) + "' is negative", "a spread is zero or more");
    return spread;
}

double Keys::number(std::string_view key) const { return value_in(required(key), "1"); }

double Keys::ratio(std::string_view key) const {
    const double ratio = number(key);
    if (ratio < 0) refuse(key, "'" + std::string(key) + "' is negative", "a spread is zero or more");
    return ratio;
}

void Keys::require_absolute(std::string_view key, const std::string& what) const {
    kohort::require_absolute(unit_, what, required(key).place);
}

double Keys::positive(std::string_view key) const {
    const double value = number(key);
    if (!(value > 0)) refuse(key, "'" + std::string(key) + "' is not greater than zero", "give a positive number");
    return value;
}

std::string_view Keys::one_of(std::initializer_list<std::string_view> keys) const {
    std::string_view given;
    std::vector<std::string> names;
    for (const std::string_view key : keys) {
        names.push_back("'" + std::string(key) + "'");
        if (!has(key)) continue;
        if (!given.empty())
            refuse(key, "both '" + std::string(given) + "' and '" + std::string(key) + "' are given", "leave one out");
        given = key;
    }
    if (!given.empty()) return given;
    throw InputError(distribution_.place,
                     "the " + distribution_.kind + " distribution needs one of " + join(names, ", "), "add one of them");
}

void Keys::refuse_unread() const {
    for (const auto& [key, quantity] : distribution_.numbers) {
        if (read_.contains(key)) continue;
        throw InputError(
            quantity.place,
            "'" + key + "' has no effect beside the other keys of this " + distribution_.kind + " distribution",
            "leave it out");
    }
}

void Keys::refuse(std::string_view key, const std::string& problem, const std::string& remedy) const {
    const Quantity* quantity = find(key);
    throw InputError(quantity != nullptr ? quantity->place : distribution_.place, problem, remedy);
}

}  // namespace kohort::cohort
