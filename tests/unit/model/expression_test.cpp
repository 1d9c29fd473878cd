#include "model/expression.hpp"

#include "model/evaluate.hpp"
#include "model/functions.hpp"
#include "random_expressions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {
namespace {

NodeId parse(Graph& graph, const std::string& text) {
    Names names;
    names.symbol = [&](const Token& name) {
        if (const auto constant = named_constant(name.text)) return graph.constant(*constant);
        if (name.text.size() > 1) throw InputError({"formula", name.line, name.column}, "unknown");
        return graph.leaf(Op::parameter, static_cast<std::uint32_t>(static_cast<unsigned char>(name.text.front())));
    };
    return parse_expression(graph, tokenise(text, {"formula", 1, 1}), "formula", names);
}

std::string message(const std::string& text) {
    Graph graph;
    try {
        (void)parse(graph, text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "was read";
}

// Equal texts in two spellings are one node.
TEST(Expression, brackets_change_nothing_where_precedence_says_the_same) {
    const std::vector<std::pair<std::string, std::string>> same{
        {"a + b*c", "a + (b*c)"},
        {"a - b - c", "(a - b) - c"},
        {"a/b/c", "(a/b)/c"},
        {"a^b^c", "a^(b^c)"},
        {"-a^b", "-(a^b)"},
        {"-a*b", "(-a)*b"},
        {"a^-b^c", "a^(-(b^c))"},
        {"a**b", "a^b"},
        {"!a == b", "(!a) == b"},
        {"a < b == c < d", "(a < b) == (c < d)"},
        {"a || b && c", "a || (b && c)"},
        {"a && b == c", "a && (b == c)"},
        {"a + b < c + d", "(a + b) < (c + d)"},
        {"a ? b : c ? d : e", "a ? b : (c ? d : e)"},
        {"a || b ? c : d", "(a || b) ? c : d"},
        {"a ? b ? c : d : e", "a ? (b ? c : d) : e"},
        {"- -a", "a"},
        {"!!a", "!(!a)"},
        {"+a", "a"},
        {"a*-b", "a*(-b)"},
        {"a^b*c", "(a^b)*c"},
        {"2*a^2", "2*(a^2)"},
        {"min(a, b)^2", "(min(a, b))^2"},
    };
    for (const auto& [plain, bracketed] : same) {
        Graph graph;
        EXPECT_EQ(parse(graph, plain), parse(graph, bracketed)) << plain;
    }
}

TEST(Expression, places_are_those_of_the_symbol_at_fault) {
    EXPECT_THAT(message("a + bb*c"), testing::StartsWith("formula:1:5: "));
    EXPECT_THAT(message("a +\n  (b + cc)"), testing::StartsWith("formula:2:8: "));
    EXPECT_THAT(message("α*ββ"), testing::StartsWith("formula:1:1: "));
    EXPECT_THAT(message("a b"), testing::StartsWith("formula:1:3: the expression should end here, but `b` follows"));
    EXPECT_THAT(message(""),
                testing::StartsWith("formula:1:1: expected a number, a name or a bracket, but the end follows"));
}

TEST(Expression, nesting_is_limited_instead_of_overflowing_the_stack) {
    const int deep = 100'000;
    for (const auto& [open, middle, close] : std::vector<std::array<std::string, 3>>{{"(", "a", ")"},
                                                                                     {"-", "a", ""},
                                                                                     {"!", "a", ""},
                                                                                     {"a^", "a", ""},
                                                                                     {"exp(", "a", ")"},
                                                                                     {"a ? b : ", "a", ""},
                                                                                     {"1 + (a*", "a", ")"}}) {
        std::string text;
        for (int level = 0; level < deep; ++level) text += open;
        text += middle;
        for (int level = 0; level < deep; ++level) text += close;
        EXPECT_THAT(message(text), testing::HasSubstr("nested more than 1000 levels deep")) << open;
    }
}

TEST(Expression, nesting_up_to_the_limit_is_read) {
    Graph graph;
    EXPECT_TRUE(parse(graph, std::string(900, '(') + "a" + std::string(900, ')')).valid());
}

TEST(Expression, long_sums_are_not_nested) {
    std::string text = "a";
    for (int term = 0; term < 50'000; ++term) text += " + b*" + std::to_string(term);
    Graph graph;
    EXPECT_TRUE(parse(graph, text).valid());
}

TEST(Expression, operations_are_limited) {
    std::string text = "a";
    for (int term = 0; term < 300'000; ++term) text += "+a*" + std::to_string(term);
    EXPECT_THAT(message(text), testing::HasSubstr("grows beyond 500000 operations"));
}

TEST(Expression, fmin_and_fmax_skip_nan_and_min_and_max_keep_it) {
    Graph graph;
    const auto value = [&](const std::string& text) {
        return evaluate(graph, parse(graph, text), {.time = 0, .states = {}, .parameters = {}, .inputs = {}});
    };
    EXPECT_EQ(value("fmin(NAN, 2)"), 2);
    EXPECT_EQ(value("fmax(2, NAN)"), 2);
    EXPECT_EQ(value("fmin(1, 2) + fmax(1, 2)"), 3);
    EXPECT_EQ(value("isnan(fmax(NAN, NAN)) + isnan(max(1, NAN)) + isnan(fdim(NAN, 1))"), 3);
    EXPECT_EQ(value("fdim(3, 1) + fdim(1, 3)"), 2);
    EXPECT_EQ(value("isinf(-INFINITY) + isfinite(1) + isfinite(NAN) + isinf(NAN)"), 2);
}

TEST(Expression, truth_values_are_recognised) {
    Graph graph;
    for (const char* truth :
         {"a < b", "a && b", "!a", "gt(a, b)*lt(b, c)", "a > b ? c > a : 0", "max(a > b, b > c)", "true"}) {
        EXPECT_TRUE(is_truth_value(graph, parse(graph, truth))) << truth;
    }
    for (const char* number : {"a", "2*(a > b)", "(a > b) + (b > c)", "a > b ? c : 0", "0.5"}) {
        EXPECT_FALSE(is_truth_value(graph, parse(graph, number))) << number;
    }
}

// Anything may be written; nothing but an InputError may come of it.
TEST(Expression, random_words_are_read_or_refused) {
    RandomExpressions random(7, {"a"});
    const std::vector<std::string> words{
        "a",       "b",  "1",    "2.5e-3", ".5", "(",  ")", "(", ")", "+",  "-",   "*",  "/",  "^",    "**",
        "<",       "<=", "==",   "!=",     "&&", "||", "!", "?", ":", ",",  ";",   "@",  "=",  "min(", "exp(",
        "nosuch(", "α",  "\xff", "\xc3",   "%",  "&",  "$", "[", "]", "1e", "0x1", "\n", "\"", "\\",   "−"};
    int read = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::size_t word = 0; word <= random.below(12); ++word)
            text += words[random.below(words.size())] + (random.below(3) == 0 ? " " : "");
        Graph graph;
        try {
            read += parse(graph, text).valid() ? 1 : 0;
        } catch (const InputError& error) {
            EXPECT_GT(error.place().line, 0);
        }
    }
    EXPECT_GT(read, 200);
}

}  // namespace
}  // namespace kohort::model
