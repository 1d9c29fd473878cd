// The M4 hybrid twin as the shipped trial runs it.
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

/// 52 weeks in the arm with diet and topiramate, meal tests included, each twin from its own steady state.
[[nodiscard]] Problem hybrid_year(std::int64_t n_twins);

}  // namespace kohort::benchmarks
