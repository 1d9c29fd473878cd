#include "model/symbols.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

using Kind = Symbol::Kind;

// In the order in which one of several names of the same value is meant.
constexpr std::array all_kinds{Kind::state, Kind::parameter, Kind::input, Kind::output, Kind::feature, Kind::variable};

Kind kind_of(Observable::Kind kind) {
    switch (kind) {
        case Observable::Kind::variable: return Kind::variable;
        case Observable::Kind::output: return Kind::output;
        case Observable::Kind::feature: break;
    }
    return Kind::feature;
}

std::size_t count(const Model& model, Kind kind) {
    switch (kind) {
        case Kind::state: return model.states.size();
        case Kind::parameter: return model.parameters.size();
        case Kind::input: return model.inputs.size();
        default: return model.observables.size();
    }
}

void for_each(const Model& model, std::span<const Kind> kinds, const std::function<void(Symbol, const std::string&)>& visit) {
    for (const Kind kind : kinds) {
        for (std::uint32_t index = 0; index < count(model, kind); ++index) {
            const bool other_observable = kind > Kind::input && kind_of(model.observables[index].kind) != kind;
            if (!other_observable) visit({kind, index}, name_of(model, {kind, index}));
        }
    }
}

bool has_last_part(std::string_view qualified, std::string_view name) {
    return qualified.size() > name.size() && qualified.ends_with(name) &&
           qualified[qualified.size() - name.size() - 1] == '.';
}

// The leaf or node behind a symbol, to tell whether two symbols have the same value.
bool same_value(const Model& model, Symbol a, Symbol b) {
    const auto as_node = [&](Symbol symbol) -> Node {
        switch (symbol.kind) {
            case Kind::state: return {.op = Op::state, .index = symbol.index};
            case Kind::parameter: return {.op = Op::parameter, .index = symbol.index};
            case Kind::input: return {.op = Op::input, .index = symbol.index};
            default: return model.graph[model.observables[symbol.index].value];
        }
    };
    if (a.kind > Kind::input && b.kind > Kind::input)
        return model.observables[a.index].value == model.observables[b.index].value;
    const Node first = as_node(a);
    const Node second = as_node(b);
    return arity(first.op) == 0 && first.op == second.op && first.index == second.index && first.op != Op::constant;
}

// All meanings that differ in value.
std::vector<Symbol> meanings(const Model& model, std::string_view name, std::span<const Kind> kinds, bool last_part) {
    std::vector<Symbol> found;
    for_each(model, kinds, [&](Symbol symbol, const std::string& known) {
        if (last_part ? !has_last_part(known, name) : known != name) return;
        const bool again = std::any_of(found.begin(), found.end(),
                                       [&](Symbol other) { return same_value(model, other, symbol); });
        if (!again) found.push_back(symbol);
    });
    return found;
}

std::optional<Symbol> find_among(const Model& model, std::string_view name, std::span<const Kind> kinds, const Place& place) {
    std::vector<Symbol> found = meanings(model, name, kinds, false);
    if (found.empty()) found = meanings(model, name, kinds, true);
    if (found.empty()) return std::nullopt;
    if (found.size() == 1) return found.front();
    std::vector<std::string> candidates;
    for (const Symbol symbol : found)
        candidates.push_back("`" + std::string(name_of(symbol.kind)) + ":" + name_of(model, symbol) + "`");
    throw InputError(place, "`" + std::string(name) + "` means several things in model " + model.name,
                     "write one of " + join(candidates, ", "));
}

[[noreturn]] void refuse_unknown(const Model& model, std::string_view name, std::span<const Kind> kinds, const Place& place) {
    std::vector<std::string> known;
    for_each(model, kinds, [&](Symbol, const std::string& other) {
        known.push_back(other);
        if (const std::size_t dot = other.find('.'); dot != std::string::npos) known.push_back(other.substr(dot + 1));
    });
    const std::string what = kinds.size() == 1 ? std::string(name_of(kinds.front())) + " " : "";
    throw InputError(place, "model " + model.name + " has no " + what + "`" + std::string(name) + "`", suggest(name, known));
}

std::uint32_t find_of_kind(const Model& model, std::string_view name, Kind kind, const Place& place) {
    const std::string prefix = std::string(name_of(kind)) + ":";
    std::optional<Symbol> found = find_among(model, name, std::span(&kind, 1), place);
    if (!found && name.starts_with(prefix))
        found = find_among(model, name.substr(prefix.size()), std::span(&kind, 1), place);
    if (!found) refuse_unknown(model, name, std::span(&kind, 1), place);
    return found->index;
}

}  // namespace

std::string_view name_of(Symbol::Kind kind) {
    constexpr std::array<std::string_view, 6> names{"state", "parameter", "input", "variable", "output", "feature"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<Symbol> try_find_symbol(const Model& model, std::string_view name, const Place& place) {
    if (const auto found = find_among(model, name, all_kinds, place)) return found;
    for (const Kind kind : all_kinds) {
        const std::string prefix = std::string(name_of(kind)) + ":";
        if (name.starts_with(prefix)) return find_among(model, name.substr(prefix.size()), std::span(&kind, 1), place);
    }
    return std::nullopt;
}

Symbol find_symbol(const Model& model, std::string_view name, const Place& place) {
    const auto found = try_find_symbol(model, name, place);
    if (!found) refuse_unknown(model, name, all_kinds, place);
    return *found;
}

std::uint32_t find_state(const Model& model, std::string_view name, const Place& place) {
    return find_of_kind(model, name, Kind::state, place);
}
std::uint32_t find_parameter(const Model& model, std::string_view name, const Place& place) {
    return find_of_kind(model, name, Kind::parameter, place);
}
std::uint32_t find_input(const Model& model, std::string_view name, const Place& place) {
    return find_of_kind(model, name, Kind::input, place);
}

const std::string& name_of(const Model& model, Symbol symbol) {
    switch (symbol.kind) {
        case Kind::state: return model.states[symbol.index].name;
        case Kind::parameter: return model.parameters[symbol.index].name;
        case Kind::input: return model.inputs[symbol.index].name;
        default: return model.observables[symbol.index].name;
    }
}

const Annotation& note_of(const Model& model, Symbol symbol) {
    switch (symbol.kind) {
        case Kind::state: return model.states[symbol.index].note;
        case Kind::parameter: return model.parameters[symbol.index].note;
        case Kind::input: return model.inputs[symbol.index].note;
        default: return model.observables[symbol.index].note;
    }
}

NodeId node_of(Model& model, Symbol symbol) {
    switch (symbol.kind) {
        case Kind::state: return model.graph.leaf(Op::state, symbol.index);
        case Kind::parameter: return model.graph.leaf(Op::parameter, symbol.index);
        case Kind::input: return model.graph.leaf(Op::input, symbol.index);
        default: return model.observables[symbol.index].value;
    }
}

}  // namespace kohort::model
