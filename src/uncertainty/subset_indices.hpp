// Indices from sums in which sets of groups were frozen together: Shapley effects, and the split of the variance over the
// levels of a hierarchy.
#pragma once

#include "uncertainty/sobol_indices.hpp"

#include <cstdint>
#include <vector>

namespace kohort::uncertainty {

/// All sets of `groups` groups but the empty and the full one, in the order of their bits: set number s is s + 1.
[[nodiscard]] std::vector<std::uint32_t> all_subsets(int groups);

/// The share of each group in the variance, interactions being shared out evenly: Owen 2014, doi:10.1137/130936233, with the
/// total index of a set as its worth (Song, Nelson, Staum 2016, doi:10.1137/15M1048070, theorem 1: the same as with closed
/// ones). Shares add up to 1. sums: of a design with all_subsets(groups). NaN where the cell does not vary.
[[nodiscard]] std::vector<double> shapley_effects(const CellSums& sums, int groups, Estimator total);

/// The sets {1, ...}, {2, ...}, ..., {levels - 1}: what is left when the levels above are known.
[[nodiscard]] std::vector<std::uint32_t> levels_below(int levels);

/// Which share of the variance each level adds, given the levels above it: for persons, then what is uncertain about a
/// person, the variance between persons' means and the mean of the variances within persons. Shares add up to 1.
/// sums: of a design with levels_below(levels).
[[nodiscard]] std::vector<double> variance_split(const CellSums& sums, int levels, Estimator total);

}  // namespace kohort::uncertainty
