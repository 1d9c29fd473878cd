#include "benchmarks/counted.hpp"

#include "base/errors.hpp"
#include "benchmarks/flops.hpp"
#include "codegen/interpreter.hpp"
#include "kernels/explicit_step.hpp"
#include "kernels/rodas4.hpp"
#include "kernels/rosenbrock_step.hpp"
#include "kernels/tsit5.hpp"

namespace kohort::benchmarks {

double flops_of_step(const Problem& problem, kernels::Method method) {
    const codegen::InterpretedModel model(problem.program);  // does what generated code does, operation by operation
    kernels::Workspace<Counted> w;
    std::vector<char> memory(w.lay_out(model.sizes(), 0, nullptr));
    w.lay_out(model.sizes(), 0, memory.data());
    const auto first_twin = [&](const std::vector<double>& values, Counted* to) {
        for (std::size_t row = 0; row * static_cast<std::size_t>(problem.n_twins) < values.size(); ++row)
            to[row] = values[row * static_cast<std::size_t>(problem.n_twins)];
    };
    first_twin(problem.parameter, w.parameter);
    first_twin(problem.input, w.input);
    const kernels::ModelCalls<codegen::InterpretedModel, Counted> calls{model, w.parameter, w.input, w.hoisted};
    calls.hoist();
    const Counted t = problem.t_begin;
    const Counted h = 1e-3 * (problem.t_end - problem.t_begin);
    calls.initial(t, w.y);
    first_twin(problem.initial_state, w.y);
    for (std::size_t state = 0; state < problem.n_states(); ++state)
        w.absolute_tolerance[state] = 1e-5 * problem.state_scale[state];
    const Counted t_new = t + h;
    calls.rates(t, w.y, w.stage);  // explicit methods have it from the step before
    Counted::flops = 0;
    if (method == kernels::Method::tsit5) {
        const Counted error = kernels::explicit_step<kernels::Tsit5>(calls, t, h, t_new, 1e-5, w);
        kernels::step_factor(error, kernels::Tsit5::error_order);
    } else {
        KOHORT_CHECK(method == kernels::Method::rodas4);
        const Counted error = kernels::rosenbrock_step<kernels::Rodas4>(calls, t, h, t_new, 1e-5, false, nullptr, w);
        kernels::step_factor(error, kernels::Rodas4::error_order);
    }
    return static_cast<double>(Counted::flops);
}

}  // namespace kohort::benchmarks
