#include "benchmarks/classic_problems.hpp"
#include "benchmarks/hybrid_problem.hpp"
#include "benchmarks/meal_problems.hpp"

namespace kohort::benchmarks {

std::vector<ProblemMaker> all_problems() {
    return {{"DM", meals},        {"CP", meals_and_signalling},
            {"M4", hybrid_year},  {"PK28", repeated_doses},
            {"ROBER", robertson}, {"HIRES", hires},
            {"POLLU", pollu},     {"VDPOL", van_der_pol},
            {"MEDAKZO", akzo},    {"Lorenz", lorenz}};
}

}  // namespace kohort::benchmarks
