#include "base/errors.hpp"

#include <gtest/gtest.h>

namespace kohort {
namespace {

TEST(Errors, a_place_leaves_out_what_is_unknown) {
    EXPECT_EQ(to_string(Place{"study.yaml", 3, 14}), "study.yaml:3:14");
    EXPECT_EQ(to_string(Place{"study.yaml", 3, 0}), "study.yaml:3");
    EXPECT_EQ(to_string(Place{"study.yaml", 0, 0}), "study.yaml");
    EXPECT_EQ(to_string(Place{"", 3, 14}), "line 3:14");
    EXPECT_EQ(to_string(Place{}), "");
}

TEST(Errors, an_input_error_says_where_what_and_what_to_do) {
    const InputError error({"study.yaml", 3, 14}, "unknown key `arm`", "did you mean 'arms'?");
    EXPECT_STREQ(error.what(), "study.yaml:3:14: unknown key `arm`\n  remedy: did you mean 'arms'?");
    EXPECT_EQ(error.place().line, 3);
    EXPECT_EQ(error.problem(), "unknown key `arm`");
    EXPECT_EQ(error.remedy(), "did you mean 'arms'?");
}

TEST(Errors, an_input_error_without_place_or_remedy_is_one_line) {
    EXPECT_STREQ(InputError({}, "no arms").what(), "no arms");
}

TEST(ErrorsDeathTest, a_failed_check_names_expectation_and_place) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(KOHORT_CHECK(1 + 1 == 3), "errors_test.cpp:.*1 \\+ 1 == 3");
}

TEST(Errors, a_check_that_holds_does_nothing) {
    int times = 0;
    KOHORT_CHECK(++times == 1);
    EXPECT_EQ(times, 1);
}

}  // namespace
}  // namespace kohort
