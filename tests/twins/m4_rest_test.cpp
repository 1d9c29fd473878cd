// `prepare: steady_state` of the M4 hybrid twin: every twin of the trial's population comes to a rest of its own, physiological
// and the same from other starts, and stays there.
#include "simulation.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace kohort::twins {
namespace {

struct Person {
    double sex, age, height, BMI, SBP, DBP;
};

std::vector<Person> population() {
    std::vector<Person> persons;
    for (const double sex : {0.0, 1.0}) {
        for (const double age : {18.0, 45.0, 70.0}) {
            for (const double BMI : {30.0, 35.0, 40.0})
                persons.push_back({sex, age, sex > 0.5 ? 1.77 : 1.63, BMI, 115 + 0.4 * age, 72 + 0.15 * age});
        }
    }
    return persons;
}

class Rest : public testing::Test {
protected:
    Simulation twin_{shipped_model("m4-hybrid")};
    Rest() { twin_.options = {.method = kernels::Method::rodas4, .rtol = 1e-7, .atol = 1e-9}; }

    static void become(Simulation& twin, const Person& person) {
        twin.set("sex", person.sex);
        twin.set("age", person.age);
        twin.set("height", person.height);
        twin.set("weight_start", person.BMI * person.height * person.height);
        twin.set("SBP_start", person.SBP);
        twin.set("DBP_start", person.DBP);
    }
    // As in a study of a year: at most ten years, and what may be left must not matter within one.
    [[nodiscard]] static std::vector<double> at_rest(const Simulation& twin) {
        return twin.run_to_rest(3640, 364).states;
    }
};

TEST_F(Rest, is_found_and_physiological_for_obese_adults_of_both_sexes) {
    for (const Person& person : population()) {
        SCOPED_TRACE(testing::Message() << (person.sex > 0.5 ? "man" : "woman") << ", " << person.age << " years, BMI "
                                        << person.BMI);
        Simulation twin = twin_;
        become(twin, person);
        twin.start_from(at_rest(twin));
        const auto result = twin.run(0, {0, 28});
        const auto at = [&](const char* observable, std::size_t time) { return result.of.at(observable)[time]; };
        EXPECT_NEAR(at("BMI", 0), person.BMI, 1e-9);
        EXPECT_NEAR(at("SBP", 0), person.SBP, 1e-9);
        const double fat_share = at("fat", 0) / at("weight", 0);
        EXPECT_GT(fat_share, 0.2);
        EXPECT_LT(fat_share, 0.6);
        EXPECT_GT(at("lean", 0), 20);     // [kg] lean tissue
        EXPECT_GT(at("glucose", 0), 70);  // [mg/dL] normal fasting glucose
        EXPECT_LT(at("glucose", 0), 100);
        EXPECT_GT(at("insulin", 0), 12);  // [pmol/L] 2 to 25 mU/L
        EXPECT_LT(at("insulin", 0), 150);
        EXPECT_GT(at("stroke_risk_5y", 0), 0.0005);
        EXPECT_LT(at("stroke_risk_5y", 0), 0.15);
        EXPECT_EQ(at("diabetes", 0), 0);
        EXPECT_NEAR(at("weight", 1), at("weight", 0), 1e-5);
        EXPECT_NEAR(at("glucose", 1), at("glucose", 0), 1e-4);
        EXPECT_NEAR(at("insulin", 1), at("insulin", 0), 1e-3);
    }
}

TEST_F(Rest, is_found_when_organs_and_cells_differ_between_people) {
    const std::array<const char*, 10> varied{"k_p1",
                                             "k_p3",
                                             "V_m",
                                             "V_l",
                                             "S_b",
                                             "beta",
                                             "m_4",
                                             "k_1a",
                                             "receptor_synthesis_rate",
                                             "transporter_synthesis_rate"};
    for (int pattern = 0; pattern < 32; ++pattern) {
        SCOPED_TRACE(pattern);
        Simulation twin = twin_;
        become(twin, population()[static_cast<std::size_t>(pattern) % population().size()]);
        twin.set("resistance_at_start", 0.02 * pattern);
        twin.set("glucose_limit", 1000);  // no diagnosis, whose failing beta cells end the rest
        for (std::size_t place = 0; place < varied.size(); ++place) {
            // a fixed scatter of 10 % either way
            twin.scale(varied[place], std::exp(0.1 * std::sin(1.7 * pattern + 2.9 * static_cast<double>(place))));
        }
        twin.start_from(at_rest(twin));
        const auto result = twin.run(0, {0, 0.2});
        EXPECT_GT(result.of.at("glucose")[0], 70);
        EXPECT_LT(result.of.at("glucose")[0], 140);
        EXPECT_GT(result.of.at("insulin")[0], 10);
        EXPECT_LT(result.of.at("insulin")[0], 250);
        EXPECT_NEAR(result.of.at("glucose")[1], result.of.at("glucose")[0], 1e-4);
    }
}

TEST_F(Rest, is_the_same_while_body_composition_is_held) {
    const std::vector<double> usual = at_rest(twin_);
    Simulation changing = twin_;
    changing.set("EIchange", -500);
    changing.set("long_term", 0);
    const std::vector<double> rest = at_rest(changing);
    for (std::size_t state = 0; state < usual.size(); ++state) {
        EXPECT_NEAR(rest[state], usual[state], 1e-4 * std::max(1.0, std::abs(usual[state])))
            << twin_.model().states[state].name;
    }
}

TEST_F(Rest, does_not_depend_on_where_the_organs_start) {
    const std::vector<double> usual = at_rest(twin_);
    Simulation other = twin_;
    other.start("glucose_mass", 250);
    other.start("insulin_mass", 6);
    other.start("basal", 80);
    other.start("GLUT4", 60);
    other.start("gut", 20000);
    const std::vector<double> rest = at_rest(other);
    for (std::size_t state = 0; state < usual.size(); ++state) {
        EXPECT_NEAR(rest[state], usual[state], 1e-4 * std::max(1.0, std::abs(usual[state])))
            << twin_.model().states[state].name;
    }
}

}  // namespace
}  // namespace kohort::twins
