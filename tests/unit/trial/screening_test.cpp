#include "small_study.hpp"

namespace kohort::trial {
namespace {

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
