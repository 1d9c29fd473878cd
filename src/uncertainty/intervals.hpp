// An interval for anything that is made from replicated sums.
//
//     const Interval total = jackknife(sums.shape().replicates, 0.95,
//         [&](int without) { return total_order(sums.cell(17, without), 3, Estimator::jansen); });
#pragma once

#include <functional>

namespace kohort::uncertainty {

struct Interval {
    double value = 0.0;
    double low = 0.0;  // NaN, like high, with fewer than two replicates
    double high = 0.0;
    double standard_error = 0.0;
};

/// `estimate(without)` is the estimate from all replicates but one, or from all of them for -1. The delete-one jackknife
/// over independent replicates (Tukey 1958; Efron and Stein 1981, doi:10.1214/aos/1176345462), with Student's t on
/// replicates - 1 degrees of freedom: inside a replicate points may depend on each other as they like.
[[nodiscard]] Interval jackknife(int replicates, double level, const std::function<double(int without)>& estimate);

}  // namespace kohort::uncertainty
