// Problems of the literature, each as a population.
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

[[nodiscard]] Problem robertson(std::int64_t n_twins);
[[nodiscard]] Problem hires(std::int64_t n_twins);
[[nodiscard]] Problem pollu(std::int64_t n_twins);
[[nodiscard]] Problem van_der_pol(std::int64_t n_twins);
[[nodiscard]] Problem akzo(std::int64_t n_twins);
[[nodiscard]] Problem lorenz(std::int64_t n_twins);
[[nodiscard]] Problem repeated_doses(std::int64_t n_twins);

}  // namespace kohort::benchmarks
