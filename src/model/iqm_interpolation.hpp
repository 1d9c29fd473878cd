// Curves through points, as IQM text has them: interp0IQM([x1, x2, ...], [y1, y2, ...], x), interp1IQM and interpcsIQM. Before
// the first point and after the last they stay at its value.
#pragma once

#include "model/graph.hpp"

#include <span>

namespace kohort::model {

// The arguments are the lists, one after another, and where to look. A node is invalid where there are fewer than two points
// or where the x, being numbers, do not increase; x that are no numbers and do not increase make the curve NaN.

/// Steps: the value of the last point at or before x.
[[nodiscard]] NodeId step_curve(Graph& graph, std::span<const NodeId> arguments);

/// Straight lines.
[[nodiscard]] NodeId linear_curve(Graph& graph, std::span<const NodeId> arguments);

/// Cubics that turn only where the points do: Fritsch and Butland, SIAM Journal on Scientific and Statistical Computing 5, 1984,
/// p. 300, equation 6 with Brodlie's weights; ends by three points.
[[nodiscard]] NodeId cubic_curve(Graph& graph, std::span<const NodeId> arguments);

}  // namespace kohort::model
