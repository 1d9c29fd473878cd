#include "codegen/print_tape.hpp"

#include <algorithm>
#include <string_view>

namespace kohort::codegen {
namespace {

using model::Op;

constexpr int longest_expression = 12;  // operations on one line; more are split
constexpr auto most_inlined = 8;        // calls in one function; where there are more, code gets too long

/// How tightly an expression holds together; parentheses are printed where a looser one stands inside a tighter one.
enum class Binding : std::uint8_t { logical, relation, sum, product, unary, whole };

struct Expression {
    std::string text;
    Binding binding = Binding::whole;
};

std::string enclosed(const Expression& expression, Binding at_least) {
    return expression.binding < at_least ? "(" + expression.text + ")" : expression.text;
}

bool is_relation(Op op) { return op >= Op::less && op <= Op::not_equal; }
bool is_logic(Op op) { return op == Op::logical_and || op == Op::logical_or || op == Op::logical_not; }
bool gives_mask(const Step& step) {
    return step.kind == Step::Kind::operation && (is_relation(step.op) || is_logic(step.op));
}

std::string_view sign_of(Op op) {
    switch (op) {
        case Op::add: return " + ";
        case Op::subtract: return " - ";
        case Op::multiply: return " * ";
        case Op::divide: return " / ";
        case Op::less: return " < ";
        case Op::less_equal: return " <= ";
        case Op::greater: return " > ";
        case Op::greater_equal: return " >= ";
        case Op::equal: return " == ";
        case Op::not_equal: return " != ";
        case Op::logical_and: return " & ";
        default: return " | ";
    }
}

class Printer {
public:
    Printer(const Tape& tape, const Labels& labels, int indent)
        : tape_(tape), labels_(labels), indent_(static_cast<std::size_t>(indent), ' ') {
        choose_lines();
        inlines_ = std::ranges::count_if(tape.steps, [](const Step& step) { return is_call(step.op); }) <= most_inlined;
    }

    std::string print(const OutputText& output) {
        std::uint32_t done = 0;
        for (std::size_t index = 0; index < tape_.outputs.size(); ++index) {
            const std::uint32_t position = tape_.outputs[index];
            for (; done <= position; ++done) print_line(done);
            const Label target = output(index);
            line(target.identifier + " = " + value(position).text, target.comment);
        }
        return std::move(text_);
    }

private:
    /// A step has a line of its own if it has a name, several users, is a call or is too long to stand inside another.
    void choose_lines() {
        const std::size_t n_steps = tape_.steps.size();
        std::vector<int> uses(n_steps, 0);
        for (const Step& step : tape_.steps) {
            for (const std::uint32_t argument : step.arguments) {
                if (argument != no_position) ++uses[argument];
            }
        }
        for (const std::uint32_t output : tape_.outputs) ++uses[output];
        for (const std::uint32_t position : tape_.kept) ++uses[position];
        own_line_.assign(n_steps, false);
        std::vector<int> size(n_steps, 0);
        for (std::size_t position = 0; position < n_steps; ++position) {
            const Step& step = tape_.steps[position];
            if (step.kind != Step::Kind::operation) continue;
            size[position] = 1;
            for (const std::uint32_t argument : step.arguments) {
                if (argument != no_position && !own_line_[argument]) size[position] += size[argument];
            }
            if (is_negated_leaf(step)) continue;
            own_line_[position] = uses[position] > 1 || size[position] > longest_expression || is_named(step) ||
                                  is_call(step.op);
        }
    }

    [[nodiscard]] bool is_negated_leaf(const Step& step) const {
        return step.op == Op::negate && tape_.steps[step.arguments[0]].kind != Step::Kind::operation;
    }
    [[nodiscard]] bool is_named(const Step& step) const {
        return step.node.valid() && labels_.variable.contains(step.node.value);
    }

    void line(const std::string& statement, const std::string& comment) {
        text_ += indent_ + statement + ";" + (comment.empty() ? "" : "  // " + comment) + "\n";
    }

    void print_line(std::uint32_t position) {
        if (!own_line_[position]) return;
        const Step& step = tape_.steps[position];
        const std::string type = gives_mask(step) ? "const Mask " : "const V ";
        const std::string comment = is_named(step) ? labels_.variable.at(step.node.value).comment : "";
        line(type + local_name(position) + " = " + operation(step).text, comment);
        leave(position);
    }

