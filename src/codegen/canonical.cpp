#include "base/sha256.hpp"
#include "codegen/program.hpp"

#include <bit>

namespace kohort::codegen {
namespace {

using model::Node;
using model::NodeId;
using model::Op;

/// Names as "length:text", so that no name can pretend to be something else.
std::string quoted(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

/// Writes nodes with numbers of their own, given in the order of first need, so that the history of a graph does not show.
class CanonicalText {
public:
    explicit CanonicalText(const Program& program) : program_(program), number_(program.model.graph.size(), unknown) {}

    std::string write() {
        const model::Model& model = program_.model;
        text_ = "kohort program 1\ntime " + quoted(model.time_unit) + "\n";
        for (const auto& parameter : model.parameters) symbol("parameter", parameter.name, parameter.note);
        for (const auto& input : model.inputs) symbol("input", input.name, input.note);
        for (const auto& state : model.states) symbol("state", state.name, state.note);
        text_ += "integrals " + std::to_string(program_.n_integrals) + "\n";
        list("initial", program_.initial);
        list("rates", program_.rates);
        for (const JacobianEntry& entry : program_.jacobian) {
            const std::string value = node(entry.value);
            text_ += "jacobian " + std::to_string(entry.row) + " " + std::to_string(entry.column) + value + "\n";
        }
        if (program_.n_massless + program_.n_fast > 0)
            text_ += "implicit " + std::to_string(program_.n_massless) + " " + std::to_string(program_.n_fast) + "\n";
        write_dependent();
        for (const LookedUp& lookup : program_.lookups) {
            const std::string delay = node(lookup.delay);
            text_ += "look up " + std::to_string(lookup.rule.state) + (lookup.rule.is_rate ? " rate" : "") +
                     (lookup.rule.feeds_back ? " feeds back" : "") + (lookup.rule.constant_delay ? " constant" : "") +
                     delay + "\n";
        }
        list("time derivative", program_.time_derivative);
        for (const std::string& name : program_.observable_names) text_ += "observable " + quoted(name) + "\n";
        list("observables", program_.observables);
        list("observable rates", program_.observable_rates);
        list("roots", program_.roots);
        text_ += "event roots " + std::to_string(program_.n_event_roots) + " observed " +
                 std::to_string(program_.n_observed_roots) + "\n";
        for (const model::Event& event : model.events) write_event(event);
        return std::move(text_);
    }

private:
    static constexpr std::uint32_t unknown = 0xffffffffU;

    void symbol(const char* kind, const std::string& name, const model::Annotation& note) {
        text_ += std::string(kind) + " " + quoted(name) + " " + quoted(note.unit) + "\n";
    }

    void write_dependent() {
        for (const Followed& parts : program_.dependent) {
            text_ += "follows";
            for (const auto& [state, factor] : parts)
                text_ += " " + std::to_string(state) + " " + std::to_string(std::bit_cast<std::uint64_t>(factor));
            text_ += "\n";
        }
        for (const JacobianEntry& entry : program_.free_jacobian) {
            const std::string value = node(entry.value);
            text_ += "free jacobian " + std::to_string(entry.row) + " " + std::to_string(entry.column) + value + "\n";
        }
    }

    void list(const char* what, const std::vector<NodeId>& nodes) {
        std::string numbers;
        for (const NodeId id : nodes) numbers += node(id);
        text_ += std::string(what) + numbers + "\n";
    }

    void write_event(const model::Event& event) {
        const std::string condition = node(event.condition);
        text_ += "event " + quoted(event.name) + condition + "\n";
        if (program_.model.event_order == model::EventOrder::in_turn) write_turn(event);
        for (const model::Assignment& assignment : event.assignments) {
            const std::string value = node(assignment.value);
            const bool is_state = assignment.target == model::Assignment::Target::state;
            text_ += std::string(is_state ? "set state " : "set parameter ") + std::to_string(assignment.index) +
                     value + "\n";
            if (!assignment.factor.valid()) continue;
            const bool times = assignment.form == model::Assignment::Form::value_times_factor;
            const std::string factor = node(assignment.factor);
            text_ += std::string(times ? "times" : "divides") + factor + "\n";
        }
    }

    void write_turn(const model::Event& event) {
        const std::string delay = event.delay.valid() ? node(event.delay) : " none";
        const std::string priority = event.priority.valid() ? node(event.priority) : " none";
        text_ += "in turn " + std::to_string(static_cast<int>(event.true_before_start)) +
                 std::to_string(static_cast<int>(event.persistent)) +
                 std::to_string(static_cast<int>(event.values_at_trigger)) + " delay" + delay + " priority" + priority +
                 "\n";
    }

    /// " number" of the node; writes it and what it needs first if that has not been done.
    std::string node(NodeId root) {
        std::vector<NodeId> stack{root};
        while (!stack.empty()) {
            const NodeId id = stack.back();
            const std::size_t height = stack.size();
            if (number_[id.value] == unknown) {
                const Node& now = program_.model.graph[id];
                for (int place = model::arity(now.op); place-- > 0;) {
                    const NodeId argument = now.arguments[static_cast<std::size_t>(place)];
                    if (number_[argument.value] == unknown) stack.push_back(argument);
                }
                if (stack.size() != height) continue;
                write_node(id, now);
            }
            stack.pop_back();
        }
        return " " + std::to_string(number_[root.value]);
    }

    void write_node(NodeId id, const Node& now) {
        number_[id.value] = next_++;
        text_ += std::to_string(number_[id.value]) + " = " + std::string(model::name_of(now.op));
        if (now.op == Op::constant) text_ += " " + std::to_string(std::bit_cast<std::uint64_t>(now.value));
        if (now.op == Op::state || now.op == Op::parameter || now.op == Op::input || now.op == Op::looked_up) {
            text_ += " " + std::to_string(now.index);
        }
        for (int place = 0; place < model::arity(now.op); ++place) {
            text_ += " " + std::to_string(number_[now.arguments[static_cast<std::size_t>(place)].value]);
        }
        text_ += "\n";
    }

    const Program& program_;
    std::vector<std::uint32_t> number_;  // (graph.size()) in the text
    std::uint32_t next_ = 0;
    std::string text_;
};

}  // namespace

std::string canonical_text(const Program& program) { return CanonicalText(program).write(); }

std::string hash_of(const Program& program) { return sha256_hex(canonical_text(program)); }

}  // namespace kohort::codegen
