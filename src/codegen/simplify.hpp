// Cheaper operations for the same values, before functions are cut out of the graph. Nothing is reassociated.
#pragma once

#include "codegen/program.hpp"

namespace kohort::codegen {

/// Rewrites the program over a new graph that holds only what it needs:
///   x^n for whole |n| <= 8 becomes multiplications (and one reciprocal), x^0.5 a square root, x^-0.5 its reciprocal;
///   x / c becomes a product where c is a power of two, so that 1 / c is exact;
///   in rates, observables and derivatives, where a last bit does not matter, x / d becomes x * (1 / d) if d does not change
///   in time or divides several things. Conditions, assignments and initial values keep every division.
[[nodiscard]] Program simplify(Program program);

}  // namespace kohort::codegen
