// Absolute tolerances that fit each state, whatever its unit: from the sizes that states reach in a few twins.
#pragma once

#include "engine/simulator.hpp"

#include <span>
#include <vector>

namespace kohort::engine {

/// [state unit] (n_states) rtol * 1e-3 * the largest size that a state reaches when pilots live through arms 0 .. n_arms - 1,
/// so that a model in mol and one in nmol get the same steps. Pilots that fail say nothing; where all do, options' atol stays.
/// The same on every rank, since every rank runs the same pilots.
[[nodiscard]] std::vector<double> scaled_tolerances(const Kernel& kernel, const Treatment& treatment,
                                                    const SimulatorOptions& options,
                                                    std::span<const cohort::Person> pilots, int n_arms);

/// The first `count` people of the cohort who are within its limits of the plausible.
[[nodiscard]] std::vector<cohort::Person> first_people(const cohort::Cohort& cohort, std::size_t count);

}  // namespace kohort::engine
