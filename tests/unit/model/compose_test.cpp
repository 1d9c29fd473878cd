#include "model/compose.hpp"

#include "model/evaluate.hpp"
#include "model/symbols.hpp"
#include "sund_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {
namespace {

Model module(const std::string& name, const std::string& text, const std::string& time_unit = "m") {
    return read_part("########## NAME\n" + name + "\n########## METADATA\ntime_unit = " + time_unit + "\n" + text,
                     name + ".txt");
}

// With initial states, default inputs and the modules' parameters, at a time.
double value(Model& model, NodeId id, double time = 0.0) {
    std::vector<double> parameters;
    std::vector<double> inputs;
    std::vector<double> states;
    for (const Parameter& parameter : model.parameters) parameters.push_back(parameter.value);
    for (const Input& input : model.inputs) inputs.push_back(input.default_value.value_or(NAN));
    for (const State& state : model.states) {
        states.push_back(evaluate(model.graph, state.initial,
                                  {.time = time, .states = {}, .parameters = parameters, .inputs = inputs}));
    }
    return evaluate(model.graph, id, {.time = time, .states = states, .parameters = parameters, .inputs = inputs});
}

double value(Model& model, const std::string& name, double time = 0.0) {
    return value(model, node_of(model, find_symbol(model, name)), time);
}

std::string message(std::vector<Model> modules) {
    try {
        (void)compose(std::move(modules), "whole");
    } catch (const InputError& error) {
        return error.what();
    }
    return "was composed";
}

const std::string liver =
    "########## STATES\nd/dt(G) = -u // [mmol/L]\nG(0) = k*2\n########## PARAMETERS\nk = 3\n########## INPUTS\nu = "
    "uptake @ 100\n########## OUTPUTS\nglucose = G // [mmol/L]\n";
const std::string muscle =
    "########## STATES\nd/dt(X) = k\nX(0) = 1\n########## PARAMETERS\nk = 5\n########## VARIABLES\nv = "
    "g*X*k\n########## INPUTS\ng = glucose @ 4 // [mmol/L]\n########## OUTPUTS\nuptake = v\n########## "
    "FEATURES\nmuscle action = X\n";

TEST(Compose, outputs_become_the_inputs_of_that_name) {
    Model whole = compose({module("liver", liver), module("muscle", muscle)}, "whole");
    EXPECT_EQ(whole.name, "whole");
    EXPECT_TRUE(whole.inputs.empty());
    ASSERT_EQ(whole.states.size(), 2U);
    EXPECT_EQ(whole.states[1].name, "muscle.X");
    EXPECT_EQ(value(whole, whole.states[0].rate), -30);  // G = 6, X = 1, k = 5
    EXPECT_EQ(value(whole, "muscle.v"), 30);
    EXPECT_EQ(value(whole, "uptake"), 30);
    EXPECT_EQ(value(whole, "muscle action"), 1);
    EXPECT_EQ(whole.sources, (std::vector<std::string>{"liver.txt", "muscle.txt"}));
}

TEST(Compose, names_are_found_with_and_without_their_module) {
    Model whole = compose({module("liver", liver), module("muscle", muscle)}, "whole");
    EXPECT_EQ(find_symbol(whole, "X"), find_symbol(whole, "muscle.X"));
    EXPECT_EQ(find_parameter(whole, "muscle.k"), 1U);
    try {
        (void)find_parameter(whole, "k");
        ADD_FAILURE();
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(),
                     "`k` means several things in model whole\n  remedy: write one of `parameter:liver.k`, "
                     "`parameter:muscle.k`");
    }
}

TEST(Compose, inputs_that_nothing_feeds_are_shared) {
    Model whole = compose({module("a", "########## INPUTS\nw = weight @ 70 // [kg]\n########## FEATURES\nfa = w\n"),
                           module("b", "########## INPUTS\nbw = weight @ 70\n########## FEATURES\nfb = 2*bw\n")},
                          "whole");
    ASSERT_EQ(whole.inputs.size(), 1U);
    EXPECT_EQ(whole.inputs[0].note.unit, "kg");
    EXPECT_EQ(value(whole, "fb"), 140);
}

TEST(Compose, an_input_that_is_mandatory_somewhere_is_mandatory) {
    const Model whole = compose(
        {module("a", "########## INPUTS\nw = weight @ 70\n"), module("b", "########## INPUTS\nw = weight\n")}, "whole");
    EXPECT_FALSE(whole.inputs[0].default_value.has_value());
}

