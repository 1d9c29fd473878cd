// Reads SBML, levels 1 to 3, with submodels (`comp`) joined into one model.
//
// What a symbol means is SBML's: a species is an amount if it hasOnlySubstanceUnits or its compartment has no dimensions,
// and a concentration otherwise; `amount(S)` and `concentration(S)` can be observed of each. A species that reactions
// or events change is kept as an amount, so that varying compartments come out right; one with a rate rule as what the
// rule is about. Constants with a number become parameters, local ones `reaction.name`.
//
// Algebraic rules determine whatever constant='false' and nothing else determines (sbml_algebra.cpp). What an equation could
// determine as well as something else, and the two are alike, is not guessed.
//
// Fast reactions are at equilibrium at every time (sbml_fast.cpp); `delay` looks back (sbml_delay.cpp).
//
// Refused with the element's id and line: values that are needed and not given, rules that go in circles, algebraic rules that
// determine too much or leave it open, and events that assign to what fast reactions or algebraic rules determine.
#pragma once

#include "model/model.hpp"

#include <string>
#include <string_view>

namespace kohort::model {

/// Reads one SBML text. file is for messages, and the folder where external model definitions are looked for. Throws
/// InputError for whatever cannot be read exactly; what is harmless is noted in Model::remarks.
[[nodiscard]] Model read_sbml(std::string_view text, const std::string& file);

}  // namespace kohort::model
