// How far a solution is from the reference, twin by twin.
#pragma once

#include "benchmarks/problem.hpp"

#include <vector>

namespace kohort::benchmarks {

/// Over twins: median and 99th percentile of the greatest |y - reference| / (0.01 scale + |reference|) over observables and
/// times. A twin that failed counts as infinite.
struct Error {
    double median = 0.0;
    double percentile_99 = 0.0;
};

[[nodiscard]] Error error_of(const Problem& problem, const std::vector<double>& observation,
                             const std::vector<double>& reference, std::int64_t n_twins);

}  // namespace kohort::benchmarks
