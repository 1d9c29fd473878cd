#include "cli/precision.hpp"

#include "base/text.hpp"
#include "codegen/mixed_precision.hpp"

#include <utility>

namespace kohort::cli {
namespace {

/// Below, the rounding of rates is what an error estimate sees: stiff models then take several times the steps, and no model comes
/// nearer to its solution (benchmarks/notes.md).
constexpr double least_rtol = 1e-5;

/// A tolerance below, or its reciprocal, may be no float.
constexpr double least_atol = 1e-30;  // [state unit]

}  // namespace

void check_precision(const trial::ModelChoice& model, const codegen::Program& program) {
    const trial::Solver& solver = model.solver;
    if (solver.precision != Precision::mixed) return;
    const std::string refusal = "mixed precision cannot be used: ";
    if (!solver.method.starts_with("rodas"))
        throw InputError(model.place, refusal + "it is for Rosenbrock methods, and this one is `" + solver.method + "`",
                         "write method: rodas4 or rodas5p, or leave precision out");
    if (solver.rtol < least_rtol)
        throw InputError(model.place,
                         refusal + "single precision cannot serve a relative tolerance below 1e-5, and this one is " +
                             shortest(solver.rtol),
                         "write rtol: 1e-5 or more, or leave precision out");
    if (const auto reason = codegen::why_not_mixed(program))
        throw InputError(model.place, refusal + *reason, "leave precision out, or write precision: double");
}

void check_tolerances(const PreparedTrial& trial, const engine::SimulatorOptions& options) {
    if (trial.study().model.solver.precision != Precision::mixed) return;
    const auto& states = trial.program.model.states;
    for (std::size_t state = 0; state < states.size(); ++state) {
        const bool fitted = !options.absolute_tolerance.empty();
        const double tolerance = fitted ? options.absolute_tolerance[state] : options.integrate.atol;
        if (tolerance >= least_atol) continue;
        throw InputError(trial.study().model.place,
                         "mixed precision cannot be used: state `" + states[state].name +
                             "` is so small that its tolerance, " + shortest(tolerance) + ", is beyond single precision",
                         "write the model in another unit, or leave precision out");
    }
}

Kernels build_kernels(const PreparedTrial& trial, engine::Communicator& communicator,
                      const std::function<void()>& before_compiling) {
    Kernels kernels{engine::build_kernel(trial.program, communicator, before_compiling), std::nullopt};
    if (trial.study().model.solver.precision == Precision::mixed)
        kernels.mixed.emplace(engine::build_kernel(trial.program, communicator, before_compiling, Precision::mixed));
    return kernels;
}

std::optional<engine::Audit> audit(const PreparedTrial& trial, const Kernels& kernels, const engine::SimulatorOptions& options,
                                   std::span<const std::int64_t> twin_ids, engine::Communicator& communicator) {
    if (!kernels.mixed) return std::nullopt;
    std::vector<std::int64_t> audited;
    for (const std::int64_t place : engine::audited_places(std::ssize(twin_ids), trial.study().model.solver.audit))
        audited.push_back(twin_ids[static_cast<std::size_t>(place)]);
    engine::SimulatorOptions tighter = options;
    tighter.integrate.rtol *= 0.1;
    tighter.integrate.atol *= 0.1;
    for (double& tolerance : tighter.absolute_tolerance) tolerance *= 0.1;
    engine::Simulator mixed(kernels.in_double, trial.bound.trial, options, kernels.mixed_or_none());
    engine::Simulator in_double(kernels.in_double, trial.bound.trial, options);
    engine::Simulator more_exactly(kernels.in_double, trial.bound.trial, tighter);
    return engine::audit_precision({mixed, in_double, more_exactly}, *trial.cohort, audited,
                                   static_cast<int>(trial.plan.arms.size()), options.integrate.rtol, communicator);
}

}  // namespace kohort::cli
