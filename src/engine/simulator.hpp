// Runs groups of twins on one rank: describe, bring to steady state, integrate one arm after another.
#pragma once

#include "engine/kernel.hpp"
#include "engine/periodic_state.hpp"
#include "engine/tiled_rows.hpp"
#include "engine/treatment.hpp"

#include <span>
#include <vector>

namespace kohort::engine {

struct HeldInput {
    std::size_t input = 0;
    double value = 0.0;  // [input's unit]
};

struct SimulatorOptions {
    kernels::IntegrateOptions integrate;
    std::vector<double> absolute_tolerance;  // [state unit] (n_states), or empty: integrate.atol for all
    bool keep_largest = false;               // fill ArmResult::largest_state
    bool prepare_steady_state = false;
    double steady_limit = 0.0;  // [model time] give up after so long
    double steady_time = 0.0;   // [model time] see kernels::IntegrateOptions
    double steady_tolerance = 1e-8;
    std::vector<HeldInput> holding;         // inputs held until the steady state is reached
    std::vector<double> observation_times;  // [model time] ascending; usually empty: features suffice
};

/// What one run of a group in one arm gave. Spans and arrays are valid until the next run.
struct ArmResult {
    Array2 feature;                            // [model units] (n_features, n_twins)
    TiledRows observation;                     // [model units] (n_observables * n_times, n_twins)
    Array2 largest_state;                      // [state unit] (n_states, n_twins), if asked for
    std::vector<TwinStatus> status;            // (n_twins)
    std::vector<double> final_time;            // [model time] (n_twins)
    std::vector<std::int64_t> steps_accepted;  // (n_twins)
    std::vector<std::int64_t> steps_rejected;  // (n_twins)
    std::vector<std::size_t> run_again;  // twins that mixed precision could not integrate and that were run in double
};

/// One of the people who have been prepared, as the preparation left them.
struct PreparedTwin {
    TwinStatus status = TwinStatus::not_run;
    std::vector<double> state;      // [model units] (n_states)
    std::vector<double> parameter;  // [model units] (n_parameters)
    std::vector<double> input;      // [model units] (n_inputs) with those held while preparing
};

class Simulator {
public:
    /// kernel and treatment must outlive the simulator, and so must mixed, the same program in mixed precision, if it is given: it then
    /// runs the arms. Preparations, and twins that it fails with, are left to kernel.
    Simulator(const Kernel& kernel, const Treatment& treatment, SimulatorOptions options, const Kernel* mixed = nullptr);
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// Takes these people as the current group and, if the study asks, brings each to its own steady state.
    void prepare(std::span<const cohort::Person> people);

    /// Needs prepare_steady_state.
    [[nodiscard]] PreparedTwin prepared(std::size_t twin) const;

    /// Integrates the current group from t_begin to t_end, twin k in arm_of[k]; in an arm with a cycle from its periodic
    /// steady state. A twin that failed to prepare or to repeat keeps that status and has NaN features.
    [[nodiscard]] const ArmResult& run(std::span<const int> arm_of);

    [[nodiscard]] std::size_t n_features() const { return treatment_.features().size(); }
    [[nodiscard]] bool is_mixed() const { return mixed_ != nullptr; }

private:
    void settle();
    void find_own_start();
    /// Where the twins start in these arms, or null: at the model's own initial values. started_: who could.
    [[nodiscard]] const double* start_in(std::span<const int> arm_of);
    void integrate(const kernels::Batch& batch);
    void repeat_cycles(const std::vector<std::size_t>& twins, int arm, double cycle_length);

    const Kernel& kernel_;
    const Treatment& treatment_;
    SimulatorOptions options_;
    const Kernel* mixed_;

    std::vector<cohort::Person> people_;
    Array2 parameter_;                  // [model units] (n_parameters, n_twins)
    Array2 input_;                      // [model units] (n_inputs, n_twins)
    Array2 held_;                       // [model units] (n_inputs, n_twins) while preparing
    Array2 start_;                      // [model units] (n_states, n_twins) after prepare; empty: the model's own
    Array2 start_in_arm_;               // [model units] (n_states, n_twins) of this run
    std::vector<TwinStatus> prepared_;  // (n_twins)
    std::vector<TwinStatus> started_;   // (n_twins) of this run
    std::vector<kernels::Action> actions_;
    std::vector<std::int64_t> action_begin_;  // (n_twins + 1)
    ArmResult result_;
};

}  // namespace kohort::engine
