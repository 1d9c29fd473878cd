#include "engine/one_twin.hpp"

#include "kernels/integrate_lanes.hpp"

#include <algorithm>
#include <limits>

namespace kohort::engine {

namespace {

constexpr double coarse_rtol = 1e-5;    // of the runs that look for sizes
constexpr double share_of_size = 1e-3;  // see fitted_tolerances
constexpr double share_of_all = 1e-9;   // of the largest size of all states: below is the noise of rounding
constexpr int most_rounds = 5;          // each makes a far too large tolerance much smaller

}  // namespace

OneTwin::OneTwin(const codegen::Program& program) : program_(program), model_(program) {
    for (const auto& parameter : program.model.parameters) parameters.push_back(parameter.value);
    for (const auto& input : program.model.inputs)
        inputs.push_back(input.default_value.value_or(std::numeric_limits<double>::quiet_NaN()));
}

std::vector<double> OneTwin::fitted_tolerances(const OneTwinOptions& options) const {
    const std::size_t n_states = program_.model.states.size();
    std::vector<double> absolute(n_states, kernels::IntegrateOptions{}.atol);
    for (int round = 0; round < most_rounds; ++round) {
        std::vector<double> largest(n_states, 0.0);
        kernels::Batch batch;
        batch.largest_state = largest.data();
        if (integrate(options, coarse_rtol, absolute, batch) != TwinStatus::ok || largest.empty()) break;
        const double noise = share_of_all * *std::ranges::max_element(largest);
        bool was_coarse = false;
        for (std::size_t state = 0; state < n_states; ++state) {
            const double size = std::max(largest[state], noise);
            if (size == 0.0) continue;
            was_coarse = was_coarse || absolute[state] > 0.01 * size;
            absolute[state] = options.rtol * share_of_size * size;
        }
        if (!was_coarse) break;
    }
    return absolute;
}

TwinStatus OneTwin::integrate(const OneTwinOptions& options, double rtol, const std::vector<double>& absolute,
                              kernels::Batch& batch) const {
    TwinStatus status = TwinStatus::not_run;
    batch.n_twins = 1;
    batch.t_begin = options.t_begin;
    batch.t_end = options.times.back();
    batch.parameter = parameters.data();
    batch.input = inputs.data();
    batch.status = &status;
    kernels::WorkQueue queue;
    kernels::integrate_lanes<codegen::InterpretedModel, 1>(
        model_, batch,
        {.method = kernels::Method::rodas5p, .rtol = rtol, .state_atol = absolute.data(), .max_steps = options.max_steps},
        queue);
    return status;
}

OneTwinRun OneTwin::run(const OneTwinOptions& options, const std::vector<double>& absolute) const {
    OneTwinRun result;
    result.observation.resize(program_.observables.size() * options.times.size());
    std::int64_t accepted = 0;
    std::int64_t rejected = 0;
    kernels::Batch batch;
    batch.n_times = static_cast<std::int32_t>(options.times.size());
    batch.time = options.times.data();
    batch.observation = result.observation.data();
    batch.final_time = &result.final_time;
    batch.steps_accepted = &accepted;
    batch.steps_rejected = &rejected;
    result.status = integrate(options, options.rtol, absolute, batch);
    result.steps = accepted + rejected;
    return result;
}

}  // namespace kohort::engine
