#include "cohort/attribute_formula.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "model/evaluate.hpp"
#include "model/expression.hpp"
#include "model/tokens.hpp"

#include <cmath>
#include <map>
#include <optional>

namespace kohort::cohort {

namespace {

using model::Graph;
using model::NodeId;
using model::Op;

std::size_t index_of(const model::Token& name, std::span<const Attribute> earlier, const std::string& file) {
    std::vector<std::string> known;
    for (std::size_t attribute = 0; attribute < earlier.size(); ++attribute) {
        if (earlier[attribute].name == name.text) return attribute;
        known.push_back(earlier[attribute].name);
    }
    throw InputError({file, name.line, name.column},
                     "no attribute '" + std::string(name.text) + "' comes before this formula", suggest(name.text, known));
}

/// The unit of a formula, where it follows from those of its attributes.
class UnitOfFormula {
public:
    UnitOfFormula(const Graph& graph, std::span<const Attribute> attributes, const Place& place)
        : graph_(graph), attributes_(attributes), place_(place) {}

    [[nodiscard]] std::optional<std::string> of(NodeId id) const {
        const model::Node& node = graph_[id];
        switch (node.op) {
            case Op::parameter: return attributes_[node.index].unit;
            case Op::negate:
            case Op::abs: return of(node.arguments[0]);
            case Op::multiply: return combined(node, ").(");
            case Op::divide: return combined(node, ")/(");
            case Op::power: return power(node);
            case Op::add:
            case Op::subtract:
            case Op::min:
            case Op::max: return of_like(node);
            default: return std::nullopt;
        }
    }

private:
    [[nodiscard]] std::optional<std::string> combined(const model::Node& node, const char* sign) const {
        const auto first = of(node.arguments[0]);
        const auto second = of(node.arguments[1]);
        if (!first || !second) return std::nullopt;
        return "((" + *first + sign + *second + "))";
    }

    [[nodiscard]] std::optional<std::string> power(const model::Node& node) const {
        const auto base = of(node.arguments[0]);
        const model::Node& exponent = graph_[node.arguments[1]];
        const bool whole = exponent.op == Op::constant && std::abs(exponent.value) <= 9 &&
                           exponent.value == std::round(exponent.value);
        if (!base || !whole) return std::nullopt;
        return "(" + *base + ")^" + std::to_string(static_cast<int>(exponent.value));
    }

    [[nodiscard]] std::optional<std::string> of_like(const model::Node& node) const {
        auto first = of(node.arguments[0]);
        const auto second = of(node.arguments[1]);
        if (!first || !second) return std::nullopt;
        if (!convertible(*second, *first) || unit_converter(*second, *first).factor() != 1.0) {
            throw InputError(place_, "the formula adds or compares '" + *first + "' and '" + *second + "'",
                             "convert one of them by a factor");
        }
        return first;
    }

    const Graph& graph_;
    std::span<const Attribute> attributes_;
    const Place& place_;
};

void check_formula_unit(const std::optional<std::string>& found, const std::string& unit, const Place& place) {
    if (!found || !is_unit(*found)) return;
    if (convertible(*found, unit) && unit_converter(*found, unit).is_identity()) return;
    throw InputError(place, "the formula gives numbers in '" + *found + "', not in '" + unit + "'",
                     convertible(*found, unit) ? "multiply by " + shortest(unit_converter(*found, unit).factor()) +
                                                     ", or declare the unit that it gives"
                                               : "correct the formula or the unit");
}

}  // namespace

AttributeFormula::AttributeFormula(const std::string& text, const Place& place, std::span<const Attribute> earlier,
                                   const std::string& unit) {
    Graph graph;
    model::Names names;
    names.symbol = [&](const model::Token& name) {
        return graph.leaf(Op::parameter, static_cast<std::uint32_t>(index_of(name, earlier, place.file)));
    };
    const NodeId root = model::parse_expression(graph, model::tokenise(text, place), place.file, names);
    check_formula_unit(UnitOfFormula(graph, earlier, place).of(root), unit, place);

    std::map<NodeId, std::uint32_t> step_of;
    for (const NodeId id : model::needed_for(graph, std::span(&root, 1))) {
        const model::Node& node = graph[id];
        Step step{.op = node.op, .constant = node.value, .attribute = node.index};
        const int arguments = model::arity(node.op);
        if (arguments > 0) step.a = step_of.at(node.arguments[0]);
        if (arguments > 1) step.b = step_of.at(node.arguments[1]);
        if (arguments > 2) step.c = step_of.at(node.arguments[2]);
        step_of[id] = static_cast<std::uint32_t>(steps_.size());
        steps_.push_back(step);
    }
}

double AttributeFormula::value(std::span<const double> values) const {
    std::vector<double> result(steps_.size());
    for (std::size_t at = 0; at < steps_.size(); ++at) {
        const Step& step = steps_[at];
        if (step.op == Op::constant) {
            result[at] = step.constant;
        } else if (step.op == Op::parameter) {
            result[at] = values[step.attribute];
        } else {
            result[at] = model::apply(step.op, result[step.a], result[step.b], result[step.c]);
        }
    }
    return result.back();
}

}  // namespace kohort::cohort
