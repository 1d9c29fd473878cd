// A whole-body model of others: losartan and its metabolites (matthiaskoenig/losartan-model). The model is no part of this
// project; it is read from the packed models in KOHORT_TEST_DATA, or beside the repository in ../shared/data.
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

/// Whether the model is there; says so on standard error if it is not.
[[nodiscard]] bool has_losartan();

/// The study cohorts/losartan-pbpk, arm of 100 mg: 24 hours, people with clearances of their own, output every quarter of an
/// hour.
[[nodiscard]] Problem losartan_day(std::int64_t n_twins);

}  // namespace kohort::benchmarks
