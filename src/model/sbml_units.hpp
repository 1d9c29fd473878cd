// Units of SBML quantities, in the spelling of base/units: "mmol/L", "1/min".
#pragma once

#include "model/model.hpp"

#include <sbml/SBMLTypes.h>

#include <string>

namespace kohort::model {

/// The unit with this id: one of SBML's own, or a definition of the model. "" for none, and for what cannot be spelled (broken
/// exponents).
[[nodiscard]] std::string spell_unit(const ::Model& source, const std::string& id);

/// Gives states, parameters and observables the units that the model says they have.
void annotate_units(const ::Model& source, Model& result);

}  // namespace kohort::model
