#include "trial/endpoints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace kohort::trial {
namespace {

/// Outcome "y" measured at visits start and end, in features 0 and 1.
std::array<Column, 2> two_visits(const std::string& unit) {
    std::array<Column, 2> columns;
    for (int at = 0; at < 2; ++at) {
        columns[static_cast<std::size_t>(at)].outcome = "y";
        columns[static_cast<std::size_t>(at)].visit = at == 0 ? "start" : "end";
        columns[static_cast<std::size_t>(at)].unit = unit;
        columns[static_cast<std::size_t>(at)].feature = at;
    }
    return columns;
}

Endpoint endpoint(const std::string& type, const std::string& value, const std::string& transform = "none") {
    Endpoint made;
    made.id = "e";
    made.of = "y";
    made.type = type;
    made.value = value;
    made.visit = "end";
    made.transform = transform;
    return made;
}

EndpointPlan plan(const Endpoint& from, const std::string& unit = "kg") {
    TrialStudy study;
    study.endpoints = {from};
    return plan_endpoints(study, two_visits(unit)).at(0);
}

EndpointValue measure(const EndpointPlan& with, double start, double end, TwinStatus status = TwinStatus::ok) {
    const std::array<double, 2> features{start, end};
    return with.evaluate(status, {features.data()});
}

TEST(Endpoint, values_changes_and_percentages_keep_their_baseline) {
    const EndpointValue value = measure(plan(endpoint("continuous", "value")), 80, 76);
    EXPECT_EQ(value.value, 76);
    EXPECT_EQ(value.base, 80);
    EXPECT_EQ(measure(plan(endpoint("continuous", "change")), 80, 76).value, -4);
    EXPECT_EQ(measure(plan(endpoint("continuous", "percent_change")), 80, 76).value, -5);
    EXPECT_EQ(plan(endpoint("continuous", "percent_change")).unit, "%");
    EXPECT_EQ(plan(endpoint("continuous", "percent_change")).variable, "PCHG");
    EXPECT_EQ(plan(endpoint("continuous", "change")).variable, "CHG");
}

TEST(Endpoint, logarithms_are_taken_before_the_change) {
    const EndpointPlan with = plan(endpoint("continuous", "change", "ln"));
    const EndpointValue value = measure(with, 2, 3);
    EXPECT_DOUBLE_EQ(value.value, std::log(3.0) - std::log(2.0));
    EXPECT_DOUBLE_EQ(value.base, std::log(2.0));
    EXPECT_EQ(with.unit, "ln(kg)");
    EXPECT_EQ(measure(with, 2, 0).missing, Missing::not_positive);
    EXPECT_EQ(measure(with, 0, 2).missing, Missing::no_baseline);
}

TEST(Endpoint, responders_are_those_within_the_limits_and_on_them) {
    Endpoint responder = endpoint("binary", "percent_change");
    responder.at_most = Quantity{-5, "%", {}};
    EXPECT_EQ(measure(plan(responder), 80, 76).value, 1);
    EXPECT_EQ(measure(plan(responder), 80, 76.1).value, 0);
    Endpoint in_range = endpoint("binary", "value");
    in_range.at_least = Quantity{75000, "g", {}};
    in_range.at_most = Quantity{80, "kg", {}};
    EXPECT_EQ(measure(plan(in_range), 80, 75).value, 1);
    EXPECT_EQ(measure(plan(in_range), 80, 74.9).value, 0);
    EXPECT_EQ(measure(plan(in_range), 80, 80.1).value, 0);
}

TEST(Endpoint, a_limit_on_a_change_of_temperature_is_a_difference) {
    Endpoint fever = endpoint("binary", "change");
    fever.at_least = Quantity{1.8, "degF", {}};
    EXPECT_NEAR(plan(fever, "degC").at_least, 1.0, 1e-12);
    fever.value = "value";
    fever.at_least = Quantity{100.4, "degF", {}};
    EXPECT_NEAR(plan(fever, "degC").at_least, 38.0, 1e-12);
}

TEST(Endpoint, what_is_missing_has_its_reason) {
    const EndpointPlan change = plan(endpoint("continuous", "change"));
    const double nan = std::nan("");
    EXPECT_EQ(measure(change, 80, 76, TwinStatus::step_too_small).missing, Missing::twin_failed);
    EXPECT_TRUE(std::isnan(measure(change, 80, 76, TwinStatus::step_too_small).value));
    EXPECT_EQ(measure(change, 80, nan).missing, Missing::never_happened);
    EXPECT_EQ(measure(change, nan, 76).missing, Missing::no_baseline);
    EXPECT_EQ(measure(plan(endpoint("continuous", "percent_change")), 0, 76).missing, Missing::no_baseline);
    EXPECT_EQ(measure(plan(endpoint("continuous", "value")), nan, 76).missing, Missing::no);
    Endpoint responder = endpoint("binary", "change");
    responder.at_most = Quantity{-5, "kg", {}};
    EXPECT_TRUE(std::isnan(measure(plan(responder), 80, nan).value)) << "missing is not a non-responder";
}

TEST(Endpoint, refuses_what_has_no_meaning) {
    const auto problem = [](const Endpoint& from) -> std::string {
        try {
            (void)plan(from);
        } catch (const InputError& error) {
            return error.problem();
        }
        return "none";
    };
    Endpoint first = endpoint("continuous", "change");
    first.visit = "start";
    EXPECT_EQ(problem(first), "endpoint \"e\" has no earlier value to change from");
    EXPECT_EQ(problem(endpoint("continuous", "percent_change", "ln")),
              "endpoint \"e\": transform: ln is for values and changes of continuous endpoints");
    EXPECT_EQ(problem(endpoint("binary", "value")), "binary endpoint \"e\" does not say who responds");
    Endpoint wrong = endpoint("binary", "value");
    wrong.at_most = Quantity{5, "mL", {}};
    EXPECT_EQ(problem(wrong), "mL cannot be converted: endpoint e is in kg");
    Endpoint bare = endpoint("binary", "percent_change");
    bare.at_most = Quantity{-5, "1", {}};
    EXPECT_THAT(problem(bare), testing::HasSubstr("-5 could mean -5 % or -500 %"));
    Endpoint unknown = endpoint("continuous", "value");
    unknown.visit = "nd";
    EXPECT_EQ(problem(unknown), "endpoint \"e\": outcome \"y\" is not measured at \"nd\"");
}

TEST(Endpoint, ratios_and_logarithms_of_degrees_are_refused_and_differences_are_not) {
    EXPECT_THROW((void)plan(endpoint("continuous", "percent_change"), "degC"), InputError);
    EXPECT_THROW((void)plan(endpoint("continuous", "value", "ln"), "degC"), InputError);
    EXPECT_THROW((void)plan(endpoint("continuous", "change", "ln"), "degF"), InputError);
    EXPECT_NO_THROW((void)plan(endpoint("continuous", "change"), "degC"));
    EXPECT_NO_THROW((void)plan(endpoint("continuous", "percent_change"), "K"));
}

TEST(Endpoint, says_that_a_participant_had_left) {
    EndpointPlan with = plan(endpoint("continuous", "change"));
    with.at_visit.measuring = {.key = random_key(1), .dropout_rate = 1e9, .known_at = 1.0};  // everybody has left by then
    EXPECT_EQ(measure(with, 80, 76).missing, Missing::dropped_out);
    EXPECT_TRUE(std::isnan(measure(with, 80, 76).value));
    with.at_visit.measuring.known_at = 0.0;
    EXPECT_EQ(measure(with, 80, 76).value, -4);
}

}  // namespace
}  // namespace kohort::trial
