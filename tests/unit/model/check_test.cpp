#include "model/check.hpp"

#include "sund_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace kohort::model {
namespace {

using testing::ElementsAre;

TEST(Check, what_nothing_uses_is_reported) {
    const Model model = read_part(R"(
########## STATES
d/dt(A) = -k*A
A(0) = start
########## PARAMETERS
k = 1
unused = 2
start = 3
set_by_event = 4
########## VARIABLES
idle = unused + 1
########## INPUTS
in = in @ 0
########## EVENTS
e = time > 1, set_by_event, 5
)");
    EXPECT_THAT(check(model),
                ElementsAre("model.txt:7:1: parameter `unused` is not used", "model.txt:13:1: input `in` is not used",
                            "model.txt:11:1: variable `idle` is not used"));
}

TEST(Check, an_event_that_may_be_stepped_over_is_reported) {
    const Model model = read_part(
        "########## STATES\nd/dt(A) = 1\nA(0) = 0\n########## EVENTS\nrisky = A == 5\nexact = time == 5\n");
    EXPECT_THAT(check(model), ElementsAre(testing::HasSubstr("event `risky` compares a changing value with == or !=")));
}

TEST(Check, what_cannot_run_is_refused) {
    Model model = read_part("########## STATES\nd/dt(A) = k\nA(0) = 0\n########## PARAMETERS\nk = 1\n");
    EXPECT_TRUE(check(model).empty());
    model.parameters[0].value = std::numeric_limits<double>::infinity();
    EXPECT_THROW((void)check(model), InputError);
    EXPECT_THROW((void)check(read_part("########## STATES\nd/dt(A) = 1/0\nA(0) = 0\n")), InputError);
    EXPECT_THROW((void)check(read_part("########## STATES\nd/dt(A) = 1\nA(0) = NAN\n")), InputError);
    EXPECT_THROW((void)check(read_part("")), InputError);
}

TEST(Check, a_summary_counts) {
    const ModelSummary summary = summarise(read_part(R"(
########## STATES
d/dt(A) = -k*A + in
d/dt(B) = k*A - B
A(0) = 1
B(0) = 0
########## PARAMETERS
k = 1
########## VARIABLES
v = A + B
########## INPUTS
in = in
other = other @ 0
########## OUTPUTS
o = A
########## FEATURES
f = B
g = v
########## EVENTS
e = A > 1
)"));
    EXPECT_EQ(summary.states, 2U);
    EXPECT_EQ(summary.parameters, 1U);
    EXPECT_EQ(summary.inputs, 2U);
    EXPECT_EQ(summary.mandatory_inputs, 1U);
    EXPECT_EQ(summary.variables, 1U);
    EXPECT_EQ(summary.outputs, 1U);
    EXPECT_EQ(summary.features, 2U);
    EXPECT_EQ(summary.events, 1U);
    EXPECT_EQ(summary.jacobian_entries, 3U);
    EXPECT_EQ(summary.operations, 5U);  // -k, (-k)*A, + in; k*A, - B
}

}  // namespace
}  // namespace kohort::model
