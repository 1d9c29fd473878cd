// INPUTS: `local = expression with one outside name @ default`.
#include "model/annotation.hpp"
#include "model/evaluate.hpp"
#include "model/sund_context.hpp"

#include <algorithm>
#include <format>
#include <map>
#include <optional>
#include <utility>

namespace kohort::model {

namespace {

class InputsReader {
public:
    explicit InputsReader(SundContext& sund) : sund_(sund) {}

    void read() {
        for (const Declaration& line : sund_.text[Section::inputs]) {
            sund_.symbols.declare(line.name, "input", line.name_place);
            std::vector<Token> tokens = sund_.body(line);
            const std::optional<double> default_value = cut_default(line, tokens);
            read_line(line, std::move(tokens), default_value);
        }
    }

private:
    // Takes `@ number` off the end.
    [[nodiscard]] std::optional<double> cut_default(const Declaration& line, std::vector<Token>& tokens) const {
        const auto is_at = [](const Token& token) { return token.kind == Token::Kind::sign && token.text == "@"; };
        const auto at = std::find_if(tokens.begin(), tokens.end(), is_at);
        if (at == tokens.end()) return std::nullopt;
        const auto after = static_cast<std::size_t>(at - tokens.begin()) + 1;
        const double value = sund_.number(std::span(tokens).subspan(after), "the default of input `" + line.name + "`");
        tokens.resize(after);
        tokens.back() = {.kind = Token::Kind::end, .text = {}, .value = 0.0, .line = at->line, .column = at->column};
        return value;
    }

    void read_line(const Declaration& line, std::vector<Token> tokens, std::optional<double> default_value) {
        const std::string outside = outside_name(line, tokens);
        const NodeId leaf = sund_.model.graph.leaf(Op::input, index_of(line, outside, default_value));
        const NodeId value = sund_.symbols.parse_input(tokens, leaf);
        if (value != leaf && default_value) refuse_unclear_default(line, value, leaf, *default_value);
        sund_.symbols.define(line.name, value);
        if (value == leaf && outside == line.name) return;
        sund_.model.observables.push_back({.name = line.name,
                                           .value = value,
                                           .kind = Observable::Kind::variable,
                                           .note = read_annotation(line.comment),
                                           .place = line.name_place});
    }

    // The one name in the expression, with `container:` in front if it is there. Leaves a single name in tokens.
    [[nodiscard]] std::string outside_name(const Declaration& line, std::vector<Token>& tokens) const {
        const bool conditional = std::any_of(tokens.begin(), tokens.end(), [](const Token& t) { return t.text == "?"; });
        std::string outside;
        for (std::size_t position = 0; position + 1 < tokens.size(); ++position) {
            if (tokens[position].kind != Token::Kind::name || tokens[position + 1].text == "(") continue;
            std::string name(tokens[position].text);
            if (!conditional && tokens[position + 1].text == ":" && tokens[position + 2].kind == Token::Kind::name) {
                name += ":" + std::string(tokens[position + 2].text);
                const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(position);
                tokens.erase(begin, begin + 2);
            }
            if (!outside.empty() && outside != name) {
                throw InputError(sund_.place_of(tokens[position]),
                                 std::format("input `{}` uses two outside names, `{}` and `{}`", line.name, outside, name),
                                 "read each in a line of its own and combine them in VARIABLES");
            }
            outside = name;
        }
        if (outside.empty()) {
            throw InputError(line.body_place, "input `" + line.name + "` names nothing from outside",
                             "write `" + line.name + " = outside_name @ default`");
        }
        return outside;
    }

    // Two lines may read the same outside name.
    std::uint32_t index_of(const Declaration& line, const std::string& outside, std::optional<double> default_value) {
        std::vector<Input>& inputs = sund_.model.inputs;
        const auto [known, added] = index_.emplace(outside, static_cast<std::uint32_t>(inputs.size()));
        if (added) {
            inputs.push_back({.name = outside,
                              .default_value = default_value,
                              .note = read_annotation(line.comment),
                              .place = line.name_place});
        } else if (inputs[known->second].default_value != default_value) {
            throw InputError(
                line.name_place, "`" + outside + "` is read twice with different defaults",
                "give line " + std::to_string(inputs[known->second].place.line) + " and this line the same default");
        }
        return known->second;
    }

    // The format does not say whether a default stands for the outside value or for the whole expression.
    void refuse_unclear_default(const Declaration& line, NodeId value, NodeId leaf, double default_value) const {
        const Graph& graph = sund_.model.graph;
        const std::vector<double> inputs(graph[leaf].index + std::size_t{1}, default_value);
        const double converted = evaluate(graph, value, {.time = 0.0, .states = {}, .parameters = {}, .inputs = inputs});
        if (converted == default_value) return;
        throw InputError(
            line.body_place,
            "it is unclear whether the default of `" + line.name + "` is meant before or after its conversion",
            "read the plain name here (`name = outside_name @ default`) and convert it in VARIABLES");
    }

    SundContext& sund_;
    std::map<std::string, std::uint32_t> index_;  // by outside name
};

}  // namespace

void read_inputs(SundContext& sund) { InputsReader(sund).read(); }

}  // namespace kohort::model
