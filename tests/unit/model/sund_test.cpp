#include "model/evaluate.hpp"
#include "random_expressions.hpp"
#include "sund_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <vector>

namespace kohort::model {
namespace {

std::string message(const std::string& text) {
    try {
        (void)read_part(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "was read";
}

TEST(Sund, a_text_becomes_a_model) {
    const Model model = read_part(R"(
########## NAME
one_compartment
########## METADATA
time_unit = h
########## STATES
d/dt(depot) = -KA*depot                 // [mg] in the gut
d/dt(central) = KA*depot - CL/V*central // [mg]
depot(0) = dose
central(0) = 0
########## PARAMETERS
KA = 1.5  // [1/h] absorption
CL = 5    // [L/h] clearance
V = 50    // [L]
########## INPUTS
dose = first_dose @ 100  // [mg]
########## OUTPUTS
C = central/V  // [mg/L] concentration
)");
    EXPECT_EQ(model.name, "one_compartment");
    EXPECT_EQ(model.time_unit, "h");
    EXPECT_EQ(model.seconds_per_time_unit, 3600);
    ASSERT_EQ(model.states.size(), 2U);
    EXPECT_EQ(model.states[0].name, "depot");
    EXPECT_EQ(model.states[0].note.meaning, "in the gut");
    EXPECT_EQ(model.states[1].place.line, 8);
    ASSERT_EQ(model.inputs.size(), 1U);
    EXPECT_EQ(model.inputs[0].name, "first_dose");
    EXPECT_EQ(model.inputs[0].default_value, 100);
    EXPECT_EQ(model.parameters[2].value, 50);
    const std::array states{40.0, 20.0};
    const std::array parameters{1.5, 5.0, 50.0};
    const std::array inputs{100.0};
    const Leaves leaves{.time = 0, .states = states, .parameters = parameters, .inputs = inputs};
    EXPECT_EQ(evaluate(model.graph, model.states[0].initial, leaves), 100);
    EXPECT_EQ(evaluate(model.graph, model.states[1].rate, leaves), 58);
    EXPECT_EQ(evaluate(model.graph, model.observables.back().value, leaves), 0.4);
}

TEST(Sund, events_assign_states_and_parameters) {
    const Model model = read_part(R"(
########## STATES
d/dt(A) = -A
A(0) = 1
########## PARAMETERS
k = 2
########## EVENTS
eating = gt(meal, 0), A, A + max(k, 3), k, A
restart = time > 5
########## INPUTS
meal = meal @ 0
)");
    ASSERT_EQ(model.events.size(), 2U);
    const Event& eating = model.events[0];
    EXPECT_EQ(model.graph[eating.condition].op, Op::greater);
    ASSERT_EQ(eating.assignments.size(), 2U);
    EXPECT_EQ(eating.assignments[0].target, Assignment::Target::state);
    EXPECT_EQ(eating.assignments[1].target, Assignment::Target::parameter);
    const std::array states{7.0};
    const std::array parameters{2.0};
    EXPECT_EQ(evaluate(model.graph, eating.assignments[0].value,
                       {.time = 0, .states = states, .parameters = parameters, .inputs = {}}),
              10);
    EXPECT_TRUE(model.events[1].assignments.empty());
}

TEST(Sund, every_time_unit) {
    for (const auto& [written, name, seconds] :
         std::vector<std::tuple<const char*, const char*, double>>{{"ns", "ns", 1e-9},
                                                                   {"µs", "us", 1e-6},
                                                                   {"μs", "us", 1e-6},
                                                                   {"ms", "ms", 1e-3},
                                                                   {"s", "s", 1},
                                                                   {"m", "min", 60},
                                                                   {"'h'", "h", 3600},
                                                                   {"\"d\"", "d", 86400},
                                                                   {"y", "year", 31557600}}) {
        const Model model = read_part("########## METADATA\ntime_unit = " + std::string(written) + "\n");
        EXPECT_EQ(model.time_unit, name);
        EXPECT_EQ(model.seconds_per_time_unit, seconds);
    }
}

TEST(Sund, line_ends_of_windows_and_a_byte_order_mark_are_read) {
    std::string text = "\xEF\xBB\xBF" +
                       whole_sund("########## PARAMETERS\nk = 2 // [mg] dose\n########## VARIABLES\na = k +\n  1\n");
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 2))
        text.insert(end, "\r");
    const Model model = read_sund(text, "model.txt");
    EXPECT_EQ(model.parameters[0].note.unit, "mg");
    EXPECT_EQ(model.parameters[0].note.meaning, "dose");
}

TEST(Sund, each_section_must_be_there) {
    for (const std::string section : {"NAME", "METADATA", "MACROS", "STATES", "PARAMETERS", "VARIABLES", "FUNCTIONS",
                                      "EVENTS", "OUTPUTS", "INPUTS", "FEATURES"}) {
        std::string text = whole_sund("");
        text.erase(text.find("########## " + section), 12 + section.size());
        try {
            (void)read_sund(text, "model.txt");
            ADD_FAILURE() << section;
        } catch (const InputError& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr("model.txt: section " + section + " is missing"));
        }
    }
}

TEST(Sund, a_header_with_a_slip_is_pointed_at) {
    for (const std::string slip : {"######### PARAMETERS", "########## Parameters", "########## PARAMETRS",
                                   "##########  PARAMETERS", " ########## PARAMETERS", "##########PARAMETERS"}) {
        std::string text = whole_sund("########## PARAMETERS\nk = 1\n");
        text.replace(0, std::string("########## PARAMETERS").size(), slip);
        try {
            (void)read_sund(text, "model.txt");
            ADD_FAILURE() << slip;
        } catch (const InputError& error) {
            EXPECT_THAT(error.what(), testing::StartsWith("model.txt:1:1: `"));
            EXPECT_THAT(error.what(),
                        testing::HasSubstr("is not a section header\n  remedy: write `########## PARAMETERS`"));
        }
    }
}

TEST(Sund, an_input_under_another_name_can_be_observed_under_both) {
    const Model model = read_part(
        "########## INPUTS\nDexa_in = Dexa @ 0\nplain = plain @ 0\n########## FEATURES\nF = Dexa_in + plain\n");
    EXPECT_EQ(model.inputs[0].name, "Dexa");
    ASSERT_EQ(model.observables.size(), 2U);
    EXPECT_EQ(model.observables[0].name, "Dexa_in");
    EXPECT_EQ(model.graph[model.observables[0].value].op, Op::input);
}

// f0(x) = x + x, f1(x) = f0(x) + f0(x), ...: 2^60 additions if it were written out as text.
TEST(Sund, doubling_functions_share_their_parts) {
    std::string functions = "########## FUNCTIONS\nf0(x) = x + x\n";
    for (int level = 1; level < 60; ++level) {
        const std::string before = "f" + std::to_string(level - 1) + "(x)";
        functions += "f" + std::to_string(level) + "(x) = " + before + " + " + before + "\n";
    }
    const Model model = read_part(functions + "########## OUTPUTS\no = f59(time)\n");
    EXPECT_EQ(evaluate(model.graph, model.observables[0].value, {.time = 1, .states = {}, .parameters = {}, .inputs = {}}),
              0x1p60);
}

// The same with a different argument each time, so that nothing can be shared.
TEST(Sund, exploding_functions_and_macros_are_refused) {
    std::string functions = "########## FUNCTIONS\nf0(x) = sin(x)\n";
    std::string macros = "########## MACROS\nM0 = 1\n";
    for (int level = 1; level < 60; ++level) {
        const std::string before = std::to_string(level - 1);
        functions += "f" + std::to_string(level) + "(x) = f" + before + "(x) + f" + before + "(x + " +
                     std::to_string(level) + ".5^x)\n";
        macros += "M" + std::to_string(level) + " = (M" + before + " + M" + before + ")\n";
    }
    EXPECT_THAT(message(functions), testing::HasSubstr("too many operations once they are written out"));
    EXPECT_THAT(message(macros + "########## OUTPUTS\no = M59\n"),
                testing::HasSubstr("too long with its macros written out"));
}

TEST(Sund, a_chain_of_functions_has_no_depth) {
    std::string functions = "########## FUNCTIONS\nf0(x) = x\n";
    for (int level = 1; level < 3000; ++level)
        functions += "f" + std::to_string(level) + "(x) = -f" + std::to_string(level - 1) + "(x)\n";
    EXPECT_EQ(message(functions + "########## OUTPUTS\no = f2999(time)\n"), "was read");
}

TEST(Sund, huge_files_are_refused) {
    EXPECT_THAT(message(std::string(std::size_t{5} << 20U, ' ')), testing::HasSubstr("more than 4 MiB"));
}

// Mutations of a sound text: reading ends in a model or an InputError, never in anything else.
TEST(Sund, damaged_texts_are_read_or_refused) {
    const std::string sound = whole_sund(
        "########## STATES\nd/dt(A) = -k*A/(1 + A^2) + f(in)\nA(0) = v\nddt_B = A ? 1 : B\nB(0)=2\n########## "
        "PARAMETERS\nk = 1.5 // [1/h] rate\n"
        "########## VARIABLES\nv = 2*k\nw = v +\n  A\n########## FUNCTIONS\nf(x) = x*x\n########## MACROS\nM = (1 + "
        "2)\n"
        "########## EVENTS\ne = gt(A, M) && time > 1, A, 0, k, k + 1\n########## INPUTS\nin = pool:dose*2 @ "
        "0\n########## OUTPUTS\no = w /* c */\n"
        "########## FEATURES\nFat (%) = 100*A/k [%]\n########## METADATA\ntime_unit = m\ntext = \"\"\"a # b\nc = "
        "d\"\"\"\n");
    const std::vector<std::string> pieces{"=",     "\n",     "#", "/*",         "*/",
                                          "//",    "\"\"\"", "(", ")",          ",",
                                          "@",     ":",      "?", "##########", "########## STATES\n",
                                          " ",     "0",      "A", "k",          "d/dt(",
                                          "(0)",   "\\#",    "[", "]",          "\xff",
                                          "\xc2",  "\0x",    ";", "^",          "-",
                                          "1e999", "time",   "\r"};
    RandomExpressions random(11, {"a"});
    int read = 0;
    for (int round = 0; round < 8'000; ++round) {
        std::string text = sound;
        for (std::size_t change = 0; change <= random.below(3); ++change) {
            const std::size_t at = random.below(text.size());
            const std::size_t removed = std::min(random.below(6), text.size() - at);
            text.replace(at, removed, random.below(4) == 0 ? "" : pieces[random.below(pieces.size())]);
        }
        try {
            read += read_sund(text, "model.txt").name.empty() ? 0 : 1;
        } catch (const InputError& error) {
            EXPECT_EQ(error.place().file, "model.txt");
        }
    }
    EXPECT_GT(read, 200);
}

}  // namespace
}  // namespace kohort::model
