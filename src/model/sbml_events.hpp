// Events of an SBML model: they happen in turn (see EventOrder), as SBML Level 3 Version 2, section 4.11 means them. Before
// Level 3 an event is persistent, has no priority and cannot fire at the start.
#pragma once

#include "model/model.hpp"
#include "model/sbml_quantities.hpp"

#include <sbml/SBMLTypes.h>

namespace kohort::model {

/// Adds the events of source to result. An event without a trigger's formula never fires and is left out; an assignment
/// without a formula assigns nothing. Throws InputError naming the event that cannot be treated exactly.
void read_sbml_events(const ::Model& source, SbmlQuantities& quantities, Model& result);

}  // namespace kohort::model
