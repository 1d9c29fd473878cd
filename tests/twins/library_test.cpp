// What every text of the twin library promises its reader.
#include "base/units.hpp"
#include "model/check.hpp"
#include "simulation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kohort::twins {
namespace {

class Library : public testing::TestWithParam<const char*> {
protected:
    const model::Model model = shipped_model(GetParam());
};

INSTANTIATE_TEST_SUITE_P(, Library,
                         testing::Values("m4-hybrid", "alcohol", "meal-dalla-man", "pk-one-compartment",
                                         "pk-two-compartment", "pk-michaelis-menten", "pk-indirect-response"),
                         [](const auto& with) {
                             std::string name = with.param;
                             for (char& letter : name) letter = letter == '-' ? '_' : letter;
                             return name;
                         });

TEST_P(Library, gives_the_reader_nothing_to_complain_about) {
    EXPECT_EQ(model::check(model), std::vector<std::string>{});
    EXPECT_EQ(model.remarks, std::vector<std::string>{});
}

TEST_P(Library, has_a_unit_and_a_meaning_on_every_state_input_and_output) {
    for (const auto& state : model.states) {
        EXPECT_TRUE(is_unit(state.note.unit)) << state.name << " [" << state.note.unit << "]";
        EXPECT_FALSE(state.note.meaning.empty()) << state.name;
    }
    for (const auto& input : model.inputs) {
        EXPECT_TRUE(is_unit(input.note.unit)) << input.name << " [" << input.note.unit << "]";
        EXPECT_FALSE(input.note.meaning.empty()) << input.name;
        EXPECT_TRUE(input.default_value.has_value()) << input.name;
    }
    for (const auto& observable : model.observables) {
        EXPECT_TRUE(is_unit(observable.note.unit)) << observable.name << " [" << observable.note.unit << "]";
    }
}

TEST_P(Library, has_a_unit_a_meaning_and_a_source_on_every_parameter) {
    for (const auto& parameter : model.parameters) {
        EXPECT_TRUE(is_unit(parameter.note.unit)) << parameter.name << " [" << parameter.note.unit << "]";
        const std::size_t semicolon = parameter.note.meaning.find(';');
        ASSERT_NE(semicolon, std::string::npos) << parameter.name << ": `meaning; source` expected";
        EXPECT_GT(semicolon, 0U) << parameter.name;
        EXPECT_GT(parameter.note.meaning.size(), semicolon + 2) << parameter.name;
    }
}

}  // namespace
}  // namespace kohort::twins
