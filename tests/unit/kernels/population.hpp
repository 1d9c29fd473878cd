// Runs twins of a hand-written model and keeps what came out, poisoned beforehand.
#pragma once

#include "kernels/integrate_lanes.hpp"
#include "kernels/tiles.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

namespace kohort::kernels::test {

inline constexpr double poison = -7.25e77;

/// With which events and kinks are tested.
inline constexpr Method methods_of_events[] = {Method::rodas4, Method::rodas5p, Method::tsit5};

/// A batch with the memory behind it. Twins are added one after another; rows are transposed when it runs.
struct Population {
    double t_begin = 0.0;
    double t_end = 1.0;
    IntegrateOptions options = {};
    std::vector<double> times = {};
    std::vector<Feature> features = {};
    std::vector<std::vector<double>> parameters = {};      // per twin
    std::vector<std::vector<double>> inputs = {};          // per twin
    std::vector<std::vector<double>> initial_states = {};  // per twin; empty: the model's own
    std::vector<std::vector<Action>> actions = {};         // per twin
    bool keeps_largest_states = true;

    void add(std::vector<double> twin_parameters, std::vector<double> twin_inputs = {},
             std::vector<Action> twin_actions = {}) {
        parameters.push_back(std::move(twin_parameters));
        inputs.push_back(std::move(twin_inputs));
        actions.push_back(std::move(twin_actions));
    }
};

struct Outcome {
    std::int64_t n_twins = 0;
    std::int64_t n_times = 0;
    std::vector<double> observation;
    std::vector<double> feature;
    std::vector<double> final_state;
    std::vector<double> largest_state;
    std::vector<double> final_parameter;
    std::vector<double> final_time;
    std::vector<TwinStatus> status;
    std::vector<std::int64_t> accepted;
    std::vector<std::int64_t> rejected;

    [[nodiscard]] double observed(int observable, int time, std::int64_t twin = 0) const {
        return observation[static_cast<std::size_t>((observable * n_times + time) * n_twins + twin)];
    }
    [[nodiscard]] double feature_of(int index, std::int64_t twin = 0) const {
        return feature[static_cast<std::size_t>(index * n_twins + twin)];
    }
    [[nodiscard]] double state(int index, std::int64_t twin = 0) const {
        return final_state[static_cast<std::size_t>(index * n_twins + twin)];
    }
};

inline std::vector<double> transposed(const std::vector<std::vector<double>>& rows) {
    std::vector<double> result;
    for (std::size_t column = 0; !rows.empty() && column < rows.front().size(); ++column) {
        for (const std::vector<double>& row : rows) result.push_back(row[column]);
    }
    return result;
}

template <class Model, int W>
Outcome run(const Population& population, int n_threads = 1, const Model& model = {}) {
    const ModelSizes sizes = model.sizes();
    const std::size_t n = population.parameters.size();
    const std::size_t n_times = population.times.size();
    Outcome out;
    out.n_twins = static_cast<std::int64_t>(n);
    out.n_times = static_cast<std::int64_t>(n_times);
    const auto rows = [&](std::size_t count) { return std::vector<double>(count * n, poison); };
    out.observation = rows(static_cast<std::size_t>(sizes.n_observables) * n_times);
    out.feature = rows(population.features.size());
    out.final_state = rows(static_cast<std::size_t>(sizes.n_states));
    out.largest_state = rows(static_cast<std::size_t>(sizes.n_states));
    out.final_parameter = rows(static_cast<std::size_t>(sizes.n_parameters));
    out.final_time = rows(1);
    out.status.assign(n, TwinStatus::not_run);
    out.accepted.assign(n, -1);
    out.rejected.assign(n, -1);

    const std::vector<double> parameter = transposed(population.parameters);
    const std::vector<double> input = transposed(population.inputs);
    const std::vector<double> initial_state = transposed(population.initial_states);
    std::vector<std::int64_t> action_begin{0};
    std::vector<Action> action;
    for (const std::vector<Action>& list : population.actions) {
        action.insert(action.end(), list.begin(), list.end());
        action_begin.push_back(static_cast<std::int64_t>(action.size()));
    }
    const Batch batch{.n_twins = out.n_twins,
                      .t_begin = population.t_begin,
                      .t_end = population.t_end,
                      .parameter = parameter.data(),
                      .input = input.data(),
                      .initial_state = initial_state.empty() ? nullptr : initial_state.data(),
                      .action_begin = action_begin.data(),
                      .action = action.data(),
                      .n_times = static_cast<std::int32_t>(n_times),
                      .time = population.times.data(),
                      .n_features = static_cast<std::int32_t>(population.features.size()),
                      .feature = population.features.data(),
                      .observation = out.observation.data(),
                      .feature_value = out.feature.data(),
                      .final_state = out.final_state.data(),
                      .largest_state = population.keeps_largest_states ? out.largest_state.data() : nullptr,
                      .final_parameter = out.final_parameter.data(),
                      .final_time = out.final_time.data(),
                      .status = out.status.data(),
                      .steps_accepted = out.accepted.data(),
                      .steps_rejected = out.rejected.data()};
    WorkQueue queue;
    std::vector<std::thread> threads;
    for (int thread = 1; thread < n_threads; ++thread) {
        threads.emplace_back([&] { integrate_lanes<Model, W>(model, batch, population.options, queue); });
    }
    integrate_lanes<Model, W>(model, batch, population.options, queue);
    for (std::thread& thread : threads) thread.join();
    out.observation = rows_of_tiles(out.observation, out.n_twins);
    return out;
}

}  // namespace kohort::kernels::test
