// EVENTS: `name = condition, target, value, target, value ...`.
#include "model/functions.hpp"
#include "model/sund_context.hpp"

#include <map>
#include <utility>

namespace kohort::model {

namespace {

// The parts between commas outside brackets, each with an end.
std::vector<std::vector<Token>> split_at_commas(const std::vector<Token>& tokens) {
    std::vector<std::vector<Token>> parts(1);
    int depth = 0;
    for (const Token& token : tokens) {
        const bool is_sign = token.kind == Token::Kind::sign;
        if (is_sign && token.text == "(") ++depth;
        if (is_sign && token.text == ")") --depth;
        const bool ends = token.kind == Token::Kind::end || (is_sign && token.text == "," && depth == 0);
        if (!ends) {
            parts.back().push_back(token);
            continue;
        }
        parts.back().push_back(
            {.kind = Token::Kind::end, .text = {}, .value = 0.0, .line = token.line, .column = token.column});
        if (token.kind != Token::Kind::end) parts.emplace_back();
    }
    return parts;
}

// SUND takes an event's condition as true above one half.
NodeId truth(Graph& graph, NodeId condition) {
    if (is_truth_value(graph, condition)) return condition;
    return graph.make(Op::greater, condition, graph.constant(0.5));
}

Assignment read_assignment(SundContext& sund, const std::vector<Token>& target, const std::vector<Token>& value) {
    const Place place = sund.place_of(target[0]);
    if (target[0].kind != Token::Kind::name || target[1].kind != Token::Kind::end) {
        throw InputError(place, "the target of an event must be the name of a state or a parameter",
                         "write `name = condition, target, value`");
    }
    const Node leaf = sund.model.graph[sund.symbols.symbol(target[0])];
    const std::string_view what = sund.symbols.what_is(target[0].text);
    if (what != "state" && what != "parameter") {
        throw InputError(
            place,
            "`" + std::string(target[0].text) + "` cannot be set by an event: it is neither a state nor a parameter",
            "make it a state with rate 0");
    }
    return {.target = what == "state" ? Assignment::Target::state : Assignment::Target::parameter,
            .index = leaf.index,
            .value = sund.symbols.parse(value)};
}

// Events are known by their names in no other place, so two that assign nothing can share one.
void check_repeated(SundContext& sund, const Event& event, const Event& other) {
    const std::string again = "event `" + event.name + "` was already declared on line " + std::to_string(other.place.line);
    if (!other.assignments.empty() || !event.assignments.empty())
        throw InputError(event.place, again, "rename one of the two");
    sund.remark(event.place, again + "; neither assigns anything, so both are kept");
}

}  // namespace

void read_events(SundContext& sund) {
    std::map<std::string, std::size_t> first;  // by name
    for (const Declaration& line : sund.text[Section::events]) {
        const std::vector<std::vector<Token>> parts = split_at_commas(sund.body(line));
        if (parts.size() % 2 == 0) {
            throw InputError(line.body_place, "event `" + line.name + "` has a target without a value",
                             "write `name = condition, target, value, target, value`");
        }
        Event event{.name = line.name, .condition = {}, .assignments = {}, .place = line.name_place};
        event.condition = truth(sund.model.graph, sund.symbols.parse(parts[0]));
        for (std::size_t part = 1; part < parts.size(); part += 2) {
            event.assignments.push_back(read_assignment(sund, parts[part], parts[part + 1]));
        }
        const auto [before, added] = first.emplace(event.name, sund.model.events.size());
        if (!added) check_repeated(sund, event, sund.model.events[before->second]);
        sund.model.events.push_back(std::move(event));
    }
}

}  // namespace kohort::model
