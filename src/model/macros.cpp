#include "model/macros.hpp"

#include <algorithm>
#include <utility>

namespace kohort::model {

namespace {

constexpr std::size_t most_tokens = 100'000;  // of one expression with its macros written out

Token sign_at(const Token& where, std::string_view sign) {
    return {.kind = Token::Kind::sign, .text = sign, .value = 0.0, .line = where.line, .column = where.column};
}

}  // namespace

struct Macros::Expansion {
    Style style;
    std::vector<Token> tokens{};
    std::vector<std::string_view> active{};  // macros being written out, outermost first
    bool changed = false;
};

void Macros::define(const std::string& name, std::vector<Token> body) { bodies_[name] = std::move(body); }

NodeId Macros::parse(Graph& graph, const std::vector<Token>& tokens, const Names& names) const {
    if (bodies_.empty()) return parse_expression(graph, tokens, file_, names);
    bool changed = false;
    const NodeId textual = parse_expression(graph, expanded(tokens, Style::textual, changed), file_, names);
    if (!changed) return textual;
    const NodeId bracketed = parse_expression(graph, expanded(tokens, Style::bracketed, changed), file_, names);
    if (textual == bracketed) return textual;
    const Token& first = tokens.front();
    throw InputError({file_, first.line, first.column},
                     "a macro in this expression means something else with brackets around it than without",
                     "put brackets around the macro's body, as in `A = (b + c)`");
}

std::vector<Token> Macros::expanded(const std::vector<Token>& tokens, Style style, bool& changed) const {
    Expansion expansion{.style = style};
    expand(std::span(tokens).first(tokens.size() - 1), expansion);
    expansion.tokens.push_back(tokens.back());
    changed = expansion.changed;
    return std::move(expansion.tokens);
}

void Macros::expand(std::span<const Token> tokens, Expansion& expansion) const {
    for (const Token& token : tokens) {
        const auto macro = token.kind == Token::Kind::name ? bodies_.find(token.text) : bodies_.end();
        if (macro == bodies_.end()) {
            expansion.tokens.push_back(token);
            continue;
        }
        const Place place{file_, token.line, token.column};
        if (std::find(expansion.active.begin(), expansion.active.end(), token.text) != expansion.active.end()) {
            throw InputError(place, "macro `" + macro->first + "` uses itself", "write it without its own name");
        }
        if (expansion.tokens.size() > most_tokens || expansion.active.size() > 100) {
            throw InputError(place, "this expression is too long with its macros written out",
                             "use VARIABLES instead of macros");
        }
        expansion.changed = true;
        expansion.active.push_back(token.text);
        if (expansion.style == Style::bracketed) expansion.tokens.push_back(sign_at(token, "("));
        expand(std::span(macro->second).first(macro->second.size() - 1), expansion);
        if (expansion.style == Style::bracketed) expansion.tokens.push_back(sign_at(token, ")"));
        expansion.active.pop_back();
    }
}

}  // namespace kohort::model
