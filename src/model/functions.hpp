// The functions that every formula may call: C's mathematics, and gt lt ge le eq sign min max of the systems-biology formats.
#pragma once

#include "model/graph.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

struct BuiltIn {
    std::string_view name;
    std::size_t fewest;  // arguments
    std::size_t most;
    /// An invalid node where the number of arguments is wrong all the same. Null: the function is known and not treated.
    NodeId (*make)(Graph& graph, std::span<const NodeId> arguments);
    std::string_view why_not = {};  // what is written instead: where make is null, or where it gives an invalid node
    /// In place of make: of lists so long, whose elements are the first arguments.
    NodeId (*make_of_lists)(Graph& graph, std::span<const NodeId> arguments, std::size_t length) = nullptr;
};

/// The function of this name, or null. log is the natural logarithm, as in C; sign(0) is 0.
[[nodiscard]] const BuiltIn* find_built_in(std::string_view name);

/// All names of functions, for suggestions.
[[nodiscard]] std::vector<std::string> built_in_names();

/// INFINITY, NAN, true, false, pi, and the constants of math.h (M_PI, M_E, M_LN2, ...).
[[nodiscard]] std::optional<double> named_constant(std::string_view name);

/// What a text format adds to the formulas of all formats.
struct Dialect {
    const BuiltIn* (*function)(std::string_view name) = find_built_in;
    std::vector<std::string> (*function_names)() = built_in_names;
    std::optional<double> (*constant)(std::string_view name) = named_constant;
    bool has_chained_powers = true;  // a^b^c is a^(b^c); false: it is refused, because the format's tools do not agree
    bool has_lists = false;          // f([a, b], [c, d], e) is f(a, b, c, d, e); the lists of a call are equally long
};

/// True when the node's value can be seen to be 0 or 1 always: relations, logic, and products and choices of them.
[[nodiscard]] bool is_truth_value(const Graph& graph, NodeId id);

}  // namespace kohort::model
