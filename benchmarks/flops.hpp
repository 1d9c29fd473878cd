// What a step costs in floating-point operations.
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

/// Of one attempted step of one twin with Rodas4 or Tsit5, as executed: rates, Jacobian, LU, solves, sums of stages, error norm and
/// the factor to the next step, with all that exponentials and powers do. Sums and products are 1, fused multiply-adds 2, divisions
/// and roots 1; comparisons and choices 0. Dense output, samples and bookkeeping are not counted.
[[nodiscard]] double flops_of_step(const Problem& problem, kernels::Method method);

}  // namespace kohort::benchmarks
