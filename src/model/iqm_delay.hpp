// delayIQM(x, tau) of IQM text: x as it was tau ago, and as it was at the start for longer.
#pragma once

#include "model/sund_context.hpp"

#include <span>

namespace kohort::model {

/// The arguments are x and tau. The node is invalid where x depends on an input, whose past is not kept.
[[nodiscard]] NodeId delayed_expression(Graph& graph, std::span<const NodeId> arguments);

/// Throws InputError for delays inside MODEL FUNCTIONS, which see only their arguments' values, and for events that set
/// parameters in a text with delays. After the events.
void check_delays(const SundContext& sund);

}  // namespace kohort::model
