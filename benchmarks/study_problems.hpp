// The M4 hybrid twin and the alcohol twin, as studies run them.
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

/// 52 weeks in the arm with a diet, meal tests included, each twin from its own steady state.
[[nodiscard]] Problem hybrid_year(std::int64_t n_twins);

/// A week of three meals a day, each twin from its own steady state.
[[nodiscard]] Problem hybrid_week(std::int64_t n_twins);

/// An evening of food and drinks, and the day after.
[[nodiscard]] Problem drinks(std::int64_t n_twins);

}  // namespace kohort::benchmarks
