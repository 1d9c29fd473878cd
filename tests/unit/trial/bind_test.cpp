#include "trial/bind.hpp"

#include "base/text.hpp"
#include "model/sund.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace kohort::trial {
namespace {

using kernels::Action;
using kernels::Feature;
using Kind = kernels::Action::Kind;
using testing::ElementsAre;

const char* const oral_drug = R"(########## NAME
oral
########## METADATA
timeunit = h
########## MACROS
########## STATES
d/dt(depot) = -KA*depot   // [mg]
d/dt(central) = KA*depot - CL/V*central + meal*0  // [mg]
d/dt(tally) = 0
d/dt(warmth) = 0  // [degC]
depot(0) = 0
central(0) = 0
tally(0) = 0
warmth(0) = 37
########## PARAMETERS
CL = 5    // [L/h] clearance
V = 50    // [L]
KA = 1.2  // [1/h]
odd = 1
########## VARIABLES
concentration = central/V  // [mg/L]
########## FUNCTIONS
########## EVENTS
########## INPUTS
meal = meal @ 0  // [kcal/min]
posture = posture @ 3
########## OUTPUTS
########## FEATURES
)";

Quantity quantity(const std::string& text) { return parse_quantity(text, {"study.yaml", 7, 3}); }

Dose dose(const std::string& time, const std::string& amount, const std::string& state = "depot") {
    Dose given;
    given.time = quantity(time);
    given.amount = quantity(amount);
    given.compartment = state;
    return given;
}

Outcome at_visits(const std::string& id, const std::string& of, std::vector<std::string> visits, const std::string& unit) {
    Outcome outcome;
    outcome.id = id;
    outcome.of = of;
    outcome.op = "value_at";
    outcome.at = std::move(visits);
    outcome.unit = unit;
    return outcome;
}

InputChange change(const std::string& time, const std::string& input, const std::string& value,
                   const std::string& lasting = "") {
    InputChange made;
    if (!time.empty()) made.time = quantity(time);
    made.input = input;
    made.value = quantity(value);
    if (!lasting.empty()) made.lasting = quantity(lasting);
    return made;
}

/// One arm, visits at 0 and 1 d, over 2 d.
TrialStudy small_study() {
    TrialStudy study;
    study.duration = quantity("2 d");
    study.arms.resize(1);
    study.arms[0].id = "drug";
    study.visits = {{"start", quantity("0 h"), {}}, {"day1", quantity("1 d"), {}}};
    study.outcomes = {at_visits("level", "concentration", {"start", "day1"}, "ug/mL")};
    return study;
}

BoundStudy bound(const TrialStudy& study, const std::vector<cohort::Attribute>& attributes = {}) {
    model::Model model = model::read_sund(oral_drug, "oral.txt");
    const codegen::LowerOptions options = lower_options(study, model, attributes);
    return bind_study(study, codegen::lower(std::move(model), options), attributes);
}

std::vector<Action> actions(const BoundStudy& study, const cohort::Person& person = {}, int arm = 0) {
    std::vector<Action> scheduled;
    study.trial.schedule(person, arm, scheduled);
    return scheduled;
}

/// "24 dose 0 100": time, kind, target, value
std::vector<std::string> words(const std::vector<Action>& scheduled) {
    const char* const kinds[] = {"input", "input+", "dose", "state", "parameter", "reset", "measure"};
    std::vector<std::string> lines;
    for (const Action& action : scheduled) {
        lines.push_back(shortest(action.time) + " " + kinds[static_cast<int>(action.kind)] + " " +
                        std::to_string(action.target));
        if (action.kind != Kind::measure) lines.back() += " " + shortest(action.value);
    }
    return lines;
}

std::string problem_of(const TrialStudy& study, const std::vector<cohort::Attribute>& attributes = {}) {
    try {
        (void)bound(study, attributes);
    } catch (const InputError& error) {
        return error.problem();
    }
    return "none";
}

TEST(Bind, baseline_comes_before_the_first_dose_and_later_visits_after_that_times_dose) {
    TrialStudy study = small_study();
    study.arms[0].dosing = {dose("0 h", "0.1 g")};
    study.arms[0].dosing[0].interval = quantity("12 h");
    study.arms[0].dosing[0].additional = 3;
    EXPECT_THAT(words(actions(bound(study))), ElementsAre("0 measure 0", "0 dose 0 100", "12 dose 0 100",
                                                          "24 dose 0 100", "24 measure 1", "36 dose 0 100"));
}

TEST(Bind, a_trough_is_measured_before_that_times_dose) {
    TrialStudy study = small_study();
    study.outcomes[0].before_dose = true;
    study.arms[0].dosing = {dose("0 h", "100 mg"), dose("24 h", "50 mg")};
    EXPECT_THAT(words(actions(bound(study))),
                ElementsAre("0 measure 0", "0 dose 0 100", "24 measure 1", "24 dose 0 50"));
}

