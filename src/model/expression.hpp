// Formulas as people write them, read into the graph. What a name means is the caller's business.
//
//   lowest   ? :   ||   &&   == !=   < <= > >=   + -   * /   - + ! (prefix)   ^ **   highest
//
// ^ and ** are powers and associate to the right (a^b^c is a^(b^c)); -x^2 is -(x^2); all numbers are doubles (5/2 is 2.5).
#pragma once

#include "model/functions.hpp"
#include "model/graph.hpp"
#include "model/tokens.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kohort::model {

inline constexpr int deepest_nesting = 1000;        // brackets, prefixes and powers inside each other
inline constexpr std::size_t most_nodes = 500'000;  // of one model's graph

struct Names {
    /// The node that a name stands for. Throws InputError if it stands for none.
    std::function<NodeId(const Token& name)> symbol;
    /// The value of a user's function, or an invalid node if there is no such function: then it is looked for among the
    /// built-in ones. May be empty.
    std::function<NodeId(const Token& name, std::span<const NodeId> arguments)> function;
    /// The names of the user's functions, for suggestions. May be empty.
    std::function<std::vector<std::string>()> function_names;
    Dialect dialect{};
};

/// Reads one expression that takes up all tokens (which end with Kind::end). file is for messages.
[[nodiscard]] NodeId parse_expression(Graph& graph, std::span<const Token> tokens, const std::string& file,
                                      const Names& names);

}  // namespace kohort::model
