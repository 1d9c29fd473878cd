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

/// A model without states can be observed, but not integrated: one that stands still is added.
void need_a_state(model::Model& model) {
    if (!model.states.empty()) return;
    const model::NodeId zero = model.graph.constant(0.0);
    model.states.push_back({.name = "at rest", .rate = zero, .initial = zero, .note = {}, .place = {}});
}

}  // namespace

Simulated simulate(const model::Model& model, const Settings& settings, const std::vector<std::string>& columns) {
    codegen::LowerOptions options;
    for (const std::string& column : columns) options.observables.push_back(observable_for(model, settings, column));
    model::Model complete = model;
    need_a_state(complete);
    const codegen::Program program = codegen::lower(std::move(complete), options);
    const codegen::InterpretedModel interpreted(program);

    std::vector<double> parameters;
    for (const model::Parameter& parameter : program.model.parameters) parameters.push_back(parameter.value);
    const std::vector<double> times = grid_of(settings);
    std::vector<double> observed(columns.size() * times.size());
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
    kernels::integrate_lanes<codegen::InterpretedModel, 1>(interpreted, batch, integration, queue);

    Simulated result;
    if (status != TwinStatus::ok) {
        result.failure = std::string("the integration failed: ") + words_of(status);
        return result;
    }
    for (std::size_t row = 0; row < times.size(); ++row) {
        result.rows.emplace_back();
        for (std::size_t column = 0; column < columns.size(); ++column)
            result.rows.back().push_back(observed[column * times.size() + row]);
    }
    return result;
}

}  // namespace kohort::conformance
