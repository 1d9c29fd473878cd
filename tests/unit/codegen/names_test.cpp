#include "codegen/names.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace kohort::codegen {
namespace {

bool is_plain_identifier(const std::string& name) {
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && c != '_' && !(c >= '0' && c <= '9')) return false;
    }
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && name.find("__") == std::string::npos;
}

TEST(Names, keep_ordinary_names_readable) {
    Names names;
    EXPECT_EQ(names.unique("y_", "G_p"), "y_G_p");
    EXPECT_EQ(names.unique("p_", "k1"), "p_k1");
    EXPECT_EQ(names.unique("y_", "organs.G_p"), "y_organs_G_p");
}

TEST(Names, turn_hostile_names_into_plain_identifiers_of_their_own) {
    Names names;
    std::set<std::string> given;
    const std::vector<std::string> hostile_names{"system(\"rm -rf /\")",
                                                 "*/ int x; /*",
                                                 "α",
                                                 "β",
                                                 "int",
                                                 "class",
                                                 "a__b",
                                                 "a.b",
                                                 "a_b",
                                                 "a b",
                                                 "",
                                                 "_",
                                                 "0",
                                                 "\\\n#include <x>",
                                                 "?\?/",
                                                 "y_a_b",
                                                 "a_b_2",
                                                 std::string(500, 'x')};
    for (const std::string& hostile : hostile_names) {
        const std::string name = names.unique("y_", hostile);
        EXPECT_TRUE(is_plain_identifier(name)) << name;
        EXPECT_TRUE(given.insert(name).second) << name;
        EXPECT_LT(name.size(), 80U);
    }
}

TEST(Names, stay_apart_when_they_collide_after_mangling) {
    Names names;
    EXPECT_EQ(names.unique("v_", "a.b"), "v_a_b");
    EXPECT_EQ(names.unique("v_", "a b"), "v_a_b_2");
    EXPECT_EQ(names.unique("v_", "a_b_2"), "v_a_b_2_2");
    EXPECT_EQ(names.unique("v_", "a-b"), "v_a_b_3");
}

TEST(CommentText, keeps_one_harmless_line) {
    EXPECT_EQ(comment_text("G [mg/(kg*min)]"), "G [mg/(kg.min)]");
    const std::string text = comment_text("a\n#include \"x\" */ \\ ?\?/ `id` $(id) \xce\xb1\r\t\0");
    for (const char forbidden : {'\n', '\r', '\t', '\\', '*', '?', '"', '\'', '`', '$', '#'}) {
        EXPECT_EQ(text.find(forbidden), std::string::npos) << forbidden;
    }
    EXPECT_LT(comment_text(std::string(10'000, 'x')).size(), 200U);
}

TEST(NumberText, reads_back_to_the_same_bits) {
    for (const double value : {0.1, 1.0 / 3.0, 1e300, 5e-324, 123456789.0, -2.0, 6.02214076e23, 1.0, -0.5}) {
        EXPECT_EQ(std::strtod(number_text(value).c_str(), nullptr), value) << number_text(value);
    }
    EXPECT_EQ(number_text(2.0), "2.0");
    EXPECT_EQ(number_text(0.065), "0.065");
    EXPECT_TRUE(std::signbit(std::strtod(number_text(-0.0).c_str(), nullptr)));
    EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-std::numeric_limits<double>::infinity()");
    EXPECT_EQ(number_text(std::nan("")), "std::numeric_limits<double>::quiet_NaN()");
}

}  // namespace
}  // namespace kohort::codegen
