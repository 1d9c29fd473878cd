#include "benchmarks/study_problems.hpp"

#include "benchmarks/trial_problem.hpp"

namespace kohort::benchmarks {
namespace {

const std::filesystem::path here = KOHORT_BENCHMARKS_DIR;

}  // namespace

Problem hybrid_year(std::int64_t n_twins) {
    constexpr int diet = 1;       // the arm
    constexpr double week = 7.0;  // [d]
    Problem problem = trial_problem("M4", here / "../cohorts/m4-weight-trial/study.yaml", diet, week, n_twins);
    problem.about =
        "the trial m4-weight-trial, arm diet: a year with three meal tests, people of the adult cohort, weekly output";
    return problem;
}

Problem hybrid_week(std::int64_t n_twins) {
    constexpr double quarter_hour = 1.0 / 96.0;  // [d]
    Problem problem = trial_problem("M4WEEK", here / "texts/hybrid_week.yaml", 0, quarter_hour, n_twins);
    problem.about = "the M4 twin for a week of three meals a day, people of the adult cohort, output every 15 min";
    return problem;
}

Problem drinks(std::int64_t n_twins) {
    constexpr double five_minutes = 5.0;  // [min]
    Problem problem = trial_problem("ALCOHOL", here / "texts/drinks.yaml", 0, five_minutes, n_twins);
    problem.about =
        "the alcohol twin: dinner with wine, a beer and spirits, and the day after; 25 % variability on six "
        "parameters, "
        "output every 5 min";
    return problem;
}

}  // namespace kohort::benchmarks
