#include "benchmarks/classic_problems.hpp"
#include "benchmarks/losartan_problem.hpp"
#include "benchmarks/meal_problems.hpp"
#include "benchmarks/study_problems.hpp"

namespace kohort::benchmarks {

std::vector<ProblemMaker> all_problems() {
    std::vector<ProblemMaker> problems{
        {"DM", meals},       {"CP", meals_and_signalling}, {"M4", hybrid_year},  {"M4WEEK", hybrid_week},
        {"ALCOHOL", drinks}, {"PK28", repeated_doses},     {"ROBER", robertson}, {"HIRES", hires},
        {"POLLU", pollu},    {"VDPOL", van_der_pol},       {"MEDAKZO", akzo},    {"Lorenz", lorenz}};
    if (has_losartan()) problems.push_back({"LOS", losartan_day});
    return problems;
}

}  // namespace kohort::benchmarks
