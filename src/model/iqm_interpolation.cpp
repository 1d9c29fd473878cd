#include "model/iqm_interpolation.hpp"

#include "model/iqm_curve.hpp"

#include <cstddef>
#include <vector>

namespace kohort::model {

NodeId step_curve(Graph& graph, std::span<const NodeId> arguments) {
    Curve curve(graph, arguments);
    if (!curve.is_possible()) return {};
    return curve.of_pieces([&](std::size_t point) { return curve.y(point); });
}

NodeId linear_curve(Graph& graph, std::span<const NodeId> arguments) {
    Curve curve(graph, arguments);
    if (!curve.is_possible()) return {};
    return curve.of_pieces([&](std::size_t point) { return curve.line(point); });
}

NodeId cubic_curve(Graph& graph, std::span<const NodeId> arguments) {
    Curve curve(graph, arguments);
    if (!curve.is_possible()) return {};
    const std::vector<NodeId> slopes = curve.slopes();
    return curve.of_pieces([&](std::size_t point) { return curve.cubic(point, slopes); });
}

}  // namespace kohort::model