TEST(Compose, time_is_converted) {
    const std::string clock = "########## STATES\nd/dt(A) = 2\nA(0) = 0\n########## FEATURES\nnow = time\n";
    Model whole = compose({module("days", "", "d"), module("minutes", clock, "m")}, "whole");
    EXPECT_EQ(whole.time_unit, "d");
    EXPECT_EQ(value(whole, whole.states[0].rate), 2880);
    EXPECT_EQ(value(whole, "now", 0.5), 720);
    Model in_minutes = compose({module("hours", clock, "h")}, "whole", {.time_unit = "m", .place = {}});
    EXPECT_EQ(in_minutes.seconds_per_time_unit, 60);
    EXPECT_EQ(value(in_minutes, in_minutes.states[0].rate), 2.0 / 60);
    EXPECT_EQ(value(in_minutes, "now", 90), 1.5);
}

TEST(Compose, events_keep_their_targets) {
    const std::string eventful =
        "########## STATES\nd/dt(A) = 0\nA(0) = 1\n########## PARAMETERS\np = 7\n########## EVENTS\ne = time > 60, A, "
        "p, p, A + 1\n";
    Model whole = compose({module("first", eventful, "h"), module("second", eventful, "m")}, "whole");
    ASSERT_EQ(whole.events.size(), 2U);
    const Event& event = whole.events[1];
    EXPECT_EQ(event.name, "second.e");
    EXPECT_EQ(event.assignments[0].index, 1U);
    EXPECT_EQ(event.assignments[1].index, 1U);
    EXPECT_EQ(value(whole, event.assignments[0].value), 7);
    EXPECT_EQ(value(whole, event.condition, 1.0), 0);
    EXPECT_EQ(value(whole, event.condition, 1.1), 1);
}

// as SBML's
Model with_delay(Model model) {
    model.event_order = EventOrder::in_turn;
    Event& event = model.events.front();
    event.delay = model.graph.constant(3.0);
    event.priority = model.graph.leaf(Op::parameter, 0);
    event.assignments.front().form = Assignment::Form::value_times_factor;
    event.assignments.front().factor = model.graph.leaf(Op::state, 0);
    return model;
}

TEST(Compose, events_that_happen_in_turn_keep_all_that_belongs_to_them) {
    const std::string eventful =
        "########## STATES\nd/dt(A) = 0\nA(0) = 5\n########## PARAMETERS\np = 7\n########## EVENTS\ne = time > 1, A, "
        "p\n";
    Model whole = compose({with_delay(module("first", eventful, "h")), with_delay(module("second", eventful, "m"))},
                          "whole");
    EXPECT_EQ(whole.event_order, EventOrder::in_turn);
    EXPECT_EQ(value(whole, whole.events.at(0).delay), 3.0);
    EXPECT_EQ(value(whole, whole.events.at(1).delay), 0.05);  // 3 minutes, in hours
    const Event& second = whole.events[1];
    EXPECT_EQ(whole.graph[second.priority].index, 1U);
    EXPECT_EQ(whole.graph[second.assignments[0].factor].index, 1U);
    EXPECT_THAT(
        message({module("first", eventful), with_delay(module("second", eventful))}),
        testing::HasSubstr("the events of `second` happen in turn, as in SBML, and those of another module do not"));
    EXPECT_EQ(
        message({module("first", "########## STATES\nd/dt(B) = 0\nB(0) = 1\n"), with_delay(module("second", eventful))}),
        "was composed");
}

TEST(Compose, initial_values_follow_through_outputs) {
    Model whole = compose(
        {module("a", "########## STATES\nd/dt(A) = 1\nA(0) = 2*from_b\n########## INPUTS\nfrom_b = b @ 0\n"),
         module("b", "########## STATES\nd/dt(B) = 1\nB(0) = 21\n########## OUTPUTS\nb = B\n")},
        "whole");
    EXPECT_EQ(value(whole, whole.states[0].initial), 42);
    EXPECT_FALSE(depends_on(whole.graph, whole.states[0].initial, Op::state));
}

TEST(Compose, an_output_can_be_asked_of_one_module) {
    const std::string asks = "########## INPUTS\nx = b:signal @ 1\n########## FEATURES\nf = x\n";
    Model connected = compose({module("a", asks), module("b", "########## OUTPUTS\nsignal = 5\n")}, "whole");
    EXPECT_EQ(value(connected, "f"), 5);
    Model other = compose({module("a", asks), module("c", "########## OUTPUTS\nsignal = 5\n")}, "whole");
    EXPECT_EQ(value(other, "f"), 1);
    EXPECT_EQ(other.inputs[0].name, "b:signal");
}

