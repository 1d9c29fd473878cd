// What a study does to one twin, seen from the engine: everything in the model's own units and time.
#pragma once

#include "cohort/cohort.hpp"
#include "kernels/batch.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::engine {

class Treatment {
public:
    virtual ~Treatment() = default;

    /// The twin before anything happens to it: parameters and inputs of this person, the same in every arm.
    /// parameter: [model units] (n_parameters), input: [model units] (n_inputs); both arrive filled with the model's defaults.
    virtual void personalise(const cohort::Person& person, std::span<double> parameter, std::span<double> input) const = 0;

    /// Appends what is scheduled for this person in arm (0-based), sorted by time.
    virtual void schedule(const cohort::Person& person, int arm, std::vector<kernels::Action>& actions) const = 0;

    /// How long one cycle is of what this person was given again and again before t_begin in this arm (NONMEM: ss, ii)
    /// [model time]; 0: nothing. The twin then starts from the periodic steady state of these cycles.
    [[nodiscard]] virtual double cycle_length(const cohort::Person& /*person*/, int /*arm*/) const { return 0.0; }
    /// Appends so many of these cycles, the first from time zero on, sorted by time; from_start: the first cycles of all,
    /// with the person's own initial states.
    virtual void schedule_cycles(const cohort::Person& /*person*/, int /*arm*/, std::int64_t /*cycles*/,
                                 bool /*from_start*/, std::vector<kernels::Action>& /*actions*/) const {}

    [[nodiscard]] virtual double t_begin() const = 0;                              // [model time]
    [[nodiscard]] virtual double t_end() const = 0;                                // [model time]
    [[nodiscard]] virtual std::span<const kernels::Feature> features() const = 0;  // the same for every twin and arm
};

}  // namespace kohort::engine
