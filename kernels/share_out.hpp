// Work on many things that are all alike, shared out over the threads of an execution space.
#pragma once

#include "kernels/launch.hpp"

#include <algorithm>
#include <cstdint>

namespace kohort::kernels {

/// Calls work(first, last) on each thread, for parts of 0 to n that are as equal as can be. Parts must not touch what others
/// touch; then nothing depends on how many threads there are.
/// share_out({}, "uncertainty::add", n_cells, [&](int first, int last) { ... });
template <class Work>
void share_out(const ExecutionSpace& space, const char* label, int n, const Work& work) {
    const std::int64_t threads = std::min(space.concurrency(), std::max(n, 1));
    const auto begin = [&](std::int64_t thread) { return static_cast<int>(n * thread / threads); };
    Kokkos::parallel_for(
        label,
        Kokkos::RangePolicy<ExecutionSpace, Kokkos::Schedule<Kokkos::Static>>(space, 0, threads, Kokkos::ChunkSize(1)),
        [&](std::int64_t thread) { work(begin(thread), begin(thread + 1)); });
    space.fence(label);
}

}  // namespace kohort::kernels
