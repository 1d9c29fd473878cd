#include "uncertainty/generalised.hpp"

#include "base/errors.hpp"

#include <limits>

namespace kohort::uncertainty {

namespace {

using Index = double (*)(const CellSums&, int, Estimator);

double generalised(std::span<const CellSums> cells, std::span<const double> weights, const ValueGrid& grid, int group,
                   Estimator estimator, Index index) {
    KOHORT_CHECK(cells.size() == weights.size());
    double explained = 0;
    double all = 0;
    for (std::size_t at = 0; at < cells.size(); ++at) {
        if (cells[at].terms == 0) return std::numeric_limits<double>::quiet_NaN();
        if (!resolved(cells[at])) continue;
        const double weight = weights[at] * variance(cells[at], grid);
        explained += weight * index(cells[at], group, estimator);
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

double generalised_first(std::span<const CellSums> cells, std::span<const double> weights, const ValueGrid& grid,
                         int group, Estimator estimator) {
    return generalised(cells, weights, grid, group, estimator, first_order);
}

double generalised_total(std::span<const CellSums> cells, std::span<const double> weights, const ValueGrid& grid,
                         int group, Estimator estimator) {
    return generalised(cells, weights, grid, group, estimator, total_order);
}

}  // namespace kohort::uncertainty
