// Macros of a SUND text: names that stand for pieces of expressions.
//
// SUND hands them to the C preprocessor, so `A = b + c` makes `A * 2` into b + c * 2. Whoever wrote that meant (b + c) * 2.
// Both readings are made, and where they differ the text is refused.
#pragma once

#include "model/expression.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {

class Macros {
public:
    explicit Macros(std::string file) : file_(std::move(file)) {}

    /// body ends with Kind::end.
    void define(const std::string& name, std::vector<Token> body);

    /// Reads an expression that may use macros. Throws InputError for a macro that uses itself, for more than 100,000 words
    /// in one expression, and where brackets around a macro's body would change the meaning.
    [[nodiscard]] NodeId parse(Graph& graph, const std::vector<Token>& tokens, const Names& names) const;

private:
    enum class Style : std::uint8_t { textual, bracketed };
    struct Expansion;
    void expand(std::span<const Token> tokens, Expansion& expansion) const;
    [[nodiscard]] std::vector<Token> expanded(const std::vector<Token>& tokens, Style style, bool& changed) const;

    std::string file_;
    std::map<std::string, std::vector<Token>, std::less<>> bodies_;
};

}  // namespace kohort::model
