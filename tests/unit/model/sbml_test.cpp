#include "sbml_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

namespace kohort::model {
namespace {

// A compartment of 2 litres, A -> 3 B with the rate k A in extent per time.
std::string conversion(const std::string& species_attributes, const std::string& extra = "") {
    return "<listOfCompartments><compartment id='V' size='2' spatialDimensions='3' "
           "constant='true'/></listOfCompartments>"
           "<listOfSpecies>"
           "<species id='A' compartment='V' boundaryCondition='false' constant='false' " +
           species_attributes +
           "/>"
           "<species id='B' compartment='V' initialAmount='0' hasOnlySubstanceUnits='true' boundaryCondition='false' "
           "constant='false'/>"
           "</listOfSpecies><listOfParameters>" +
           parameter("k", "0.5") + parameter("f", "10") + "</listOfParameters>" + extra +
           "<listOfReactions><reaction id='r' reversible='false'>"
           "<listOfReactants><speciesReference species='A' stoichiometry='1' constant='true'/></listOfReactants>"
           "<listOfProducts><speciesReference species='B' stoichiometry='3' constant='true'/></listOfProducts>"
           "<kineticLaw>" +
           math("<apply><times/><ci>k</ci><ci>A</ci></apply>") + "</kineticLaw></reaction></listOfReactions>";
}

TEST(Sbml, a_species_is_a_concentration_in_formulas_and_an_amount_in_reactions) {
    AtStart model(read_sbml_model(conversion("initialConcentration='4' hasOnlySubstanceUnits='false'")));
    EXPECT_EQ(model.value("A"), 4.0);
    EXPECT_EQ(model.value("concentration(A)"), 4.0);
    EXPECT_EQ(model.value("amount(A)"), 8.0);
    EXPECT_EQ(model.value("r"), 2.0);
    EXPECT_EQ(model.rate("amount(A)"), -2.0);
    EXPECT_EQ(model.rate("B"), 6.0);
}

TEST(Sbml, a_species_with_only_substance_units_is_an_amount) {
    AtStart model(read_sbml_model(conversion("initialConcentration='4' hasOnlySubstanceUnits='true'")));
    EXPECT_EQ(model.value("A"), 8.0);
    EXPECT_EQ(model.value("concentration(A)"), 4.0);
    EXPECT_EQ(model.rate("A"), -4.0);
}

TEST(Sbml, a_conversion_factor_multiplies_what_reactions_do_to_its_species) {
    AtStart model(read_sbml_model(conversion("initialAmount='8' hasOnlySubstanceUnits='true' conversionFactor='f'")));
    EXPECT_EQ(model.rate("A"), -40.0);
    EXPECT_EQ(model.rate("B"), 12.0);
}

TEST(Sbml, an_initial_assignment_may_use_what_comes_after_it) {
    const std::string assignments = "<listOfInitialAssignments><initialAssignment symbol='A'>" +
                                    math("<apply><times/><ci>k</ci><ci>f</ci></apply>") +
                                    "</initialAssignment><initialAssignment symbol='k'>" +
                                    math("<apply><plus/><ci>f</ci><cn>1</cn></apply>") +
                                    "</initialAssignment></listOfInitialAssignments>";
    AtStart model(read_sbml_model(conversion("hasOnlySubstanceUnits='false'", assignments)));
    EXPECT_EQ(model.value("k"), 11.0);
    EXPECT_EQ(model.value("A"), 110.0);
    EXPECT_EQ(model.value("amount(A)"), 220.0);
}

TEST(Sbml, rules_may_come_in_any_order) {
    AtStart model(read_sbml_model("<listOfParameters>" + parameter("a", "0", false) + parameter("b", "0", false) +
                                  parameter("c", "3", false) +
                                  "</listOfParameters><listOfRules>"
                                  "<assignmentRule variable='a'>" +
                                  math("<apply><times/><ci>b</ci><cn>2</cn></apply>") +
                                  "</assignmentRule>"
                                  "<assignmentRule variable='b'>" +
                                  math("<apply><plus/><ci>c</ci><cn>1</cn></apply>") +
                                  "</assignmentRule>"
                                  "<rateRule variable='c'>" +
                                  math("<apply><minus/><ci>a</ci></apply>") + "</rateRule></listOfRules>"));
    EXPECT_EQ(model.value("a"), 8.0);
    EXPECT_EQ(model.rate("c"), -8.0);
}

TEST(Sbml, rate_of_is_the_total_derivative) {
    // c' = 5, q = c^2 + t: rateOf(q) = 2 c 5 + 1
    AtStart model(read_sbml_model(
        "<listOfParameters>" + parameter("c", "3", false) + parameter("q", "0", false) + parameter("s", "0", false) +
        "</listOfParameters><listOfRules>"
        "<rateRule variable='c'>" +
        math("<cn>5</cn>") + "</rateRule><assignmentRule variable='q'>" +
        math("<apply><plus/><apply><times/><ci>c</ci><ci>c</ci></apply>"
             "<csymbol encoding='text' definitionURL='http://www.sbml.org/sbml/symbols/time'>t</csymbol></apply>") +
        "</assignmentRule><assignmentRule variable='s'>" + math("<apply><csymbol encoding='text' definitionURL='http://www.sbml.org/sbml/symbols/rateOf'>rateOf</csymbol><ci>q</ci></apply>") +
        "</assignmentRule></listOfRules>"));
    EXPECT_EQ(model.value("s"), 31.0);
}

// What MathML means, against the same thing in C.
TEST(Sbml, mathematics_is_that_of_mathml) {
    const double value = 0.4;
    const std::pair<const char*, double> formulas[] = {
        {"<apply><root/><degree><cn>3</cn></degree><ci>x</ci></apply>", std::cbrt(value)},
        {"<apply><root/><ci>x</ci></apply>", std::sqrt(value)},
        {"<apply><log/><logbase><cn>3</cn></logbase><ci>x</ci></apply>", std::log(value) / std::log(3.0)},
        {"<apply><log/><ci>x</ci></apply>", std::log10(value)},
        {"<apply><arccot/><ci>x</ci></apply>", std::atan(1.0 / value)},
        {"<apply><sech/><ci>x</ci></apply>", 1.0 / std::cosh(value)},
        {"<apply><factorial/><cn>5</cn></apply>", 120.0},
        {"<apply><minus/><apply><power/><ci>x</ci><cn>2</cn></apply></apply>", -value * value},
        {"<apply><plus/></apply>", 0.0},
        {"<apply><times/></apply>", 1.0},
        {"<apply><xor/><true/><true/><true/></apply>", 1.0},
        {"<apply><lt/><cn>0</cn><ci>x</ci><cn>1</cn><cn>0.5</cn></apply>", 0.0},
        {"<apply><implies/><true/><false/></apply>", 0.0},
        {"<apply><quotient/><cn>-7</cn><cn>2</cn></apply>", -3.0},
        {"<apply><rem/><cn>-7</cn><cn>2</cn></apply>", -1.0},
        {"<apply><max/><ci>x</ci><cn>-1</cn><cn>0.3</cn></apply>", value},
        {"<piecewise><piece><cn>1</cn><apply><gt/><ci>x</ci><cn>1</cn></apply></piece><otherwise><pi/></otherwise></"
         "piecewise>",
         std::numbers::pi},
    };
    for (const auto& [formula, expected] : formulas) {
        AtStart model(read_sbml_model("<listOfParameters>" + parameter("x", "0.4") + parameter("y", "0", false) +
                                      "</listOfParameters><listOfRules><assignmentRule variable='y'>" + math(formula) +
                                      "</assignmentRule></listOfRules>"));
        EXPECT_NEAR(model.value("y"), expected, 4e-16 * std::abs(expected)) << formula;  // the functions are good to about an ulp
    }
}

TEST(Sbml, functions_are_written_out_and_local_parameters_hide_others) {
    AtStart model(read_sbml_model(
        "<listOfFunctionDefinitions><functionDefinition id='mm'>" +
        math("<lambda><bvar><ci>s</ci></bvar><bvar><ci>k</ci></bvar><apply><divide/><ci>s</ci>"
             "<apply><plus/><ci>k</ci><ci>s</ci></apply></apply></lambda>") +
        "</functionDefinition></listOfFunctionDefinitions>"
        "<listOfCompartments><compartment id='V' size='1' spatialDimensions='3' constant='true'/></listOfCompartments>"
        "<listOfSpecies><species id='A' compartment='V' initialAmount='3' hasOnlySubstanceUnits='true' "
        "boundaryCondition='false' constant='false'/></listOfSpecies>"
        "<listOfParameters>" +
        parameter("k", "100") +
        "</listOfParameters>"
        "<listOfReactions><reaction id='r' reversible='false'><listOfReactants>"
        "<speciesReference species='A' stoichiometry='1' constant='true'/></listOfReactants><kineticLaw>" +
        math("<apply><ci>mm</ci><ci>A</ci><ci>k</ci></apply>") +
        "<listOfLocalParameters><localParameter id='k' "
        "value='1'/></listOfLocalParameters></kineticLaw></reaction></listOfReactions>"));
    EXPECT_EQ(model.rate("A"), -0.75);
    EXPECT_EQ(model.value("r.k"), 1.0);
    EXPECT_EQ(model.value("k"), 100.0);
}

TEST(Sbml, an_event_assigns_a_concentration_in_the_compartment_as_it_was) {
    const Model read = read_sbml_model(
        conversion("initialConcentration='4' hasOnlySubstanceUnits='false'", "") +
        "<listOfEvents><event id='dose' useValuesFromTriggerTime='true'><trigger initialValue='true' "
        "persistent='true'>" +
        math("<apply><geq/><csymbol encoding='text' "
             "definitionURL='http://www.sbml.org/sbml/symbols/time'>t</csymbol><cn>1</cn></apply>") +
        "</trigger><listOfEventAssignments><eventAssignment variable='A'>" + math("<cn>7</cn>") +
        "</eventAssignment></listOfEventAssignments></event></listOfEvents>");
    const AtStart model(read);
    ASSERT_EQ(read.events.size(), 1U);
    EXPECT_EQ(model.node(read.events[0].condition, 0.5), 0.0);
    EXPECT_EQ(model.node(read.events[0].condition, 1.0), 1.0);
    ASSERT_EQ(read.events[0].assignments.size(), 1U);
    EXPECT_EQ(read.states[read.events[0].assignments[0].index].name, "amount(A)");
    const Assignment& assigned = read.events[0].assignments[0];
    EXPECT_EQ(assigned.form, Assignment::Form::value_times_factor);
    EXPECT_EQ(model.node(assigned.value, 1.0), 7.0);
    EXPECT_EQ(model.node(assigned.factor, 1.0), 2.0);
}

TEST(Sbml, an_event_without_formulas_does_nothing_and_is_remarked_upon) {
    const std::string trigger = "<trigger initialValue='true' persistent='true'>" +
                                math("<apply><gt/><ci>x</ci><cn>1</cn></apply>") + "</trigger>";
    const std::string assignment = "<listOfEventAssignments><eventAssignment variable='x'/></listOfEventAssignments>";
    const Model read = read_sbml_model("<listOfParameters>" + parameter("x", "0", false) +
                                       "</listOfParameters><listOfEvents>"
                                       "<event id='never' useValuesFromTriggerTime='true'>" +
                                       assignment + "</event><event id='idle' useValuesFromTriggerTime='true'>" +
                                       trigger + assignment + "</event></listOfEvents>");
    ASSERT_EQ(read.events.size(), 1U);
    EXPECT_EQ(read.events[0].name, "idle");
    EXPECT_TRUE(read.events[0].assignments.empty());
    EXPECT_THAT(read.remarks, testing::Contains(testing::HasSubstr("event `never` has no trigger's formula")));
    EXPECT_THAT(read.remarks, testing::Contains(testing::HasSubstr("event `idle` has no formula for `x`")));
}

TEST(Sbml, the_unit_of_time_is_the_model_s) {
    const std::string hour =
        "<listOfUnitDefinitions><unitDefinition id='hour'><listOfUnits>"
        "<unit kind='second' exponent='1' scale='0' "
        "multiplier='3600'/></listOfUnits></unitDefinition></listOfUnitDefinitions>";
    const Model model = read_sbml_model(hour + "<listOfParameters>" + parameter("x", "1") + "</listOfParameters>",
                                        "timeUnits='hour'");
    EXPECT_EQ(model.time_unit, "h");
    EXPECT_EQ(model.seconds_per_time_unit, 3600.0);
}

TEST(Sbml, units_are_spelled_as_people_write_them) {
    const auto definition = [](const std::string& id, const std::string& units) {
        return "<unitDefinition id='" + id + "'><listOfUnits>" + units + "</listOfUnits></unitDefinition>";
    };
    const auto unit = [](const std::string& kind, int exponent, int scale, const std::string& multiplier) {
        return "<unit kind='" + kind + "' exponent='" + std::to_string(exponent) + "' scale='" + std::to_string(scale) +
               "' multiplier='" + multiplier + "'/>";
    };
    const auto with_unit = [](const std::string& id, const std::string& units) {
        return "<parameter id='" + id + "' value='1' units='" + units + "' constant='true'/>";
    };
    const Model model = read_sbml_model(
        "<listOfUnitDefinitions>" + definition("mmole", unit("mole", 1, -3, "1")) +
            definition("minute", unit("second", 1, 0, "60")) +
            definition("rate", unit("second", -1, 0, "60") + unit("litre", 1, 0, "1")) +
            definition("odd", unit("metre", 1, 0, "0.37")) +
            "</listOfUnitDefinitions><listOfCompartments><compartment id='c' " +
            "size='1' units='litre' spatialDimensions='3' constant='true'/></listOfCompartments><listOfSpecies>"
            "<species id='S' compartment='c' initialAmount='1' hasOnlySubstanceUnits='false' boundaryCondition='false' "
            "constant='false'/></listOfSpecies><listOfParameters>" +
            with_unit("k", "rate") + with_unit("l", "odd") + with_unit("n", "dimensionless") + "</listOfParameters>",
        "timeUnits='minute' substanceUnits='mmole'");
    const auto unit_of = [&](const std::string& name) { return note_of(model, find_symbol(model, name)).unit; };
    EXPECT_EQ(unit_of("k"), "L/min");
    EXPECT_EQ(unit_of("l"), "") << "what cannot be spelled is left out";
    EXPECT_EQ(unit_of("n"), "1");
    EXPECT_EQ(unit_of("c"), "L");
    EXPECT_EQ(unit_of("S"), "mmol/L");
    EXPECT_EQ(unit_of("amount(S)"), "mmol");
    EXPECT_EQ(model.time_unit, "min");
}

}  // namespace
}  // namespace kohort::model
