// A day with three meals: the meal model alone (DM) and with adipocyte signalling (CP).
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

[[nodiscard]] Problem meals(std::int64_t n_twins);
[[nodiscard]] Problem meals_and_signalling(std::int64_t n_twins);

}  // namespace kohort::benchmarks
