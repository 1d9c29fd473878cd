// Share of the processor's peak of fused multiply-adds.
#include "base/lanes.hpp"
#include "benchmarks/meal_problems.hpp"
#include "benchmarks/solver.hpp"
#include "benchmarks/statistics.hpp"
#include "benchmarks/tables.hpp"
#include "codegen/model_plan.hpp"
#include "kernels/rodas4.hpp"

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

/// A fused multiply-add is 2, everything else 1: an exponential too, so that the share is a lower bound.
double flops_of(const codegen::Tape& tape) {
    double flops = 0.0;
    for (const codegen::Step& step : tape.steps) {
        if (step.kind != codegen::Step::Kind::operation || step.op == model::Op::negate) continue;
        flops += step.op == model::Op::fma ? 2.0 : 1.0;
    }
    return flops;
}

double flops_of(const codegen::LuPlan& lu, int n_stages) {
    double flops = 0.0;
    for (const FactorStep& step : lu.factor) {
        if (step.kind == FactorStep::Kind::eliminate)
            flops += 2.0;
        else if (step.kind != FactorStep::Kind::take && step.kind != FactorStep::Kind::start)
            flops += 1.0;
    }
    for (const SolveStep& step : lu.solve) flops += n_stages * (step.kind == SolveStep::Kind::substitute ? 2.0 : 1.0);
    return flops;
}

/// Non-zero weights of the stages' sums, each a fused multiply-add
int weights_of_rodas4() {
    using Tableau = kernels::Rodas4;
    int count = 0;
    for (int row = 0; row < Tableau::n_stages; ++row) {
        for (int column = 0; column < row; ++column) {
            count += row < Tableau::n_rows && Tableau::a[row][column] != 0.0 ? 1 : 0;
            count += Tableau::c[row][column] != 0.0 ? 1 : 0;
        }
    }
    return count;
}

/// Of one attempted step of one twin with Rodas4: rates, Jacobian, LU, solves, sums of stages and the error norm. Dense
/// output, samples and control are not counted.
double flops_of_step(const codegen::Program& program) {
    const codegen::ModelPlan plan = codegen::plan_model(program);
    constexpr int n_stages = kernels::Rodas4::n_stages;
    constexpr double norm = 9.0;  // size, scale, ratio, squares
    return n_stages * flops_of(plan.functions.rhs) + flops_of(plan.functions.jacobian) + flops_of(plan.lu, n_stages) +
           static_cast<double>(program.rates.size()) * (2.0 * weights_of_rodas4() + norm);
}

}  // namespace

nlohmann::json peak_table(std::int64_t n_twins, int repeats) {
    nlohmann::json rows = nlohmann::json::array();
    for (const Problem& problem : {meals(n_twins), meals_and_signalling(n_twins)}) {
        const double flops = flops_of_step(problem.program);
        const auto solver = kohort_solver(problem, kernels::Method::rodas4, lanes);
        std::vector<double> rate;
        std::vector<double> peak;
        for (int repeat = 0; repeat < repeats; ++repeat) {
            const Solved solved = solver->solve(1e-5, n_twins);
            rate.push_back(flops * static_cast<double>(solved.steps + solved.rejected) / solved.seconds);
            peak.push_back(measured_peak());
        }
        rows.push_back({{"problem", problem.name},
                        {"flops_per_step", flops},
                        {"gflops", 1e-9 * median(rate)},
                        {"peak_gflops", 1e-9 * median(peak)},
                        {"share", median(rate) / median(peak)}});
        std::fprintf(stderr, "%s\n", rows.back().dump().c_str());
    }
    return rows;
}

}  // namespace kohort::benchmarks