TEST(Bind, a_visits_values_are_measured_before_its_challenge) {
    TrialStudy study = small_study();
    study.arms[0].dosing = {dose("1 d", "100 mg")};
    study.challenges.resize(1);
    study.challenges[0].id = "meal";
    study.challenges[0].at = {"start", "day1"};
    study.challenges[0].inputs = {change("", "meal", "300 kcal/h", "15 min")};
    study.challenges[0].follow = quantity("4 h");
    EXPECT_THAT(words(actions(bound(study))),
                ElementsAre("0 measure 0", "0 input 0 5", "0.25 input 0 0",  //
                            "24 measure 1", "24 dose 0 100", "24 input 0 5", "24.25 input 0 0"))
        << "nobody is treated before day 1, so its value is still a baseline";
}

TEST(Bind, times_meet_exactly_however_they_are_written) {
    TrialStudy study = small_study();
    study.visits[1].at = quantity("42 min");
    study.arms[0].dosing = {dose("0.1 h", "1 mg")};
    study.arms[0].dosing[0].interval = quantity("0.2 h");
    study.arms[0].dosing[0].additional = 5;
    const BoundStudy made = bound(study);
    const double visit = made.trial.features()[1].from;
    EXPECT_EQ(visit, .7);
    EXPECT_NE(.1 + 3 * .2, .7);  // so the fourth dose must have been moved onto the visit
    const std::vector<Action> scheduled = actions(made);
    EXPECT_EQ(
        std::ranges::count_if(
            scheduled, [&](const Action& action) { return action.kind == Kind::add_to_state && action.time == visit; }),
        1);
    EXPECT_EQ(scheduled.back().time, 1.1);
}

TEST(Bind, an_infusion_ends_at_exactly_nothing) {
    TrialStudy study = small_study();
    study.outcomes.clear();
    Dose first = dose("0 h", "100 mg", "central");
    first.duration = quantity("2 h");
    Dose second = dose("60 min", "10 mg", "central");
    second.rate = quantity("0.1 mg/min");  // for 100 min
    study.arms[0].dosing = {first, second};
    const std::vector<Action> scheduled = actions(bound(study));
    ASSERT_EQ(scheduled.size(), 4U);
    EXPECT_THAT(words({scheduled[0], scheduled[1], scheduled[2]}),
                ElementsAre("0 input 2 50", "1 input 2 56", "2 input 2 6"));
    EXPECT_NEAR(scheduled[3].time, 1 + 100 / 60.0, 1e-14);
    EXPECT_EQ(scheduled[3].value, 0.0);
}

TEST(Bind, an_amount_is_a_difference_even_where_the_unit_has_a_zero_of_its_own) {
    TrialStudy study = small_study();
    study.outcomes.clear();
    study.arms[0].dosing = {dose("1 h", "2 K", "warmth"), dose("2 h", "9 degF", "warmth")};
    EXPECT_THAT(words(actions(bound(study))), ElementsAre("1 dose 3 2", "2 dose 3 5"));
}

TEST(Bind, what_is_too_short_to_have_an_end_is_refused) {
    TrialStudy study = small_study();
    study.outcomes.clear();
    study.arms[0].dosing = {dose("24 h", "100 mg", "central")};
    study.arms[0].dosing[0].duration = quantity("1 ns");
    EXPECT_THROW((void)bound(study), InputError);
    study.arms[0].dosing.clear();
    study.arms[0].inputs = {change("24 h", "meal", "600 kcal/h", "1 ns")};
    EXPECT_THROW((void)bound(study), InputError);
}

TEST(Bind, an_input_goes_back_to_the_persons_own_value) {
    TrialStudy study = small_study();
    study.outcomes.clear();
    study.arms[0].inputs = {change("1 h", "meal", "600 kcal/h", "2 h"), change("2 h", "meal", "60 kcal/h", "30 min")};
    cohort::Attribute eats;
    eats.name = "meal";
    eats.unit = "kcal/h";
    cohort::Person person;
    person.value = {120};
    EXPECT_THAT(words(actions(bound(study, {eats}), person)),
                ElementsAre("1 input 0 10", "2 input 0 1", "2.5 input 0 10", "3 input 0 2"));
}

TEST(Bind, a_challenge_after_the_last_visit_lengthens_the_run) {
    TrialStudy study = small_study();
    study.visits.push_back({"end", quantity("2 d"), {}});
    study.challenges.resize(1);
    study.challenges[0].id = "meal";
    study.challenges[0].at = {"end"};
    study.challenges[0].inputs = {change("", "meal", "300 kcal/h", "15 min")};
    study.challenges[0].follow = quantity("4 h");
    EXPECT_EQ(bound(study).trial.t_end(), 52);
    EXPECT_EQ(bound(small_study()).trial.t_end(), 48);
}

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

