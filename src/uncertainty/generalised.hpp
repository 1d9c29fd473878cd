// Indices of a whole curve: each cell counts by its variance, so that a moment at which nothing varies has no say.
// Lamboni, Monod, Makowski 2011 (Reliability Engineering and System Safety 96:450-459); Gamboa et al. 2014,
// doi:10.1214/14-EJS895.
#pragma once

#include "uncertainty/sobol_indices.hpp"

#include <span>
#include <vector>

namespace kohort::uncertainty {

/// For times that increase: half the distance to each neighbour.
[[nodiscard]] std::vector<double> trapezoid_weights(std::span<const double> times);

/// cells: of one variable at its times, on one grid; weights: (cells) >= 0, for example the trapezoid's. NaN where no cell
/// varies, or one has no sample at all.
[[nodiscard]] double generalised_first(std::span<const CellSums> cells, std::span<const double> weights,
                                       const ValueGrid& grid, int group, Estimator estimator);
[[nodiscard]] double generalised_total(std::span<const CellSums> cells, std::span<const double> weights,
                                       const ValueGrid& grid, int group, Estimator estimator);

}  // namespace kohort::uncertainty
