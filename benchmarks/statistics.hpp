#pragma once

#include <algorithm>
#include <vector>

namespace kohort::benchmarks {

/// The upper one of the middle two for an even count.
inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace kohort::benchmarks
