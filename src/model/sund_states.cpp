// STATES: `d/dt(X) = rate` or `ddt_X = rate`, and `X(0) = initial value`.
#include "model/annotation.hpp"
#include "model/sund_context.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace kohort::model {

namespace {

struct StateLine {
    enum class Gives { rate, initial, initial_rate, equation } gives;
    std::string state;
};

std::optional<StateLine> read_left_side(const std::string& written) {
    const std::string name = without_blanks(written);
    const std::string_view view = name;
    if (view.starts_with("d/dt(") && view.ends_with(")")) {
        return StateLine{StateLine::Gives::rate, name.substr(5, name.size() - 6)};
    }
    const bool derivative = view.starts_with("ddt_");
    const std::size_t skipped = derivative ? 4 : 0;
    if (view.ends_with("(0)")) {
        const auto gives = derivative ? StateLine::Gives::initial_rate : StateLine::Gives::initial;
        return StateLine{gives, name.substr(skipped, name.size() - skipped - 3)};
    }
    if (derivative) return StateLine{StateLine::Gives::rate, name.substr(skipped)};
    return std::nullopt;
}

StateLine read_state_line(const Declaration& line) {
    if (without_blanks(line.name) == "0") return {StateLine::Gives::equation, ""};
    std::optional<StateLine> meaning = read_left_side(line.name);
    if (!meaning) {
        throw InputError(line.name_place, "`" + line.name + "` is neither a rate nor an initial value",
                         "write `d/dt(X) = expression` and `X(0) = expression`");
    }
    if (!is_name(meaning->state))
        throw InputError(line.name_place, "`" + meaning->state + "` is not a name for a state",
                         "use letters a to z, digits and _, beginning with a letter");
    return std::move(*meaning);
}

class InitialValuesReader {
public:
    explicit InitialValuesReader(SundContext& sund) : sund_(sund) {
        for (State& state : sund_.model.states) state_of_name_[state.name] = &state;
    }

    // In the order of the lines: an initial value may use those above it.
    void read() {
        for (const Declaration& line : sund_.text[Section::states]) {
            const StateLine meaning = read_state_line(line);
            if (meaning.gives == StateLine::Gives::initial_rate) {
                sund_.remark(line.name_place,
                             "a rate at the start follows from the equations, so this line is not used");
            } else if (meaning.gives == StateLine::Gives::initial) {
                read_line(line, meaning.state);
            }
        }
        for (const State& state : sund_.model.states) {
            if (state.initial.valid()) continue;
            const std::string hint = orphan_.empty() ? "" : "; `" + orphan_ + "(0)` is there, but no such state";
            throw InputError(state.place, "state `" + state.name + "` has no initial value",
                             "add `" + state.name + "(0) = expression`" + hint);
        }
    }

private:
    void read_line(const Declaration& line, const std::string& name) {
        const auto found = state_of_name_.find(name);
        if (found == state_of_name_.end()) {
            orphan_ = name;
            sund_.remark(line.name_place,
                         "`" + name + "` has an initial value but no rate, so it is no state and this line is not used");
            return;
        }
        State& state = *found->second;
        const NodeId value = sund_.symbols.parse_initial(sund_.body(line));
        const auto [first, added] = line_of_state_.emplace(name, &line);
        if (!added) return sund_.repeated(line, first->second->name_place, state.initial == value);
        state.initial = value;
        const Annotation note = read_annotation(line.comment);
        if (state.note.unit.empty()) state.note.unit = note.unit;
        if (state.note.meaning.empty()) state.note.meaning = note.meaning;
    }

    SundContext& sund_;
    std::map<std::string, State*> state_of_name_;
    std::map<std::string, const Declaration*> line_of_state_;
    std::string orphan_;  // something with an initial value only
};

}  // namespace

std::string without_blanks(std::string_view text) {
    std::string compact;
    const auto is_ink = [](char letter) { return letter != ' ' && letter != '\t'; };
    std::copy_if(text.begin(), text.end(), std::back_inserter(compact), is_ink);
    return compact;
}

namespace {

/// What has an initial value and no rate, where there are equations: their unknowns, as many as they are.
void name_unknowns(SundContext& sund) {
    std::size_t n_equations = 0;
    const Declaration* last = nullptr;
    for (const Declaration& line : sund.text[Section::states]) {
        if (read_state_line(line).gives != StateLine::Gives::equation) continue;
        ++n_equations;
        last = &line;
    }
    if (n_equations == 0) return;
    std::set<std::string> known;
    for (const State& state : sund.model.states) known.insert(state.name);
    std::size_t n_unknowns = 0;
    for (const Declaration& line : sund.text[Section::states]) {
        const StateLine meaning = read_state_line(line);
        if (meaning.gives != StateLine::Gives::initial || !known.insert(meaning.state).second) continue;
        ++n_unknowns;
        const auto index = static_cast<std::uint32_t>(sund.model.states.size());
        sund.symbols.declare(meaning.state, "state", line.name_place);
        sund.symbols.define(meaning.state, sund.model.graph.leaf(Op::state, index));
        sund.model.states.push_back({.name = meaning.state,
                                     .rate = {},
                                     .initial = {},
                                     .note = read_annotation(line.comment),
                                     .place = line.name_place,
                                     .kind = State::Kind::algebraic});
    }
    if (n_unknowns == n_equations) return;
    throw InputError(last->name_place,
                     "there are " + std::to_string(n_equations) + " equations `0 = expression` and " +
                         std::to_string(n_unknowns) + " states without a rate",
                     "every state has one equation, and its value at the start: `X(0) = expression`");
}

}  // namespace

void name_states(SundContext& sund) {
    std::map<std::string, const Declaration*> first;
    for (const Declaration& line : sund.text[Section::states]) {
        const StateLine meaning = read_state_line(line);
        if (meaning.gives != StateLine::Gives::rate) continue;
        const auto [before, added] = first.emplace(meaning.state, &line);
        if (!added) {
            sund.repeated(line, before->second->name_place, before->second->body == line.body);
            continue;
        }
        const auto index = static_cast<std::uint32_t>(sund.model.states.size());
        sund.symbols.declare(meaning.state, "state", line.name_place);
        sund.symbols.define(meaning.state, sund.model.graph.leaf(Op::state, index));
        sund.model.states.push_back(
            {.name = meaning.state, .rate = {}, .initial = {}, .note = read_annotation(line.comment), .place = line.name_place});
    }
    name_unknowns(sund);
}

void read_rates(SundContext& sund) {
    std::size_t state = 0;
    for (const Declaration& line : sund.text[Section::states]) {
        // A line that repeats a rate was passed over when the states were named.
        const bool named_here = state < sund.model.states.size() &&
                                sund.model.states[state].kind == State::Kind::differential &&
                                sund.model.states[state].place.line == line.name_place.line;
        if (named_here) sund.model.states[state++].rate = sund.expression(line);
        if (read_state_line(line).gives == StateLine::Gives::equation)
            sund.equations.push_back({sund.expression(line), "the equation `0 = ...`", line.name_place});
    }
}

void read_initial_values(SundContext& sund) { InitialValuesReader(sund).read(); }

}  // namespace kohort::model
