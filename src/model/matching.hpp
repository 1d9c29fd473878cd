// Which unknown each equation determines: a largest bipartite matching, and the order in which blocks of equations can be
// solved. Deterministic: the same input gives the same answer everywhere.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace kohort::model {

using Indices = std::vector<std::size_t>;

struct Matching {
    std::vector<std::optional<std::size_t>> unknown_of;   // (n_equations)
    std::vector<std::optional<std::size_t>> equation_of;  // (n_unknowns)
};

/// Matches as many as can be. unknowns_in[equation] lists what the equation contains. Unknowns of low reluctance
/// (n_unknowns) are matched before others: no other largest matching leaves out a higher one for a lower one.
[[nodiscard]] Matching match(const std::vector<Indices>& unknowns_in, const std::vector<int>& reluctance);

/// An unmatched unknown and all matched ones of the same reluctance whose place it could take, ascending; empty if every
/// choice was forced by the equations or by reluctance.
[[nodiscard]] Indices interchangeable(const std::vector<Indices>& unknowns_in, const std::vector<int>& reluctance,
                                      const Matching& matching);

/// Equations in blocks, each block after those whose unknowns it needs: the strongly connected components of a full
/// matching. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1, 1972, doi:10.1137/0201010.
[[nodiscard]] std::vector<Indices> blocks_of(const std::vector<Indices>& unknowns_in, const Matching& matching);

}  // namespace kohort::model
