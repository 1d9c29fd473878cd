// What a compiled model offers. A plug-in exports one C symbol, kohort_plugin, that returns this table.
#pragma once

#include "base/macros.hpp"
#include "kernels/batch.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace kohort::kernels {

/// Raised whenever Batch, IntegrateOptions or PluginApi change; a plug-in with another number is refused.
inline constexpr std::int32_t plugin_abi_version = 7;

/// Twins [begin, end) of a batch.
struct TwinRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

/// Twins not yet taken; threads fetch from it until it runs dry.
struct WorkQueue {
    std::atomic<std::int64_t> next{0};
    std::atomic<std::int64_t> vector_steps{0};  // attempted so far, all lanes together counting as one

    /// The next few twins, fewer towards the end; empty when there are none.
    KOHORT_FUNCTION TwinRange take(std::int64_t n_twins) {
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
        static_assert(sizeof next == sizeof(unsigned long long));
        const auto begin = static_cast<std::int64_t>(atomicAdd(reinterpret_cast<unsigned long long*>(&next), 1ULL));
        return begin < n_twins ? TwinRange{begin, begin + 1} : TwinRange{n_twins, n_twins};
#else
        std::int64_t begin = next.load(std::memory_order_relaxed);
        while (begin < n_twins) {
            const std::int64_t count = std::clamp<std::int64_t>((n_twins - begin) / 256, 1, 64);
            if (next.compare_exchange_weak(begin, begin + count, std::memory_order_relaxed))
                return {begin, begin + count};
        }
        return {n_twins, n_twins};
#endif
    }

    /// What one thread has attempted, once it is done.
    KOHORT_FUNCTION void add_vector_steps(std::int64_t count) {
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
        atomicAdd(reinterpret_cast<unsigned long long*>(&vector_steps), static_cast<unsigned long long>(count));
#else
        vector_steps.fetch_add(count, std::memory_order_relaxed);
#endif
    }
};

struct PluginApi {
    std::int32_t abi_version;
    std::int32_t n_states;
    std::int32_t n_parameters;
    std::int32_t n_inputs;
    std::int32_t n_observables;
    std::int32_t lanes;        // W it was compiled for
    bool mixed;                // stages of steps in floats
    const char* program_hash;  // hex SHA-256 of the canonical program
    /// Integrates twins taken from the queue until it is empty, on the calling thread. Never throws.
    void (*integrate)(const Batch& batch, const IntegrateOptions& options, WorkQueue& queue);
};

}  // namespace kohort::kernels

extern "C" const kohort::kernels::PluginApi* kohort_plugin();
