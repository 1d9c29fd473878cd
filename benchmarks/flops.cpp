#include "benchmarks/counted.hpp"

#include "base/errors.hpp"
#include "benchmarks/flops.hpp"
#include "codegen/interpreter.hpp"
#include "kernels/fixed_step.hpp"
#include "kernels/rodas4.hpp"
#include "kernels/rosenbrock_step.hpp"
#include "kernels/tsit5.hpp"

namespace kohort::benchmarks {

namespace {

/// The first twin of a problem at its start, in numbers that count.
class CountedTwin {
public:
    explicit CountedTwin(const Problem& problem)
        : model(problem.program), memory_(workspace.lay_out(model.sizes(), 0, nullptr)) {
        workspace.lay_out(model.sizes(), 0, memory_.data());
        const auto first_twin = [&](const std::vector<double>& values, Counted* to) {
            for (std::size_t row = 0; row * static_cast<std::size_t>(problem.n_twins) < values.size(); ++row)
                to[row] = values[row * static_cast<std::size_t>(problem.n_twins)];
        };
        first_twin(problem.parameter, workspace.parameter);
        first_twin(problem.input, workspace.input);
        const auto calls = model_calls();
        calls.hoist();
        calls.initial(problem.t_begin, workspace.y);
        first_twin(problem.initial_state, workspace.y);
        for (std::size_t state = 0; state < problem.n_states(); ++state)
            workspace.absolute_tolerance[state] = 1e-5 * problem.state_scale[state];
        calls.rates(problem.t_begin, workspace.y, workspace.stage);  // explicit methods have it from the step before
    }
    [[nodiscard]] kernels::ModelCalls<codegen::InterpretedModel, Counted> model_calls() const {
        return {model, workspace.parameter, workspace.input, workspace.hoisted};
    }

    codegen::InterpretedModel model;  // does what generated code does, operation by operation
    kernels::Workspace<Counted> workspace{};

private:
    std::vector<char> memory_;
};

/// Weights that were multiplied by the step before.
struct CountedWeights {
    template <int stage, int j>
    [[nodiscard]] Counted weight() const {
        return kernels::Tsit5::a[stage][j];
    }
};

template <int stage>
void count_stages(const CountedTwin& twin) {
    using kernels::Tsit5;
    const kernels::Workspace<Counted>& w = twin.workspace;
    const int n = twin.model.sizes().n_states;
    for (int state = 0; state < n; ++state) {
        w.y_scratch[state] = kernels::detail::stage_argument<Tsit5, stage>(w.y[state], CountedWeights{}, w.stage + state, n);
    }
    if constexpr (stage + 1 < Tsit5::n_stages) {
        twin.model_calls().rates(0.0, w.y_scratch, w.stage + stage * n);
        count_stages<stage + 1>(twin);
    }
}

}  // namespace

double flops_of_step(const Problem& problem, kernels::Method method) {
    const CountedTwin twin(problem);
    const kernels::Workspace<Counted>& w = twin.workspace;
    const auto calls = twin.model_calls();
    const kernels::StageCalls<codegen::InterpretedModel, Counted> stages(calls, w);
    const Counted t = problem.t_begin;
    const Counted h = 1e-3 * (problem.t_end - problem.t_begin);
    const Counted t_new = t + h;
    Counted::flops = 0;
    if (method == kernels::Method::tsit5) {
        const Counted error = kernels::explicit_step<kernels::Tsit5>(calls, t, h, t_new, 1e-5, w);
        kernels::step_factor(error, kernels::Tsit5::error_order);
    } else {
        KOHORT_CHECK(method == kernels::Method::rodas4);
        const Counted error = kernels::rosenbrock_step<kernels::Rodas4>(stages, t, h, t_new, 1e-5, false, {}, w);
        kernels::step_factor(error, kernels::Rodas4::error_order);
    }
    return static_cast<double>(Counted::flops);
}

StepCost cost_of_fixed_step(const Problem& problem) {
    const CountedTwin twin(problem);
    Counted::flops = 0;
    Counted::operations = 0;
    twin.model_calls().rates(problem.t_begin, twin.workspace.y, twin.workspace.stage);
    count_stages<1>(twin);
    return {static_cast<double>(Counted::flops), static_cast<double>(Counted::operations)};
}

}  // namespace kohort::benchmarks
