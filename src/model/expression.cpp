#include "model/expression.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

struct Operator {
    std::string_view sign;
    int precedence;
    Op op;
};

constexpr int lowest = 0;
constexpr int ternary = 1;
constexpr int equality = 4;
constexpr int relation = 5;
constexpr int prefix = 8;
constexpr int power = 9;

constexpr auto operators = std::to_array<Operator>({
    {"||", 2, Op::logical_or},
    {"&&", 3, Op::logical_and},
    {"==", equality, Op::equal},
    {"!=", equality, Op::not_equal},
    {"<", relation, Op::less},
    {"<=", relation, Op::less_equal},
    {">", relation, Op::greater},
    {">=", relation, Op::greater_equal},
    {"+", 6, Op::add},
    {"-", 6, Op::subtract},
    {"*", 7, Op::multiply},
    {"/", 7, Op::divide},
    {"^", power, Op::power},
    {"**", power, Op::power},
});

// Precedence climbing: Pratt, Top down operator precedence, POPL 1973.
class Parser {
public:
    Parser(Graph& graph, std::span<const Token> tokens, const std::string& file, const Names& names)
        : graph_(graph), tokens_(tokens), file_(file), names_(names) {}

    NodeId whole() {
        const NodeId result = expression(lowest);
        if (token().kind != Token::Kind::end) refuse_unexpected("the expression should end here");
        return result;
    }

private:
    [[nodiscard]] const Token& token() const { return tokens_[position_]; }
    [[nodiscard]] bool at(std::string_view sign) const {
        return token().kind == Token::Kind::sign && token().text == sign;
    }

    [[noreturn]] void refuse(const Token& where, std::string problem, std::string remedy = {}) const {
        throw InputError({file_, where.line, where.column}, std::move(problem), std::move(remedy));
    }

    [[noreturn]] void refuse_unexpected(const std::string& expectation) const {
        if (at("[") || at("]"))
            refuse(token(), "`" + std::string(token().text) + "` cannot stand in an expression",
                   names_.dialect.has_lists
                       ? "a list is an argument of an interpolation"
                       : "a unit in brackets belongs into a comment, or at the end of a FEATURES line");
        const std::string found = token().kind == Token::Kind::end ? "the end" : "`" + std::string(token().text) + "`";
        refuse(token(), expectation + ", but " + found + " follows",
               "is an operator or a bracket missing, or one too many?");
    }

    void expect(std::string_view sign, const std::string& why) {
        if (!at(sign)) refuse_unexpected("expected `" + std::string(sign) + "` " + why);
        ++position_;
    }

    NodeId make(Op op, NodeId a, NodeId b = {}, NodeId c = {}) {
        if (graph_.size() > most_nodes) {
            refuse(token(),
                   "the model grows beyond " + std::to_string(most_nodes) +
                       " operations once its functions and macros are written out",
                   "call fewer functions within functions");
        }
        return graph_.make(op, a, b, c);
    }

    // Everything from here that binds more tightly than `loosest`.
    NodeId expression(int loosest) {
        if (++depth_ > deepest_nesting) {
            refuse(token(), "the expression is nested more than " + std::to_string(deepest_nesting) + " levels deep",
                   "name its parts in VARIABLES");
        }
        NodeId left = operand();
        for (const Operator* next = binary(); next != nullptr && next->precedence > loosest; next = binary()) {
            left = binary_operation(*next, left);
        }
        if (loosest < ternary && at("?")) left = conditional(left);
        --depth_;
        return left;
    }

    [[nodiscard]] const Operator* binary() const {
        for (const Operator& candidate : operators) {
            if (at(candidate.sign)) return &candidate;
        }
        return nullptr;
    }

    NodeId binary_operation(const Operator& found, NodeId left) {
        if (found.precedence == power && in_exponent_ && !names_.dialect.has_chained_powers) refuse_chained_power();
        ++position_;
        const bool around = std::exchange(in_exponent_, in_exponent_ || found.precedence == power);
        // The right side of a power may be a prefix or a power; everything else associates to the left.
        const NodeId right = expression(found.precedence == power ? prefix : found.precedence);
        in_exponent_ = around;
        const bool compares = found.precedence == equality || found.precedence == relation;
        if (const Operator* next = binary(); compares && next != nullptr && next->precedence == found.precedence) {
            refuse(token(),
                   "`a " + std::string(found.sign) + " b " + std::string(next->sign) +
                       " c` compares the truth value of the first comparison with c",
                   "join two comparisons with &&, or write brackets if that is meant");
        }
        return make(found.op, left, right);
    }

    [[noreturn]] void refuse_chained_power() const {
        refuse(token(), "`a^b^c` is read from the left by some tools and from the right by others",
               "write `(a^b)^c` or `a^(b^c)`");
    }

