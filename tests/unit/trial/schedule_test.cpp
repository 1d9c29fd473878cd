#include "small_study.hpp"

namespace kohort::trial {
namespace {

TEST(Schedule, baseline_comes_before_the_first_dose_and_later_visits_after_that_times_dose) {
    TrialStudy study = small_study();
    study.arms[0].dosing = {dose("0 h", "0.1 g")};
    study.arms[0].dosing[0].interval = quantity("12 h");
    study.arms[0].dosing[0].additional = 3;
    EXPECT_THAT(words(actions(bound(study))), ElementsAre("0 measure 0", "0 dose 0 100", "12 dose 0 100",
                                                          "24 dose 0 100", "24 measure 1", "36 dose 0 100"));
}

TEST(Schedule, a_trough_is_measured_before_that_times_dose) {
    TrialStudy study = small_study();
    study.outcomes[0].before_dose = true;
    study.arms[0].dosing = {dose("0 h", "100 mg"), dose("24 h", "50 mg")};
    EXPECT_THAT(words(actions(bound(study))),
                ElementsAre("0 measure 0", "0 dose 0 100", "24 measure 1", "24 dose 0 50"));
}

TEST(Schedule, a_visits_values_are_measured_before_its_challenge) {
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

TEST(Schedule, times_meet_exactly_however_they_are_written) {
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

TEST(Schedule, an_infusion_ends_at_exactly_nothing) {
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

TEST(Schedule, an_amount_is_a_difference_even_where_the_unit_has_a_zero_of_its_own) {
    TrialStudy study = small_study();
    study.outcomes.clear();
    study.arms[0].dosing = {dose("1 h", "2 K", "warmth"), dose("2 h", "9 degF", "warmth")};
    EXPECT_THAT(words(actions(bound(study))), ElementsAre("1 dose 3 2", "2 dose 3 5"));
}

TEST(Schedule, what_is_too_short_to_have_an_end_is_refused) {
    TrialStudy study = small_study();
    study.outcomes.clear();
    study.arms[0].dosing = {dose("24 h", "100 mg", "central")};
    study.arms[0].dosing[0].duration = quantity("1 ns");
    EXPECT_THROW((void)bound(study), InputError);
    study.arms[0].dosing.clear();
    study.arms[0].inputs = {change("24 h", "meal", "600 kcal/h", "1 ns")};
    EXPECT_THROW((void)bound(study), InputError);
}

TEST(Schedule, an_input_goes_back_to_the_persons_own_value) {
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

TEST(Schedule, a_challenge_after_the_last_visit_lengthens_the_run) {
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

TEST(Schedule, arm_parameters_are_set_when_treatment_begins) {
    TrialStudy study = small_study();
    study.arms[0].parameters = {{"CL", quantity("100 mL/min")}};
    EXPECT_THAT(words(actions(bound(study))), ElementsAre("0 measure 0", "0 parameter 0 6", "24 measure 1"));
}

}  // namespace
}  // namespace kohort::trial
