// The stroke module has no states: its outputs are read off the expressions.
#include "base/version.hpp"
#include "model/evaluate.hpp"
#include "model/read_model.hpp"
#include "model/symbols.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace kohort::twins {
namespace {

class StrokeRisk : public testing::Test {
protected:
    using Values = std::map<std::string, double>;

    [[nodiscard]] double of(const std::string& output, const Values& person) {
        std::vector<double> parameters;
        std::vector<double> inputs;
        for (const auto& parameter : model_.parameters) parameters.push_back(parameter.value);
        for (const auto& input : model_.inputs) {
            const auto given = person.find(input.name);
            inputs.push_back(given == person.end() ? input.default_value.value() : given->second);
        }
        const model::NodeId node = model::node_of(model_, model::find_symbol(model_, output));
        return model::evaluate(model_.graph, node, {.time = 0.0, .states = {}, .parameters = parameters, .inputs = inputs});
    }

private:
    model::Model model_ = model::read_model(std::filesystem::path(source_folder) /
                                            "kernels/models/m4-hybrid/stroke_risk.txt");
};

// The published models carry a prediction for a man with SBP 120, DBP 80, BMI 25, no smoker, no fibrillation, no diabetes
// (`test_log_odds` and `test_prediction` of github.com/willov/hybrid_app).
TEST_F(StrokeRisk, gives_each_published_models_own_test_prediction) {
    const Values person{{"sex", 1}, {"SBP", 120}, {"DBP", 80}, {"BMI", 25}};
    const std::map<std::string, std::pair<double, double>> published{
        {"under_50", {-1.2592826358530258, 0.22109740718108417}},
        {"from_50", {-1.4370816909916357, 0.1919976722729057}},
        {"from_60", {-1.3222420954658125, 0.2104455090793711}},
        {"from_70", {-1.0034829944215182, 0.26825717446035513}},
    };
    for (const auto& [band, expected] : published) {
        const double log_odds = of("stroke_log_odds_" + band, person);
        EXPECT_NEAR(log_odds, expected.first, 1e-14) << band;  // a sum of eight terms of order 1
        EXPECT_NEAR(1 / (1 + std::exp(-log_odds)), expected.second, 1e-14) << band;
    }
}

// Made with the published Python class (StrokeRiskEnsembleModel of the same repository).
TEST_F(StrokeRisk, mixes_the_age_bands_as_the_published_ensemble_does) {
    const std::vector<std::pair<Values, double>> persons{
        {{{"age_now", 40}, {"sex", 1}, {"SBP", 125}, {"DBP", 78}, {"BMI", 22}}, 0.004093365217294464},
        {{{"age_now", 65},
          {"sex", 0},
          {"SBP", 150},
          {"DBP", 85},
          {"BMI", 31},
          {"smoking", 1},
          {"cigarettes_per_day", 15},
          {"atrial_fibrillation", 1},
          {"diabetes", 1}},
         0.2377364460214616},
        {{{"age_now", 80}, {"sex", 1}, {"SBP", 170}, {"DBP", 75}, {"BMI", 24}, {"atrial_fibrillation", 1}}, 0.12424800371442103},
        {{{"age_now", 25}, {"sex", 0}, {"SBP", 110}, {"DBP", 70}, {"BMI", 20}, {"smoking", 1}, {"cigarettes_per_day", 20}},
         0.005154031141852985},
        {{{"age_now", 54.5}, {"sex", 1}, {"SBP", 140}, {"DBP", 90}, {"BMI", 35}, {"diabetes", 1}}, 0.01807944008251722},
    };
    for (const auto& [person, expected] : persons) {
        EXPECT_NEAR(of("stroke_risk_5y", person), expected, 1e-13 * expected) << person.at("age_now");
    }
}

}  // namespace
}  // namespace kohort::twins
