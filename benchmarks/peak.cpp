// Share of the processor's peak of fused multiply-adds.
#include "base/lanes.hpp"
#include "benchmarks/classic_problems.hpp"
#include "benchmarks/flops.hpp"
#include "benchmarks/meal_problems.hpp"
#include "benchmarks/solver.hpp"
#include "benchmarks/statistics.hpp"
#include "benchmarks/tables.hpp"

#include <cstdio>

namespace kohort::benchmarks {
namespace {

constexpr int lanes = 8;

/// [flop/s] of one thread doing nothing but independent fused multiply-adds in registers
double measured_peak() {
    using V = Value<lanes>;
    constexpr int chains = 16;
    constexpr int rounds = 20'000'000;
    V sum[chains];
    for (int chain = 0; chain < chains; ++chain) sum[chain] = V(1.0 + chain);
    const V factor(0.999999);
    const V term(1e-6);
    const double begin = thread_seconds();
    for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
        for (V& value : sum) value = fma(value, factor, term);
    }
    const double seconds = thread_seconds() - begin;
    double all = 0.0;
    for (const V& value : sum) all += get_lane(value, 0);
    KOHORT_CHECK(all < 1e6);  // it is used
    return 2.0 * lanes * chains * rounds / seconds;
}

/// Lorenz as the ensemble literature runs it: steps of 0.001 until 1.
nlohmann::json fixed_step_row(std::int64_t n_twins, int repeats) {
    constexpr double step = 1e-3;
    const Problem problem = lorenz(n_twins);
    const StepCost cost = cost_of_fixed_step(problem);
    const auto solver = kohort_solver(problem, kernels::Method::tsit5, lanes, 1, "", step);
    std::vector<double> rate;
    std::vector<double> peak;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const Solved solved = solver->solve(1.0, n_twins);
        KOHORT_CHECK(solved.failures == 0);
        rate.push_back(static_cast<double>(solved.steps) / solved.seconds);
        peak.push_back(measured_peak());
    }
    return {{"problem", problem.name},
            {"solver", solver->name()},
            {"step", step},
            {"flops_per_step", cost.flops},
            {"operations_per_step", cost.operations},
            {"steps_per_second", median(rate)},
            {"gflops", 1e-9 * cost.flops * median(rate)},
            {"peak_gflops", 1e-9 * median(peak)},
            {"share", cost.flops * median(rate) / median(peak)},
            {"share_of_slots", 2.0 * cost.operations * median(rate) / median(peak)}};
}

}  // namespace

nlohmann::json peak_table(std::int64_t n_twins, int repeats) {
    using kernels::Method;
    struct Case {
        Problem problem;
        Method method;
        double rtol;
    };
    nlohmann::json rows = nlohmann::json::array();
    for (const Case& measured :
         {Case{meals(n_twins), Method::rodas4, 1e-5}, Case{meals_and_signalling(n_twins), Method::rodas4, 1e-5},
          Case{lorenz(16 * n_twins), Method::tsit5, 1e-8}}) {
        const Problem& problem = measured.problem;
        const double flops = flops_of_step(problem, measured.method);
        const auto solver = kohort_solver(problem, measured.method, lanes);
        std::vector<double> rate;
        std::vector<double> peak;
        for (int repeat = 0; repeat < repeats; ++repeat) {
            const Solved solved = solver->solve(measured.rtol, problem.n_twins);
            rate.push_back(flops * static_cast<double>(solved.steps + solved.rejected) / solved.seconds);
            peak.push_back(measured_peak());
        }
        rows.push_back({{"problem", problem.name},
                        {"solver", solver->name()},
                        {"rtol", measured.rtol},
                        {"flops_per_step", flops},
                        {"gflops", 1e-9 * median(rate)},
                        {"peak_gflops", 1e-9 * median(peak)},
                        {"share", median(rate) / median(peak)}});
        std::fprintf(stderr, "%s\n", rows.back().dump().c_str());
    }
    rows.push_back(fixed_step_row(16 * n_twins, repeats));
    std::fprintf(stderr, "%s\n", rows.back().dump().c_str());
    return rows;
}

}  // namespace kohort::benchmarks
