#include "model/iqm_delay.hpp"

#include "model/evaluate.hpp"
#include "model/tokens.hpp"

#include <array>
#include <map>
#include <optional>

namespace kohort::model {

namespace {

bool is_delay(const Token& token) { return token.text == "delayIQM" || token.text == "delaySB"; }

std::optional<Place> first_delay(const SundContext& sund, Section section) {
    for (const Declaration& line : sund.text[section]) {
        for (const Token& token : tokenise(line.body, line.body_place)) {
            if (is_delay(token)) return sund.place_of(token);
        }
    }
    return std::nullopt;
}

/// An expression at an earlier time. Delays inside it add up.
class InPast {
public:
    InPast(Graph& graph, NodeId delay) : graph_(graph), delay_(delay) {}

    [[nodiscard]] NodeId of(NodeId root) {
        std::map<NodeId, NodeId> copies;
        for (const NodeId id : needed_for(graph_, std::span(&root, 1))) {
            const Node node = graph_[id];  // a copy: making nodes moves them
            if (node.op == Op::input) return {};
            std::array<NodeId, 3> arguments{};
            for (std::size_t place = 0; place < static_cast<std::size_t>(arity(node.op)); ++place)
                arguments[place] = copies.at(node.arguments[place]);
            copies[id] = node.op == Op::delayed ? longer(node, arguments[1]) : copy(id, node, arguments);
        }
        return copies.at(root);
    }

private:
    [[nodiscard]] NodeId copy(NodeId id, const Node& node, const std::array<NodeId, 3>& arguments) {
        switch (node.op) {
            case Op::constant:
            case Op::parameter: return id;
            case Op::time: return time();
            case Op::state: return graph_.make(Op::delayed, id, delay_);
            default: return graph_.make(node.op, arguments[0], arguments[1], arguments[2]);
        }
    }
    [[nodiscard]] NodeId longer(const Node& delayed, NodeId delay) {
        return graph_.make(Op::delayed, delayed.arguments[0], graph_.make(Op::add, delay_, delay));
    }
    /// Before the start everything was as at the start.
    [[nodiscard]] NodeId time() {
        const NodeId now = graph_.leaf(Op::time);
        return graph_.make(Op::select, graph_.make(Op::less, now, delay_), graph_.constant(0.0),
                           graph_.make(Op::subtract, now, delay_));
    }

    Graph& graph_;
    NodeId delay_;
};

}  // namespace

NodeId delayed_expression(Graph& graph, std::span<const NodeId> arguments) {
    return InPast(graph, arguments[1]).of(arguments[0]);
}

void check_delays(const SundContext& sund) {
    if (const auto place = first_delay(sund, Section::functions))
        throw InputError(*place, "a delay stands inside a function, which does not know what its arguments are made of",
                         "write the delay where the function is called");
    bool has_delays = false;
    for (const Section section : {Section::states, Section::variables, Section::events})
        has_delays = has_delays || first_delay(sund, section);
    if (!has_delays) return;
    for (const Event& event : sund.model.events) {
        for (const Assignment& assignment : event.assignments) {
            if (assignment.target != Assignment::Target::parameter) continue;
            throw InputError(event.place,
                             "event `" + event.name +
                                 "` sets a parameter, and the text has delays: the past of "
                                 "parameters is not kept",
                             "make the parameter a state with rate 0");
        }
    }
}

}  // namespace kohort::model
