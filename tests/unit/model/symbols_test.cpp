#include "model/symbols.hpp"

#include "sund_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace kohort::model {
namespace {

// The parameter, input and feature Dexa are three things; the feature TNF is the state TNF.
Model three_of_a_name() {
    return read_part(R"(
########## STATES
d/dt(TNF) = Dexa_in - Dexa*TNF // [ng/L]
TNF(0) = 1
########## PARAMETERS
Dexa = 0
k_abs = 2 // [1/h]
########## INPUTS
Dexa_in = Dexa @ 0
########## VARIABLES
speed = k_abs*2
########## OUTPUTS
TNF_out = TNF
########## FEATURES
TNF = TNF
Dexa = Dexa*2
)");
}

std::string message(const Model& model, const std::string& name) {
    try {
        (void)find_symbol(model, name, {"study.yaml", 3, 7});
    } catch (const InputError& error) {
        return error.what();
    }
    return "was found";
}

TEST(Symbols, a_name_that_means_one_thing_is_found) {
    Model model = three_of_a_name();
    EXPECT_EQ(find_symbol(model, "speed").kind, Symbol::Kind::variable);
    EXPECT_EQ(find_symbol(model, "TNF_out").kind, Symbol::Kind::output);
    EXPECT_EQ(find_symbol(model, "k_abs").kind, Symbol::Kind::parameter);
    EXPECT_EQ(note_of(model, find_symbol(model, "k_abs")).unit, "1/h");
    EXPECT_EQ(model.graph[node_of(model, find_symbol(model, "k_abs"))].op, Op::parameter);
}

TEST(Symbols, names_of_one_value_are_not_in_each_others_way) {
    EXPECT_EQ(find_symbol(three_of_a_name(), "TNF").kind, Symbol::Kind::state);
}

TEST(Symbols, a_name_of_several_things_needs_their_kind) {
    const Model model = three_of_a_name();
    EXPECT_EQ(message(model, "Dexa"),
              "study.yaml:3:7: `Dexa` means several things in model test\n  remedy: write one of `parameter:Dexa`, "
              "`input:Dexa`, `feature:Dexa`");
    EXPECT_EQ(find_symbol(model, "input:Dexa").kind, Symbol::Kind::input);
    EXPECT_EQ(find_symbol(model, "feature:Dexa").kind, Symbol::Kind::feature);
    EXPECT_EQ(find_parameter(model, "Dexa"), 0U);
    EXPECT_EQ(find_parameter(model, "parameter:Dexa"), 0U);
    EXPECT_EQ(find_input(model, "Dexa"), 0U);
}

TEST(Symbols, an_unknown_name_is_refused_with_the_nearest) {
    const Model model = three_of_a_name();
    EXPECT_EQ(message(model, "k_abz"), "study.yaml:3:7: model test has no `k_abz`\n  remedy: did you mean 'k_abs'?");
    EXPECT_FALSE(try_find_symbol(model, "k_abz").has_value());
    EXPECT_THROW((void)find_state(model, "k_abs"), InputError);
    EXPECT_THROW((void)find_input(model, "state:TNF"), InputError);
}

}  // namespace
}  // namespace kohort::model
