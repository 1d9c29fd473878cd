#include "model/tokens.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace kohort::model {
namespace {

TEST(Tokens, numbers_names_and_signs) {
    const std::vector<Token> tokens = tokenise("k_1*1.5e-3 <= x**2", {"f", 1, 1});
    std::vector<std::string> texts;
    for (const Token& token : tokens) texts.emplace_back(token.text);
    EXPECT_EQ(texts, (std::vector<std::string>{"k_1", "*", "1.5e-3", "<=", "x", "**", "2", ""}));
    EXPECT_EQ(tokens[2].value, 1.5e-3);
    EXPECT_EQ(tokens.back().kind, Token::Kind::end);
}

TEST(Tokens, every_way_to_write_a_number) {
    for (const auto& [text, value] : std::vector<std::pair<const char*, double>>{{"5", 5},
                                                                                 {"5.", 5},
                                                                                 {".5", .5},
                                                                                 {"5e3", 5e3},
                                                                                 {"5E+03", 5e3},
                                                                                 {"1e-300", 1e-300},
                                                                                 {"007", 7},
                                                                                 {"0.1", 0.1},
                                                                                 {"4.9e-324", 4.9e-324}}) {
        const std::vector<Token> tokens = tokenise(text, {"f", 1, 1});
        ASSERT_EQ(tokens.size(), 2U) << text;
        EXPECT_EQ(tokens[0].value, value) << text;
    }
}

TEST(Tokens, columns_count_characters_and_lines_go_on) {
    const std::vector<Token> tokens = tokenise("αβ + γ\n + x", {"f", 7, 3});
    EXPECT_EQ(tokens[1].column, 6);
    EXPECT_EQ(tokens[2].column, 8);
    EXPECT_EQ(tokens[3].line, 8);
    EXPECT_EQ(tokens[3].column, 2);
}

TEST(Tokens, names_are_letters_of_any_alphabet_but_not_signs) {
    for (const char* name : {"a", "_", "k_1", "IL_1α", "Größe", "体重", "µ", "x2"}) EXPECT_TRUE(is_name(name)) << name;
    for (const char* other : {"", "2x", "a b", "a-b", "a.b", "½", "a×b", "a²", "€", "\xff", "\xc3(", "\xed\xa0\x80",
                              "\xc0\x80", "a\u200bb"}) {
        EXPECT_FALSE(is_name(other)) << other;
    }
}

TEST(Tokens, names_have_an_end) {
    EXPECT_TRUE(is_name(std::string(255, 'a')));
    EXPECT_FALSE(is_name(std::string(256, 'a')));
    EXPECT_THROW((void)tokenise(std::string(256, 'a'), {"f", 1, 1}), InputError);
}

}  // namespace
}  // namespace kohort::model
