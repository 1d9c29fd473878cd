#include "model/sund_symbols.hpp"

#include "base/text.hpp"
#include "model/evaluate.hpp"

#include <utility>

namespace kohort::model {

void SundSymbols::declare(const std::string& name, const std::string& what, const Place& place) {
    if (!is_name(name))
        throw InputError(place, "`" + name + "` is not a name for a " + what,
                         "use letters, digits and _, beginning with a letter or _");
    if (name == "time")
        throw InputError(place, "`time` is the model's time and cannot be the name of a " + what, "choose another name");
    const auto [entry, added] = entries_.try_emplace(name, Entry{.what = what, .place = place, .value = {}});
    if (added) return;
    throw InputError(place,
                     "`" + name + "` was already declared as a " + entry->second.what + " on line " +
                         std::to_string(entry->second.place.line),
                     "rename one of the two");
}

std::string_view SundSymbols::what_is(std::string_view name) const {
    const auto entry = entries_.find(name);
    return entry == entries_.end() ? std::string_view{} : std::string_view(entry->second.what);
}

void SundSymbols::define_function(const std::vector<Token>& signature, const std::vector<Token>& body) {
    functions_.define(signature, body, macros_, [this](std::string_view name) {
        return entries_.contains(name) || later_.contains(name) || name == "time";
    });
}

NodeId SundSymbols::symbol(const Token& name) {
    if (name.text == "time") return model_.graph.leaf(Op::time);
    if (const auto entry = entries_.find(name.text); entry != entries_.end() && entry->second.value.valid())
        return entry->second.value;
    const bool is_function = functions_.contains(name.text) || dialect_.function(name.text) != nullptr;
    if (is_function && !later_.contains(name.text))
        throw InputError(place_of(name), "`" + std::string(name.text) + "` is a function", "give it arguments");
    const std::string shown(name.text);
    if (const auto later = later_.find(name.text); later != later_.end()) {
        throw InputError(
            place_of(name),
            "variable `" + shown + "` is used before it is defined (line " + std::to_string(later->second.line) + ")",
            "move its line up: a variable may use only those above it");
    }
    if (const auto constant = dialect_.constant(name.text)) return model_.graph.constant(*constant);
    std::vector<std::string> known;
    for (const auto& [other, entry] : entries_) known.push_back(other);
    for (const auto& [other, place] : later_) known.push_back(other);
    throw InputError(place_of(name), "unknown name `" + shown + "`", suggest(name.text, known));
}

NodeId SundSymbols::initial_symbol(const Token& name) {
    const NodeId value = symbol(name);
    const std::string shown(name.text);
    if (what_is(name.text) == "state") {
        const NodeId initial = model_.states[model_.graph[value].index].initial;
        if (!initial.valid())
            throw InputError(place_of(name), "the initial value of `" + shown + "` is not known yet",
                             "move its line up");
        return initial;
    }
    if (depends_on(model_.graph, value, Op::state)) {
        throw InputError(place_of(name), "an initial value uses `" + shown + "`, which depends on states",
                         "write it out over initial values of states above");
    }
    return value;
}

NodeId SundSymbols::parse_with(const std::vector<Token>& tokens, std::function<NodeId(const Token&)> symbol) {
    Names names;
    names.symbol = std::move(symbol);
    names.function = [this](const Token& name, std::span<const NodeId> arguments) {
        return functions_.call(model_.graph, name, arguments);
    };
    names.function_names = [this] { return functions_.names(); };
    names.dialect = dialect_;
    return macros_.parse(model_.graph, tokens, names);
}

NodeId SundSymbols::parse(const std::vector<Token>& tokens) {
    return parse_with(tokens, [this](const Token& name) { return symbol(name); });
}

NodeId SundSymbols::parse_input(const std::vector<Token>& tokens, NodeId outside) {
    Names names;
    names.symbol = [outside](const Token&) { return outside; };
    return parse_expression(model_.graph, tokens, file_, names);
}

NodeId SundSymbols::parse_initial(const std::vector<Token>& tokens) {
    const NodeId value = parse_with(tokens, [this](const Token& name) { return initial_symbol(name); });
    for (const NodeId id : needed_for(model_.graph, std::span(&value, 1))) {
        const Node& node = model_.graph[id];
        if (node.op != Op::input || model_.inputs[node.index].default_value) continue;
        throw InputError(place_of(tokens.front()),
                         "this initial value needs input `" + model_.inputs[node.index].name + "`, which has no default",
                         "give the input a default with @");
    }
    return value;
}

}  // namespace kohort::model
