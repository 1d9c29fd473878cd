#include "model/user_functions.hpp"

#include "base/text.hpp"
#include "model/graph_copy.hpp"

#include <algorithm>
#include <utility>

namespace kohort::model {

namespace {

constexpr std::size_t most_written_out = 5'000'000;

bool is_sign(const Token& token, std::string_view sign) {
    return token.kind == Token::Kind::sign && token.text == sign;
}

}  // namespace

std::vector<std::string> UserFunctions::read_arguments(const std::vector<Token>& signature) const {
    const auto refuse = [&](const Token& where) {
        throw InputError({file_, where.line, where.column}, "this is not the head of a function",
                         "write `name(a, b) = expression`");
    };
    if (signature.size() < 4 || signature[0].kind != Token::Kind::name || !is_sign(signature[1], "("))
        refuse(signature.front());
    std::vector<std::string> arguments;
    for (std::size_t position = 2;; position += 2) {
        const Token& argument = signature[position];
        if (argument.kind != Token::Kind::name) refuse(argument);
        if (std::find(arguments.begin(), arguments.end(), argument.text) != arguments.end()) {
            throw InputError({file_, argument.line, argument.column},
                             "the argument `" + std::string(argument.text) + "` is there twice",
                             "rename one of the two");
        }
        arguments.emplace_back(argument.text);
        const Token& after = signature[position + 1];
        if (is_sign(after, ")") && signature[position + 2].kind == Token::Kind::end) return arguments;
        if (!is_sign(after, ",")) refuse(after);
    }
}

void UserFunctions::define(const std::vector<Token>& signature, const std::vector<Token>& body, const Macros& macros,
                           const std::function<bool(std::string_view)>& known) {
    Function function{.arguments = read_arguments(signature), .graph = {}, .result = {}};
    const std::string name(signature.front().text);
    Names names;
    names.symbol = [&](const Token& word) {
        const auto argument = std::find(function.arguments.begin(), function.arguments.end(), word.text);
        if (argument != function.arguments.end()) {
            return function.graph.leaf(Op::parameter, static_cast<std::uint32_t>(argument - function.arguments.begin()));
        }
        if (const auto constant = dialect_.constant(word.text)) return function.graph.constant(*constant);
        const std::string shown(word.text);
        const Place place{file_, word.line, word.column};
        if (known(word.text))
            throw InputError(place, "function `" + name + "` uses `" + shown + "`, which is not one of its arguments",
                             "pass it as an argument");
        throw InputError(place, "unknown name `" + shown + "` in function `" + name + "`",
                         suggest(word.text, function.arguments));
    };
    names.function = [&](const Token& called, std::span<const NodeId> arguments) {
        return call(function.graph, called, arguments);
    };
    names.function_names = [this] { return this->names(); };
    names.dialect = dialect_;
    function.result = macros.parse(function.graph, body, names);
    functions_.emplace(name, std::move(function));
}

std::vector<std::string> UserFunctions::names() const {
    std::vector<std::string> all;
    for (const auto& [name, function] : functions_) all.push_back(name);
    return all;
}

NodeId UserFunctions::call(Graph& graph, const Token& name, std::span<const NodeId> arguments) const {
    const auto found = functions_.find(name.text);
    if (found == functions_.end()) return {};
    const Function& function = found->second;
    const Place place{file_, name.line, name.column};
    if (arguments.size() != function.arguments.size()) {
        throw InputError(place,
                         "`" + found->first + "` takes " + std::to_string(function.arguments.size()) +
                             " arguments, not " + std::to_string(arguments.size()),
                         "its arguments are " + join(function.arguments, ", "));
    }
    GraphCopy copy(function.graph, graph, [&](const Node& leaf) { return arguments[leaf.index]; });
    const NodeId result = copy(function.result);
    written_out_ += function.graph.size();
    if (written_out_ > most_written_out || graph.size() > most_nodes) {
        throw InputError(place, "the model's functions become too many operations once they are written out",
                         "call fewer functions within functions");
    }
    return result;
}

}  // namespace kohort::model
