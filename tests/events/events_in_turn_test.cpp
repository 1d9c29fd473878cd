// Each meaning of SBML Level 3 Version 2, section 4.11, against an exact solution. Twins differ in `shift`, which moves when
// things happen to them, so that the lanes of a register are at different times.
#include "event_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kohort::events {
namespace {

const std::vector<double> five_shifts{0.0, 0.125, 0.25, 0.3, 0.7};

void expect_ok(const Outcome& outcome) {
    for (const TwinStatus status : outcome.status) EXPECT_EQ(status, TwinStatus::ok);
}

TEST(EventsInTurn, a_delayed_event_happens_when_its_delay_is_over) {
    const ModelText text{.start = {{"x", 0}, {"area", 0}},
                         .rate = {{"area", "x"}},
                         .events = {{.trigger = "time >= 1 + shift", .assign = {{"x", "1"}}, .delay = "2"}}};
    const Outcome got = outcome(text, {.times = {2, 2.99, 3.71, 10}, .shifts = five_shifts});
    expect_ok(got);
    for (std::size_t twin = 0; twin < five_shifts.size(); ++twin) {
        EXPECT_EQ(got.of.at("x")[twin], (std::vector<double>{0, 0, 1, 1}));
        EXPECT_NEAR(got.of.at("area")[twin][3], 7 - five_shifts[twin], 1e-12);
    }
}

TEST(EventsInTurn, a_delay_is_taken_when_the_condition_rises) {
    const ModelText text{
        .start = {{"x", 0}, {"clock", 0}},
        .rate = {{"clock", "1"}},
        .events = {
            {.trigger = "clock > 1 + shift", .assign = {{"x", "time"}}, .delay = "2 * clock", .values_at_trigger = false}}};
    const Outcome got = outcome(text, {.times = {10}, .shifts = five_shifts});
    for (std::size_t twin = 0; twin < five_shifts.size(); ++twin)
        EXPECT_NEAR(got.of.at("x")[twin][0], 3 * (1 + five_shifts[twin]), 1e-12);
}

TEST(EventsInTurn, values_are_of_the_trigger_s_time_or_of_the_event_s) {
    const auto assigned = [](bool at_trigger) {
        const ModelText text{
            .start = {{"x", 0}, {"clock", 0}},
            .rate = {{"clock", "1"}},
            .events = {
                {.trigger = "time >= 1 + shift", .assign = {{"x", "clock"}}, .delay = "2", .values_at_trigger = at_trigger}}};
        return outcome(text, {.times = {10}, .shifts = five_shifts}).of.at("x");
    };
    for (std::size_t twin = 0; twin < five_shifts.size(); ++twin) {
        EXPECT_NEAR(assigned(true)[twin][0], 1 + five_shifts[twin], 1e-12);
        EXPECT_NEAR(assigned(false)[twin][0], 3 + five_shifts[twin], 1e-12);
    }
}

// the condition holds while 1 < clock < 2, found between steps
TEST(EventsInTurn, what_is_not_persistent_is_withdrawn_when_its_condition_falls) {
    const auto happens = [](bool persistent, const std::string& delay) {
        const ModelText text{.start = {{"x", 0}, {"clock", 0}},
                             .rate = {{"clock", "1 + 0 * x"}},
                             .events = {{.trigger = "clock > 1 + shift && clock < 2 + shift",
                                         .assign = {{"x", "1"}},
                                         .delay = delay,
                                         .persistent = persistent}}};
        return outcome(text, {.times = {5}, .shifts = five_shifts}).of.at("x");
    };
    for (std::size_t twin = 0; twin < five_shifts.size(); ++twin) {
        EXPECT_EQ(happens(true, "2")[twin][0], 1);
        EXPECT_EQ(happens(false, "2")[twin][0], 0);
        EXPECT_EQ(happens(false, "0.9")[twin][0], 1);
    }
}

TEST(EventsInTurn, a_condition_that_rises_again_fires_again_while_the_event_waits) {
    const ModelText text{
        .start = {{"sum", 0}, {"beats", 0}, {"last", 0}, {"area", 0}},
        .rate = {{"area", "sum"}},
        .events = {
            {.trigger = "time - last >= 1 + shift", .assign = {{"last", "time"}, {"beats", "beats + 1"}}},
            {.trigger = "time - last >= 1 + shift", .assign = {{"sum", "sum + 10"}}, .delay = "2.5", .values_at_trigger = false}}};
    const Outcome got = outcome(text, {.times = {3, 10}, .shifts = five_shifts});
    expect_ok(got);
    for (std::size_t twin = 0; twin < five_shifts.size(); ++twin) {
        const double beat = 1 + five_shifts[twin];
        double area = 0;
        for (int number = 1; number * beat + 2.5 < 10; ++number) area += 10 * (10 - (number * beat + 2.5));
        EXPECT_EQ(got.of.at("sum")[twin][0], 0);
        EXPECT_NEAR(got.of.at("area")[twin][1], area, 1e-10);
        EXPECT_EQ(got.of.at("beats")[twin][1], std::floor(10 / beat));
    }
}

TEST(EventsInTurn, the_higher_priority_happens_first) {
    const auto after = [](const std::string& doubling, const std::string& adding, bool at_trigger) {
        const ModelText text{
            .start = {{"x", 1}},
            .events = {
                {.trigger = "time >= 1 + shift", .assign = {{"x", "x * 2"}}, .priority = doubling, .values_at_trigger = at_trigger},
                {.trigger = "time >= 1 + shift", .assign = {{"x", "x + 3"}}, .priority = adding, .values_at_trigger = at_trigger}}};
        return outcome(text, {.times = {2}, .shifts = five_shifts}).of.at("x")[3][0];
    };
    EXPECT_EQ(after("2", "1", false), 1 * 2 + 3);
    EXPECT_EQ(after("1", "2", false), (1 + 3) * 2);
    EXPECT_EQ(after("2", "1", true), 1 + 3);  // the last one to happen, with values from before
    EXPECT_EQ(after("1", "2", true), 1 * 2);
    EXPECT_EQ(after("", "-9", false), (1 + 3) * 2);  // without a priority: after those that have one
    EXPECT_EQ(after("", "", false), 1 * 2 + 3);      // as they stand
}

// first is the order of the three: 100 a + 10 b + c when a happens first
TEST(EventsInTurn, priorities_are_taken_anew_after_each_event) {
    const auto order = [](const std::string& of_first) {
        const auto note = [](const std::string& digit) { return "order * 10 + " + digit; };
        const ModelText text{
            .start = {{"order", 0}, {"urgency", 3}},
            .events = {
                {.trigger = "time >= 1", .assign = {{"order", note("1")}, {"urgency", "0"}}, .priority = "5", .values_at_trigger = false},
                {.trigger = "time >= 1", .assign = {{"order", note("2")}}, .priority = of_first, .values_at_trigger = false},
                {.trigger = "time >= 1", .assign = {{"order", note("3")}}, .priority = "1", .values_at_trigger = false}}};
        return outcome(text, {.times = {2}}).of.at("order")[0][0];
    };
    EXPECT_EQ(order("urgency"), 132);
    EXPECT_EQ(order("3"), 123);
}

TEST(EventsInTurn, an_event_fires_at_the_start_only_if_its_condition_counts_as_false_before) {
    const auto at_start = [](bool initial_value, const std::string& trigger, const std::string& delay) {
        const ModelText text{
            .start = {{"x", 0}, {"y", 2}},
            .events = {{.trigger = trigger, .assign = {{"x", "7"}}, .delay = delay, .initial_value = initial_value}}};
        return outcome(text, {.times = {0, 1}, .shifts = five_shifts}).of.at("x")[2];
    };
    EXPECT_EQ(at_start(true, "y > 1", ""), (std::vector<double>{0, 0}));
    EXPECT_EQ(at_start(false, "y > 1", ""), (std::vector<double>{7, 7}));
    EXPECT_EQ(at_start(false, "y > 1", "0.5"), (std::vector<double>{0, 7}));
    EXPECT_EQ(at_start(false, "y > 3", ""), (std::vector<double>{0, 0}));
    EXPECT_EQ(at_start(true, "time >= 0.5", ""), (std::vector<double>{0, 7}));
}

TEST(EventsInTurn, an_event_can_take_the_reason_from_another_that_waits_for_its_turn) {
    const auto both = [](bool persistent) {
        const ModelText text{
            .start = {{"x", 0}, {"y", 0}, {"open", 1}},
            .events = {
                {.trigger = "time >= 1 && open > 0", .assign = {{"x", "1"}, {"open", "0"}}, .priority = "2"},
                {.trigger = "time >= 1 && open > 0", .assign = {{"y", "1"}}, .priority = "1", .persistent = persistent}}};
        const Outcome got = outcome(text, {.times = {2}});
        return std::pair(got.of.at("x")[0][0], got.of.at("y")[0][0]);
    };
    EXPECT_EQ(both(true), std::pair(1.0, 1.0));
    EXPECT_EQ(both(false), std::pair(1.0, 0.0));
}

TEST(EventsInTurn, what_an_event_causes_comes_after_what_is_more_urgent) {
    const auto note = [](const std::string& digit) { return "order * 10 + " + digit; };
    const ModelText text{
        .start = {{"order", 0}, {"a", 0}},
        .events = {
            {.trigger = "time >= 1 + shift", .assign = {{"a", "1"}, {"order", note("1")}}, .priority = "10", .values_at_trigger = false},
            {.trigger = "time >= 1 + shift", .assign = {{"order", note("2")}}, .priority = "4", .values_at_trigger = false},
            {.trigger = "a > 0", .assign = {{"order", note("3")}}, .priority = "5", .values_at_trigger = false},
            {.trigger = "order > 10", .assign = {{"order", note("4")}}, .delay = "0.5", .values_at_trigger = false}}};
    const Outcome got = outcome(text, {.times = {1.9, 3}, .shifts = five_shifts});
    for (std::size_t twin = 0; twin < five_shifts.size(); ++twin)
        EXPECT_EQ(got.of.at("order")[twin][1], 1324) << five_shifts[twin];
}

TEST(EventsInTurn, equal_priorities_are_drawn_by_lot_from_a_key_of_the_twin_s_own) {
    const ModelText text{
        .start = {{"first", 0}},
        .events = {
            {.trigger = "time >= 1 && first < 1", .assign = {{"first", "1"}}, .priority = "1", .persistent = false},
            {.trigger = "time >= 1 && first < 1", .assign = {{"first", "2"}}, .priority = "1", .persistent = false},
            {.trigger = "time >= 1 && first < 1", .assign = {{"first", "3"}}, .priority = "1", .persistent = false}}};
    constexpr std::size_t n = 3000;
    Setting setting{.times = {2}, .shifts = std::vector<double>(n, 0.0)};
    for (std::uint64_t key = 0; key < n; ++key) setting.lot_keys.push_back(key);
    const auto first = outcome(text, setting).of.at("first");
    std::vector<int> count(4);
    for (const auto& twin : first) ++count.at(static_cast<std::size_t>(twin[0]));
    for (const int winner : {1, 2, 3})
        EXPECT_NEAR(count[static_cast<std::size_t>(winner)], 1000, 4 * std::sqrt(3000 * 2 / 9.));
    setting.lot_keys.assign(n, 17);
    const auto same = outcome(text, setting).of.at("first");
    for (const auto& twin : same) EXPECT_EQ(twin, same.front());
}

TEST(EventsInTurn, twins_whose_events_make_no_sense_end_with_a_reason) {
    const auto status = [](const EventText& event) {
        const ModelText text{.start = {{"x", 0}, {"last", 0}}, .events = {event}};
        return outcome(text, {.times = {10}, .shifts = five_shifts}).status.back();
    };
    EXPECT_EQ(status({.trigger = "time >= 1", .assign = {{"x", "1"}}, .delay = "-1"}), TwinStatus::impossible_delay);
    EXPECT_EQ(status({.trigger = "time >= 1", .assign = {{"x", "1"}}, .delay = "log(-1)"}), TwinStatus::impossible_delay);
    EXPECT_EQ(status({.trigger = "time >= 1", .assign = {{"x", "1"}}, .delay = "infinity"}), TwinStatus::ok);
    const ModelText flood{.start = {{"x", 0}, {"last", 0}},
                          .events = {{.trigger = "time - last >= 0.01", .assign = {{"last", "time"}}},
                                     {.trigger = "time - last >= 0.01", .assign = {{"x", "1"}}, .delay = "20"}}};
    EXPECT_EQ(outcome(flood, {.times = {2}}).status[0], TwinStatus::ok);
    EXPECT_EQ(outcome(flood, {.times = {10}}).status[0], TwinStatus::too_many_pending);
    const ModelText ring{.start = {{"x", 0}},
                         .events = {{.trigger = "time >= 1 && x < 1", .assign = {{"x", "1"}}},
                                    {.trigger = "time >= 1 && x > 0", .assign = {{"x", "0"}}}}};
    EXPECT_EQ(outcome(ring, {.times = {10}}).status[0], TwinStatus::event_loop);
}

TEST(EventsInTurn, what_waits_is_forgotten_when_all_states_are_reset) {
    const ModelText text{.start = {{"x", 0}}, .events = {{.trigger = "time >= 1", .assign = {{"x", "1"}}, .delay = "2"}}};
    const kernels::Action reset{.time = 2.0, .value = 0.0, .kind = kernels::Action::Kind::reset_states, .target = 0};
    EXPECT_EQ(outcome(text, {.times = {5}, .actions = {reset}}).of.at("x")[0][0], 0);
}

// --- sizes that jump ---

const std::string vessel =
    "<listOfCompartments><compartment id='V' size='2' spatialDimensions='3' constant='false'/>"
    "</listOfCompartments><listOfSpecies>"
    "<species id='S' compartment='V' initialConcentration='3' hasOnlySubstanceUnits='false' "
    "boundaryCondition='true' constant='false'/></listOfSpecies>";

TEST(EventsInTurn, the_amount_stays_when_a_compartment_s_size_jumps) {
    for (const bool ruled : {false, true}) {
        ModelText text{.start = {{"x", 0}}, .events = {{.trigger = "time >= 1", .assign = {{"V", "6"}}}}, .more = vessel};
        if (ruled) text.rate = {{"S", "0"}};  // then the concentration is what is kept
        const Outcome got = outcome(text, {.times = {0.5, 2}});
        EXPECT_EQ(got.of.at("concentration(S)")[0], (std::vector<double>{3, 1})) << ruled;
        EXPECT_EQ(got.of.at(ruled ? "amount(S)" : "S")[0][1], ruled ? 6 : 1) << ruled;
    }
}

// the size doubles between trigger and event: 5 is assigned in the size of that time
TEST(EventsInTurn, a_concentration_is_assigned_in_the_compartment_of_the_event_s_time) {
    for (const bool ruled : {false, true}) {
        ModelText text{.start = {{"x", 0}},
                       .events = {{.trigger = "time >= 1", .assign = {{"S", "x + 5"}}, .delay = "2"},
                                  {.trigger = "time >= 2", .assign = {{"V", "4"}, {"x", "100"}}}},
                       .more = vessel};
        if (ruled) text.rate = {{"S", "0"}};
        const Outcome got = outcome(text, {.times = {4}});
        EXPECT_EQ(got.of.at("concentration(S)")[0][0], 5) << ruled;
    }
}

// --- compiled ---

TEST(EventsInTurn, have_the_same_bits_compiled) {
    const ModelText text{
        .start = {{"x", 1}, {"y", 0.5}, {"clock", 0}, {"order", 0}},
        .rate = {{"clock", "1"}, {"x", "-0.3 * x + y"}, {"y", "0.2 * x - 0.7 * y"}},
        .events = {{.trigger = "clock > 1 + shift", .assign = {{"clock", "0"}, {"order", "order + 1"}}, .priority = "3"},
                   {.trigger = "x > 0.9 + shift", .assign = {{"x", "x - 0.4"}}, .delay = "0.3 * y + 0.1", .persistent = false},
                   {.trigger = "y > 0.2",
                    .assign = {{"y", "0.1 * clock"}, {"S", "x + 1"}},
                    .delay = "0.45",
                    .initial_value = false,
                    .values_at_trigger = false},
                   {.trigger = "clock > 1 + shift", .assign = {{"x", "x * 1.1"}}, .priority = "2 + y"},
                   {.trigger = "clock > 1 + shift", .assign = {{"V", "V * 1.25"}}, .priority = "3"}},
        .more = vessel};
    const model::Model model = read(text);
    Setting setting{.times = {0, 0.5, 1, 2, 3.3, 10, 20}, .shifts = five_shifts, .lot_keys = {5, 6, 7, 8, 9}};
    for (const auto method : {kernels::Method::rodas5p, kernels::Method::tsit5}) {
        setting.method = method;
        const Outcome walked = walk(model, setting, 4);
        expect_ok(walked);
        EXPECT_TRUE(compile_and_run(model, setting) == walked);
        EXPECT_TRUE(walk(model, setting, 1) == walked);
    }
}

}  // namespace
}  // namespace kohort::events
