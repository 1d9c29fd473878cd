#include "model/iqm_states.hpp"

#include "base/text.hpp"
#include "model/reorder.hpp"
#include "model/tokens.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

constexpr std::string_view constraints = "constraints:";

/// The state that a line of STATES is about: `d/dt(X)` or `X(0)`.
std::string state_of(const Declaration& line) {
    const std::string left = without_blanks(line.name);
    const std::size_t open = left.starts_with("d/dt(") ? 5 : 0;
    const std::size_t close = left.find(open > 0 ? ")" : "(0)");
    return left.substr(open, close == std::string::npos ? close : close - open);
}

class StateMarks {
public:
    StateMarks(SundContext& sund, const IqmText& text) : sund_(sund), text_(text), graph_(sund.model.graph) {}

    void read() {
        for (const Declaration& line : sund_.text[Section::states]) {
            const auto marks = text_.marks.find(line.name_place.line);
            if (marks == text_.marks.end()) continue;
            const auto state = std::ranges::find(sund_.model.states, state_of(line), &State::name);
            if (state == sund_.model.states.end()) continue;
            for (const IqmMark& mark : marks->second) read(*state, mark);
        }
        for (const auto& [state, mark] : bounds_) bound(sund_.model.states[state], mark);
    }

private:
    void read(State& state, const IqmMark& mark) {
        if (mark.text.starts_with(constraints))
            bounds_.emplace_back(static_cast<std::size_t>(&state - sund_.model.states.data()), mark);
        else if (text_.is_biochemical)
            divide_by_compartment(state, mark);
    }

    /// {isSpecie:liver:concentration}: reactions change amounts. In the ordinary layout rates are written out.
    void divide_by_compartment(State& state, const IqmMark& mark) {
        const std::vector<std::string_view> words = split(mark.text, ':');
        if (words.size() != 3 || words[2] != "concentration" || words[1].empty()) return;
        const NodeId size = sund_.symbols.parse(tokenise(words[1], mark.place));
        state.rate = graph_.make(Op::divide, state.rate, size);
    }

    /// {constraints:[low,high]}
    void bound(State& state, const IqmMark& mark) {
        const std::string_view list = std::string_view(mark.text).substr(constraints.size());
        const std::size_t comma = list.find(',');
        if (!list.starts_with('[') || !list.ends_with(']') || comma == std::string_view::npos)
            throw InputError(mark.place, "`{" + mark.text + "}` gives no bounds", "write {constraints:[low,high]}");
        const std::string name = state.name;
        const auto value = static_cast<std::uint32_t>(&state - sund_.model.states.data());
        const NodeId low = sund_.symbols.parse(tokenise(list.substr(1, comma - 1), mark.place));
        const NodeId high = sund_.symbols.parse(tokenise(list.substr(comma + 1, list.size() - comma - 2), mark.place));
        const NodeId rate = state.rate;
        state.rate = stopped(state.rate,
                             stops(value, Op::less_equal, low, rate, Op::less, name + " at its lower bound", mark));
        state.rate = stopped(
            state.rate, stops(value, Op::greater_equal, high, rate, Op::greater, name + " at its upper bound", mark));
    }

    /// Is at the bound and would leave it; an event without assignments makes the solver meet the bound.
    NodeId stops(std::uint32_t state, Op reaches, NodeId bound, NodeId rate, Op leaves, const std::string& name,
                 const IqmMark& mark) {
        const bool is_open = graph_[bound].op == Op::constant && std::isinf(graph_[bound].value);
        if (is_open) return graph_.constant(0.0);
        const NodeId is_there = graph_.make(reaches, graph_.leaf(Op::state, state), bound);
        sund_.model.events.push_back({.name = name, .condition = is_there, .assignments = {}, .place = mark.place});
        return graph_.make(Op::logical_and, is_there, graph_.make(leaves, rate, graph_.constant(0.0)));
    }

    NodeId stopped(NodeId rate, NodeId condition) {
        return graph_.make(Op::select, condition, graph_.constant(0.0), rate);
    }

    SundContext& sund_;
    const IqmText& text_;
    Graph& graph_;
    std::vector<std::pair<std::size_t, IqmMark>> bounds_;  // by state; set when all rates are final
};

void start_from_zero(SundContext& sund) {
    std::set<std::string> given;
    for (const Declaration& line : sund.text[Section::states]) {
        if (without_blanks(line.name).ends_with("(0)")) given.insert(state_of(line));
    }
    for (State& state : sund.model.states) {
        if (!given.contains(state.name)) state.initial = sund.model.graph.constant(0.0);
    }
}

/// Cuts the unknown off the end of `expression : Y`; empty if there is none.
std::string cut_unknown(Declaration& line) {
    const std::size_t colon = line.body.rfind(':');
    if (colon == std::string_view::npos) return "";
    const std::string_view unknown = trim(line.body.substr(colon + 1));
    if (!is_name(unknown)) return "";  // of `a ? b : 2*c`
    line.body = trim(line.body.substr(0, colon));
    return std::string(unknown);
}

}  // namespace

void prepare_equations(SundContext& sund) {
    std::vector<Declaration>& lines = sund.text.sections[static_cast<std::size_t>(Section::states)];
    std::set<std::string> given;
    for (const Declaration& line : lines) given.insert(without_blanks(line.name));
    for (std::size_t place = 0; place < lines.size(); ++place) {
        if (without_blanks(lines[place].name) != "0") continue;
        const std::string unknown = cut_unknown(lines[place]);
        if (unknown.empty() || !given.insert(unknown + "(0)").second) continue;
        Declaration start = lines[place];
        start.name = unknown + "(0)";
        start.body = "0";
        lines.push_back(std::move(start));
    }
}

void order_states(SundContext& sund) {
    std::vector<std::string> given;
    for (const Declaration& line : sund.text[Section::states]) {
        if (without_blanks(line.name).ends_with("(0)")) given.push_back(state_of(line));
    }
    std::vector<std::uint32_t> old_of_new(sund.model.states.size());
    std::iota(old_of_new.begin(), old_of_new.end(), 0U);
    const auto place = [&](std::uint32_t state) { return std::ranges::find(given, sund.model.states[state].name); };
    if (std::ranges::is_sorted(old_of_new, {}, place)) return;
    std::ranges::stable_sort(old_of_new, {}, place);
    put_states_in_order(sund.model, old_of_new);
}

void finish_iqm_states(SundContext& sund, const IqmText& text) {
    start_from_zero(sund);
    read_initial_values(sund);
    StateMarks(sund, text).read();
}

}  // namespace kohort::model
