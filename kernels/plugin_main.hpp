// Turns a model into a plug-in: KOHORT_PLUGIN(Model, lanes, "hash") at the end of a generated file.
#pragma once

#include "kernels/integrate_lanes.hpp"

/// Defines kohort_plugin(). Model is default-constructible and holds no state.
#define KOHORT_PLUGIN_OF(Model, W, hash, is_mixed)                                                            \
    extern "C" __attribute__((visibility("default"))) const kohort::kernels::PluginApi* kohort_plugin() {     \
        using namespace kohort::kernels;                                                                      \
        static constexpr PluginApi api{                                                                       \
            .abi_version = plugin_abi_version,                                                                \
            .n_states = Model::sizes().n_states,                                                              \
            .n_parameters = Model::sizes().n_parameters,                                                      \
            .n_inputs = Model::sizes().n_inputs,                                                              \
            .n_observables = Model::sizes().n_observables,                                                    \
            .lanes = W,                                                                                       \
            .mixed = is_mixed,                                                                                \
            .program_hash = hash,                                                                             \
            .integrate = [](const Batch& batch, const IntegrateOptions& options,                              \
                            WorkQueue& queue) { integrate_lanes<Model, W>(Model{}, batch, options, queue); }, \
        };                                                                                                    \
        return &api;                                                                                          \
    }
#define KOHORT_PLUGIN(Model, W, hash) KOHORT_PLUGIN_OF(Model, W, hash, false)
/// The same in mixed precision.
#define KOHORT_MIXED_PLUGIN(Model, W, hash) KOHORT_PLUGIN_OF(kohort::kernels::InMixedPrecision<Model>, W, hash, true)
