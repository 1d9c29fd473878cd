#include "base/units.hpp"

#include "base/text.hpp"
#include "base/unit_table.hpp"
#include "base/unit_text.hpp"

#include <charconv>
#include <cmath>

namespace kohort {

namespace {

/// Spellings that are suggested for a unit that is not understood.
const std::vector<std::string>& usual_units() {
    static const std::vector<std::string> units{
        "kg",    "g",    "mg",    "ug",     "ng",     "mol",    "mmol",   "umol", "nmol", "pmol",   "U",     "mU",
        "L",     "dL",   "mL",    "m",      "cm",     "mm",     "s",      "min",  "h",    "d",      "week",  "month",
        "year",  "kcal", "kJ",    "MJ",     "J",      "W",      "mmHg",   "kPa",  "%",    "1",      "degC",  "mg/dL",
        "mg/L",  "g/L",  "ng/mL", "mmol/L", "umol/L", "nmol/L", "pmol/L", "mU/L", "L/h",  "mL/min", "L/min", "1/h",
        "1/min", "1/d",  "kg/m2", "kcal/d", "mg/kg",  "mg*h/L", "m2",     "bpm"};
    return units;
}

std::string remedy_for(std::string_view unit) {
    if (is_ambiguous_unit(unit)) return "use brackets: mg/(kg d), mL/min/(1.73 m2)";
    const std::string near = nearest_name(unit, usual_units());
    if (!near.empty()) return "did you mean '" + near + "'?";
    return "units are written as mg, mmol/L, kg/m2, 1/h, kcal/d, mmHg, %, ...";
}

}  // namespace

bool is_unit(std::string_view unit) { return !UnitTable::of_process().complaint(std::string(unit)); }

void check_unit(std::string_view unit, const Place& place) {
    if (auto complaint = UnitTable::of_process().complaint(std::string(unit))) {
        throw InputError(place, *std::move(complaint), remedy_for(unit));
    }
}

bool convertible(std::string_view from, std::string_view to) {
    return is_unit(from) && is_unit(to) &&
           UnitTable::of_process().converter(std::string(from), std::string(to)).has_value();
}

std::optional<UnitSize> size_of_unit(std::string_view unit) { return UnitTable::of_process().size(std::string(unit)); }

UnitConverter unit_converter(std::string_view from, std::string_view to, const Place& place) {
    check_unit(from, place);
    check_unit(to, place);
    if (const auto converter = UnitTable::of_process().converter(std::string(from), std::string(to))) return *converter;
    const std::string target(to);
    const bool molar = (convertible(from, "mol/L") && convertible(to, "g/L")) ||
                       (convertible(from, "g/L") && convertible(to, "mol/L")) ||
                       (convertible(from, "mol") && convertible(to, "g")) ||
                       (convertible(from, "g") && convertible(to, "mol"));
    throw InputError(
        place, "'" + std::string(from) + "' cannot be converted to '" + target + "'",
        molar ? "mass and amount of substance differ by a molar mass, which is not known here; write the value in " + target
              : "these measure different things; write the value in " + target + " or a unit of the same kind");
}

bool has_offset(std::string_view unit) {
    return convertible(unit, "K") && unit_converter(unit, "K").offset != 0.0;  // units with an origin are refused
}

void require_absolute(std::string_view unit, const std::string& what, const Place& place) {
    if (!has_offset(unit)) return;
    throw InputError(place, what + " has no meaning in " + std::string(unit) + ", whose zero is a convention",
                     "use K, or look at differences");
}

double convert(double value, std::string_view from, std::string_view to, const Place& place) {
    return unit_converter(from, to, place)(value);
}

double value_in(const Quantity& quantity, std::string_view unit) {
    return convert(quantity.value, quantity.unit, unit, quantity.place);
}

Quantity parse_quantity(std::string_view text, const Place& place) {
    const std::string_view trimmed = trim(text);
    const std::string quoted = "'" + std::string(trimmed) + "'";
    const std::string_view digits = trimmed.starts_with('+') ? trimmed.substr(1) : trimmed;
    double value = 0.0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool begins_like_number = !digits.empty() && ((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.' ||
                                                        (digits[0] == '-' && trimmed == digits));
    if (!begins_like_number || failure == std::errc::invalid_argument || (failure == std::errc{} && !std::isfinite(value))) {
        throw InputError(place, quoted + " is not a quantity", "write a number and its unit, as in '500 mg' or '-5 %'");
    }
    if (failure == std::errc::result_out_of_range)
        throw InputError(place, quoted + " is out of the range of numbers",
                         "choose a unit in which it is not as extreme");
    const std::string_view rest = digits.substr(static_cast<std::size_t>(end - digits.data()));
    const std::string_view unit = trim(rest);
    if (unit.empty()) return {value, "1", place};
    if (rest.starts_with(','))
        throw InputError(place, quoted + " is not a quantity", "write decimals with a point, as in '0.5 mg'");
    if (rest.starts_with('e') || rest.starts_with('E') || rest.starts_with('x') || rest.starts_with('X')) {
        throw InputError(place, quoted + " is not a quantity",
                         "put a blank between number and unit; numbers are decimal, as in '1.5e3 mg'");
    }
    std::string spelling = unit.starts_with('/') ? "1" + std::string(unit) : std::string(unit);
    if (const auto complaint = UnitTable::of_process().complaint(spelling)) {
        throw InputError(place, *complaint + " in " + quoted, remedy_for(spelling));
    }
    return {value, std::move(spelling), place};
}

}  // namespace kohort
