#include "model/iqm_indices.hpp"

#include "base/text.hpp"
#include "model/expression.hpp"
#include "model/iqm_functions.hpp"
#include "model/tokens.hpp"

#include <cmath>
#include <functional>

namespace kohort::model {

namespace {

constexpr double largest_index = 1e6;
constexpr std::string_view
    remedy = "write `X<k,1:3>` where an array begins, `X<k>` for an element, and lt(a,b) to compare";

/// The pieces between separators outside brackets.
std::vector<std::string_view> pieces(std::string_view text, char separator) {
    std::vector<std::string_view> result;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '(' || text[at] == '[') ++depth;
        if (text[at] == ')' || text[at] == ']') --depth;
        if (text[at] != separator || depth != 0) continue;
        result.push_back(trim(text.substr(begin, at - begin)));
        begin = at + 1;
    }
    result.push_back(trim(text.substr(begin)));
    return result;
}

}  // namespace

/// Where in the line a piece of it stands; the name's place for what is no piece of the body.
Place ArrayIndices::place(std::string_view inside) const {
    const std::string_view whole = line_->body;
    const std::less_equal<const char*> is_before;
    const bool is_in_body = is_before(whole.data(), inside.data()) && is_before(inside.data(), whole.data() + whole.size());
    if (!is_in_body) return line_->name_place;
    Place result = line_->body_place;
    for (const char& letter : whole.substr(0, static_cast<std::size_t>(inside.data() - whole.data()))) {
        result.column = letter == '\n' ? 1 : result.column + 1;
        result.line += letter == '\n' ? 1 : 0;
    }
    return result;
}

void ArrayIndices::refuse(std::string_view inside, const std::string& problem) const {
    throw InputError(place(inside), problem, std::string(remedy));
}

/// `k,1:3`: the index and its values.
std::pair<std::string, std::vector<long>> ArrayIndices::definition(std::string_view text) {
    const std::vector<std::string_view> parts = pieces(text, ',');
    if (parts.size() != 2 || !is_name(parts[0])) refuse(text, "`<" + std::string(text) + ">` is no array");
    if (parameters_.contains(parts[0])) refuse(text, "the index `" + std::string(parts[0]) + "` is a parameter too");
    std::vector<long> values = range(parts[1]);
    if (values.empty()) refuse(text, "the array `<" + std::string(text) + ">` has no elements");
    return {std::string(parts[0]), std::move(values)};
}

/// 3, 1:3, 0:2:8, [1, 4:6]
std::vector<long> ArrayIndices::range(std::string_view text) {
    std::vector<long> values;
    if (text.starts_with('[') && text.ends_with(']')) {
        for (const std::string_view part : pieces(text.substr(1, text.size() - 2), ',')) {
            for (const long value : range(part)) values.push_back(value);
        }
        return values;
    }
    const std::vector<std::string_view> parts = pieces(text, ':');
    if (parts.size() > 3) refuse(text, "`" + std::string(text) + "` is no range of indices");
    const long first = whole_number(parts.front(), std::nullopt);
    const long last = whole_number(parts.back(), std::nullopt);
    const long step = parts.size() == 3 ? whole_number(parts[1], std::nullopt) : 1;
    if (step == 0) refuse(text, "`" + std::string(text) + "` never ends");
    for (long value = first; step > 0 ? value <= last : value >= last; value += step) {
        values.push_back(value);
        if (values.size() > most_array_elements) refuse(text, "`" + std::string(text) + "` is too long a range");
    }
    return values;
}

long ArrayIndices::whole_number(std::string_view text, const std::optional<Index>& index) {
    const double value = number(text, index);
    if (std::abs(value) > largest_index || value != std::floor(value))
        refuse(text, "the index `" + std::string(text) + "` is not a whole number");
    return static_cast<long>(value);
}

/// Of numbers, parameters and the index.
double ArrayIndices::number(std::string_view text, const std::optional<Index>& index) {
    Graph graph;
    const Names names{.symbol =
                          [&](const Token& name) {
                              if (index && name.text == index->name)
                                  return graph.constant(static_cast<double>(index->value));
                              return graph.constant(parameter(name.text));
                          },
                      .function = {},
                      .function_names = {},
                      .dialect = iqm_dialect()};
    const NodeId result = parse_expression(graph, tokenise(text, place(text)), file_, names);
    if (graph[result].op != Op::constant) refuse(text, "the index `" + std::string(text) + "` is not a number");
    return graph[result].value;
}

double ArrayIndices::parameter(std::string_view name) {
    const auto found = parameters_.find(name);
    if (found == parameters_.end()) refuse(name, "`" + std::string(name) + "` is no parameter and no index here");
    const Declaration& line = *found->second;
    Graph graph;
    const auto unknown = [&](const Token&) -> NodeId { refuse(name, "`" + std::string(name) + "` is not a number"); };
    const Names names{.symbol = unknown, .function = {}, .function_names = {}, .dialect = iqm_dialect()};
    const NodeId value = parse_expression(graph, tokenise(line.body, line.body_place), file_, names);
    if (graph[value].op != Op::constant) refuse(name, "`" + std::string(name) + "` is not a number");
    if (std::exchange(is_told_[line.name], true)) return graph[value].value;
    remarks_.push_back(
        to_string(line.name_place) + ": `" + line.name +
        "` numbers elements of arrays, which it does with the value that stands here, whatever a study says");
    return graph[value].value;
}

}  // namespace kohort::model
