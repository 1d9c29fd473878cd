// States that equations hold in place, against exact solutions: algebraic rules without a closed form, and fast reactions.
#include "event_model.hpp"

#include "model/read_model.hpp"
#include "model/sbml.hpp"
#include "model/sund.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace kohort::events {
namespace {

void expect_ok(const Outcome& outcome) {
    for (const TwinStatus status : outcome.status) EXPECT_EQ(status, TwinStatus::ok);
}

/// z^2 = x and x' = -2 z: z = z(0) - t.
ModelText square_root() { return {.start = {{"x", 4}, {"z", 1.7}}, .rate = {{"x", "-2 * z"}}, .zero = {"z * z - x"}}; }

TEST(Implicit, an_equation_without_a_closed_form_is_kept_at_every_time) {
    const Outcome got = outcome(square_root(), {.times = {0, 0.5, 1, 1.75}, .shifts = {0, 1, 2, 3, 4}});
    expect_ok(got);
    for (const auto& z : got.of.at("z")) {
        EXPECT_NEAR(z[0], 2.0, 1e-12);
        EXPECT_NEAR(z[1], 1.5, 1e-9);
        EXPECT_NEAR(z[2], 1.0, 1e-9);
        EXPECT_NEAR(z[3], 0.25, 1e-8);
    }
}

TEST(Implicit, it_holds_again_after_an_event) {
    ModelText text = square_root();
    text.events = {{.trigger = "time >= 0.5 + shift", .assign = {{"x", "z + 7.5 - shift"}}}};
    const std::vector<double> shifts{0.0, 0.1, 0.25};
    const Outcome got = outcome(text, {.times = {0.4, 1}, .shifts = shifts});
    expect_ok(got);
    for (std::size_t twin = 0; twin < shifts.size(); ++twin) {
        const double at_event = 0.5 + shifts[twin];
        const double after = std::sqrt((2.0 - at_event) + 7.5 - shifts[twin]);
        EXPECT_NEAR(got.of.at("z")[twin][0], 1.6, 1e-9);
        EXPECT_NEAR(got.of.at("z")[twin][1], after - (1.0 - at_event), 1e-9);
    }
}

TEST(Implicit, a_condition_may_ask_for_what_an_equation_gives) {
    ModelText text = square_root();
    text.start["seen"] = 0;
    text.events = {{.trigger = "z < 1.25", .assign = {{"seen", "time"}}}};
    const Outcome got = outcome(text, {.times = {1}});
    EXPECT_NEAR(got.of.at("seen")[0][0], 0.75, 1e-9);
}

/// Solved by x = 1 + t, y = 1 - t, z = 1.
TEST(Implicit, equations_that_need_one_another_are_solved_together) {
    const Outcome got = outcome({.start = {{"x", 1.3}, {"y", 0.8}, {"z", 1.1}},
                                 .zero = {"x * y + z * z - (2 - time^2)", "x + y + z - 3", "x - y - 2 * time * z"}},
                                {.times = {0, 0.25, 0.5}});
    expect_ok(got);
    const std::vector<double> times{0, 0.25, 0.5};
    for (std::size_t time = 0; time < times.size(); ++time) {
        EXPECT_NEAR(got.of.at("x")[0][time], 1 + times[time], 1e-9);
        EXPECT_NEAR(got.of.at("y")[0][time], 1 - times[time], 1e-9);
        EXPECT_NEAR(got.of.at("z")[0][time], 1.0, 1e-9);
    }
}

TEST(Implicit, no_solution_ends_the_twin_with_a_status) {
    const Outcome got = outcome({.start = {{"z", 1}}, .zero = {"z * z + 1"}}, {.times = {1}});
    EXPECT_EQ(got.status[0], TwinStatus::no_consistent_state);
}

TEST(Implicit, compiled_as_walked) {
    const model::Model model = read(square_root());
    const Setting setting{.times = {0, 0.5, 1, 1.75}, .shifts = {0, 1, 2, 3, 4}};
    EXPECT_TRUE(compile_and_run(model, setting) == walk(model, setting, 1));
}

TEST(Implicit, an_equation_in_sund_text) {
    const std::string text =
        "########## NAME\nroot\n########## METADATA\ntime_unit = s\n########## MACROS\n########## STATES\n"
        "d/dt(x) = -2 * z\n0 = z * z - x\n0 = w - 3 * z\nx(0) = 4\nz(0) = 1\nw(0) = 0\n########## PARAMETERS\n"
        "########## VARIABLES\n########## FUNCTIONS\n########## EVENTS\n########## OUTPUTS\nroot = z\n"
        "########## INPUTS\n########## FEATURES\n";
    const Outcome got = walk(model::read_sund(text, "root.txt"), {.times = {0, 1}}, 1);
    expect_ok(got);
    EXPECT_NEAR(got.of.at("root")[0][1], 1.0, 1e-9);
    EXPECT_NEAR(got.of.at("w")[0][1], 3.0, 1e-9);
}

// --- fast reactions ---

std::string law(const std::string& id, const std::string& species) {
    return "<apply><times/><ci>" + id + "</ci><ci>" + species + "</ci></apply>";
}

std::string reaction(const std::string& id, const std::string& from, const std::string& to, bool fast,
                     const std::string& law) {
    const auto reference = [](const std::string& species) {
        return "<speciesReference species='" + species + "' stoichiometry='1' constant='true'/>";
    };
    return "<reaction id='" + id + "' reversible='true' fast='" + (fast ? "true" : "false") + "'><listOfReactants>" +
           reference(from) + "</listOfReactants><listOfProducts>" + reference(to) + "</listOfProducts><kineticLaw>" +
           "<math xmlns='http://www.w3.org/1998/Math/MathML'>" + law + "</math></kineticLaw></reaction>";
}

/// Species A, B, C, D from 1, 2, 0, 4; constants a = 3, b = 2, c = 0.5, n = -1, o = 0.
model::Model with_reactions(const std::string& reactions) {
    std::string text =
        "<?xml version='1.0' encoding='UTF-8'?><sbml xmlns='http://www.sbml.org/sbml/level3/version1/core' level='3' "
        "version='1'><model id='m' timeUnits='second'><listOfCompartments><compartment id='V' size='1' "
        "spatialDimensions='3' constant='true'/></listOfCompartments><listOfSpecies>";
    for (const auto& [id, amount] : {std::pair("A", "1"), {"B", "2"}, {"C", "0"}, {"D", "4"}})
        text += std::string("<species id='") + id + "' compartment='V' initialAmount='" + amount +
                "' hasOnlySubstanceUnits='true' boundaryCondition='false' constant='false'/>";
    text += "</listOfSpecies><listOfParameters>";
    for (const auto& [id, value] : {std::pair("a", "3"), {"b", "2"}, {"c", "0.5"}, {"n", "-1"}, {"o", "0"}})
        text += std::string("<parameter id='") + id + "' value='" + value + "' constant='true'/>";
    return model::read_sbml(
        text + "</listOfParameters><listOfReactions>" + reactions + "</listOfReactions></model></sbml>", "fast.xml");
}

Outcome at_all_widths(const model::Model& model, const Setting& setting) {
    const Outcome one = walk(model, setting, 1);
    EXPECT_TRUE(walk(model, setting, 4) == one);
    EXPECT_TRUE(walk(model, setting, 8) == one);
    expect_ok(one);
    return one;
}

/// a A = b B at every time, and B goes on to C with c: T = A + B falls with c a / (a + b).
TEST(Fast, an_equilibrium_moves_with_what_leaves_it) {
    const model::Model model = with_reactions(
        reaction("f", "A", "B", true, "<apply><minus/>" + law("a", "A") + law("b", "B") + "</apply>") +
        reaction("s", "B", "C", false, law("c", "B")));
    const Setting setting{.times = {0, 1, 4}};
    const Outcome got = at_all_widths(model, setting);
    for (std::size_t time = 0; time < 3; ++time) {
        const double total = 3.0 * std::exp(-0.5 * 0.6 * setting.times[time]);
        EXPECT_NEAR(got.of.at("A")[0][time], 0.4 * total, 1e-9);
        EXPECT_NEAR(got.of.at("B")[0][time], 0.6 * total, 1e-9);
        EXPECT_NEAR(got.of.at("C")[0][time], 3.0 - total, 1e-9);
    }
    EXPECT_TRUE(compile_and_run(model, setting) == walk(model, setting, 1));
}

TEST(Fast, a_reaction_that_cannot_go_back_is_over_at_once) {
    const Outcome got = at_all_widths(with_reactions(reaction("f", "A", "B", true, law("a", "A"))), {.times = {0, 1}});
    EXPECT_NEAR(got.of.at("A")[0][0], 0.0, 1e-12);
    EXPECT_NEAR(got.of.at("B")[0][0], 3.0, 1e-12);
    EXPECT_NEAR(got.of.at("B")[0][1], 3.0, 1e-12);
}

/// n A B is at rest where A or B is used up; from A = 1, B = 2 a negative rate uses up B.
TEST(Fast, of_two_equilibria_it_reaches_the_one_that_it_goes_to) {
    const model::Model model = with_reactions(
        reaction("f", "A", "B", true, "<apply><times/><ci>n</ci><ci>A</ci><ci>B</ci></apply>"));
    const Outcome got = at_all_widths(model, {.times = {0, 1}});
    for (std::size_t time = 0; time < 2; ++time) {
        EXPECT_NEAR(got.of.at("A")[0][time], 3.0, 1e-9);
        EXPECT_NEAR(got.of.at("B")[0][time], 0.0, 1e-9);
    }
}

TEST(Fast, a_rate_of_zero_leaves_the_slow_ones_in_charge) {
    const Outcome got = at_all_widths(
        with_reactions(reaction("f", "A", "B", true, law("o", "A")) + reaction("s", "B", "A", false, law("c", "B"))),
        {.times = {0, 2}});
    EXPECT_NEAR(got.of.at("A")[0][0], 1.0, 1e-11);  // it looks about for 1.11e-12 time units until it knows
    EXPECT_NEAR(got.of.at("B")[0][1], 2.0 * std::exp(-1.0), 1e-9);
    EXPECT_NEAR(got.of.at("A")[0][1], 3.0 - 2.0 * std::exp(-1.0), 1e-9);
}

/// A = B = D, one after the other: each gets a third of what there is; a third, redundant reaction changes nothing.
TEST(Fast, several_share_their_species) {
    const auto balanced = [](const std::string& from, const std::string& to) {
        return reaction(from + to, from, to, true, "<apply><minus/><ci>" + from + "</ci><ci>" + to + "</ci></apply>");
    };
    for (const bool redundant : {false, true}) {
        const Outcome got = at_all_widths(
            with_reactions(balanced("A", "B") + balanced("B", "D") + (redundant ? balanced("A", "D") : "") +
                           reaction("s", "D", "C", false, law("c", "D"))),
            {.times = {0, 3}});
        EXPECT_NEAR(got.of.at("A")[0][0], 7.0 / 3.0, 1e-11);
        EXPECT_NEAR(got.of.at("D")[0][1], 7.0 / 3.0 * std::exp(-0.5), 1e-9);
        EXPECT_NEAR(got.of.at("C")[0][1], 7.0 * (1.0 - std::exp(-0.5)), 1e-9);
    }
}

}  // namespace
}  // namespace kohort::events
