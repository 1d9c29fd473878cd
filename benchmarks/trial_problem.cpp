#include "benchmarks/trial_problem.hpp"

#include "cli/prepared_trial.hpp"
#include "engine/communicator.hpp"
#include "engine/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kohort::benchmarks {
namespace {

/// Observables' sizes at rest, so that a value near 0 does not count as a large error.
std::vector<double> sizes_of(const engine::ArmResult& run, std::size_t n_observables, std::size_t n_times,
                             std::size_t n_twins) {
    std::vector<double> sizes(n_observables, 0.0);
    for (std::size_t observable = 0; observable < n_observables; ++observable) {
        for (std::size_t time = 0; time < n_times; ++time) {
            for (std::size_t twin = 0; twin < n_twins; ++twin)
                sizes[observable] = std::max(sizes[observable],
                                             std::abs(run.observation(observable * n_times + time, twin)));
        }
    }
    return sizes;
}

}  // namespace

Problem trial_problem(std::string name, const std::filesystem::path& study, int arm, double observe_every,
                      std::int64_t n_twins) {
    const auto trial = cli::prepare_trial(study);
    Problem problem = make_problem(std::move(name), trial.program, n_twins);
    problem.t_begin = trial.bound.trial.t_begin();
    problem.t_end = trial.bound.trial.t_end();
    problem.times = grid(problem.t_begin, problem.t_end, observe_every);

    const auto communicator = engine::single_process();
    const engine::Kernel kernel = engine::build_kernel(trial.program, *communicator);
    engine::SimulatorOptions options = cli::simulator_options(trial, kernel);
    options.integrate.rtol = 1e-9;
    options.observation_times = problem.times;
    options.keep_largest = true;
    std::vector<cohort::Person> people;
    for (std::int64_t id = 0; people.size() < static_cast<std::size_t>(n_twins); ++id) {
        cohort::Person person = trial.cohort->describe(id);
        if (person.plausible) people.push_back(std::move(person));
    }
    engine::Simulator simulator(kernel, trial.bound.trial, options);
    simulator.prepare(people);
    const engine::ArmResult& run = simulator.run(std::vector<int>(people.size(), arm));
    problem.observable_scale = sizes_of(run, problem.n_observables(), problem.times.size(), people.size());
    if (options.prepare_steady_state) problem.initial_state.resize(problem.n_states() * people.size());
    for (std::size_t twin = 0; twin < people.size(); ++twin) {
        if (options.prepare_steady_state) {
            const engine::PreparedTwin prepared = simulator.prepared(twin);
            KOHORT_CHECK(prepared.status == TwinStatus::ok);
            for (std::size_t row = 0; row < problem.n_states(); ++row)
                problem.initial_state[row * people.size() + twin] = prepared.state[row];
        }
        for (std::size_t row = 0; row < problem.n_states(); ++row) {
            double& scale = problem.state_scale[row];
            scale = std::max(twin == 0 ? 0.0 : scale, run.largest_state(row, twin));
        }
        std::vector<double> parameter = kernel.default_parameters();
        std::vector<double> input = kernel.default_inputs();
        trial.bound.trial.personalise(people[twin], parameter, input);
        for (std::size_t row = 0; row < parameter.size(); ++row)
            problem.parameter[row * people.size() + twin] = parameter[row];
        for (std::size_t row = 0; row < input.size(); ++row) problem.input[row * people.size() + twin] = input[row];
        std::vector<kernels::Action> actions;
        trial.bound.trial.schedule(people[twin], arm, actions);
        std::erase_if(actions,
                      [](const kernels::Action& action) { return action.kind == kernels::Action::Kind::measure; });
        problem.action.insert(problem.action.end(), actions.begin(), actions.end());
        problem.action_begin[twin + 1] = static_cast<std::int64_t>(problem.action.size());
    }
    for (double& scale : problem.state_scale) scale = scale > 0.0 ? scale : 1.0;  // never met in this arm
    return problem;
}

}  // namespace kohort::benchmarks
