// What a step costs in floating-point operations.
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

/// Of one attempted step of one twin with Rodas4 or Tsit5, as executed: rates, Jacobian, LU, solves, sums of stages, error norm and
/// the factor to the next step, with all that exponentials and powers do. Sums and products are 1, fused multiply-adds 2, divisions
/// and roots 1; comparisons and choices 0. Dense output, samples and bookkeeping are not counted.
[[nodiscard]] double flops_of_step(const Problem& problem, kernels::Method method);

/// The same of a step of given length by Tsit5 in the loop of kernels/fixed_loop.hpp, which estimates no error; and the operations, of
/// which a fused multiply-add is one, as it takes one slot of a processor that adds and multiplies on the same ports.
struct StepCost {
    double flops;
    double operations;
};
[[nodiscard]] StepCost cost_of_fixed_step(const Problem& problem);

}  // namespace kohort::benchmarks
