#include "codegen/print_turns.hpp"

#include "codegen/names.hpp"
#include "codegen/print_tape.hpp"

#include <functional>
#include <utility>

namespace kohort::codegen {
namespace {

using model::Assignment;

std::string word(bool value) { return value ? "true" : "false"; }

class TurnPrinter {
public:
    TurnPrinter(const Program& program, const ModelPlan& plan, const Labels& labels, int indent)
        : program_(program), plan_(plan), labels_(labels), indent_(indent) {}

    std::string print() {
        print_rules();
        const std::string now = "const double* y, const double* p, const double* u, ";
        line("/// How long the event waits before it happens");
        print_switch("event_delay(int event, double t, " + now + "double* delay)", [this](std::size_t event) {
            print_tape_of(plan_.turn[event].delay, [](std::size_t) { return "*delay"; });
        });
        print_switch("event_priority(int event, double t, " + now + "double* priority)", [this](std::size_t event) {
            print_tape_of(plan_.turn[event].priority, [](std::size_t) { return "*priority"; });
        });
        print_switch("event_values(int event, double t, " + now + "double* value)", [this](std::size_t event) {
            print_tape_of(plan_.fire[event], [](std::size_t place) { return "value[" + std::to_string(place) + "]"; });
        });
        line("/// Assigns value to y_after and p_after; y and p are as they were before");
        print_switch(
            "assign_event(int event, double t, const double* value, " + now + "double* y_after, double* p_after)",
            [this](std::size_t event) { print_assignments(event); });
        return std::move(text_);
    }

private:
    void line(const std::string& content) {
        text_ += std::string(static_cast<std::size_t>(indent_), ' ') + content + "\n";
    }

    [[nodiscard]] std::string name_of(std::size_t event) const {
        return comment_text(program_.model.events[event].name);
    }

    void print_rules() {
        line("static constexpr kohort::EventRule event_rule(int event) {");
        line("    constexpr kohort::EventRule rules[] = {");
        for (std::size_t event = 0; event < plan_.turn.size(); ++event) {
            const EventRule& rule = plan_.turn[event].rule;
            line("        {.true_before_start = " + word(rule.true_before_start) + ", .persistent = " + word(rule.persistent) +
                 ", .values_at_trigger = " + word(rule.values_at_trigger) + ", .has_delay = " + word(rule.has_delay) +
                 ", .has_priority = " + word(rule.has_priority) + "},  // " + name_of(event));
        }
        line("    };");
        line("    return rules[event];");
        line("}\n");
    }

    /// A function with a case for each event.
    void print_switch(const std::string& declaration, const std::function<void(std::size_t)>& print_case) {
        line("KOHORT_FUNCTION void " + declaration + " const {");
        line("    using V [[maybe_unused]] = double;");
        line("    using Mask [[maybe_unused]] = bool;");
        line("    switch (event) {");
        for (std::size_t event = 0; event < plan_.turn.size(); ++event) {
            line("    case " + std::to_string(event) + ": {  // " + name_of(event));
            print_case(event);
            line("        break;");
            line("    }");
        }
        line("    default: break;");
        line("    }");
        line("}\n");
    }

    void print_tape_of(const Tape& tape, const std::function<std::string(std::size_t)>& target) {
        text_ += print_tape(tape, labels_, [&](std::size_t output) { return Label{target(output), ""}; }, indent_ + 8);
    }

    void print_assignments(std::size_t event) {
        const Tape& factors = plan_.turn[event].factors;
        const auto factor = [](std::size_t number) { return "factor[" + std::to_string(number) + "]"; };
        if (!factors.outputs.empty()) line("        double factor[" + std::to_string(factors.outputs.size()) + "];");
        print_tape_of(factors, factor);
        std::size_t next = 0;
        const auto& assignments = program_.model.events[event].assignments;
        for (std::size_t place = 0; place < assignments.size(); ++place) {
            const Assignment& assignment = assignments[place];
            const bool is_state = assignment.target == Assignment::Target::state;
            const Label& label = (is_state ? labels_.state : labels_.parameter)[assignment.index];
            std::string value = "value[" + std::to_string(place) + "]";
            if (assignment.form == Assignment::Form::value_times_factor) value += " * " + factor(next++);
            if (assignment.form == Assignment::Form::factor_over_value) value.insert(0, factor(next++) + " / ");
            line("        " + std::string(is_state ? "y_after[" : "p_after[") + label.identifier + "] = " + value +
                 ";" + (label.comment.empty() ? "" : "  // " + label.comment));
        }
    }

    const Program& program_;
    const ModelPlan& plan_;
    const Labels& labels_;
    int indent_;
    std::string text_;
};

}  // namespace

std::string print_turns(const Program& program, const ModelPlan& plan, const Labels& labels, int indent) {
    return TurnPrinter(program, plan, labels, indent).print();
}

}  // namespace kohort::codegen
