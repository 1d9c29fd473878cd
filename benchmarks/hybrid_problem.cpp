#include "benchmarks/hybrid_problem.hpp"

#include "benchmarks/trial_problem.hpp"

namespace kohort::benchmarks {

Problem hybrid_year(std::int64_t n_twins) {
    constexpr int diet = 1;       // the arm
    constexpr double week = 7.0;  // [d]
    Problem problem = trial_problem(
        "M4", std::filesystem::path(KOHORT_BENCHMARKS_DIR) / "../cohorts/m4-weight-trial/study.yaml", diet, week, n_twins);
    problem.about =
        "the trial m4-weight-trial, arm diet: a year with three meal tests, people of the adult cohort, weekly output";
    return problem;
}

}  // namespace kohort::benchmarks
