// Problems of the Test Set for IVP Solvers (Mazzia and Magherini, Bari, release 2.4), pharmacokinetics, and Lorenz' system.
#include "benchmarks/classic_problems.hpp"

#include "benchmarks/texts.hpp"
#include "model/symbols.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::benchmarks {
namespace {

/// value in twin of the parameter of this name
double& parameter(Problem& problem, const std::string& name, std::int64_t twin) {
    const auto& parameters = problem.program.model.parameters;
    const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.name == name; });
    KOHORT_CHECK(found != parameters.end());
    return problem.parameter[static_cast<std::size_t>((found - parameters.begin()) * problem.n_twins + twin)];
}

void spread_all_parameters(Problem& problem, double cv) {
    for (std::size_t row = 0; row < problem.program.model.parameters.size(); ++row) {
        for (std::int64_t twin = 0; twin < problem.n_twins; ++twin) {
            double& value = problem.parameter[row * static_cast<std::size_t>(problem.n_twins) + static_cast<std::size_t>(twin)];
            value = log_normal(value, cv, twin, static_cast<std::uint32_t>(row));
        }
    }
}

}  // namespace

Problem robertson(std::int64_t n_twins) {
    Problem problem = make_problem("ROBER", lower_text("robertson", {"y1", "y2", "y3"}), n_twins);
    problem.about = "3 states, k1, k2, k3 with 25 % CV (twin 0 as published), to 1e5 s, output at 1, 10, ..., 1e5";
    spread_all_parameters(problem, 0.25);
    parameter(problem, "k1", 0) = 0.04;
    parameter(problem, "k2", 0) = 3e7;
    parameter(problem, "k3", 0) = 1e4;
    problem.t_end = 1e5;
    problem.times = {1.0, 10.0, 100.0, 1e3, 1e4, 1e5};
    problem.state_scale[model::find_state(problem.program.model, "y2")] = 1e-4;
    problem.observable_scale = {1.0, 1e-4, 1.0};
    return problem;
}

Problem hires(std::int64_t n_twins) {
    Problem problem = make_problem("HIRES", lower_text("hires", {"y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8"}), n_twins);
    problem.about = "8 states, initial y1 with 25 % CV (twin 0 as published), to 321.8122 s, 8 outputs";
    for (const model::State& state : problem.program.model.states) {
        for (std::int64_t twin = 0; twin < n_twins; ++twin) {
            const double first = twin == 0 ? 1.0 : log_normal(1.0, 0.25, twin, 0);
            problem.initial_state.push_back(state.name == "y1" ? first : state.name == "y8" ? 0.0057 : 0.0);
        }
    }
    problem.t_end = 321.8122;
    problem.times = {1.0, 5.0, 20.0, 50.0, 100.0, 200.0, 300.0, 321.8122};
    problem.state_scale.assign(8, 1e-2);
    problem.observable_scale.assign(8, 1e-2);
    return problem;
}

Problem pollu(std::int64_t n_twins) {
    std::vector<std::string> names;
    for (int state = 1; state <= 20; ++state) names.push_back("y" + std::to_string(state));
    Problem problem = make_problem("POLLU", lower_text("pollu", names), n_twins);
    problem.about = "20 states, 25 rates with 10 % CV (twin 0 as published), to 60 min, 6 outputs";
    const Problem published = make_problem("", lower_text("pollu", names), 1);
    spread_all_parameters(problem, 0.1);
    for (std::size_t row = 0; row < published.parameter.size(); ++row)
        problem.parameter[row * static_cast<std::size_t>(n_twins)] = published.parameter[row];
    problem.t_end = 60.0;
    problem.times = {1.0, 5.0, 10.0, 20.0, 40.0, 60.0};
    problem.state_scale.assign(20, 1e-4);
    problem.observable_scale.assign(20, 1e-4);
    return problem;
}

Problem van_der_pol(std::int64_t n_twins) {
    Problem problem = make_problem("VDPOL", lower_text("vanderpol", {"x", "y"}), n_twins);
    problem.about = "2 states, mu log-normal about 1000 with 25 % CV (twin 0: 1000), to 2000 s, 20 outputs";
    for (std::int64_t twin = 1; twin < n_twins; ++twin)
        parameter(problem, "mu", twin) = log_normal(1000.0, 0.25, twin, 0);
    problem.t_end = 2000.0;
    problem.times = grid(100.0, 2000.0, 100.0);
    return problem;
}

Problem akzo(std::int64_t n_twins) {
    Problem problem = make_problem("MEDAKZO", lower_akzo(200), n_twins);
    problem
        .about = "400 states, k with 25 % CV (twin 0 as published), the surface drops to 0 at 5 s, to 20 s, 6 outputs";
    for (std::int64_t twin = 1; twin < n_twins; ++twin)
        parameter(problem, "k", twin) = log_normal(100.0, 0.25, twin, 0);
    for (std::int64_t twin = 0; twin < n_twins; ++twin) {
        problem.action.push_back({5.0, 0.0, kernels::Action::Kind::set_input, 0});
        problem.action_begin[static_cast<std::size_t>(twin) + 1] = twin + 1;
    }
    problem.t_end = 20.0;
    problem.times = {1.0, 4.0, 6.0, 10.0, 15.0, 20.0};
    problem.state_scale.assign(problem.n_states(), 1e-2);
    problem.observable_scale.assign(problem.n_observables(), 1e-2);
    return problem;
}

Problem lorenz(std::int64_t n_twins) {
    Problem problem = make_problem("Lorenz", lower_text("lorenz", {"x", "y", "z"}), n_twins);
    problem.about = "3 states, rho from 0 to 21, to 1, 1 output";
    for (std::int64_t twin = 0; twin < n_twins; ++twin)
        parameter(problem, "rho", twin) = 21.0 * static_cast<double>(twin) /
                                          static_cast<double>(std::max<std::int64_t>(1, n_twins - 1));
    problem.t_end = 1.0;
    problem.times = {1.0};
    problem.stiff = false;
    problem.state_scale.assign(3, 10.0);
    problem.observable_scale.assign(3, 10.0);
    return problem;
}

Problem repeated_doses(std::int64_t n_twins) {
    Problem problem = make_problem("PK28", lower_text("one_compartment", {"concentration"}), n_twins);
    problem.about = "2 states, ka, CL, V with 30 % CV, 100 mg every 12 h for 14 days, output each hour";
    spread_all_parameters(problem, 0.3);
    for (std::int64_t twin = 0; twin < n_twins; ++twin) {
        for (int dose = 0; dose < 28; ++dose)
            problem.action.push_back({12.0 * dose, 100.0, kernels::Action::Kind::add_to_state, 0});
        problem.action_begin[static_cast<std::size_t>(twin) + 1] = static_cast<std::int64_t>(problem.action.size());
    }
    problem.t_end = 336.0;
    problem.times = grid(0.0, 336.0, 1.0);
    problem.stiff = false;
    problem.state_scale.assign(2, 100.0);
    return problem;
}

}  // namespace kohort::benchmarks
