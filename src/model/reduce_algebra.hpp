// Algebraic equations of a model that has been read: states whose value a formula gives become observables, the others stay
// as implicit states (model.hpp).
#pragma once

#include "model/algebra.hpp"
#include "model/model.hpp"

namespace kohort::model {

/// States of kind algebraic are the unknowns of equations, one each; their rates need not be set. Throws InputError as
/// solve_algebra does, and for events that assign to an unknown.
void reduce_algebra(Model& model, const std::vector<Equation>& equations);

}  // namespace kohort::model
