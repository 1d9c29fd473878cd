// From the units of the study to those of the model. Where the model's author gave no unit there is nothing to convert
// to: then only a bare number is taken, in the model's own unit, and anything else is refused.
#pragma once

#include "base/units.hpp"

#include <string>

namespace kohort::trial {

/// True for a unit that conversions can use: given by the modeller, and understood.
[[nodiscard]] bool has_unit(const std::string& model_unit);

/// Between a unit of the study and a model's, in either direction. `what` names the model's quantity in messages: "state depot".
[[nodiscard]] UnitConverter study_to_model(const std::string& unit, const std::string& model_unit,
                                           const std::string& what, const Place& place);
[[nodiscard]] UnitConverter model_to_study(const std::string& model_unit, const std::string& unit,
                                           const std::string& what, const Place& place);

/// The quantity's value in the model's unit.
[[nodiscard]] double in_model_unit(const Quantity& quantity, const std::string& model_unit, const std::string& what);

/// Units of a rate of change and of a time integral; empty where the quantity has none.
[[nodiscard]] std::string unit_per_time(const std::string& unit, const std::string& time_unit);
[[nodiscard]] std::string unit_times_time(const std::string& unit, const std::string& time_unit);

}  // namespace kohort::trial
