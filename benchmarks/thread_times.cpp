#include "benchmarks/meal_problems.hpp"
#include "benchmarks/solver.hpp"
#include "benchmarks/statistics.hpp"
#include "benchmarks/tables.hpp"

#include <cstdio>

namespace kohort::benchmarks {

nlohmann::json thread_table(std::int64_t n_twins, int repeats) {
    nlohmann::json rows = nlohmann::json::array();
    for (const Problem& problem : {meals(n_twins), meals_and_signalling(n_twins)}) {
        const auto one = kohort_solver(problem, kernels::Method::rodas4, 8, 1);
        const auto two = kohort_solver(problem, kernels::Method::rodas4, 8, 2);
        std::vector<double> ratio;
        for (int repeat = 0; repeat < repeats; ++repeat)
            ratio.push_back(one->solve(1e-5, n_twins).wall_seconds / two->solve(1e-5, n_twins).wall_seconds);
        nlohmann::json row = {
            {"problem", problem.name}, {"twins", n_twins}, {"repeats", repeats}, {"speed_up", median(ratio)}};
        std::fprintf(stderr, "%s\n", row.dump().c_str());
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace kohort::benchmarks
