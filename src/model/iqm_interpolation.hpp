// Curves through points, as IQM text has them: interp0IQM([x1, x2, ...], [y1, y2, ...], x), interp1IQM and interpcsIQM. Before
// the first point and after the last these stay at its value; splines, the last functions below, do not.
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

// Cubics with two continuous derivatives, which go on beyond the first and the last point, as in IQM Tools' interpcsexIQM: (lists, where
// to look, slope at the first point, slope at the last). Without slopes the third derivative at each end is that of the cubic through
// four points: Forsythe, Malcolm and Moler, Computer Methods for Mathematical Computations, Prentice-Hall 1977, section 4.4.
// Two points need slopes. interpcseIQM computes its coefficients once: its points and slopes may not change in time.

[[nodiscard]] NodeId spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length);
[[nodiscard]] NodeId slope_of_spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length);
[[nodiscard]] NodeId lasting_spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length);
[[nodiscard]] NodeId slope_of_lasting_spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length);

}  // namespace kohort::model
