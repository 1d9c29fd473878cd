#include "cli/prepared_trial.hpp"

#include "base/text.hpp"
#include "cli/precision.hpp"
#include "codegen/longest_step.hpp"
#include "codegen/model_plan.hpp"
#include "engine/tolerances.hpp"
#include "model/check.hpp"
#include "model/read_model.hpp"
#include "trial/clock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kohort::cli {
namespace {

// A twin has settled when its rates, held for as long as the study lasts, would move it by no more than the solver's
// relative tolerance. Steps grow without limit on the way, so a long limit costs nothing.
constexpr double settling_limit = 1000.0;  // [study durations]
constexpr std::size_t n_pilots = 8;        // twins from which absolute tolerances are fitted

kernels::Method method_of(const std::string& name) {
    if (name == "rodas4p2") return kernels::Method::rodas4p2;
    if (name == "rodas5p") return kernels::Method::rodas5p;
    if (name == "tsit5") return kernels::Method::tsit5;
    if (name == "taylor") return kernels::Method::taylor;
    KOHORT_CHECK(name == "rodas4");
    return kernels::Method::rodas4;
}

/// [model time] the shorter of what the user and the model ask for; 0 for none
double longest_step(const trial::Solver& solver, const codegen::Program& program) {
    const double of_model = codegen::longest_step(program);
    const auto& asked = solver.max_step;
    if (!asked) return of_model;
    const double of_user = trial::Clock(program.model.time_unit).length(*asked);
    return of_model > 0.0 ? std::min(of_model, of_user) : of_user;
}

/// [model time] the length of every step; 0 where the error decides
double given_step(const trial::ModelChoice& model, const trial::BoundStudy& bound, const codegen::Program& program) {
    if (!model.solver.step) return 0.0;
    const double step = trial::Clock(program.model.time_unit).length(*model.solver.step);
    const double of_model = codegen::longest_step(program);
    if (of_model > 0.0 && step > of_model)
        throw InputError(model.place, "the model has functions of time that repeat too soon for this step",
                         "give a step of at most " + shortest(of_model) + " " + program.model.time_unit);
    if (model.prepare_steady_state)
        throw InputError(model.place, "nobody can wait for a steady state in steps of a given length",
                         "leave out step or prepare");
    const double steps = bound.trial.t_end() / step;
    if (steps > static_cast<double>(model.solver.max_steps))
        throw InputError(model.place, "the study takes more steps of this length than max_steps allows",
                         "give a longer step, or max_steps: " + shortest(std::ceil(1.1 * steps)));
    return step;
}

/// Of the table that the cohort is read from.
std::vector<std::string> person_ids(const io::StudyFile& file) {
    return file.cohort.from ? file.cohort.from->table->id : std::vector<std::string>();
}

}  // namespace

PreparedTrial prepare_trial(const std::filesystem::path& study_path) {
    io::StudyFile file = io::read_study(study_path);
    auto cohort = cohort::make_cohort(file.cohort, file.study.seed);
    const auto& attributes = cohort->attributes();
    model::Model model = model::read_model(file.model_path);
    std::vector<std::string> warnings = model.remarks;
    for (std::string& warning : model::check(model)) warnings.push_back(std::move(warning));
    const codegen::LowerOptions options = trial::lower_options(file.study, model, attributes);
    codegen::Program program = codegen::lower(std::move(model), options);
    check_precision(file.study.model, program);
    trial::BoundStudy bound = trial::bind_study(file.study, program, attributes, person_ids(file));
    trial::TrialPlan plan = trial::plan_trial(file.study, bound.columns, attributes);
    return {std::move(file),  std::move(cohort), std::move(program),
            std::move(bound), std::move(plan),   std::move(warnings)};
}

std::vector<cohort::Person> pilots_of(const PreparedTrial& trial) {
    return engine::first_people(*trial.cohort, n_pilots);
}

engine::SimulatorOptions simulator_options(const trial::TrialStudy& study, const trial::BoundStudy& bound,
                                           std::span<const cohort::Person> pilots, const engine::Kernel& kernel) {
    const trial::Solver& solver = study.model.solver;
    engine::SimulatorOptions options;
    options.integrate.method = method_of(solver.method);
    if (options.integrate.method == kernels::Method::tsit5 && kernel.program().n_massless + kernel.program().n_fast > 0)
        throw InputError(study.model.place, "the model has algebraic equations, which `tsit5` cannot solve",
                         "write method: rodas4 or rodas5p");
    if (options.integrate.method == kernels::Method::taylor && !codegen::is_affine(kernel.program()))
        throw InputError(study.model.place,
                         "`taylor` is for models whose rates are linear in their states and do not depend on time",
                         "write method: tsit5, or rodas4 if the model is stiff");
    options.integrate.rtol = solver.rtol;
    options.integrate.max_steps = solver.max_steps;
    options.integrate.step = given_step(study.model, bound, kernel.program());
    options.integrate.max_step = longest_step(solver, kernel.program());
    options.prepare_steady_state = study.model.prepare_steady_state;
    options.steady_time = bound.trial.t_end();
    options.steady_limit = settling_limit * options.steady_time;
    options.steady_tolerance = solver.rtol;
    for (const trial::FixedValue& held : bound.held_inputs)
        options.holding.push_back({static_cast<std::size_t>(held.index), held.value});
    if (solver.atol) {
        options.integrate.atol = *solver.atol;
    } else {
        options.absolute_tolerance = engine::scaled_tolerances(kernel, bound.trial, options, pilots,
                                                               static_cast<int>(study.arms.size()));
    }
    return options;
}

engine::SimulatorOptions simulator_options(const PreparedTrial& trial, const engine::Kernel& kernel) {
    engine::SimulatorOptions options = simulator_options(trial.study(), trial.bound, pilots_of(trial), kernel);
    check_tolerances(trial, options);
    return options;
}

}  // namespace kohort::cli
