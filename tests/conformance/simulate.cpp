#include "simulate.hpp"

#include "codegen/interpreter.hpp"
#include "codegen/program.hpp"
#include "kernels/integrate_lanes.hpp"
#include "model/symbols.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace kohort::conformance {

namespace {

// Far below the suite's own tolerances, so that what differs is a difference in meaning.
constexpr double relative_tolerance = 1e-9;
constexpr double absolute_tolerance = 1e-13;  // [model units]
constexpr std::int64_t most_steps = 200'000;

bool lists(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

std::string observable_for(const model::Model& model, const Settings& settings, const std::string& column) {
    for (const auto& [names, meaning] :
         {std::pair(&settings.amount, "amount("), std::pair(&settings.concentration, "concentration(")}) {
        const std::string name = meaning + column + ")";
        if (lists(*names, column) && model::try_find_symbol(model, name)) return name;
    }
    return column;
}

std::vector<double> grid_of(const Settings& settings) {
    std::vector<double> times;
    for (int row = 0; row <= settings.steps; ++row)
        times.push_back(settings.start + row * settings.duration / settings.steps);
    return times;
}

template <int W, class Model>
Simulated integrate(const codegen::Program& program, const Model& model, const Settings& settings) {
    std::vector<double> parameters;
    for (const model::Parameter& parameter : program.model.parameters) parameters.push_back(parameter.value);
    const std::vector<double> times = grid_of(settings);
    const std::size_t n_columns = program.observables.size();
    std::vector<double> observed(n_columns * times.size());
    TwinStatus status = TwinStatus::not_run;
    const kernels::Batch batch{.n_twins = 1,
                               .t_begin = times.front(),
                               .t_end = times.back(),
                               .parameter = parameters.data(),
                               .n_times = static_cast<std::int32_t>(times.size()),
                               .time = times.data(),
                               .observation = observed.data(),
                               .status = &status};
    const kernels::IntegrateOptions integration{.method = kernels::Method::rodas5p,
                                                .rtol = relative_tolerance,
                                                .atol = absolute_tolerance,
                                                .max_step = settings.duration / settings.steps,
                                                .max_steps = most_steps};
    kernels::WorkQueue queue;
    kernels::integrate_lanes<Model, W>(model, batch, integration, queue);

    Simulated result;
    if (status != TwinStatus::ok) {
        result.failure = std::string("the integration failed: ") + words_of(status);
        return result;
    }
    for (std::size_t row = 0; row < times.size(); ++row) {
        result.rows.emplace_back();
        for (std::size_t column = 0; column < n_columns; ++column)
            result.rows.back().push_back(observed[column * times.size() + row]);
    }
    return result;
}

}  // namespace

codegen::Program prepare(const model::Model& model, const Settings& settings, const std::vector<std::string>& columns) {
    codegen::LowerOptions options;
    for (const std::string& column : columns) options.observables.push_back(observable_for(model, settings, column));
    return codegen::lower(model, options);
}

Simulated simulate(const codegen::Program& program, const Settings& settings) {
    return integrate<1>(program, codegen::InterpretedModel(program), settings);
}

Simulated simulate(const codegen::Program& program, const ErasedModel& compiled, const Settings& settings) {
    return integrate<erased_lanes>(program, compiled, settings);
}

}  // namespace kohort::conformance
