// A study in mixed precision: whether it may be, the kernels that it takes, and its audit.
#pragma once

#include "cli/prepared_trial.hpp"
#include "engine/audit.hpp"

#include <functional>
#include <optional>

namespace kohort::cli {

/// Throws InputError where the study asks for mixed precision and its method, its tolerance or its model cannot have it.
void check_precision(const trial::ModelChoice& model, const codegen::Program& program);

/// Throws InputError where a state's absolute tolerance is too small for mixed precision, if the study asks for that.
void check_tolerances(const PreparedTrial& trial, const engine::SimulatorOptions& options);

struct Kernels {
    engine::Kernel in_double;
    std::optional<engine::Kernel> mixed;  // if the study asks for it

    [[nodiscard]] const engine::Kernel* mixed_or_none() const { return mixed ? &*mixed : nullptr; }
    /// Of the one that runs the arms.
    [[nodiscard]] int lanes() const { return (mixed ? *mixed : in_double).api().lanes; }
};

/// Collective. As engine::build_kernel.
[[nodiscard]] Kernels build_kernels(const PreparedTrial& trial, engine::Communicator& communicator,
                                    const std::function<void()>& before_compiling = {});

/// Collective. Nothing where the study is in double.
[[nodiscard]] std::optional<engine::Audit> audit(const PreparedTrial& trial, const Kernels& kernels,
                                                 const engine::SimulatorOptions& options,
                                                 std::span<const std::int64_t> twin_ids, engine::Communicator& communicator);

}  // namespace kohort::cli
