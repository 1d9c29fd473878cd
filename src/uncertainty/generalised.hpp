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

/// The index of a curve, its cells added one after the other. NaN where no cell varies, or one has no sample at all.
class CurveSum {
public:
    /// What a cell counts: its variance, on one grid for all cells, times its weight, for example the trapezoid's; 0 where it
    /// does not vary, NaN where it has no samples.
    [[nodiscard]] static double weight_of(const CellSums& sums, double weight, const ValueGrid& grid);
    void add(double weight, double index) {
        if (weight == 0) return;
        explained_ += weight * index;
        all_ += weight;
    }
    [[nodiscard]] double index() const { return explained_ / all_; }

private:
    double explained_ = 0;
    double all_ = 0;
};

}  // namespace kohort::uncertainty
