#include "kernels/launch.hpp"

#include "base/errors.hpp"

#include <algorithm>

namespace kohort::kernels {

namespace {

std::int32_t targets_of(Action::Kind kind, const PluginApi& plugin, const Batch& batch) {
    switch (kind) {
        case Action::Kind::set_input:
        case Action::Kind::add_to_input: return plugin.n_inputs;
        case Action::Kind::add_to_state:
        case Action::Kind::set_state: return plugin.n_states;
        case Action::Kind::set_parameter: return plugin.n_parameters;
        case Action::Kind::reset_states: return 1;
        case Action::Kind::measure: return batch.n_features;
    }
    return 0;
}

void check_actions(const PluginApi& plugin, const Batch& batch) {
    if (batch.action_begin == nullptr) return;
    for (std::int64_t twin = 0; twin < batch.n_twins; ++twin) {
        for (std::int64_t index = batch.action_begin[twin]; index < batch.action_begin[twin + 1]; ++index) {
            const Action& action = batch.action[index];
            KOHORT_CHECK(index == batch.action_begin[twin] || batch.action[index - 1].time <= action.time);
            KOHORT_CHECK(action.kind == Action::Kind::reset_states ||
                         (action.target >= 0 && action.target < targets_of(action.kind, plugin, batch)));
            KOHORT_CHECK(action.kind != Action::Kind::measure || batch.feature[action.target].op == Feature::Op::value_at);
        }
    }
}

void check(const PluginApi& plugin, const Batch& batch, const IntegrateOptions& options) {
    KOHORT_CHECK(plugin.abi_version == plugin_abi_version);
    KOHORT_CHECK(options.step == 0.0 || (options.method == Method::tsit5 && !options.to_steady_state));
    KOHORT_CHECK(batch.n_twins >= 0 && batch.t_begin <= batch.t_end);
    KOHORT_CHECK(batch.status != nullptr || batch.n_twins == 0);
    KOHORT_CHECK(batch.parameter != nullptr || plugin.n_parameters == 0 || batch.n_twins == 0);
    KOHORT_CHECK(batch.input != nullptr || plugin.n_inputs == 0 || batch.n_twins == 0);
    KOHORT_CHECK(batch.feature_value != nullptr || batch.n_features == 0 || batch.n_twins == 0);
    KOHORT_CHECK(batch.n_times == 0 || std::is_sorted(batch.time, batch.time + batch.n_times));
    KOHORT_CHECK(options.rtol > 0.0 && options.max_steps > 0);
    for (std::int32_t index = 0; index < batch.n_features; ++index) {
        const Feature& feature = batch.feature[index];
        KOHORT_CHECK(feature.observable >= 0 && feature.observable < plugin.n_observables);
    }
    check_actions(plugin, batch);
}

}  // namespace

void integrate(const ExecutionSpace& space, const PluginApi& plugin, const Batch& batch, const IntegrateOptions& options) {
    check(plugin, batch, options);
    if (batch.n_twins == 0) return;
    WorkQueue queue;
    const auto n_threads = static_cast<int>(std::min<std::int64_t>(space.concurrency(), batch.n_twins));
    Kokkos::parallel_for(
        "kernels::integrate",
        Kokkos::RangePolicy<ExecutionSpace, Kokkos::Schedule<Kokkos::Static>>(space, 0, n_threads, Kokkos::ChunkSize(1)),
        [&plugin, &batch, &options, &queue](int) { plugin.integrate(batch, options, queue); });
    space.fence("kernels::integrate");
}

}  // namespace kohort::kernels
