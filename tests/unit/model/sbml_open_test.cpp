// What a model in SBML leaves open: parameters without a value, which whoever uses the model must give.
#include "model/check.hpp"
#include "sbml_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace kohort::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> left_open(const Model& model) {
    std::vector<std::string> names;
    for (const Parameter& parameter : model.parameters) {
        if (is_left_open(parameter)) names.push_back(parameter.name);
    }
    return names;
}

/// The model, with these values for what it leaves open.
AtStart given(Model model, const std::vector<double>& values) {
    std::size_t next = 0;
    for (Parameter& parameter : model.parameters) {
        if (is_left_open(parameter)) parameter.value = values.at(next++);
    }
    return AtStart(std::move(model));
}

std::string in_rules(const std::string& rules) { return "<listOfRules>" + rules + "</listOfRules>"; }

std::string rate_rule(const std::string& variable, const std::string& formula) {
    return "<rateRule variable='" + variable + "'>" + infix(formula) + "</rateRule>";
}

constexpr const char* without_value = "<parameter id='x' units='litre' constant='false'/>";

TEST(SbmlOpen, the_start_of_a_state) {
    for (const std::string value : {"", "value='NaN'"}) {
        const Model model = read_sbml_model("<listOfParameters><parameter id='x' units='litre' constant='false' " +
                                            value + "/></listOfParameters>" + in_rules(rate_rule("x", "-2 * x")));
        EXPECT_THAT(left_open(model), ElementsAre("x.start"));
        EXPECT_EQ(model.parameters[0].note.unit, "L");
        EXPECT_EQ(model.parameters[0].place.line, 4);
        EXPECT_TRUE(check(model).empty());
        EXPECT_EQ(given(model, {3.0}).rate("x"), -6.0);
    }
}

// In what formulas mean by the species, whatever its state holds.
TEST(SbmlOpen, the_start_of_a_species) {
    const auto starting = [](const std::string& only_amounts) {
        return read_sbml_model(
            "<listOfCompartments><compartment id='V' size='2' spatialDimensions='3' "
            "constant='true'/></listOfCompartments>"
            "<listOfSpecies><species id='S' compartment='V' hasOnlySubstanceUnits='" +
            only_amounts +
            "' boundaryCondition='false' constant='false'/></listOfSpecies><listOfReactions><reaction id='r' "
            "reversible='false'><listOfReactants><speciesReference species='S' stoichiometry='1' "
            "constant='true'/></listOfReactants><kineticLaw>" +
            infix("S") + "</kineticLaw></reaction></listOfReactions>");
    };
    EXPECT_THAT(left_open(starting("false")), ElementsAre("S.start"));
    EXPECT_EQ(given(starting("false"), {3.0}).value("S"), 3.0);
    EXPECT_EQ(given(starting("false"), {3.0}).value("amount(S)"), 6.0);
    EXPECT_EQ(given(starting("true"), {3.0}).value("S"), 3.0);
    EXPECT_EQ(given(starting("true"), {3.0}).value("concentration(S)"), 1.5);
}

TEST(SbmlOpen, constants_and_what_starts_from_them) {
    const Model model = read_sbml_model(
        "<listOfCompartments><compartment id='V' spatialDimensions='3' units='litre' "
        "constant='true'/></listOfCompartments>"
        "<listOfSpecies><species id='B' compartment='V' hasOnlySubstanceUnits='false' boundaryCondition='true' "
        "constant='true'/></listOfSpecies><listOfParameters><parameter id='k' constant='true'/>" +
        std::string(without_value) + "</listOfParameters><listOfInitialAssignments><initialAssignment symbol='x'>" +
        infix("k * B + V") + "</initialAssignment></listOfInitialAssignments>" + in_rules(rate_rule("x", "k")));
    EXPECT_THAT(left_open(model), ElementsAre("V", "k", "B.start"));
    EXPECT_EQ(given(model, {2.0, 5.0, 7.0}).value("x"), 37.0);
    EXPECT_TRUE(std::isnan(AtStart(model).value("x")));
}

TEST(SbmlOpen, local_parameters_and_stoichiometries) {
    const Model model = read_sbml_model(
        "<listOfParameters><parameter id='k' value='3' "
        "constant='true'/></listOfParameters><listOfCompartments><compartment "
        "id='V' size='1' spatialDimensions='3' constant='true'/></listOfCompartments><listOfSpecies><species id='S' "
        "compartment='V' initialAmount='1' hasOnlySubstanceUnits='true' boundaryCondition='false' "
        "constant='false'/></listOfSpecies><listOfReactions><reaction id='r' reversible='false'>"
        "<listOfProducts><speciesReference id='n' species='S' constant='true'/></listOfProducts><kineticLaw>" +
        infix("q * k") + "<listOfLocalParameters><localParameter id='q' units='litre'/></listOfLocalParameters>" +
        "</kineticLaw></reaction></listOfReactions>");
    EXPECT_THAT(left_open(model), ElementsAre("n", "r.q"));
    EXPECT_EQ(model.parameters.back().note.unit, "L");
    EXPECT_EQ(given(model, {2.0, 5.0}).rate("S"), 30.0);
}

TEST(SbmlOpen, what_only_an_event_gives_a_value_and_something_needs_before) {
    const auto text = [](const std::string& rate) {
        return "<listOfParameters>" + std::string(without_value) + parameter("y", "1", false) + "</listOfParameters>" +
               in_rules(rate_rule("y", rate)) +
               "<listOfEvents><event useValuesFromTriggerTime='true'><trigger initialValue='true' persistent='true'>" +
               infix("y > 2") + "</trigger><listOfEventAssignments><eventAssignment variable='x'>" + infix("3") +
               "</eventAssignment></listOfEventAssignments></event></listOfEvents>";
    };
    const Model not_needed = read_sbml_model(text("1"));
    EXPECT_THAT(left_open(not_needed), ElementsAre());
    EXPECT_THAT(not_needed.remarks, ElementsAre(HasSubstr("is shown as 0 until then")));
    const Model needed = read_sbml_model(text("x"));
    EXPECT_THAT(left_open(needed), ElementsAre("x.start"));
    EXPECT_EQ(given(needed, {4.0}).rate("y"), 4.0);
}

}  // namespace
}  // namespace kohort::model
