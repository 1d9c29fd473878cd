// Points of a curve as nodes of a graph, for the interpolations of IQM text.
#pragma once

#include "model/graph.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace kohort::model {

class Curve {
public:
    Curve(Graph& graph, std::span<const NodeId> arguments) : Curve(graph, arguments, arguments.size() / 2) {
        if (arguments.size() % 2 == 0) increases_ = {};
    }
    /// Of n points; what follows where to look is the caller's.
    Curve(Graph& graph, std::span<const NodeId> arguments, std::size_t n) : graph_(graph), n_(n) {
        if (n_ < 2 || arguments.size() <= 2 * n_) return;
        x_ = arguments.first(n_);
        y_ = arguments.subspan(n_, n_);
        at_ = arguments[2 * n_];
        increases_ = graph_.constant(1.0);
        for (std::size_t point = 0; point + 1 < n_; ++point)
            increases_ = make(Op::logical_and, increases_, make(Op::less, x_[point], x_[point + 1]));
    }

    [[nodiscard]] bool is_possible() const { return increases_.valid() && !graph_.is_constant(increases_, 0.0); }

    /// One piece after another: piece(i) from point i to the next.
    [[nodiscard]] NodeId of_pieces(const std::function<NodeId(std::size_t)>& piece) {
        NodeId result = y_.back();
        for (std::size_t point = n_ - 1; point-- > 0;)
            result = make(Op::select, make(Op::less, at_, x_[point + 1]), piece(point), result);
        return where_possible(make(Op::select, make(Op::less, at_, x_.front()), y_.front(), result));
    }

    /// The same, with the first and the last piece going on beyond the points.
    [[nodiscard]] NodeId of_endless_pieces(const std::function<NodeId(std::size_t)>& piece) {
        NodeId result = piece(n_ - 2);
        for (std::size_t point = n_ - 2; point-- > 0;)
            result = make(Op::select, make(Op::less, at_, x_[point + 1]), piece(point), result);
        return where_possible(result);
    }

    [[nodiscard]] NodeId where_possible(NodeId result) {
        const NodeId nothing = graph_.constant(std::numeric_limits<double>::quiet_NaN());
        return make(Op::select, increases_, result, nothing);
    }

    [[nodiscard]] NodeId y(std::size_t point) const { return y_[point]; }
    [[nodiscard]] NodeId line(std::size_t point) {
        return make(Op::add, y_[point], make(Op::multiply, beyond(point), secant(point)));
    }

    /// With slopes at both ends: Hermite's form, about the first point.
    [[nodiscard]] NodeId cubic(std::size_t point, const std::vector<NodeId>& slope) {
        const NodeId width = this->width(point);
        const NodeId first = make(Op::divide, make(Op::subtract, slope[point], secant(point)), width);
        const NodeId second = make(Op::divide, make(Op::subtract, slope[point + 1], secant(point)), width);
        const NodeId both = make(Op::add, first, second);
        const NodeId square = make(Op::negate, make(Op::add, first, both));
        const NodeId s = beyond(point);
        NodeId sum = make(Op::add, square, make(Op::multiply, s, make(Op::divide, both, width)));
        sum = make(Op::add, slope[point], make(Op::multiply, s, sum));
        return make(Op::add, y_[point], make(Op::multiply, s, sum));
    }

    [[nodiscard]] std::vector<NodeId> slopes() {
        if (n_ == 2) return {secant(0), secant(0)};
        std::vector<NodeId> slopes{slope_at_end(0, 1)};
        for (std::size_t point = 1; point + 1 < n_; ++point) slopes.push_back(slope_inside(point));
        slopes.push_back(slope_at_end(n_ - 2, n_ - 3));
        return slopes;
    }

    NodeId make(Op op, NodeId a, NodeId b = {}, NodeId c = {}) { return graph_.make(op, a, b, c); }
    NodeId beyond(std::size_t point) { return make(Op::subtract, at_, x_[point]); }
    NodeId width(std::size_t point) { return make(Op::subtract, x_[point + 1], x_[point]); }
    NodeId secant(std::size_t point) {
        return make(Op::divide, make(Op::subtract, y_[point + 1], y_[point]), width(point));
    }
    NodeId distance(std::size_t from, std::size_t to) { return make(Op::subtract, x_[to], x_[from]); }

private:
    NodeId is_positive(NodeId a, NodeId b) { return make(Op::less, graph_.constant(0.0), make(Op::multiply, a, b)); }

    /// A harmonic mean of the secants on both sides, and 0 where they do not have one sign.
    NodeId slope_inside(std::size_t point) {
        const NodeId before = secant(point - 1);
        const NodeId after = secant(point);
        const NodeId both = make(Op::add, width(point - 1), width(point));
        const NodeId three = make(Op::multiply, graph_.constant(3.0), both);
        const NodeId weight_before = make(Op::divide, make(Op::add, both, width(point - 1)), three);
        const NodeId weight_after = make(Op::divide, make(Op::add, both, width(point)), three);
        const NodeId mean = make(
            Op::divide, make(Op::multiply, before, after),
            make(Op::add, make(Op::multiply, weight_before, before), make(Op::multiply, weight_after, after)));
        return make(Op::select, is_positive(before, after), mean, graph_.constant(0.0));
    }

    /// By the parabola through three points; 0 where that turns back, and at most three times the outer secant where the
    /// points turn.
    NodeId slope_at_end(std::size_t outer, std::size_t inner) {
        const NodeId near = secant(outer);
        const NodeId far = secant(inner);
        const NodeId both = make(Op::add, width(outer), width(inner));
        const NodeId near_weight = make(Op::divide, make(Op::add, width(outer), both), both);
        const NodeId far_weight = make(Op::divide, width(outer), both);
        const NodeId slope = make(Op::subtract, make(Op::multiply, near_weight, near), make(Op::multiply, far_weight, far));
        const NodeId most = make(Op::multiply, graph_.constant(3.0), near);
        const NodeId turns = make(Op::less, make(Op::multiply, near, far), graph_.constant(0.0));
        const NodeId is_large = make(Op::less, make(Op::abs, most), make(Op::abs, slope));
        const NodeId bounded = make(Op::select, make(Op::logical_and, turns, is_large), most, slope);
        return make(Op::select, is_positive(slope, near), bounded, graph_.constant(0.0));
    }

    Graph& graph_;
    std::size_t n_;  // points
    std::span<const NodeId> x_;
    std::span<const NodeId> y_;
    NodeId at_;
    NodeId increases_;
};

}  // namespace kohort::model
