#include "base/text.hpp"

#include <gtest/gtest.h>

namespace kohort {
namespace {

TEST(Text, trim_removes_blanks_on_both_sides) {
    EXPECT_EQ(trim("  a b\t\r\n"), "a b");
    EXPECT_EQ(trim(" \t "), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Text, split_has_one_part_more_than_separators) {
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
    EXPECT_EQ(split("a,", ','), (std::vector<std::string_view>{"a", ""}));
}

TEST(Text, join_puts_the_separator_between) {
    EXPECT_EQ(join(std::vector<std::string>{"a", "a", "b"}, ", "), "a, a, b");
    EXPECT_EQ(join({}, ", "), "");
}

TEST(Text, edit_distance_counts_insertions_deletions_substitutions_and_swaps) {
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
    EXPECT_EQ(edit_distance("", "abc"), 3);
    EXPECT_EQ(edit_distance("weihgt", "weight"), 1);
    EXPECT_EQ(edit_distance("age", "age"), 0);
    EXPECT_EQ(edit_distance("bmi", "BMI"), 0);
    EXPECT_EQ(edit_distance("ca", "abc"), 3);  // the optimal string alignment distance; unrestricted swaps would give 2
}

TEST(Text, the_nearest_name_is_suggested_when_one_is_near) {
    const std::vector<std::string> known{"weight", "height", "age", "BMI"};
    EXPECT_EQ(nearest_name("wieght", known), "weight");
    EXPECT_EQ(nearest_name("bmi", known), "BMI");
    EXPECT_EQ(nearest_name("ages", known), "age");
    EXPECT_EQ(nearest_name("smoking", known), "");
    EXPECT_EQ(nearest_name("x", std::vector<std::string>{"y"}), "");
    EXPECT_EQ(nearest_name("x", {}), "");
}

TEST(Text, the_remedy_names_the_nearest_or_lists_what_is_known) {
    const std::vector<std::string> known{"weight", "height"};
    EXPECT_EQ(suggest("weigth", known), "did you mean 'weight'?");
    EXPECT_EQ(suggest("smoking", known), "known are 'weight', 'height'");
    EXPECT_EQ(suggest("smoking", {}), "");
    EXPECT_TRUE(suggest("zz", std::vector<std::string>(20, "abcdefg")).ends_with(", ..."));
}

TEST(Text, numbers_are_printed_in_the_fewest_digits) {
    EXPECT_EQ(shortest(0.1), "0.1");
    EXPECT_EQ(shortest(30.0), "30");
    EXPECT_EQ(shortest(1e-9), "1e-09");
}

}  // namespace
}  // namespace kohort
