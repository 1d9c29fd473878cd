// Which operations factor and solve s I - J for the pattern of one Jacobian: decided once, symbolically.
#pragma once

#include "base/sparse_lu.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::codegen {

struct LuPlan {
    std::vector<std::uint32_t> pivots;  // (n) states in the order in which they are eliminated
    std::vector<MatrixEntry> jacobian;  // (n_solved_jacobian) where each value of the Jacobian belongs
    std::vector<MatrixEntry> entries;   // (n_lu) where each factor belongs, row after row in the order of pivots
    std::vector<FactorStep> factor;
    std::vector<SolveStep> solve;
};

/// Plans the factorisation of s I - J for a Jacobian with these entries. Pivots are taken from the diagonal, which the
/// shift s keeps away from zero, in Markowitz order: the pivot that can cause the least fill-in goes first
/// (Duff, Erisman and Reid, Direct Methods for Sparse Matrices, 2nd edition, section 5.3); among equals the one for which fewest
/// others must be eliminated one after another, then the lowest index.
/// The first n_dependent states have neither rows nor columns and are left out.
[[nodiscard]] LuPlan plan_lu(std::uint32_t n_states, std::span<const MatrixEntry> jacobian,
                             std::uint32_t n_massless = 0, std::uint32_t n_dependent = 0);

}  // namespace kohort::codegen
