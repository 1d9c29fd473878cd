// Compares the sections of a study with one another: everything that can be wrong without knowing the model.
#pragma once

#include "trial/study.hpp"

namespace kohort::io {

/// Throws InputError for the first mistake: an id given twice, a reference to nothing, visits out of order, an arm
/// that does nothing, an outcome or endpoint whose keys do not go together, a ratio or block that cannot be.
void check_study(const trial::TrialStudy& study);

}  // namespace kohort::io
