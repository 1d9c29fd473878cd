#include "uncertainty/generalised.hpp"

#include "base/errors.hpp"

#include <limits>

namespace kohort::uncertainty {

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

double CurveSum::weight_of(const CellSums& sums, double weight, const ValueGrid& grid) {
    if (sums.terms == 0) return std::numeric_limits<double>::quiet_NaN();
    return resolved(sums) ? weight * variance(sums, grid) : 0.0;
}

}  // namespace kohort::uncertainty