    /// At once, so that no register holds it until the end: that costs as much as keeping it saves.
    void leave(std::uint32_t position) {
        const auto place = std::ranges::find(tape_.kept, position) - tape_.kept.begin();
        if (place == std::ssize(tape_.kept)) return;
        line("kept[" + std::to_string(place) + "] = " + local_name(position), "");
    }

    [[nodiscard]] std::string local_name(std::uint32_t position) const {
        const Step& step = tape_.steps[position];
        return is_named(step) ? labels_.variable.at(step.node.value).identifier : "t" + std::to_string(position);
    }

    [[nodiscard]] Expression value(std::uint32_t position) const {
        const Step& step = tape_.steps[position];
        if (gives_mask(step)) return {"truth<V>(" + mask(position).text + ")"};
        if (own_line_[position]) return {local_name(position)};
        switch (step.kind) {
            case Step::Kind::constant: return {"V(" + number_text(step.value) + ")"};
            case Step::Kind::time: return {"t"};
            case Step::Kind::state: return {"y[" + labels_.state[step.index].identifier + "]"};
            case Step::Kind::parameter: return {"p[" + labels_.parameter[step.index].identifier + "]"};
            case Step::Kind::input: return {"u[" + labels_.input[step.index].identifier + "]"};
            case Step::Kind::hoisted: return {"h[" + labels_.hoisted[step.index].identifier + "]"};
            case Step::Kind::operation: break;
        }
        return operation(step);
    }

    /// The truth of a step, as a mask.
    [[nodiscard]] Expression mask(std::uint32_t position) const {
        const Step& step = tape_.steps[position];
        if (!gives_mask(step)) return {"is_true(" + value(position).text + ")"};
        return own_line_[position] ? Expression{local_name(position)} : operation(step);
    }

    [[nodiscard]] Expression operation(const Step& step) const {
        const auto [a, b, c] = step.arguments;
        switch (step.op) {
            case Op::negate: return {"-" + enclosed(value(a), Binding::whole), Binding::unary};
            case Op::add:
            case Op::subtract: return infix(step.op, value(a), value(b), Binding::sum);
            case Op::multiply:
            case Op::divide: return infix(step.op, value(a), value(b), Binding::product);
            case Op::logical_and:
            case Op::logical_or:
                return {enclosed(mask(a), Binding::unary) + std::string(sign_of(step.op)) + enclosed(mask(b), Binding::unary),
                        Binding::logical};
            case Op::logical_not: return {"!" + enclosed(mask(a), Binding::whole), Binding::unary};
            case Op::select: return call("select", {mask(a), value(b), value(c)});
            case Op::power: return call(inlines_ ? "math::inlined::pow" : "math::pow", {value(a), value(b)});
            case Op::exp:
            case Op::log:
            case Op::tanh:
                return call((inlines_ ? "math::inlined::" : "math::") + std::string(model::name_of(step.op)), {value(a)});
            default: break;
        }
        if (is_relation(step.op)) {
            return {enclosed(value(a), Binding::sum) + std::string(sign_of(step.op)) + enclosed(value(b), Binding::sum),
                    Binding::relation};
        }
        std::vector<Expression> arguments;
        for (const std::uint32_t argument : step.arguments) {
            if (argument != no_position) arguments.push_back(value(argument));
        }
        return call("math::" + std::string(model::name_of(step.op)), arguments);
    }

    /// a op b. The right side is enclosed unless it binds tighter, because a - (b - c) is not a - b - c.
    static Expression infix(Op op, const Expression& a, const Expression& b, Binding binding) {
        const auto tighter = static_cast<Binding>(static_cast<int>(binding) + 1);
        return {enclosed(a, binding) + std::string(sign_of(op)) + enclosed(b, tighter), binding};
    }

    static Expression call(const std::string& function, const std::vector<Expression>& arguments) {
        std::string text = function + "(";
        for (std::size_t place = 0; place < arguments.size(); ++place) {
            text += (place == 0 ? "" : ", ") + arguments[place].text;
        }
        return {text + ")"};
    }

    const Tape& tape_;
    const Labels& labels_;
    std::string indent_;
    std::vector<bool> own_line_;  // (n_steps)
    bool inlines_ = false;        // calls
    std::string text_;
};

}  // namespace

std::string print_tape(const Tape& tape, const Labels& labels, const OutputText& output, int indent) {
    return Printer(tape, labels, indent).print(output);
}

}  // namespace kohort::codegen
