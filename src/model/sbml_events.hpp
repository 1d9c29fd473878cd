// Events of an SBML model, as far as Kohort's events are exactly the same thing: they fire when the trigger rises, at once,
// and take all values from before.
//
// SBML executes simultaneous events one after another, by priority and otherwise in any order, and looks at all triggers
// in between. That comes to the same where events do not get into each other's way; other models are refused, and so are
// delays and triggers that count as false before the start.
#pragma once

#include "model/model.hpp"
#include "model/sbml_quantities.hpp"

#include <sbml/SBMLTypes.h>

namespace kohort::model {

/// Adds the events of source to result. Throws InputError naming the event that cannot be treated exactly.
void read_sbml_events(const ::Model& source, SbmlQuantities& quantities, Model& result);

}  // namespace kohort::model
