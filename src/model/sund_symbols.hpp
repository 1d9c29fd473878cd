// What names mean inside one SUND text, and which of them an expression may use where it stands.
#pragma once

#include "model/macros.hpp"
#include "model/model.hpp"
#include "model/user_functions.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

class SundSymbols {
public:
    /// Expressions are read into model.graph.
    SundSymbols(Model& model, const std::string& file, const Dialect& dialect = {})
        : model_(model), file_(file), dialect_(dialect), macros_(file), functions_(file, dialect) {}

    /// Takes the name; what is "state", "parameter", ... for messages. Throws InputError if it is not a name, is reserved or
    /// is taken.
    void declare(const std::string& name, const std::string& what, const Place& place);
    /// Gives a declared name its value; from now on expressions may use it.
    void define(const std::string& name, NodeId value) { entries_.at(name).value = value; }
    void define_function(const std::vector<Token>& signature, const std::vector<Token>& body);
    /// A variable that comes later, for the message to an expression that uses it too early.
    void announce(const std::string& name, const Place& place) { later_.emplace(name, place); }
    [[nodiscard]] Macros& macros() { return macros_; }
    /// "state", "parameter", ...; "" for an unknown name.
    [[nodiscard]] std::string_view what_is(std::string_view name) const;

    /// The value of a name anywhere but in initial values and inputs. Throws InputError for an unknown name.
    [[nodiscard]] NodeId symbol(const Token& name);
    [[nodiscard]] NodeId parse(const std::vector<Token>& tokens);
    /// An expression in which every name stands for the outside value.
    [[nodiscard]] NodeId parse_input(const std::vector<Token>& tokens, NodeId outside);
    /// An initial value: over parameters, inputs with a default, variables without states, and the initial values of states
    /// that have theirs.
    [[nodiscard]] NodeId parse_initial(const std::vector<Token>& tokens);

private:
    struct Entry {
        std::string what;
        Place place;
        NodeId value;
    };

    [[nodiscard]] NodeId initial_symbol(const Token& name);
    [[nodiscard]] NodeId parse_with(const std::vector<Token>& tokens, std::function<NodeId(const Token&)> symbol);
    [[nodiscard]] Place place_of(const Token& token) const { return {file_, token.line, token.column}; }

    Model& model_;
    const std::string& file_;
    Dialect dialect_;
    Macros macros_;
    UserFunctions functions_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::map<std::string, Place, std::less<>> later_;
};

}  // namespace kohort::model
