// Equations `0 = expression` of a model, whose unknowns no rate and no formula gives: which equation determines which
// unknown, and what that unknown is, where a formula can say it.
//
// Blocks of equations that need one another are solved together: in closed form where they are linear in their unknowns and
// at most four, by Cramer's rule; otherwise after equations that give an unknown by a plain number have been put into the
// rest (tearing). Of what is left the unknowns stay implicit: states of kind algebraic (model.hpp).
#pragma once

#include "base/errors.hpp"
#include "model/graph.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace kohort::model {

struct Equation {
    NodeId residual;    // is to be 0
    std::string title;  // "the algebraic rule", for messages
    Place place;
};

struct Unknown {
    NodeId leaf;         // stands for it in residuals
    std::string title;   // "species `S`", for messages
    int reluctance = 0;  // of several that an equation could determine, it determines the one with the lowest
};

/// An unknown that no formula gives: residual, over other leaves and implicit unknowns, is to be kept at 0.
struct ImplicitUnknown {
    std::size_t unknown = 0;
    std::size_t equation = 0;
    NodeId residual;
};

struct SolvedAlgebra {
    std::vector<bool> is_determined;  // (n_unknowns) the others are free, and keep whatever value they have
    std::vector<NodeId> formula;  // (n_unknowns) free of determined unknowns but implicit ones; invalid where there is none
    std::vector<ImplicitUnknown> implicit;
};

/// Throws InputError where equations determine too much, contradict or repeat one another, or leave open which of several
/// unknowns they determine.
[[nodiscard]] SolvedAlgebra solve_algebra(Graph& graph, const std::vector<Equation>& equations,
                                          const std::vector<Unknown>& unknowns);

}  // namespace kohort::model
