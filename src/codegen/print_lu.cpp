#include "codegen/print_lu.hpp"

#include <map>

namespace kohort::codegen {
namespace {

std::string blanks(int n) { return std::string(static_cast<std::size_t>(n), ' '); }

std::string at(const char* array, std::uint32_t index) {
    return std::string(array) + "[" + std::to_string(index) + "]";
}

/// Prints one row of factors: its entries are locals a<k> until they are final, all others are read from lu.
class RowPrinter {
public:
    RowPrinter(const LuPlan& plan, std::uint32_t state, const std::string& indent)
        : plan_(plan), state_(state), indent_(indent) {}

    void print(const FactorStep& step) {
        using Kind = FactorStep::Kind;
        const std::string target = "a" + std::to_string(step.target);
        switch (step.kind) {
            case Kind::take: line("V " + target + " = " + at("jac", step.left)); break;
            case Kind::shift: line("V " + target + " = " + at("jac", step.left) + " - inverse_gamma_h"); break;
            case Kind::start: line("V " + target + " = -inverse_gamma_h"); break;
            case Kind::scale: line(target + " = " + target + " * " + value(step.left)); break;
            case Kind::fill: line("V " + target + " = " + value(step.left) + " * " + value(step.right)); break;
            case Kind::eliminate:
                line(target + " = math::fma(" + value(step.left) + ", " + value(step.right) + ", " + target + ")");
                break;
            case Kind::invert: line(target + " = math::quick_reciprocal(-" + target + ")"); break;
        }
    }

    /// Writes the row back.
    void finish(std::uint32_t first, std::uint32_t end) {
        for (std::uint32_t entry = first; entry < end; ++entry) {
            line(at("lu", entry) + " = a" + std::to_string(entry));
        }
    }

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    [[nodiscard]] std::string value(std::uint32_t entry) const {
        return plan_.entries[entry].row == state_ ? "a" + std::to_string(entry) : at("lu", entry);
    }
    void line(const std::string& statement) { text_ += indent_ + statement + ";\n"; }

    const LuPlan& plan_;
    std::uint32_t state_;
    std::string indent_;
    std::string text_;
};

template <class T>
std::string number(T value) {
    return std::to_string(static_cast<std::uint32_t>(value));
}

template <class Step, class Fields>
std::string table(const char* type, const char* name, const std::vector<Step>& steps, int indent, Fields fields) {
    constexpr std::size_t steps_per_line = 8;
    std::string text = blanks(indent) + "static constexpr std::array<" + type + ", " + std::to_string(steps.size()) +
                       "> " + name + "{{";
    for (std::size_t step = 0; step < steps.size(); ++step) {
        text += step % steps_per_line == 0 ? "\n" + blanks(indent + 4) : " ";
        text += fields(steps[step]) + ",";
    }
    return text + "\n" + blanks(indent) + "}};\n";
}

}  // namespace

std::string print_factor(const LuPlan& plan, const Labels& labels, int indent) {
    std::string text;
    std::size_t next = 0;
    std::uint32_t entry = 0;
    for (const std::uint32_t state : plan.pivots) {
        const std::uint32_t first = entry;
        while (entry < plan.entries.size() && plan.entries[entry].row == state) ++entry;
        RowPrinter row(plan, state, blanks(indent + 4));
        while (next < plan.factor.size() && plan.entries[plan.factor[next].target].row == state) {
            row.print(plan.factor[next++]);
        }
        row.finish(first, entry);
        text += blanks(indent) + "{  // " + labels.state[state].comment + "\n" + row.text() + blanks(indent) + "}\n";
    }
    return text;
}

std::string print_solve(const LuPlan& plan, int indent) {
    std::string text;
    const auto x = [](std::uint32_t state) { return "x" + std::to_string(state); };
    for (const std::uint32_t state : plan.pivots)
        text += blanks(indent) + "V " + x(state) + " = " + at("b", state) + ";\n";
    std::map<std::uint32_t, std::size_t> last;  // state -> the step that leaves it final
    for (std::size_t step = 0; step < plan.solve.size(); ++step) last[plan.solve[step].target] = step;
    for (std::size_t index = 0; index < plan.solve.size(); ++index) {
        const SolveStep& step = plan.solve[index];
        const std::string target = x(step.target);
        const std::string factor = at("lu", step.factor);
        text += blanks(indent) + target + " = " +
                (step.kind == SolveStep::Kind::scale
                     ? factor + " * " + target
                     : "math::fma(" + factor + ", " + x(step.source) + ", " + target + ")") +
                ";\n";
        if (last[step.target] == index) text += blanks(indent) + at("b", step.target) + " = " + target + ";\n";
    }
    return text;
}

std::string print_factor_table(const LuPlan& plan, int indent) {
    return table("kohort::FactorStep", "factor_steps", plan.factor, indent,
                 [](const FactorStep& step) {
                     return "{kohort::FactorStep::Kind{" + number(step.kind) + "}, " + number(step.target) + ", " +
                            number(step.left) + ", " + number(step.right) + "}";
                 }) +
           blanks(indent) + "kohort::factor_by_table(factor_steps, inverse_gamma_h, jac, lu);\n";
}

std::string print_solve_table(const LuPlan& plan, int indent) {
    return table("kohort::SolveStep", "solve_steps", plan.solve, indent,
                 [](const SolveStep& step) {
                     return "{kohort::SolveStep::Kind{" + number(step.kind) + "}, " + number(step.target) + ", " +
                            number(step.factor) + ", " + number(step.source) + "}";
                 }) +
           blanks(indent) + "kohort::solve_by_table(solve_steps, lu, b);\n";
}

std::string print_product(const LuPlan& plan, int indent) {
    std::string text;
    const auto sum_of = [](std::uint32_t row) { return "sum" + std::to_string(row); };
    for (const std::uint32_t row : plan.pivots) text += blanks(indent) + "V " + sum_of(row) + "(0.0);\n";
    for (std::uint32_t index = 0; index < plan.jacobian.size(); ++index) {
        const MatrixEntry& entry = plan.jacobian[index];
        const std::string sum = sum_of(entry.row);
        text += blanks(indent) + sum + " = math::fma(" + at("jac", index) + ", " + at("x", entry.column) + ", " + sum +
                ");\n";
    }
    for (const std::uint32_t row : plan.pivots)
        text += blanks(indent) + at("product", row) + " = " + sum_of(row) + ";\n";
    return text;
}

std::string print_product_table(const LuPlan& plan, int indent) {
    return table("kohort::MatrixEntry", "entries", plan.jacobian, indent,
                 [](const MatrixEntry& entry) { return "{" + number(entry.row) + ", " + number(entry.column) + "}"; }) +
           blanks(indent) + "kohort::multiply_by_table(entries, n_dependent, n_states, jac, x, product);\n";
}

}  // namespace kohort::codegen
