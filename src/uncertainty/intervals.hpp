// An interval for anything that is made from replicated sums.
//
//     const Jackknife jackknife(sums.shape().replicates, 0.95);
//     const std::vector<CellSums> of_cell = sums.jackknifed(17);
//     const Interval total = jackknife([&](int without) { return total_order(of_cell[without + 1], 3, Estimator::jansen); });
#pragma once

#include <cmath>
#include <vector>

namespace kohort::uncertainty {

struct Interval {
    double value = 0.0;
    double low = 0.0;  // NaN, like high, with fewer than two replicates
    double high = 0.0;
    double standard_error = 0.0;
};

/// The delete-one jackknife over independent replicates (Tukey 1958; Efron and Stein 1981, doi:10.1214/aos/1176345462), with
/// Student's t on replicates - 1 degrees of freedom: inside a replicate points may depend on each other as they like.
class Jackknife {
public:
    Jackknife(int replicates, double level);

    /// `estimate(without)` is the estimate from all replicates but one, or from all of them for -1.
    template <class Estimate>
    [[nodiscard]] Interval operator()(Estimate&& estimate) const {
        std::vector<double> left_out;
        const double value = estimate(-1);
        if (replicates_ >= 2 && !std::isnan(value)) {
            left_out.reserve(static_cast<std::size_t>(replicates_));
            for (int without = 0; without < replicates_; ++without) left_out.push_back(estimate(without));
        }
        return interval(value, left_out);
    }

private:
    [[nodiscard]] Interval interval(double value, const std::vector<double>& left_out) const;

    int replicates_;
    double student_;  // quantile of Student's t, costly to find: once for all cells
};

}  // namespace kohort::uncertainty
