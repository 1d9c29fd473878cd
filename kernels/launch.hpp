// Runs a compiled model over a batch of twins on the threads of an execution space.
#pragma once

#include "kernels/plugin.hpp"

#include <Kokkos_Core.hpp>

namespace kohort::kernels {

using ExecutionSpace = Kokkos::DefaultHostExecutionSpace;

/// Integrates every twin of batch; its result arrays are complete on return. The results do not depend on the number of threads.
/// integrate({}, plugin, batch, {.method = Method::rodas4, .rtol = 1e-6});
void integrate(const ExecutionSpace& space, const PluginApi& plugin, const Batch& batch, const IntegrateOptions& options);

}  // namespace kohort::kernels
