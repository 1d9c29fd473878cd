// The functions that a model text defines. A call is written out: the function's expression with its arguments put in.
#pragma once

#include "model/functions.hpp"
#include "model/macros.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::model {

class UserFunctions {
public:
    explicit UserFunctions(std::string file, const Dialect& dialect = {}) : file_(std::move(file)), dialect_(dialect) {}

    /// Reads `name(argument, ...)` and its body. The body may use its arguments, constants, macros, built-in functions and
    /// functions defined before. known says whether a name is a symbol of the model, for a better message.
    void define(const std::vector<Token>& signature, const std::vector<Token>& body, const Macros& macros,
                const std::function<bool(std::string_view)>& known);

    [[nodiscard]] bool contains(std::string_view name) const { return functions_.contains(name); }
    [[nodiscard]] std::vector<std::string> names() const;

    /// The call's value in graph, or an invalid node when there is no such function. Throws InputError for a wrong number
    /// of arguments and when all calls together have written out more than 5 million operations.
    [[nodiscard]] NodeId call(Graph& graph, const Token& name, std::span<const NodeId> arguments) const;

private:
    struct Function {
        std::vector<std::string> arguments;
        Graph graph;  // the arguments are Op::parameter leaves, in their order
        NodeId result;
    };

    [[nodiscard]] std::vector<std::string> read_arguments(const std::vector<Token>& signature) const;

    std::string file_;
    Dialect dialect_;
    std::map<std::string, Function, std::less<>> functions_;
    mutable std::size_t written_out_ = 0;  // operations, over all calls
};

}  // namespace kohort::model
