// Splines of IQM text: see iqm_interpolation.hpp.
#include "model/evaluate.hpp"
#include "model/iqm_curve.hpp"
#include "model/iqm_interpolation.hpp"

#include <cstddef>
#include <vector>

namespace kohort::model {

namespace {

/// S(x) = y + w (b + w (3 s + w (s' - s) / h)) between two points, with a sixth of the second derivative, s, at the one and s' at the
/// other: what makes the first derivative continuous is a tridiagonal system for all s.
class Spline {
public:
    Spline(Graph& graph, std::span<const NodeId> arguments, std::size_t n)
        : graph_(graph), curve_(graph, arguments, n), n_(n) {
        const bool has_slopes = arguments.size() == 2 * n + 3;
        is_possible_ = curve_.is_possible() && (has_slopes || (arguments.size() == 2 * n + 1 && n > 2));
        if (!is_possible_) return;
        diagonal_.resize(n);
        right_.resize(n);
        begin_inside();
        if (has_slopes)
            begin_with_slopes(arguments[2 * n + 1], arguments[2 * n + 2]);
        else
            begin_with_third_derivatives();
        solve();
    }

    [[nodiscard]] NodeId value() {
        if (!is_possible_) return {};
        return curve_.of_endless_pieces([&](std::size_t point) {
            const NodeId w = curve_.beyond(point);
            const NodeId bend = add(times(3.0, right_[point]), multiply(w, third(point)));
            return add(curve_.y(point), multiply(w, add(slope(point), multiply(w, bend))));
        });
    }
    [[nodiscard]] NodeId derivative() {
        if (!is_possible_) return {};
        return curve_.of_endless_pieces([&](std::size_t point) {
            const NodeId w = curve_.beyond(point);
            const NodeId bend = add(times(6.0, right_[point]), times(3.0, multiply(w, third(point))));
            return add(slope(point), multiply(w, bend));
        });
    }

private:
    NodeId add(NodeId a, NodeId b) { return graph_.make(Op::add, a, b); }
    NodeId subtract(NodeId a, NodeId b) { return graph_.make(Op::subtract, a, b); }
    NodeId multiply(NodeId a, NodeId b) { return graph_.make(Op::multiply, a, b); }
    NodeId divide(NodeId a, NodeId b) { return graph_.make(Op::divide, a, b); }
    NodeId times(double factor, NodeId a) { return multiply(graph_.constant(factor), a); }

    void begin_inside() {
        for (std::size_t point = 1; point + 1 < n_; ++point) {
            diagonal_[point] = times(2.0, curve_.distance(point - 1, point + 1));
            right_[point] = subtract(curve_.secant(point), curve_.secant(point - 1));
        }
    }

    void begin_with_slopes(NodeId first, NodeId last) {
        diagonal_.front() = times(2.0, curve_.width(0));
        diagonal_.back() = times(2.0, curve_.width(n_ - 2));
        right_.front() = subtract(curve_.secant(0), first);
        right_.back() = subtract(last, curve_.secant(n_ - 2));
    }

    void begin_with_third_derivatives() {
        const NodeId first = curve_.width(0);
        const NodeId last = curve_.width(n_ - 2);
        diagonal_.front() = graph_.make(Op::negate, first);
        diagonal_.back() = graph_.make(Op::negate, last);
        right_.front() = multiply(multiply(first, first), third_difference(0));
        right_.back() = graph_.make(Op::negate, multiply(multiply(last, last), third_difference(n_ - 4)));
    }

    /// Over four points, of which `first` is the first; 0 where there are but three.
    NodeId third_difference(std::size_t first) {
        if (n_ < 4) return graph_.constant(0.0);
        const auto second = [&](std::size_t at) {
            return divide(subtract(curve_.secant(at + 1), curve_.secant(at)), curve_.distance(at, at + 2));
        };
        return divide(subtract(second(first + 1), second(first)), curve_.distance(first, first + 3));
    }

    /// Gauss's elimination. right_ becomes the solution.
    void solve() {
        for (std::size_t point = 1; point < n_; ++point) {
            const NodeId width = curve_.width(point - 1);
            const NodeId factor = divide(width, diagonal_[point - 1]);
            diagonal_[point] = subtract(diagonal_[point], multiply(factor, width));
            right_[point] = subtract(right_[point], multiply(factor, right_[point - 1]));
        }
        right_.back() = divide(right_.back(), diagonal_.back());
        for (std::size_t point = n_ - 1; point-- > 0;)
            right_[point] = divide(subtract(right_[point], multiply(curve_.width(point), right_[point + 1])),
                                   diagonal_[point]);
    }

    NodeId slope(std::size_t point) {
        const NodeId bend = add(right_[point + 1], times(2.0, right_[point]));
        return subtract(curve_.secant(point), multiply(curve_.width(point), bend));
    }
    NodeId third(std::size_t point) { return divide(subtract(right_[point + 1], right_[point]), curve_.width(point)); }

    Graph& graph_;
    Curve curve_;
    std::size_t n_;  // points
    bool is_possible_ = false;
    std::vector<NodeId> diagonal_;
    std::vector<NodeId> right_;
};

/// Whether points and slopes are the same at all times; where to look need not be.
bool lasts(const Graph& graph, std::span<const NodeId> arguments, std::size_t length) {
    for (std::size_t place = 0; place < arguments.size(); ++place) {
        if (place == 2 * length) continue;
        for (const Op leaf : {Op::time, Op::state, Op::input, Op::delayed}) {
            if (depends_on(graph, arguments[place], leaf)) return false;
        }
    }
    return true;
}

}  // namespace

NodeId spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length) {
    return Spline(graph, arguments, length).value();
}

NodeId slope_of_spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length) {
    return Spline(graph, arguments, length).derivative();
}

NodeId lasting_spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length) {
    return lasts(graph, arguments, length) ? spline(graph, arguments, length) : NodeId{};
}

NodeId slope_of_lasting_spline(Graph& graph, std::span<const NodeId> arguments, std::size_t length) {
    return lasts(graph, arguments, length) ? slope_of_spline(graph, arguments, length) : NodeId{};
}

}  // namespace kohort::model
