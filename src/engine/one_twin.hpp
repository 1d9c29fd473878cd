// One twin of a model by the interpreter: no compiler, no cohort, no study. For a first look, and for conformance.
#pragma once

#include "codegen/interpreter.hpp"
#include "codegen/program.hpp"
#include "kernels/batch.hpp"

#include <cstdint>
#include <vector>

namespace kohort::engine {

struct OneTwinOptions {
    double t_begin = 0.0;       // [model time]
    std::vector<double> times;  // [model time] ascending, at least one; the last is the end
    double rtol = 1e-8;
    std::int64_t max_steps = 1'000'000;
};

struct OneTwinRun {
    TwinStatus status = TwinStatus::not_run;
    double final_time = 0.0;          // [model time] the end, or where it failed
    std::vector<double> observation;  // [observable's unit] (n_observables, n_times), times fastest
    std::int64_t steps = 0;           // accepted and rejected
};

class OneTwin {
public:
    /// program must outlive it. Parameters and inputs have their defaults; mandatory inputs are NaN.
    explicit OneTwin(const codegen::Program& program);

    std::vector<double> parameters;  // [model units] (n_parameters)
    std::vector<double> inputs;      // [model units] (n_inputs)

    [[nodiscard]] const codegen::InterpretedModel& model() const { return model_; }
    /// Absolute tolerances from the largest size of each state in coarse runs: a state a thousand times smaller than its
    /// largest size still has rtol.
    [[nodiscard]] std::vector<double> fitted_tolerances(const OneTwinOptions& options) const;
    [[nodiscard]] OneTwinRun run(const OneTwinOptions& options, const std::vector<double>& absolute) const;

private:
    /// Integrates the twin over the options' span into what batch has room for, and returns how it ended.
    TwinStatus integrate(const OneTwinOptions& options, double rtol, const std::vector<double>& absolute,
                         kernels::Batch& batch) const;

    const codegen::Program& program_;
    codegen::InterpretedModel model_;
};

}  // namespace kohort::engine
