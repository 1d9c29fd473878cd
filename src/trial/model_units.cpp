#include "trial/model_units.hpp"

namespace kohort::trial {

namespace {

bool is_bare(const std::string& unit) { return unit.empty() || unit == "1"; }

// Throws unless units can be converted; false where both are silent and the number is taken as it is.
bool check_units(const std::string& unit, const std::string& model_unit, const std::string& what, const Place& place) {
    if (!has_unit(model_unit)) {
        if (is_bare(unit) || unit == model_unit) return false;
        throw InputError(
            place,
            model_unit.empty() ? "the model gives no unit for " + what + ", so " + unit + " cannot be converted"
                               : "the model's unit of " + what + ", \"" + model_unit + "\", is not understood",
            "annotate it in the model text, as in // [" + unit + "], or leave the unit out to speak in the model's own");
    }
    if (is_bare(unit) && !convertible("1", model_unit)) {
        throw InputError(place, "a unit is missing: " + what + " is in " + model_unit, "write the number with its unit");
    }
    if (!convertible(unit.empty() ? "1" : unit, model_unit)) {
        check_unit(unit, place);
        throw InputError(place, unit + " cannot be converted: " + what + " is in " + model_unit,
                         "give a quantity of that dimension");
    }
    return true;
}

std::string or_one(const std::string& unit) { return unit.empty() ? "1" : unit; }

}  // namespace

bool has_unit(const std::string& model_unit) { return !model_unit.empty() && is_unit(model_unit); }

UnitConverter study_to_model(const std::string& unit, const std::string& model_unit, const std::string& what,
                             const Place& place) {
    if (!check_units(unit, model_unit, what, place)) return {};
    if (or_one(unit) == "1" && model_unit == "%") {
        throw InputError(place, what + ": a bare number where a percentage is wanted: -5 could mean -5 % or -500 %",
                         "write the sign, as in \"-5 %\"");
    }
    return unit_converter(or_one(unit), model_unit, place);
}

UnitConverter model_to_study(const std::string& model_unit, const std::string& unit, const std::string& what,
                             const Place& place) {
    if (!check_units(unit, model_unit, what, place)) return {};
    return unit_converter(model_unit, or_one(unit), place);
}

double in_model_unit(const Quantity& quantity, const std::string& model_unit, const std::string& what) {
    return study_to_model(quantity.unit, model_unit, what, quantity.place)(quantity.value);
}

std::string unit_per_time(const std::string& unit, const std::string& time_unit) {
    return has_unit(unit) ? "(" + unit + ")/(" + time_unit + ")" : "";
}

std::string unit_times_time(const std::string& unit, const std::string& time_unit) {
    return has_unit(unit) ? "(" + unit + ").(" + time_unit + ")" : "";
}

}  // namespace kohort::trial
