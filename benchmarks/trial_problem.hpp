// Problems that are an arm of a trial, as `kohort run` would run it.
#pragma once

#include "benchmarks/problem.hpp"

#include <filesystem>
#include <string>

namespace kohort::benchmarks {

/// The first plausible people of a study's cohort in one of its arms, each from where its preparation leads, with its own
/// doses; the study's observables every so often [model time].
[[nodiscard]] Problem trial_problem(std::string name, const std::filesystem::path& study, int arm, double observe_every,
                                    std::int64_t n_twins);

}  // namespace kohort::benchmarks
