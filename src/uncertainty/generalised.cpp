#include "uncertainty/generalised.hpp"

#include "base/errors.hpp"

#include <limits>

namespace kohort::uncertainty {

namespace {

using Index = double (*)(const CellSums&, int, Estimator);

double generalised(const PickFreezeSums& sums, const Curve& curve, int group, Estimator estimator, int without, Index index) {
    KOHORT_CHECK(curve.cells.size() == curve.weights.size());
    double explained = 0;
    double all = 0;
    for (std::size_t at = 0; at < curve.cells.size(); ++at) {
        const CellSums cell = sums.cell(curve.cells[at], without);
        if (cell.terms == 0) return std::numeric_limits<double>::quiet_NaN();
        if (!resolved(cell)) continue;
        const double weight = curve.weights[at] * variance(cell, sums.grid(curve.cells[at]));
        explained += weight * index(cell, group, estimator);
        all += weight;
    }
    return explained / all;
}

}  // namespace

std::vector<double> trapezoid_weights(std::span<const double> times) {
    std::vector<double> weights(times.size(), 0.0);
    for (std::size_t at = 0; at + 1 < times.size(); ++at) {
        KOHORT_CHECK(times[at] < times[at + 1]);
        const double half = (times[at + 1] - times[at]) / 2;
        weights[at] += half;
        weights[at + 1] += half;
    }
    return weights;
}

double generalised_first(const PickFreezeSums& sums, const Curve& curve, int group, Estimator estimator,
                         int without_replicate) {
    return generalised(sums, curve, group, estimator, without_replicate, first_order);
}

double generalised_total(const PickFreezeSums& sums, const Curve& curve, int group, Estimator estimator,
                         int without_replicate) {
    return generalised(sums, curve, group, estimator, without_replicate, total_order);
}

}  // namespace kohort::uncertainty
