#include "sbml_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace kohort::model {
namespace {

using testing::HasSubstr;

std::string algebraic(const std::string& formula) { return "<algebraicRule>" + infix(formula) + "</algebraicRule>"; }

std::string assignment(const std::string& variable, const std::string& formula) {
    return "<assignmentRule variable='" + variable + "'>" + infix(formula) + "</assignmentRule>";
}

std::string rate(const std::string& variable, const std::string& formula) {
    return "<rateRule variable='" + variable + "'>" + infix(formula) + "</rateRule>";
}

std::string unset(const std::string& id) { return "<parameter id='" + id + "' constant='false'/>"; }

std::string with_rules(const std::string& parameters, const std::string& rules, const std::string& more = "") {
    return "<listOfParameters>" + parameters + "</listOfParameters>\n<listOfRules>" + rules + "</listOfRules>\n" + more;
}

std::string refusal_of_model(const std::string& content) {
    try {
        const Model model = read_sbml_model(content);
    } catch (const InputError& error) {
        return error.what();
    }
    return "read";
}

TEST(SbmlAlgebra, a_rule_determines_the_one_thing_that_nothing_else_does) {
    AtStart model(
        read_sbml_model(with_rules(parameter("x", "3", false) + parameter("y", "0", false) + parameter("k", "10"),
                                   algebraic("x + 2 * y - k") + rate("x", "-y"))));
    EXPECT_EQ(model.value("y"), 3.5);
    EXPECT_EQ(model.rate("x"), -3.5);
    EXPECT_EQ(model.model().states.size(), 1U);
}

TEST(SbmlAlgebra, assignment_rules_and_initial_assignments_may_use_what_it_determines) {
    const std::string initial = "<listOfInitialAssignments><initialAssignment symbol='x'>" + infix("2 * d") +
                                "</initialAssignment></listOfInitialAssignments>";
    AtStart model(read_sbml_model("<listOfParameters>" + unset("x") + unset("y") + unset("d") + "</listOfParameters>" +
                                  initial + "<listOfRules>" + assignment("d", "3 * y") + algebraic("d - 6") +
                                  rate("x", "y + rateOf(d)") + "</listOfRules>"));
    EXPECT_EQ(model.value("y"), 2.0);
    EXPECT_EQ(model.value("x"), 12.0);
    EXPECT_EQ(model.rate("x"), 2.0);
}

TEST(SbmlAlgebra, a_compartment_that_it_determines_divides_amounts) {
    const std::string compartment =
        "<listOfCompartments><compartment id='V' spatialDimensions='3' constant='false'/>"
        "</listOfCompartments><listOfSpecies><species id='S' compartment='V' initialAmount='5' "
        "hasOnlySubstanceUnits='false' boundaryCondition='false' constant='false'/></listOfSpecies>";
    AtStart model(read_sbml_model(compartment + "<listOfRules>" + algebraic("V - 2.5") + "</listOfRules>"));
    EXPECT_EQ(model.value("V"), 2.5);
    EXPECT_EQ(model.value("concentration(S)"), 2.0);
}

TEST(SbmlAlgebra, a_species_that_it_determines_is_a_concentration) {
    const std::string species =
        "<listOfCompartments><compartment id='V' size='2' spatialDimensions='3' constant='true'/>"
        "</listOfCompartments><listOfSpecies><species id='S' compartment='V' initialAmount='5' "
        "hasOnlySubstanceUnits='false' boundaryCondition='false' constant='false'/></listOfSpecies>";
    AtStart model(read_sbml_model(species + "<listOfRules>" + algebraic("S - 3") + "</listOfRules>"));
    EXPECT_EQ(model.value("S"), 3.0);
    EXPECT_EQ(model.value("amount(S)"), 6.0);
}

TEST(SbmlAlgebra, what_an_event_sets_is_not_what_the_rule_determines) {
    const std::string event =
        "<listOfEvents><event id='e' useValuesFromTriggerTime='true'>"
        "<trigger initialValue='true' persistent='true'>" +
        infix("time > 1") + "</trigger><listOfEventAssignments><eventAssignment variable='x'>" + infix("7") +
        "</eventAssignment></listOfEventAssignments></event></listOfEvents>";
    const std::string parameters = parameter("x", "1", false) + parameter("y", "4", false);
    AtStart model(read_sbml_model(with_rules(parameters, algebraic("x + y - 5"), event)));
    ASSERT_EQ(model.model().states.size(), 1U);
    EXPECT_EQ(model.model().states[0].name, "x");
    EXPECT_EQ(model.value("y"), 4.0);
    EXPECT_THAT(refusal_of_model(with_rules(parameter("x", "1", false), algebraic("x - 5"), event)),
                HasSubstr("parameter `x` is determined by an algebraic rule, and an event assigns to it"));
}

TEST(SbmlAlgebra, refusals_name_the_rule_and_its_line) {
    EXPECT_THAT(refusal_of_model(with_rules(parameter("x", "1", false) + parameter("y", "1", false),
                                            "<algebraicRule id='sum'>" + infix("x + y - 1") + "</algebraicRule>")),
                testing::AllOf(HasSubstr("model.xml:5"), HasSubstr("the algebraic rule `sum` leaves open which"),
                               HasSubstr("parameter `x`, parameter `y`")));
    EXPECT_THAT(refusal_of_model(with_rules(parameter("x", "1", false), algebraic("x - 1") + rate("x", "1"))),
                HasSubstr("is one equation too many"));
    EXPECT_THAT(refusal_of_model(with_rules(parameter("x", "1"), algebraic("x - 1"))),
                HasSubstr("everything in it is determined already"));
}

TEST(SbmlAlgebra, a_rule_without_a_formula_says_nothing) {
    AtStart model(
        read_sbml_model(with_rules(parameter("x", "3", false) + parameter("y", "4", false),
                                   "<algebraicRule/><rateRule variable='x'/><assignmentRule variable='y'/>")));
    EXPECT_EQ(model.value("x"), 3.0);
    EXPECT_EQ(model.value("y"), 4.0);
}

}  // namespace
}  // namespace kohort::model
