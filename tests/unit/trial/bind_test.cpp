#include "small_study.hpp"

namespace kohort::trial {
namespace {

TEST(Bind, outcomes_become_features_and_columns_in_reported_units) {
    TrialStudy study = small_study();
    study.challenges.resize(1);
    study.challenges[0].id = "meal";
    study.challenges[0].at = {"day1"};
    study.challenges[0].inputs = {change("", "meal", "300 kcal/h", "15 min")};
    study.challenges[0].follow = quantity("4 h");
    Outcome auc;
    auc.id = "AUC";
    auc.of = "concentration";
    auc.op = "integral";
    auc.unit = "mg*min/L";
    auc.to = quantity("36 h");
    Outcome peak = auc;
    peak.id = "tmax";
    peak.op = "time_of_maximum";
    peak.unit = "min";
    peak.challenge = "meal";
    peak.from = quantity("30 min");
    peak.to.reset();
    Outcome above = auc;
    above.id = "above";
    above.op = "time_above";
    above.unit = "h";
    above.threshold = quantity("500 ug/L");
    study.outcomes = {auc, peak, above};
    const BoundStudy made = bound(study);
    ASSERT_EQ(made.columns.size(), 3U);
    const std::span<const Feature> features = made.trial.features();
    EXPECT_EQ(features[0].op, Feature::Op::integral);
    EXPECT_EQ(features[0].to, 36);
    EXPECT_EQ(features[1].from, 24.5);
    EXPECT_EQ(features[1].to, 28);
    EXPECT_EQ(features[2].threshold, .5);
    EXPECT_NE(features[0].observable, features[1].observable);
    EXPECT_EQ(features[1].observable, features[2].observable);
    EXPECT_EQ(made.columns[1].name(), "tmax@day1");
    const std::vector<double> measured{2.0, 25.0, 1.5};  // [mg h/L], [h], [h]
    const FeatureView view{measured.data()};
    EXPECT_DOUBLE_EQ(made.columns[0](view), 120);
    EXPECT_DOUBLE_EQ(made.columns[1](view), 60);  // an hour after the meal
    EXPECT_DOUBLE_EQ(made.columns[2](view), 1.5);
}

TEST(Bind, persons_set_parameters_inputs_and_states) {
    TrialStudy study = small_study();
    study.model.parameters = {{"V", quantity("40 L")}};
    std::vector<cohort::Attribute> attributes(5);
    attributes[0].name = "CL";
    attributes[0].unit = "mL/min";
    attributes[0].role = cohort::Role::parameter;
    attributes[1].name = "V";
    attributes[1].unit = "1";
    attributes[1].role = cohort::Role::factor;
    attributes[2].name = "depot";
    attributes[2].unit = "g";
    attributes[3].name = "age";
    attributes[3].unit = "year";
    attributes[4].name = "posture";
    attributes[4].unit = "1";
    const BoundStudy made = bound(study, attributes);
    EXPECT_THAT(made.covariates_only, ElementsAre("age"));
    cohort::Person person;
    person.value = {50, 1.5, .02, 44, 2};
    std::vector<double> parameter{5, 50, 1.2, 1};
    std::vector<double> input{0, 3};
    made.trial.personalise(person, parameter, input);
    EXPECT_THAT(parameter, ElementsAre(3, 60, 1.2, 1));
    EXPECT_THAT(input, ElementsAre(0, 2));
    EXPECT_THAT(words(actions(made, person)), ElementsAre("0 state 0 20", "0 measure 0", "24 measure 1"));
}

TEST(Bind, refuses_what_does_not_fit_with_the_reason) {
    const auto with_dose = [](const Dose& given) {
        TrialStudy study = small_study();
        study.arms[0].dosing = {given};
        return problem_of(study);
    };
    EXPECT_EQ(with_dose(dose("0 h", "5 mg", "dpot")), "the model has no state to dose \"dpot\"");
    EXPECT_EQ(with_dose(dose("0 h", "5 mL")), "mL cannot be converted: state depot is in mg");
    EXPECT_EQ(with_dose(dose("0 h", "5")), "a unit is missing: state depot is in mg");
    EXPECT_EQ(with_dose(dose("0 h", "5 mg", "tally")),
              "the model gives no unit for state tally, so mg cannot be converted");
    EXPECT_EQ(with_dose(dose("0 h", "5", "tally")), "none");
    EXPECT_EQ(with_dose(dose("-1 h", "5 mg")), "the time -1 h is negative");
    Dose steady = dose("0 h", "5 mg");
    steady.interval = quantity("12 h");
    steady.steady_state = 1;
    EXPECT_EQ(with_dose(steady), "none");
    steady.time = quantity("12 h");
    EXPECT_EQ(with_dose(steady), "ss: 1 wipes out what happened before, so it can only begin an arm, at time: 0");
    steady.time = quantity("0 h");
    steady.duration = quantity("13 h");
    EXPECT_EQ(with_dose(steady), "this infusion lasts longer than ii, so at steady state several run at once");
    steady.steady_state = 2;
    EXPECT_EQ(with_dose(steady),
              "ss: 2 adds a steady state to what other doses left, which is exact only where effects add up");
    Dose repeated = dose("0 h", "5 mg");
    repeated.additional = 3;
    EXPECT_EQ(with_dose(repeated), "addl needs ii");

    TrialStudy study = small_study();
    study.outcomes[0].of = "warmth";
    study.outcomes[0].op = "integral";
    EXPECT_EQ(problem_of(study), "an area under warmth has no meaning in degC, whose zero is a convention");
    study = small_study();
    study.outcomes[0].of = "concentratio";
    EXPECT_EQ(problem_of(study), "the model has no quantity \"concentratio\"");
    study = small_study();
    study.outcomes[0].unit = "kg";
    EXPECT_EQ(problem_of(study), "kg cannot be converted: concentration is in mg/L");
    study = small_study();
    study.model.parameters = {{"CLL", quantity("5 L/h")}};
    EXPECT_EQ(problem_of(study), "the model has no parameter \"CLL\"");

    cohort::Attribute attribute;
    attribute.name = "CL";
    attribute.unit = "kg";
    attribute.role = cohort::Role::parameter;
    EXPECT_EQ(problem_of(small_study(), {attribute}), "kg cannot be converted: parameter CL is in L/h");
    study = small_study();
    study.model.parameters = {{"CL", quantity("5 L/h")}};
    attribute.unit = "L/h";
    EXPECT_EQ(problem_of(study, {attribute}), "parameter CL is given by the study and again by the cohort");
    attribute.name = "Clearance";
    EXPECT_EQ(problem_of(small_study(), {attribute}), "the model has no parameter \"Clearance\"");
}

TEST(Bind, says_when_a_baseline_is_not_free_of_treatment) {
    TrialStudy study = small_study();
    study.arms[0].dosing = {dose("0 h", "100 mg")};
    study.challenges.resize(1);
    study.challenges[0].id = "meal";
    study.challenges[0].at = {"start", "day1"};
    study.challenges[0].inputs = {change("", "meal", "300 kcal/h", "15 min")};
    study.challenges[0].follow = quantity("4 h");
    study.outcomes[0] = {.id = "peak",
                         .of = "concentration",
                         .op = "maximum",
                         .unit = "mg/L",
                         .at = {},
                         .challenge = "meal",
                         .from = {},
                         .to = {},
                         .threshold = {},
                         .measurement_error = {},
                         .place = {}};
    study.endpoints.resize(1);
    study.endpoints[0] = {.id = "rise",
                          .of = "peak",
                          .type = "continuous",
                          .value = "change",
                          .visit = "day1",
                          .at_most = {},
                          .at_least = {},
                          .place = {}};
    ASSERT_EQ(bound(study).notes.size(), 1U);
    EXPECT_EQ(bound(study).notes[0],
              "endpoint rise: its baseline peak@start is measured while treatment has begun, so it is not free of it");
    study.arms[0].dosing[0].time = quantity("4 h");
    EXPECT_TRUE(bound(study).notes.empty());
}

}  // namespace
}  // namespace kohort::trial
