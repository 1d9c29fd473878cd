#include "model/iqm_functions.hpp"

#include "model/iqm_delay.hpp"
#include "model/iqm_interpolation.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace kohort::model {

namespace {

using Arguments = std::span<const NodeId>;

/// Formulas of kinetic laws, written as on paper.
class Paper {
public:
    explicit Paper(Graph& graph) : graph_(graph) {}
    [[nodiscard]] NodeId one() const { return graph_.constant(1.0); }
    [[nodiscard]] NodeId add(NodeId a, NodeId b) const { return graph_.make(Op::add, a, b); }
    [[nodiscard]] NodeId subtract(NodeId a, NodeId b) const { return graph_.make(Op::subtract, a, b); }
    [[nodiscard]] NodeId multiply(NodeId a, NodeId b) const { return graph_.make(Op::multiply, a, b); }
    [[nodiscard]] NodeId divide(NodeId a, NodeId b) const { return graph_.make(Op::divide, a, b); }
    [[nodiscard]] NodeId power(NodeId a, NodeId b) const { return graph_.make(Op::power, a, b); }
    [[nodiscard]] NodeId square(NodeId a) const { return power(a, graph_.constant(2.0)); }
    /// 1 + a / b
    [[nodiscard]] NodeId one_plus_ratio(NodeId a, NodeId b) const { return add(one(), divide(a, b)); }

private:
    Graph& graph_;
};

template <Op op>
NodeId plain(Graph& graph, Arguments arguments) {
    return graph.make(op, arguments[0], arguments.size() > 1 ? arguments[1] : NodeId{});
}

template <Op op>
NodeId from_left(Graph& graph, Arguments arguments) {
    NodeId result = graph.make(Op::not_equal, arguments[0], graph.constant(0.0));
    if (is_truth_value(graph, arguments[0])) result = arguments[0];
    for (const NodeId argument : arguments.subspan(1)) result = graph.make(op, result, argument);
    return result;
}

template <Op comparison>
NodeId extreme(Graph& graph, Arguments arguments) {
    NodeId result = arguments[0];
    for (const NodeId next : arguments.subspan(1))
        result = graph.make(Op::select, graph.make(comparison, next, result), next, result);
    return result;
}

NodeId index_of_maximum(Graph& graph, Arguments arguments) {
    NodeId maximum = arguments[0];
    NodeId index = graph.constant(1.0);
    for (std::size_t place = 1; place < arguments.size(); ++place) {
        const NodeId is_larger = graph.make(Op::greater, arguments[place], maximum);
        index = graph.make(Op::select, is_larger, graph.constant(static_cast<double>(place + 1)), index);
        maximum = graph.make(Op::select, is_larger, arguments[place], maximum);
    }
    return index;
}

// value, condition, value, condition, ..., default; the first that is true.
NodeId piecewise(Graph& graph, Arguments arguments) {
    if (arguments.size() % 2 == 0) return {};
    NodeId result = arguments.back();
    for (std::size_t place = arguments.size() - 1; place > 0; place -= 2)
        result = graph.make(Op::select, arguments[place - 1], arguments[place - 2], result);
    return result;
}

// (y0 + y1 e^(a t)) / (1 + e^(a t)), in the form that does not overflow.
NodeId piecewise_smooth(Graph& graph, Arguments arguments) {
    const Paper on(graph);
    const NodeId growth = graph.make(Op::exp, graph.make(Op::negate, on.multiply(arguments[3], arguments[0])));
    const NodeId share = on.divide(on.one(), on.add(on.one(), growth));
    return on.add(arguments[1], on.multiply(on.subtract(arguments[2], arguments[1]), share));
}

// The remainder with the sign of b; a where b is 0.
NodeId mod(Graph& graph, Arguments arguments) {
    const auto [a, b] = std::array{arguments[0], arguments[1]};
    const NodeId zero = graph.constant(0.0);
    const NodeId rest = graph.make(Op::fmod, a, b);
    const NodeId other_sign = graph.make(Op::less, graph.make(Op::multiply, rest, b), zero);
    const NodeId result = graph.make(Op::select, other_sign, graph.make(Op::add, rest, b), rest);
    return graph.make(Op::select, graph.make(Op::equal, b, zero), a, result);
}

NodeId nth_root(Graph& graph, Arguments arguments) {
    const Paper on(graph);
    return on.power(arguments[0], on.divide(on.one(), arguments[1]));
}

// --- kinetic laws: Segel, Enzyme Kinetics, Wiley 1975 ---

NodeId constant_flux(Graph&, Arguments a) { return a[0]; }

NodeId mass_action_both_ways(Graph& graph, Arguments a) {
    const Paper on(graph);
    return on.subtract(on.multiply(a[0], a[1]), on.multiply(a[2], a[3]));
}

NodeId michaelis_menten(Graph& graph, Arguments a) {  // V, S, Km
    const Paper on(graph);
    return on.divide(on.multiply(a[0], a[1]), on.add(a[2], a[1]));
}

NodeId hill(Graph& graph, Arguments a) {  // V, S, h, S at half
    const Paper on(graph);
    const NodeId substrate = on.power(a[1], a[2]);
    return on.divide(on.multiply(a[0], substrate), on.add(on.power(a[3], a[2]), substrate));
}

NodeId competitive_inhibition(Graph& graph, Arguments a) {  // V, S, Km, I, Ki
    const Paper on(graph);
    return on.divide(on.multiply(a[0], a[1]), on.add(on.multiply(a[2], on.one_plus_ratio(a[3], a[4])), a[1]));
}

NodeId uncompetitive_inhibition(Graph& graph, Arguments a) {  // V, S, Km, I, Ki
    const Paper on(graph);
    return on.divide(on.multiply(a[0], a[1]), on.add(a[2], on.multiply(a[1], on.one_plus_ratio(a[3], a[4]))));
}

NodeId noncompetitive_inhibition(Graph& graph, Arguments a) {  // V, S, Km, I, Ki
    const Paper on(graph);
    return on.divide(on.multiply(a[0], a[1]), on.multiply(on.add(a[2], a[1]), on.one_plus_ratio(a[3], a[4])));
}

NodeId mixed_inhibition(Graph& graph, Arguments a) {  // V, S, Km, I, Kis, Kic
    const Paper on(graph);
    const NodeId free = on.multiply(a[2], on.one_plus_ratio(a[3], a[4]));
    return on.divide(on.multiply(a[0], a[1]), on.add(free, on.multiply(a[1], on.one_plus_ratio(a[3], a[5]))));
}

NodeId substrate_inhibition(Graph& graph, Arguments a) {  // V, S, Km, Ki
    const Paper on(graph);
    const NodeId excess = on.multiply(a[2], on.square(on.divide(a[1], a[3])));
    return on.divide(on.multiply(a[0], a[1]), on.add(on.add(a[2], a[1]), excess));
}

NodeId uni_uni(Graph& graph, Arguments a) {  // V, S, P, Keq, Kms, Kmp
    const Paper on(graph);
    const NodeId drive = on.subtract(a[1], on.divide(a[2], a[3]));
    return on.divide(on.multiply(a[0], drive), on.add(a[1], on.multiply(a[4], on.one_plus_ratio(a[2], a[5]))));
}

constexpr std::size_t many = 1000;
constexpr std::string_view write_law = "write the law in MODEL FUNCTIONS, under another name";
constexpr std::string_view two_lists =
    "write two lists of two numbers or more, the first increasing, and where to look: "
    "interp1IQM([0, 1, 2], [5, 3, 4], time)";
constexpr std::string_view two_lists_and_slopes =
    "write two lists, the first increasing, where to look, and slopes at both ends, which three points or more can do "
    "without: "
    "interpcseIQM([0, 1, 2], [5, 3, 4], time, 0, 0)";
constexpr std::string_view same_lists =
    "write two lists, the first increasing, of numbers and parameters, where to look, and slopes at both ends, which "
    "three points "
    "or more can do without: interpcseIQM([0, 1, 2], [5, 3, 4], time, 0, 0); points that change stand in interpcsexIQM";

// clang-format off
constexpr auto functions = std::to_array<BuiltIn>({
    {"piecewiseIQM", 1, many, piecewise}, {"piecewiseT0IQM", 1, many, piecewise},
    {"piecewiseSmoothIQM", 4, 4, piecewise_smooth},
    {"andIQM", 1, many, from_left<Op::logical_and>}, {"orIQM", 1, many, from_left<Op::logical_or>},
    {"and", 1, many, from_left<Op::logical_and>}, {"or", 1, many, from_left<Op::logical_or>},
    {"not", 1, 1, plain<Op::logical_not>}, {"ne", 2, 2, plain<Op::not_equal>},
    {"minIQM", 1, many, extreme<Op::less>}, {"maxIQM", 1, many, extreme<Op::greater>},
    {"indexmaxIQM", 1, many, index_of_maximum},
    {"absIQM", 1, 1, plain<Op::abs>}, {"mod", 2, 2, mod}, {"rem", 2, 2, plain<Op::fmod>},
    {"nthrootIQM", 2, 2, nth_root}, {"power", 2, 2, plain<Op::power>},
    {"kin_constantflux", 1, 1, constant_flux}, {"kin_degradation", 2, 2, plain<Op::multiply>},
    {"kin_mass_action_irr", 2, 2, plain<Op::multiply>}, {"kin_mass_action_rev", 4, 4, mass_action_both_ways},
    {"kin_michaelis_menten_irr", 3, 3, michaelis_menten}, {"kin_hill_cooperativity_irr", 4, 4, hill},
    {"kin_comp_inihib_irr", 5, 5, competitive_inhibition}, {"kin_uncomp_inihib_irr", 5, 5, uncompetitive_inhibition},
    {"kin_noncomp_inihib_irr", 5, 5, noncompetitive_inhibition}, {"kin_mixed_inihib_irr", 6, 6, mixed_inhibition},
    {"kin_substrate_inihib_irr", 4, 4, substrate_inhibition}, {"kin_uni_uni_rev", 6, 6, uni_uni},
    {"delayIQM", 2, 2, delayed_expression, "the past of inputs is not kept: take the delay of states and time"},
    {"interp0IQM", 0, many, step_curve, two_lists}, {"interp1IQM", 0, many, linear_curve, two_lists},
    {"interpcsIQM", 0, many, cubic_curve, two_lists},
    {"interpcseIQM", 0, many, nullptr, same_lists, lasting_spline},
    {"interpcseSlopeIQM", 0, many, nullptr, same_lists, slope_of_lasting_spline},
    {"interpcsexIQM", 0, many, nullptr, two_lists_and_slopes, spline},
    {"interpcsexSlopeIQM", 0, many, nullptr, two_lists_and_slopes, slope_of_spline},
    {"arraysumIQM", 0, many, nullptr, "sums are of arrays, X<k,1:3>, in MODEL VARIABLES"},
});
// clang-format on

constexpr BuiltIn other_law{"kin_", 0, many, nullptr, write_law};

const BuiltIn* find_function(std::string_view name) {
    const auto is_named = [&](const BuiltIn& function) {
        const std::string_view stem = function.name.substr(0, function.name.size() - 3);
        const bool is_old = function.name.ends_with("IQM") && name == std::string(stem) + "SB";
        return function.name == name || is_old;
    };
    if (const auto* found = std::find_if(functions.begin(), functions.end(), is_named); found != functions.end())
        return found;
    if (name.starts_with("kin_")) return &other_law;
    return find_built_in(name);
}

std::vector<std::string> function_names() {
    std::vector<std::string> names = built_in_names();
    for (const BuiltIn& function : functions) names.emplace_back(function.name);
    return names;
}

std::optional<double> find_constant(std::string_view name) {
    if (name == "inf" || name == "Inf") return std::numeric_limits<double>::infinity();
    if (name == "nan" || name == "NaN") return std::numeric_limits<double>::quiet_NaN();
    return named_constant(name);
}

}  // namespace

Dialect iqm_dialect() {
    return {.function = find_function,
            .function_names = function_names,
            .constant = find_constant,
            .has_chained_powers = false,
            .has_lists = true};
}

}  // namespace kohort::model
