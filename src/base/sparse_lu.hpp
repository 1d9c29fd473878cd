// A sparse LU factorisation without pivoting, as lists of operations that somebody has planned (codegen/lu_plan.hpp).
// The interpreter and models too large for straight-line code walk these lists; straight-line code prints them.
//
// What is factored is  N = J - s I  with  s = inverse_gamma_h,  so that no entry of J needs its sign changed, while
// solve() answers for  M = s I - J:  what is beside and below a pivot is multiplied by minus its reciprocal, which turns every
// elimination and substitution into a plain fused multiply-add. Values are scaled before others are substituted into them backwards,
// not after it, so that each waits for one operation of the one before it instead of two.
#pragma once

#include "base/lane_reciprocal.hpp"

#include <cstdint>

namespace kohort {

/// A place in a sparse matrix.
struct MatrixEntry {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
};

/// One operation on the array of factors.
struct FactorStep {
    enum class Kind : std::uint8_t {
        take,       // lu[target] = jac[left]
        shift,      // lu[target] = jac[left] - inverse_gamma_h
        start,      // lu[target] = -inverse_gamma_h
        scale,      // lu[target] = lu[target] * lu[left]
        fill,       // lu[target] = lu[left] * lu[right]
        eliminate,  // lu[target] = lu[left] * lu[right] + lu[target], rounded once
        invert,     // lu[target] = -1 / lu[target]
    };
    Kind kind = Kind::take;
    std::uint32_t target = 0;
    std::uint32_t left = 0;
    std::uint32_t right = 0;
};

/// One operation on the right-hand side, in place.
struct SolveStep {
    enum class Kind : std::uint8_t {
        substitute,  // b[target] = lu[factor] * b[source] + b[target], rounded once
        scale,       // b[target] = lu[factor] * b[target]
    };
    Kind kind = Kind::substitute;
    std::uint32_t target = 0;
    std::uint32_t factor = 0;
    std::uint32_t source = 0;
};

template <class V, class Steps>
KOHORT_FUNCTION void factor_by_table(const Steps& steps, V inverse_gamma_h, const V* jac, V* lu) {
    using Kind = FactorStep::Kind;
    for (const FactorStep& step : steps) {
        V& target = lu[step.target];
        switch (step.kind) {
            case Kind::take: target = jac[step.left]; break;
            case Kind::shift: target = jac[step.left] - inverse_gamma_h; break;
            case Kind::start: target = -inverse_gamma_h; break;
            case Kind::scale: target = target * lu[step.left]; break;
            case Kind::fill: target = lu[step.left] * lu[step.right]; break;
            case Kind::eliminate: target = fma(lu[step.left], lu[step.right], target); break;
            case Kind::invert: target = math::quick_reciprocal(-target); break;
        }
    }
}

/// Rows [first_row, n_rows) of the product of a matrix with these entries, one value each, with x. Each sum begins at 0 and goes
/// from entry to entry.
template <class V, class Entries>
KOHORT_FUNCTION void multiply_by_table(const Entries& entries, int first_row, int n_rows, const V* value, const V* x,
                                       V* product) {
    for (int row = first_row; row < n_rows; ++row) product[row] = V(0.0);
    for (const MatrixEntry& entry : entries) {
        V& sum = product[entry.row];
        sum = fma(*value++, x[entry.column], sum);
    }
}

template <class V, class Steps>
KOHORT_FUNCTION void solve_by_table(const Steps& steps, const V* lu, V* b) {
    for (const SolveStep& step : steps) {
        V& target = b[step.target];
        target = step.kind == SolveStep::Kind::scale ? lu[step.factor] * target
                                                     : fma(lu[step.factor], b[step.source], target);
    }
}

}  // namespace kohort
