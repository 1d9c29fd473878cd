// What a unit is made of, for checks of whether formulas balance.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kohort {

/// So many basic units, times a factor.
struct UnitSize {
    double factor = 1.0;
    std::map<std::string, double> powers;  // of m, kg, s, mol, K, U, ...; without those that are 0, and without radians
};

/// None for what is no unit. A unit with an offset (degC) counts as its difference. Thread-safe.
[[nodiscard]] std::optional<UnitSize> size_of_unit(std::string_view unit);

}  // namespace kohort
