#include "model/unit_balance.hpp"

#include "sund_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace kohort::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Time is in min.
UnitBalance of(const std::string& rate, const std::string& variables = "") {
    return balance_units(
        read_part("########## STATES\nd/dt(A) = " + rate +
                  "  // [mg] amount\nA(0) = 0\n########## PARAMETERS\nk = 1  // [1/min]\nV = 1  // [L]\n"
                  "CL = 1  // [L/h]\nc = 2  // [mg/L]\nm = 3  // [g]\nn = 2  // [1]\nx = 1\n"
                  "########## VARIABLES\n" +
                  variables));
}

TEST(UnitBalance, finds_nothing_where_units_balance) {
    EXPECT_THAT(of("-k*A").imbalances, IsEmpty());
    EXPECT_THAT(of("-k*A*(A/V)^n/(c^n + (A/V)^n)").imbalances, IsEmpty());
    EXPECT_THAT(of("-k*sqrt(A^2)*exp(-A/(V*c)) + k*max(A, 0)").imbalances, IsEmpty());
    EXPECT_THAT(of("(time > 5) ? -k*A : 0").imbalances, IsEmpty());
}

TEST(UnitBalance, finds_rates_of_another_kind_or_size) {
    EXPECT_THAT(of("-V*A").imbalances, ElementsAre(HasSubstr("model.txt:2:1: the rate of `A` is [")));
    EXPECT_THAT(of("-CL*A/V").imbalances, ElementsAre(HasSubstr("the rate of `A` is")))
        << "per hour, where the model's time is in minutes";
    EXPECT_THAT(of("-CL*A/V/60").imbalances, IsEmpty()) << "a number may convert";
}

TEST(UnitBalance, finds_sums_and_comparisons_that_do_not_fit) {
    EXPECT_THAT(of("-k*(A + c)").imbalances, ElementsAre(HasSubstr("has `+` of [mg] and [mg/L]")));
    EXPECT_THAT(of("-k*(A + m)").imbalances, ElementsAre(HasSubstr("has `+` of")));
    EXPECT_THAT(of("-k*(A + 1)").imbalances, ElementsAre(HasSubstr("a number without unit and [")));
    EXPECT_THAT(of("(A > V) ? -k*A : 0").imbalances, ElementsAre(HasSubstr("has `>` of")));
    EXPECT_THAT(of("-k*A*exp(c)").imbalances, ElementsAre(HasSubstr("has `exp` of [")));
    EXPECT_THAT(of("-k*A*2^c").imbalances, ElementsAre(HasSubstr("has an exponent in [")));
}

TEST(UnitBalance, believes_what_is_said_of_a_variable) {
    const UnitBalance found = of("-k*A", "right = A/V  // [mg/L]\nwrong = A/V  // [mg]\nuse = wrong + c\n");
    EXPECT_THAT(found.imbalances, ElementsAre(HasSubstr("`wrong` is ["), HasSubstr("`use` has `+` of")));
}

TEST(UnitBalance, lists_units_that_are_missing_or_unknown) {
    const UnitBalance found = balance_units(
        read_part("########## STATES\nd/dt(A) = -k*A*x  // [blobs]\nA(0) = 0\n########## PARAMETERS\nk = 1  // "
                  "[1/min]\nx = 1\n"));
    EXPECT_THAT(found.unknown, ElementsAre("model.txt:2:1: state `A` has the unit [blobs], which is not known"));
    EXPECT_THAT(found.missing, ElementsAre("model.txt:6:1: parameter `x`"));
    EXPECT_EQ(found.with_unit, 2U);
    EXPECT_THAT(found.imbalances, IsEmpty()) << "what is not known fits everywhere";
}

}  // namespace
}  // namespace kohort::model
