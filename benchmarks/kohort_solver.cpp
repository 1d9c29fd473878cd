#include "benchmarks/solver.hpp"
#include "codegen/longest_step.hpp"
#include "codegen/plugin.hpp"
#include "codegen/plugin_cache.hpp"
#include "kernels/plugin.hpp"
#include "kernels/tiles.hpp"

#include <ctime>
#include <limits>
#include <numeric>
#include <thread>

namespace kohort::benchmarks {
namespace {

class KohortSolver final : public Solver {
public:
    KohortSolver(const Problem& problem, kernels::Method method, int lanes, int n_threads, const std::string& processor,
                 double step, Precision precision)
        : problem_(problem),
          method_(method),
          n_threads_(n_threads),
          step_(step),
          plugin_(compiled(problem, lanes, processor, precision)),
          api_(reinterpret_cast<decltype(&kohort_plugin)>(plugin_.symbol("kohort_plugin"))()) {}

    std::string name() const override {
        const char* const methods[] = {"Rodas4", "Rodas5P", "Tsit5", "Taylor", "Rodas4P2"};
        return std::string("Kohort ") + methods[static_cast<int>(method_)] + (api_->mixed ? " mixed, " : ", ") +
               std::to_string(api_->lanes) + (api_->lanes == 1 ? " lane" : " lanes");
    }

    Solved solve(double rtol, std::int64_t n_twins) override {
        Solved solved;
        const auto n = static_cast<std::size_t>(problem_.n_twins);
        solved.observation.assign(problem_.n_observables() * problem_.times.size() * n,
                                  std::numeric_limits<double>::quiet_NaN());
        std::vector<TwinStatus> status(n, TwinStatus::ok);
        std::vector<std::int64_t> accepted(n);
        std::vector<std::int64_t> rejected(n);
        std::vector<double> atol = problem_.state_scale;
        for (double& tolerance : atol) tolerance *= rtol;
        kernels::Batch batch;
        batch.n_twins = problem_.n_twins;
        batch.t_begin = problem_.t_begin;
        batch.t_end = problem_.t_end;
        batch.parameter = problem_.parameter.data();
        batch.input = problem_.input.data();
        batch.initial_state = problem_.initial_state.empty() ? nullptr : problem_.initial_state.data();
        batch.action_begin = problem_.action_begin.data();
        batch.action = problem_.action.data();
        batch.n_times = static_cast<std::int32_t>(problem_.times.size());
        batch.time = problem_.times.data();
        batch.observation = solved.observation.data();
        batch.status = status.data();
        batch.steps_accepted = accepted.data();
        batch.steps_rejected = rejected.data();
        kernels::IntegrateOptions options{.method = method_, .rtol = rtol, .state_atol = atol.data()};
        options.step = step_;
        options.max_step = codegen::longest_step(problem_.program);
        KOHORT_CHECK(n_twins == problem_.n_twins);  // rows are as long as the population
        kernels::WorkQueue queue;
        const auto work = [&] { api_->integrate(batch, options, queue); };
        const double wall_begin = wall_seconds();
        const double begin = thread_seconds();
        std::vector<std::jthread> others;
        for (int thread = 1; thread < n_threads_; ++thread) others.emplace_back(work);
        work();
        others.clear();
        solved.seconds = thread_seconds() - begin;
        solved.wall_seconds = wall_seconds() - wall_begin;
        solved.vector_steps = queue.vector_steps;
        solved.steps = std::accumulate(accepted.begin(), accepted.end(), std::int64_t{0});
        solved.rejected = std::accumulate(rejected.begin(), rejected.end(), std::int64_t{0});
        solved.observation = kernels::rows_of_tiles(solved.observation, batch.n_twins);
        for (const TwinStatus twin : status) solved.failures += twin == TwinStatus::ok ? 0 : 1;
        return solved;
    }

private:
    static codegen::Plugin compiled(const Problem& problem, int lanes, const std::string& processor, Precision precision) {
        codegen::CompileOptions options = codegen::default_compile_options();
        options.lanes = lanes;
        options.precision = precision;
        if (!processor.empty()) {
            std::erase_if(options.flags, [](const std::string& flag) { return flag.starts_with("-march="); });
            options.flags.push_back("-march=" + processor);
        }
        return codegen::Plugin(codegen::compile(problem.program, options).file);
    }

    const Problem& problem_;
    kernels::Method method_;
    int n_threads_;
    double step_;  // [model time]
    codegen::Plugin plugin_;
    const kernels::PluginApi* api_;
};

double seconds_of(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

double thread_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }

std::unique_ptr<Solver> kohort_solver(const Problem& problem, kernels::Method method, int lanes, int n_threads,
                                      const std::string& processor, double step, Precision precision) {
    return std::make_unique<KohortSolver>(problem, method, lanes, n_threads, processor, step, precision);
}

}  // namespace kohort::benchmarks
