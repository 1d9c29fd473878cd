// The meal model of Dalla Man 2007 against an independent run of the same equations (scipy, LSODA, 1e-10).
#include "simulation.hpp"

#include <gtest/gtest.h>

namespace kohort::twins {
namespace {

using Op = kernels::Feature::Op;

Simulation meal_model() {
    return Simulation(shipped_model("meal-dalla-man"),
                      {.observables = {}, .integrals = {"glucose_appearance"}, .infusion_targets = {}});
}

TEST(Meal, of_78_g_peaks_where_an_independent_run_of_the_equations_does) {
    Simulation twin = meal_model();
    twin.input(0, "meal_glucose", 78);
    twin.input(15, "meal_glucose", 0);
    const std::size_t glucose = twin.feature(Op::maximum, "glucose", 0, 420);
    const std::size_t glucose_time = twin.feature(Op::time_of_maximum, "glucose", 0, 420);
    const std::size_t insulin = twin.feature(Op::maximum, "insulin", 0, 420);
    const std::size_t insulin_time = twin.feature(Op::time_of_maximum, "insulin", 0, 420);
    const auto result = twin.run(0, {420, 2000});
    EXPECT_NEAR(result.features[glucose], 158.437, 0.001);  // the digits of that run
    EXPECT_NEAR(result.features[glucose_time], 64.0, 0.05);
    EXPECT_NEAR(result.features[insulin], 254.238, 0.001);
    EXPECT_NEAR(result.features[insulin_time], 96.1, 0.05);
    EXPECT_NEAR(result.of.at("integral(glucose_appearance)")[1], 0.9 * 78000 / 78, 1e-5);  // [mg/kg] all of the meal, less the lost tenth
}

TEST(Meal, is_eaten_once_however_long_its_input_lasts) {
    const auto end = [](double lasting) {
        Simulation twin = meal_model();
        twin.input(10, "meal_glucose", 50);
        twin.input(10 + lasting, "meal_glucose", 0);
        return twin.run(0, {90}).of.at("glucose")[0];
    };
    EXPECT_NEAR(end(1), end(60), 1e-7);
    EXPECT_GT(end(1), 110);
}

TEST(Meal, leaves_a_person_at_rest_who_eats_nothing) {
    Simulation twin = meal_model();
    twin.options.rtol = 1e-8;
    twin.options.atol = 1e-10;
    twin.start_from(twin.run_to_rest(50000, 1440).states);
    const auto result = twin.run(0, {0, 1440});
    EXPECT_NEAR(result.of.at("glucose")[0], 92.473, 0.001);  // the same independent run, after 20,000 min
    EXPECT_NEAR(result.of.at("glucose")[1], result.of.at("glucose")[0], 1e-4);
    EXPECT_NEAR(result.of.at("insulin")[0], 25.064, 0.001);
}

}  // namespace
}  // namespace kohort::twins
