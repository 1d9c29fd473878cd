// The periodic steady state of twins that are given the same again and again (NONMEM: SS = 1), found by doing just that.
#pragma once

#include "engine/array2.hpp"
#include "engine/kernel.hpp"
#include "engine/treatment.hpp"

#include <vector>

namespace kohort::engine {

/// Cycles after which a twin counts as having no periodic steady state.
inline constexpr std::int64_t most_cycles = 16384;

/// Some twins of one arm whose cycles are equally long.
struct Starting {
    std::vector<cohort::Person> people;
    Array2 parameter;                // [model units] (n_parameters, n_twins)
    Array2 input;                    // [model units] (n_inputs, n_twins)
    Array2 state;                    // [model units] (n_states, n_twins) in: the start; out: just before the next cycle
    std::vector<TwinStatus> status;  // (n_twins) out: ok, no_steady_state, or how the integration failed
};

/// Repeats the cycle [model time] for every twin until its states repeat: the last half of all cycles so far moved no state so fast
/// that most_cycles at that pace would change it by more than rtol * max(|y|, atol / rtol). The number of cycles doubles
/// from look to look, so what is left of the start is smaller still. Integrals are 0 afterwards.
void reach_periodic_state(const Kernel& kernel, const Treatment& treatment, int arm, double cycle_length,
                          const kernels::IntegrateOptions& options, Starting& twins);

}  // namespace kohort::engine