TEST(Compose, features_of_one_name_are_told_apart) {
    Model whole = compose({module("a", "########## FEATURES\nWeight (kg) = 1\n"),
                           module("b", "########## FEATURES\nWeight (kg) = 2\nHeight = 3\n")},
                          "whole");
    EXPECT_EQ(value(whole, "b.Weight (kg)"), 2);
    EXPECT_EQ(value(whole, "Height"), 3);
}

TEST(Compose, rings_of_outputs_are_refused_with_the_ring) {
    const auto link = [](const std::string& name, const std::string& reads, const std::string& gives) {
        return module(name, "########## INPUTS\nx = " + reads + " @ 0\n########## OUTPUTS\n" + gives + " = x + 1\n");
    };
    EXPECT_THAT(message({link("a", "three", "one"), link("b", "one", "two"), link("c", "two", "three")}),
                testing::HasSubstr("outputs depend on each other in a ring: c:three <- b:two <- a:one <- c:three"));
    const auto start = [](const std::string& name, const std::string& reads, const std::string& gives) {
        return module(name, "########## STATES\nd/dt(A) = 1\nA(0) = x\n########## INPUTS\nx = " + reads +
                                " @ 0\n########## OUTPUTS\n" + gives + " = A\n");
    };
    EXPECT_THAT(message({start("a", "two", "one"), start("b", "one", "two")}),
                testing::HasSubstr("initial values depend on each other in a ring: a.A <- b.A <- a.A"));
}

TEST(Compose, what_does_not_fit_is_refused) {
    EXPECT_THAT(message({module("a", ""), module("a", "")}), testing::HasSubstr("two modules are called `a`"));
    EXPECT_THAT(message({module("a", "########## OUTPUTS\no = 1\n"), module("b", "########## OUTPUTS\no = 2\n")}),
                testing::HasSubstr("modules `a` and `b` both put out `o`"));
    EXPECT_THAT(message({module("a", "########## INPUTS\nx = o @ 1\n########## OUTPUTS\no = x\n")}),
                testing::HasSubstr("module `a` takes in its own output `o`"));
    EXPECT_THAT(message({module("a", "########## INPUTS\nx = o @ 1\n"), module("b", "########## INPUTS\nx = o @ 2\n")}),
                testing::HasSubstr("input `o` has default 2 here and 1 in a.txt"));
}

TEST(Compose, units_on_both_sides_must_be_one_unit) {
    const auto pair = [](const std::string& given, const std::string& taken) {
        return std::vector<Model>{module("a", "########## OUTPUTS\nG = 1 // [" + given + "]\n"),
                                  module("b", "########## INPUTS\ng = G @ 1 // [" + taken + "]\n")};
    };
    EXPECT_THAT(message(pair("mg/dL", "g/L")),
                testing::HasSubstr("`G` is in `g/L` here, but module `a` gives it in `mg/dL`"));
    EXPECT_THAT(message(pair("mg", "mL")), testing::HasSubstr("`G` is in `mL` here"));
    EXPECT_EQ(message(pair("kg/m2", "kg/m^2")), "was composed");
    const Model unclear = compose(pair("a.u.", "percent of max"), "whole");
    EXPECT_THAT(unclear.remarks, testing::ElementsAre(testing::HasSubstr("whether these are one unit is not known")));
}

TEST(Compose, long_chains_of_outputs_are_refused_instead_of_overflowing_the_stack) {
    std::string one = "########## INPUTS\n";
    std::string other = "########## INPUTS\n";
    std::string one_out = "########## OUTPUTS\n";
    std::string other_out = "########## OUTPUTS\n";
    for (int link = 0; link < 2'000; ++link) {
        const std::string n = std::to_string(link);
        one += "a" + n + " = q" + n + " @ 0\n";
        one_out += "p" + n + " = a" + n + " + 1\n";
        other += "b" + n + " = p" + std::to_string(link + 1) + " @ 0\n";
        other_out += "q" + n + " = b" + n + " + 1\n";
    }
    EXPECT_THAT(message({module("a", one + one_out), module("b", other + other_out)}),
                testing::HasSubstr("outputs read each other in a row"));
}

}  // namespace
}  // namespace kohort::model
