// States that follow from others. Where c_0 s_0 + c_1 s_1 + ... is conserved, how s_0 changes is known from how the others change. A
// Rosenbrock method keeps such sums: each of its stages does, so that a stage of s_0 is a sum over those of the others, and
// the matrix to be factored needs no row for s_0. Only changes are added up, never totals: s_0 stays as exact where it is
// small beside its total, and a dose or an event may change it like any other.
#pragma once

#include "model/differentiate.hpp"
#include "model/model.hpp"

#include <cstdint>
#include <vector>

namespace kohort::codegen {

struct FollowedPart {
    std::uint32_t state = 0;
    double factor = 0.0;
};

/// The state's change is the sum of factor times change of each; without parts it never changes by itself.
using Followed = std::vector<FollowedPart>;

struct DependentStates {
    std::vector<Followed> dependent;        // (n_dependent) what the first states follow
    std::vector<std::uint32_t> old_of_new;  // (n_states) where they stood before; empty if nothing moved
};

/// Chooses states that follow from others and puts them before these. A state that is
/// large at the start is chosen rather than a small one, and none that would make the Jacobian larger. There are none in a model
/// with algebraic or fast states. The last n_integrals states stay where they are.
[[nodiscard]] DependentStates put_dependent_states_first(model::Model& model, std::uint32_t n_integrals);

/// Rows of the Jacobian of the states that follow from none, by these: J_ij + sum of factor times J_ik over dependent k.
[[nodiscard]] std::vector<std::vector<model::Partial>> jacobian_of_free_states(
    model::Graph& graph, const std::vector<std::vector<model::Partial>>& rows, const std::vector<Followed>& dependent);

}  // namespace kohort::codegen
