#include "sbml_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace kohort::model {
namespace {

using testing::HasSubstr;

// The message for a whole text, or "read".
std::string refusal(const std::string& text) {
    try {
        const Model model = read_sbml(text, "model.xml");
    } catch (const InputError& error) {
        return error.what();
    }
    return "read";
}

std::string refusal_of_model(const std::string& content) { return refusal(sbml_text(content)); }

std::string rule(const std::string& variable, const std::string& formula) {
    return "<assignmentRule variable='" + variable + "'>" + math(formula) + "</assignmentRule>";
}

std::string two_parameters(const std::string& rules) {
    return "<listOfParameters>" + parameter("a", "0", false) + parameter("b", "0", false) +
           "</listOfParameters>\n<listOfRules>" + rules + "</listOfRules>";
}

std::string event(const std::string& id, const std::string& attributes, const std::string& inside,
                  const std::string& variable) {
    return "<event id='" + id + "' useValuesFromTriggerTime='true'><trigger " + attributes + ">" +
           math("<apply><gt/><ci>b</ci><cn>1</cn></apply>") + "</trigger>" + inside +
           "<listOfEventAssignments><eventAssignment variable='" + variable + "'>" + math("<cn>0</cn>") +
           "</eventAssignment></listOfEventAssignments></event>";
}

constexpr const char* usual = "initialValue='true' persistent='true'";

TEST(SbmlRefused, text_that_is_not_sbml) {
    EXPECT_THAT(refusal("<html><body/></html>"), HasSubstr("this is not correct SBML"));
    EXPECT_THAT(refusal("<"), HasSubstr("model.xml"));
    const std::string whole = sbml_text("<listOfParameters>" + parameter("a", "1") + "</listOfParameters>");
    EXPECT_EQ(refusal(whole), "read");
    for (std::size_t length = 40; length + 10 < whole.size(); length += 23)
        EXPECT_THAT(refusal(whole.substr(0, length)), HasSubstr("this is not correct SBML")) << length;
}

// libSBML throws at the parameter, long after the namespace.
TEST(SbmlRefused, a_namespace_that_is_not_sbml_s) {
    EXPECT_THAT(
        refusal("<?xml version='1.0' encoding='UTF-8'?>\n<sbml xmlns='http://www.sbml.org/sbml/leve;l2/version5' "
                "level='2' version='5'><model id='m'><listOfParameters><parameter id='a' value='1'/>"
                "</listOfParameters></model></sbml>"),
        HasSubstr("this is not correct SBML"));
    EXPECT_THAT(
        refusal("<?xml version='1.0' encoding='UTF-8'?>\n<sbml xmlns='http://www.sbml.org/sbml/leve;l2/version5' "
                "level='2' version='5'><model id='m'><listOfCompartments><compartment id='C' size='1' units='volume'/>"
                "</listOfCompartments></model></sbml>"),
        HasSubstr("this is not correct SBML"));
}

TEST(SbmlRefused, entities) {
    EXPECT_THAT(refusal("<?xml version='1.0'?>\n<!DOCTYPE sbml [\n<!ENTITY a 'aaaaaaaa'>\n<!ENTITY b '&a;&a;&a;'>]>\n" +
                        sbml_text("")),
                HasSubstr("model.xml:3: the file has a `<!ENTITY` declaration"));
}

// libSBML goes down with them, and over the end of its stack.
TEST(SbmlRefused, elements_that_are_very_deep_inside_each_other) {
    const auto nested = [](int levels, const std::string& open, const std::string& inside, const std::string& close) {
        std::string text;
        for (int level = 0; level < levels; ++level) text += open;
        text += inside;
        for (int level = 0; level < levels; ++level) text += close;
        return text;
    };
    const auto formula = [&](int levels) {
        return refusal_of_model(two_parameters(rule("a", nested(levels, "<apply><minus/>", "<ci>b</ci>", "</apply>"))));
    };
    EXPECT_EQ(formula(990), "read");
    EXPECT_THAT(formula(1500), HasSubstr("is nested more than 1000 deep"));
    EXPECT_THAT(formula(100000), HasSubstr("model.xml:5: elements are more than 2100 deep inside each other"));
    EXPECT_THAT(refusal("<a>" + nested(100000, "<b c='/>'>", "", "</b>") + "</a>"), HasSubstr("2100 deep"));
    const std::string looks_deep = nested(3000, "<x>", "", "");
    EXPECT_EQ(refusal_of_model("<!--" + looks_deep + "--><notes><p xmlns='http://www.w3.org/1999/xhtml'><![CDATA[" +
                               looks_deep + "]]></p></notes>"),
              "read");
    EXPECT_EQ(refusal_of_model(nested(3000, "<!-- > -->", "", "")), "read");
}

TEST(SbmlRefused, rules_that_go_in_a_circle) {
    EXPECT_THAT(refusal_of_model(two_parameters(rule("a", "<ci>b</ci>") + rule("b", "<ci>a</ci>"))),
                HasSubstr("depends on itself"));
}

TEST(SbmlRefused, a_name_that_is_not_defined) {
    const std::string message = refusal_of_model(
        two_parameters(rule("a", "<apply><plus/><ci>bb</ci><cn>1</cn></apply>")));
    EXPECT_THAT(message, HasSubstr("the assignment rule of `a` uses `bb`, which is not defined"));
    EXPECT_THAT(message, HasSubstr("model.xml:5"));
}

// S is kept as a concentration in a size that is 2 b, and the event's b is of an earlier time than the amount.
TEST(SbmlRefused, an_event_that_changes_a_ruled_size_to_what_it_was_to_be_earlier) {
    const auto text = [](const std::string& delay) {
        return "<listOfCompartments><compartment id='V' spatialDimensions='3' constant='false'/></listOfCompartments>"
               "<listOfSpecies><species id='S' compartment='V' initialConcentration='3' hasOnlySubstanceUnits='false' "
               "boundaryCondition='true' constant='false'/></listOfSpecies><listOfParameters>" +
               parameter("a", "1", false) + parameter("b", "1", false) +
               "</listOfParameters><listOfRules><rateRule variable='S'>" + math("<cn>1</cn>") + "</rateRule>" +
               rule("V", "<apply><times/><cn>2</cn><ci>b</ci></apply>") + "</listOfRules><listOfEvents>" +
               event("e", usual, delay, "b") + "</listOfEvents>";
    };
    EXPECT_EQ(refusal_of_model(text("")), "read");
    EXPECT_THAT(refusal_of_model(text("<delay>" + math("<cn>1</cn>") + "</delay>")),
                HasSubstr("event `e` changes, after a delay, the size that a rule gives the compartment of `S`"));
}

TEST(SbmlRefused, packages_that_change_the_meaning_and_are_not_known) {
    const auto with = [](const std::string& attributes) {
        return refusal(
            "<?xml version='1.0' encoding='UTF-8'?><sbml xmlns='http://www.sbml.org/sbml/level3/version2/core' "
            "level='3' version='2' " +
            attributes + "><model id='m'/></sbml>");
    };
    EXPECT_THAT(with("xmlns:odd='http://www.sbml.org/sbml/level3/version1/odd/version1' odd:required='true'"),
                HasSubstr("Package 'odd' is a required package"));
    EXPECT_EQ(with("xmlns:odd='http://www.sbml.org/sbml/level3/version1/odd/version1' odd:required='false'"), "read");
}

TEST(SbmlRefused, functions_that_grow_without_bound) {
    std::string functions = "<listOfFunctionDefinitions>";
    for (int level = 1; level <= 40; ++level) {
        const std::string inner = level == 1 ? "<ci>x</ci>"
                                             : "<apply><ci>f" + std::to_string(level - 1) + "</ci><ci>x</ci></apply>";
        functions += "<functionDefinition id='f" + std::to_string(level) + "'>" +
                     math("<lambda><bvar><ci>x</ci></bvar><apply><plus/>" + inner + inner + "</apply></lambda>") +
                     "</functionDefinition>";
    }
    EXPECT_THAT(refusal_of_model(functions + "</listOfFunctionDefinitions>" +
                                 two_parameters(rule("a", "<apply><ci>f40</ci><ci>b</ci></apply>"))),
                HasSubstr("write out more than 5 million operations"));
}

// libSBML goes down with it where it compares the units of what replaces what.
TEST(SbmlRefused, an_operator_without_arguments_in_a_submodel) {
    const auto text = [](const std::string& condition) {
        const std::string size = "<compartment id='C' spatialDimensions='3' size='1' constant='true'>";
        return "<?xml version='1.0' encoding='UTF-8'?>\n<sbml "
               "xmlns:comp='http://www.sbml.org/sbml/level3/version1/comp/version1' "
               "xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' version='2' comp:required='true'>\n"
               "<model id='m' timeUnits='second'><listOfCompartments>" +
               size +
               "<comp:listOfReplacedElements><comp:replacedElement comp:idRef='C' comp:submodelRef='A'/>"
               "</comp:listOfReplacedElements></compartment></listOfCompartments><comp:listOfSubmodels><comp:submodel "
               "comp:id='A' comp:modelRef='sub'/></comp:listOfSubmodels></model>\n<comp:listOfModelDefinitions>"
               "<comp:modelDefinition id='sub'><listOfCompartments>" +
               size + "</compartment></listOfCompartments><listOfParameters>" + parameter("b", "1", false) +
               "</listOfParameters>\n<listOfEvents><event useValuesFromTriggerTime='true'><trigger " + usual + ">" +
               math("<apply><gt/>" + condition + "<cn>1</cn></apply>") +
               "</trigger></event></listOfEvents></comp:modelDefinition></comp:listOfModelDefinitions></sbml>";
    };
    EXPECT_EQ(refusal(text("<ci>b</ci>")), "read");
    EXPECT_THAT(refusal(text("<root/>")), HasSubstr("model.xml:5:"));
    EXPECT_THAT(refusal(text("<root/>")), HasSubstr("the formula of this `trigger` has an operator with too few"));
}

// libSBML opens such files by itself.
TEST(SbmlRefused, a_file_with_a_submodel_is_looked_at_like_the_file_that_names_it) {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "kohort-test-external";
    std::filesystem::create_directories(folder);
    const std::string head =
        "<?xml version='1.0' encoding='UTF-8'?>\n<sbml "
        "xmlns:comp='http://www.sbml.org/sbml/level3/version1/comp/version1' "
        "xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' version='2' comp:required='true'>\n";
    const std::string whole =
        head +
        "<model id='m' timeUnits='second'><comp:listOfSubmodels><comp:submodel comp:id='A' comp:modelRef='sub'/>"
        "</comp:listOfSubmodels></model>\n<comp:listOfExternalModelDefinitions><comp:externalModelDefinition "
        "comp:id='sub' comp:source='sub.xml'/></comp:listOfExternalModelDefinitions></sbml>";
    const auto with = [&](const std::string& declaration, const std::string& formula) {
        std::ofstream(folder / "sub.xml")
            << head.substr(0, 39) << declaration << head.substr(39) << "<model id='s' timeUnits='second'>"
            << two_parameters(rule("a", formula)) << "</model></sbml>";
        try {
            const Model model = read_sbml(whole, (folder / "main.xml").string());
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("read");
    };
    EXPECT_EQ(with("", "<ci>b</ci>"), "read");
    EXPECT_THAT(with("", "<apply><root/></apply>"), HasSubstr("sub.xml:4:"));
    EXPECT_THAT(with("", "<apply><root/></apply>"), HasSubstr("has an operator with too few"));
    EXPECT_THAT(with("<!DOCTYPE a [<!ENTITY b 'c'>]>", "<ci>b</ci>"),
                HasSubstr("sub.xml:2: the file has a `<!ENTITY`"));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace kohort::model
