// One way to solve a population: ours, or a peer's, one twin after another.
#pragma once

#include "base/precision.hpp"
#include "benchmarks/problem.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kohort::benchmarks {

struct Solved {
    std::vector<double> observation;  // [observable's unit] (n_observables * n_times, n_twins), NaN where not reached
    std::int64_t steps = 0;           // accepted
    std::int64_t rejected = 0;
    std::int64_t vector_steps = 0;  // attempted, all lanes together counting as one; 0 for peers
    std::int64_t failures = 0;      // twins
    double seconds = 0.0;           // [s] of this thread's CPU time, in all
    double wall_seconds = 0.0;      // [s]; 0 for peers
};

class Solver {
public:
    virtual ~Solver() = default;
    [[nodiscard]] virtual std::string name() const = 0;
    /// Solves the first n_twins of the problem on the calling thread, with atol = rtol * state_scale.
    [[nodiscard]] virtual Solved solve(double rtol, std::int64_t n_twins) = 0;
};

/// [s] CPU time of the calling thread
[[nodiscard]] double thread_seconds();
/// [s] since some fixed time
[[nodiscard]] double wall_seconds();

/// Ours: method is rodas4, rodas4p2, rodas5p, tsit5 or, for affine models, taylor; lanes 8, or 1 for one twin at a time. Compiles when made,
/// for a processor of the compiler's name or for this one. step [model time]: the length of every step, whatever the tolerance; 0: the
/// error decides.
[[nodiscard]] std::unique_ptr<Solver> kohort_solver(const Problem& problem, kernels::Method method, int lanes,
                                                    int n_threads = 1, const std::string& processor = "",
                                                    double step = 0.0, Precision precision = Precision::double_only);
/// CVODE of SUNDIALS, BDF with our Jacobian; dense or KLU.
[[nodiscard]] std::unique_ptr<Solver> cvode_solver(const Problem& problem, bool sparse);
/// LSODA of ODEPACK with our Jacobian, from R's deSolve; null where that is not installed.
[[nodiscard]] std::unique_ptr<Solver> lsoda_solver(const Problem& problem);
/// PETSc TS, Rosenbrock-W with our Jacobian, dense LU.
[[nodiscard]] std::unique_ptr<Solver> petsc_solver(const Problem& problem);

}  // namespace kohort::benchmarks
