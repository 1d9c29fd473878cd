#include "model/functions.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numbers>

namespace kohort::model {

namespace {

using Arguments = std::span<const NodeId>;

template <Op op>
NodeId plain(Graph& graph, Arguments arguments) {
    return graph.make(op, arguments[0], arguments.size() > 1 ? arguments[1] : NodeId{});
}

// min(a, b, c) is min(min(a, b), c).
template <Op op>
NodeId from_left(Graph& graph, Arguments arguments) {
    NodeId result = arguments[0];
    for (const NodeId argument : arguments.subspan(1)) result = graph.make(op, result, argument);
    return result;
}

// C's fmin and fmax return the other argument when one is NaN.
template <Op op>
NodeId ignoring_nan(Graph& graph, Arguments arguments) {
    const auto [a, b] = std::array{arguments[0], arguments[1]};
    const NodeId without_b = graph.make(Op::select, graph.make(Op::not_equal, b, b), a, graph.make(op, a, b));
    return graph.make(Op::select, graph.make(Op::not_equal, a, a), b, without_b);
}

NodeId exp2(Graph& graph, Arguments arguments) { return graph.make(Op::power, graph.constant(2.0), arguments[0]); }

NodeId fdim(Graph& graph, Arguments arguments) {
    const NodeId difference = graph.make(Op::subtract, arguments[0], arguments[1]);
    // Written so that a NaN comes through: NaN <= b is false.
    return graph.make(Op::select, graph.make(Op::less_equal, arguments[0], arguments[1]), graph.constant(0.0), difference);
}

NodeId isnan(Graph& graph, Arguments arguments) { return graph.make(Op::not_equal, arguments[0], arguments[0]); }

NodeId isinf(Graph& graph, Arguments arguments) {
    return graph.make(Op::equal, graph.make(Op::abs, arguments[0]), graph.constant(std::numeric_limits<double>::infinity()));
}

NodeId isfinite(Graph& graph, Arguments arguments) {
    return graph.make(Op::less, graph.make(Op::abs, arguments[0]), graph.constant(std::numeric_limits<double>::infinity()));
}

constexpr std::size_t many = 100;

// clang-format off
constexpr auto built_ins = std::to_array<BuiltIn>({
    {"exp", 1, 1, plain<Op::exp>}, {"exp2", 1, 1, exp2}, {"expm1", 1, 1, plain<Op::expm1>},
    {"log", 1, 1, plain<Op::log>}, {"ln", 1, 1, plain<Op::log>}, {"log1p", 1, 1, plain<Op::log1p>},
    {"log10", 1, 1, plain<Op::log10>}, {"log2", 1, 1, plain<Op::log2>},
    {"pow", 2, 2, plain<Op::power>}, {"sqrt", 1, 1, plain<Op::sqrt>}, {"cbrt", 1, 1, plain<Op::cbrt>},
    {"hypot", 2, 2, plain<Op::hypot>},
    {"abs", 1, 1, plain<Op::abs>}, {"fabs", 1, 1, plain<Op::abs>}, {"sign", 1, 1, plain<Op::sign>},
    {"floor", 1, 1, plain<Op::floor>}, {"ceil", 1, 1, plain<Op::ceil>}, {"round", 1, 1, plain<Op::round>},
    {"trunc", 1, 1, plain<Op::trunc>}, {"fmod", 2, 2, plain<Op::fmod>},
    {"sin", 1, 1, plain<Op::sin>}, {"cos", 1, 1, plain<Op::cos>}, {"tan", 1, 1, plain<Op::tan>},
    {"asin", 1, 1, plain<Op::asin>}, {"acos", 1, 1, plain<Op::acos>}, {"atan", 1, 1, plain<Op::atan>},
    {"atan2", 2, 2, plain<Op::atan2>},
    {"sinh", 1, 1, plain<Op::sinh>}, {"cosh", 1, 1, plain<Op::cosh>}, {"tanh", 1, 1, plain<Op::tanh>},
    {"asinh", 1, 1, plain<Op::asinh>}, {"acosh", 1, 1, plain<Op::acosh>}, {"atanh", 1, 1, plain<Op::atanh>},
    {"erf", 1, 1, plain<Op::erf>}, {"erfc", 1, 1, plain<Op::erfc>},
    {"tgamma", 1, 1, plain<Op::tgamma>}, {"lgamma", 1, 1, plain<Op::lgamma>},
    {"min", 2, many, from_left<Op::min>}, {"max", 2, many, from_left<Op::max>},
    {"fmin", 2, 2, ignoring_nan<Op::min>}, {"fmax", 2, 2, ignoring_nan<Op::max>}, {"fdim", 2, 2, fdim},
    {"gt", 2, 2, plain<Op::greater>}, {"lt", 2, 2, plain<Op::less>}, {"ge", 2, 2, plain<Op::greater_equal>},
    {"le", 2, 2, plain<Op::less_equal>}, {"eq", 2, 2, plain<Op::equal>},
    {"isnan", 1, 1, isnan}, {"isinf", 1, 1, isinf}, {"isfinite", 1, 1, isfinite},
});
// clang-format on

struct NamedConstant {
    std::string_view name;
    double value;
};

// clang-format off
constexpr auto constants = std::to_array<NamedConstant>({
    {"INFINITY", std::numeric_limits<double>::infinity()}, {"NAN", std::numeric_limits<double>::quiet_NaN()},
    {"true", 1.0}, {"false", 0.0}, {"pi", std::numbers::pi},
    {"M_PI", std::numbers::pi}, {"M_PI_2", std::numbers::pi / 2}, {"M_PI_4", std::numbers::pi / 4}, {"M_E", std::numbers::e},
    {"M_LN2", std::numbers::ln2}, {"M_LN10", std::numbers::ln10}, {"M_LOG2E", std::numbers::log2e},
    {"M_LOG10E", std::numbers::log10e}, {"M_SQRT2", std::numbers::sqrt2}, {"M_SQRT1_2", std::numbers::sqrt2 / 2},
});
// clang-format on

}  // namespace

const BuiltIn* find_built_in(std::string_view name) {
    const auto* const found = std::find_if(built_ins.begin(), built_ins.end(),
                                           [&](const BuiltIn& f) { return f.name == name; });
    return found == built_ins.end() ? nullptr : found;
}

std::vector<std::string> built_in_names() {
    std::vector<std::string> names;
    names.reserve(built_ins.size());
    for (const BuiltIn& function : built_ins) names.emplace_back(function.name);
    return names;
}

std::optional<double> named_constant(std::string_view name) {
    for (const NamedConstant& constant : constants) {
        if (constant.name == name) return constant.value;
    }
    return std::nullopt;
}

bool is_truth_value(const Graph& graph, NodeId id) {
    constexpr std::size_t deepest = 64;  // of products and choices inside each other
    std::vector<NodeId> pending{id};
    while (!pending.empty()) {
        const Node& node = graph[pending.back()];
        pending.pop_back();
        switch (node.op) {
            case Op::constant:
                if (node.value != 0.0 && node.value != 1.0) return false;
                break;
            case Op::multiply:
            case Op::min:
            case Op::max: pending.insert(pending.end(), {node.arguments[0], node.arguments[1]}); break;
            case Op::select: pending.insert(pending.end(), {node.arguments[1], node.arguments[2]}); break;
            default:
                if (node.op < Op::less || node.op > Op::logical_not) return false;
        }
        if (pending.size() > deepest) return false;
    }
    return true;
}

}  // namespace kohort::model