TEST(Bind, arm_parameters_are_set_when_treatment_begins) {
    TrialStudy study = small_study();
    study.arms[0].parameters = {{"CL", quantity("100 mL/min")}};
    EXPECT_THAT(words(actions(bound(study))), ElementsAre("0 measure 0", "0 parameter 0 6", "24 measure 1"));
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

cohort::Attribute number(const std::string& name, const std::string& unit) {
    cohort::Attribute attribute;
    attribute.name = name;
    attribute.unit = unit;
    return attribute;
}

Criterion limits(const std::string& name, const std::string& min, const std::string& max) {
    Criterion criterion;
    criterion.name = name;
    if (!min.empty()) criterion.min = quantity(min);
    if (!max.empty()) criterion.max = quantity(max);
    return criterion;
}

TEST(Screening, counts_everybody_once_under_the_first_criterion_missed) {
    TrialStudy study = small_study();
    study.arms[0].dosing = {dose("1 d", "100 mg")};
    study.eligibility.include = {limits("level", "", "1 mg/L"), limits("age", "18 year", "70 year")};
    study.eligibility.exclude = {limits("weight", "120000 g", ""), limits("tally", "5", "")};
    const BoundStudy made = bound(study, {number("age", "year"), number("weight", "kg")});
    ASSERT_EQ(made.screening.criteria.size(), 4U);  // attributes first
    EXPECT_EQ(made.screening.criteria[0].words, "age 18 to 70 year");
    EXPECT_EQ(made.screening.criteria[1].words, "not weight at least 120000 g");
    EXPECT_EQ(made.screening.criteria[2].words, "level at most 1 mg/L");
    EXPECT_EQ(made.screening.criteria[3].words, "not tally at least 5");
    EXPECT_TRUE(made.screening.needs_a_run());
    EXPECT_EQ(made.screening_run.t_end(), 0);
    ASSERT_EQ(made.screening_run.features().size(), 2U);
    std::vector<Action> before;
    made.screening_run.schedule({}, 0, before);
    EXPECT_THAT(words(before), ElementsAre("0 measure 0", "0 measure 1"));

    ScreeningCounts counts(made.screening.criteria.size());
    const auto screen = [&](double age, double weight, double level, double tally, TwinStatus status = TwinStatus::ok,
                            bool plausible = true) {
        const std::vector<double> measured{level, tally};
        Verdict verdict = made.screening.judge_attributes({.value = {age, weight}, .attempts = 1, .plausible = plausible});
        if (verdict.eligible()) verdict = made.screening.judge_measurements(status, {measured.data()});
        counts.add(verdict);
        return verdict.eligible();
    };
    const double missing = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(screen(18, 119.9, 1, 4.9));
    EXPECT_FALSE(screen(17, 130, 2, 6));
    EXPECT_FALSE(screen(missing, 80, 0, 0));
    EXPECT_FALSE(screen(40, 120, 0, 0));
    EXPECT_FALSE(screen(40, 80, 1.1, 6));
    EXPECT_FALSE(screen(40, 80, 0, 5));
    EXPECT_FALSE(screen(40, 80, 0, 0, TwinStatus::not_finite));
    EXPECT_FALSE(screen(40, 80, 0, 0, TwinStatus::ok, false));
    EXPECT_EQ(counts.screened(), 8);
    EXPECT_EQ(counts.eligible(), 1);
    EXPECT_EQ(counts.implausible(), 1);
    EXPECT_EQ(counts.could_not_be_run(), 1);
    EXPECT_EQ(counts.missed(0), 2);
    EXPECT_EQ(counts.missed(1), 1);
    EXPECT_EQ(counts.missed(2), 1);
    EXPECT_EQ(counts.missed(3), 1);
}

TEST(Screening, refuses_values_that_come_after_treatment) {
    TrialStudy study = small_study();
    study.arms[0].dosing = {dose("12 h", "100 mg")};
    study.eligibility.include = {limits("level@day1", "", "1 mg/L")};
    EXPECT_EQ(problem_of(study),
              "\"level@day1\" is measured after treatment begins, so it cannot decide who is treated");
    study.arms[0].dosing = {dose("24 h", "100 mg")};
    EXPECT_EQ(problem_of(study), "none");
    EXPECT_EQ(bound(study).screening_run.t_end(), 24);
    study.eligibility.include = {limits("levl", "", "1 mg/L")};
    EXPECT_EQ(problem_of(study), "\"levl\" is no attribute of the cohort, no outcome and no quantity of the model");
}

}  // namespace
}  // namespace kohort::trial
