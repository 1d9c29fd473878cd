#include "base/errors.hpp"
#include "benchmarks/meal_problems.hpp"
#include "benchmarks/solver.hpp"
#include "benchmarks/statistics.hpp"
#include "benchmarks/tables.hpp"

#include <cstdio>
#include <cstring>

namespace kohort::benchmarks {
namespace {

struct Target {
    const char* name;
    const char* march;  // of x86-64
    int lanes;
};
constexpr Target targets[] = {{"AVX-512", "x86-64-v4", 8}, {"AVX2", "x86-64-v3", 4}, {"scalar", "x86-64-v3", 1}};

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

nlohmann::json target_table(std::int64_t n_twins, int repeats) {
    KOHORT_CHECK(__builtin_cpu_supports("x86-64-v4"));
    nlohmann::json rows = nlohmann::json::array();
    for (const Problem& problem : {meals(n_twins), meals_and_signalling(n_twins)}) {
        constexpr std::size_t n_targets = std::size(targets);
        std::vector<std::unique_ptr<Solver>> solvers;
        for (const Target& target : targets)
            solvers.push_back(kohort_solver(problem, kernels::Method::rodas4, target.lanes, 1, target.march));
        std::vector<std::vector<double>> seconds(n_targets);
        std::vector<double> first;  // the first target's observations
        bool same[n_targets] = {};
        for (int repeat = 0; repeat < repeats; ++repeat) {
            for (std::size_t index = 0; index < n_targets; ++index) {
                const Solved solved = solvers[index]->solve(1e-5, n_twins);
                seconds[index].push_back(solved.seconds);
                if (index == 0) first = solved.observation;
                same[index] = same_bits(first, solved.observation);
            }
        }
        for (std::size_t index = 0; index < n_targets; ++index) {
            const double each = median(seconds[index]) / static_cast<double>(n_twins);
            nlohmann::json row = {{"problem", problem.name},
                                  {"target", targets[index].name},
                                  {"lanes", targets[index].lanes},
                                  {"microseconds", 1e6 * each},
                                  {"times_slower", median(seconds[index]) / median(seconds[0])},
                                  {"same_bits", same[index]}};
            std::fprintf(stderr, "%s\n", row.dump().c_str());
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

}  // namespace kohort::benchmarks