    // What stands in brackets begins afresh.
    NodeId enclosed() {
        const bool around = std::exchange(in_exponent_, false);
        const NodeId inside = expression(lowest);
        in_exponent_ = around;
        return inside;
    }

    NodeId conditional(NodeId condition) {
        ++position_;
        const NodeId if_true = expression(lowest);
        expect(":", "of a conditional `condition ? a : b`");
        const NodeId if_false = expression(lowest);
        return make(Op::select, condition, if_true, if_false);
    }

    NodeId operand() {
        const Token& first = token();
        if (first.kind == Token::Kind::number) {
            ++position_;
            return graph_.constant(first.value);
        }
        if (first.kind == Token::Kind::name) return name();
        if (at("(")) {
            ++position_;
            const NodeId inside = enclosed();
            expect(")", "for the bracket opened at " + std::to_string(first.line) + ":" + std::to_string(first.column));
            return inside;
        }
        if (at("-") || at("+") || at("!")) return prefixed();
        refuse_unexpected("expected a number, a name or a bracket");
    }

    NodeId prefixed() {
        const std::string_view sign = token().text;
        ++position_;
        const NodeId argument = expression(prefix);
        if (sign == "+") return argument;
        return make(sign == "-" ? Op::negate : Op::logical_not, argument);
    }

    NodeId name() {
        const Token& word = token();
        ++position_;
        return at("(") ? call(word) : names_.symbol(word);
    }

    NodeId call(const Token& function) {
        ++position_;
        std::vector<NodeId> arguments;
        std::vector<std::size_t> lengths;  // of lists
        while (!at(")")) {
            if (!arguments.empty()) expect(",", "or `)` after an argument of " + std::string(function.text));
            if (names_.dialect.has_lists && at("[")) {
                lengths.push_back(list(arguments));
            } else {
                arguments.push_back(enclosed());
            }
        }
        ++position_;
        if (std::ranges::adjacent_find(lengths, std::not_equal_to<>{}) != lengths.end())
            refuse(function, "the lists of `" + std::string(function.text) + "` are not equally long");
        if (names_.function) {
            if (const NodeId result = names_.function(function, arguments); result.valid()) return result;
        }
        return built_in_call(function, arguments, lengths.empty() ? 0 : lengths.front());
    }

    /// [a, b, ...]: its elements become arguments. Returns how many there are.
    std::size_t list(std::vector<NodeId>& arguments) {
        const std::size_t before = arguments.size();
        ++position_;
        while (!at("]")) {
            if (arguments.size() > before) expect(",", "or `]` after an element of a list");
            arguments.push_back(enclosed());
        }
        ++position_;
        return arguments.size() - before;
    }

    NodeId built_in_call(const Token& function, std::span<const NodeId> arguments, std::size_t length_of_lists) {
        const std::string shown(function.text);
        const BuiltIn* const built_in = names_.dialect.function(function.text);
        if (built_in == nullptr) {
            std::vector<std::string> known;
            if (names_.function_names) known = names_.function_names();
            for (std::string& other : names_.dialect.function_names()) known.push_back(std::move(other));
            refuse(function, "unknown function `" + shown + "`", suggest(function.text, known));
        }
        if (built_in->make == nullptr && built_in->make_of_lists == nullptr)
            refuse(function, "`" + shown + "` is not treated", std::string(built_in->why_not));
        if (arguments.size() < built_in->fewest || arguments.size() > built_in->most) {
            refuse(function,
                   "`" + shown + "` takes " + std::to_string(built_in->fewest) +
                       (built_in->most > built_in->fewest ? " or more" : "") + " arguments, not " +
                       std::to_string(arguments.size()),
                   "arguments are separated by commas");
        }
        const NodeId result = built_in->make_of_lists != nullptr
                                  ? built_in->make_of_lists(graph_, arguments, length_of_lists)
                                  : built_in->make(graph_, arguments);
        if (!result.valid())
            refuse(function, "`" + shown + "` cannot have these " + std::to_string(arguments.size()) + " arguments",
                   built_in->why_not.empty() ? "is one missing, or one too many?" : std::string(built_in->why_not));
        return result;
    }

    Graph& graph_;
    std::span<const Token> tokens_;
    const std::string& file_;
    const Names& names_;
    std::size_t position_ = 0;
    int depth_ = 0;
    bool in_exponent_ = false;
};

}  // namespace

NodeId parse_expression(Graph& graph, std::span<const Token> tokens, const std::string& file, const Names& names) {
    KOHORT_CHECK(!tokens.empty() && tokens.back().kind == Token::Kind::end);
    return Parser(graph, tokens, file, names).whole();
}

}  // namespace kohort::model
