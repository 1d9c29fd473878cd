// Some twins of a batch integrated once more by another kernel: those that mixed precision could not integrate.
#pragma once

#include "kernels/plugin.hpp"

#include <cstddef>
#include <span>

namespace kohort::engine {

/// Integrates the chosen twins of whole by api and puts what it finds in the place of what was there; steps are added.
void run_again(const kernels::PluginApi& api, const kernels::Batch& whole, const kernels::IntegrateOptions& options,
               std::span<const std::size_t> twins);

}  // namespace kohort::engine
