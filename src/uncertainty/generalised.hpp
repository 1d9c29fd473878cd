// Indices of a whole curve: each cell counts by its variance, so that a moment at which nothing varies has no say.
// Lamboni, Monod, Makowski 2011 (Reliability Engineering and System Safety 96:450-459); Gamboa et al. 2014,
// doi:10.1214/14-EJS895.
#pragma once

#include "uncertainty/sobol_indices.hpp"

#include <span>
#include <vector>

namespace kohort::uncertainty {

struct Curve {
    std::vector<int> cells;       // in one unit: one variable at its times
    std::vector<double> weights;  // >= 0, for example the trapezoid's
};

/// For times that increase: half the distance to each neighbour.
[[nodiscard]] std::vector<double> trapezoid_weights(std::span<const double> times);

/// `without_replicate` as in PickFreezeSums::cell, for intervals. NaN where no cell varies, or one has no sample at all.
[[nodiscard]] double generalised_first(const PickFreezeSums& sums, const Curve& curve, int group, Estimator estimator,
                                       int without_replicate = -1);
[[nodiscard]] double generalised_total(const PickFreezeSums& sums, const Curve& curve, int group, Estimator estimator,
                                       int without_replicate = -1);

}  // namespace kohort::uncertainty
