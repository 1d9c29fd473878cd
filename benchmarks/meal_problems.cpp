#include "benchmarks/meal_problems.hpp"

#include "benchmarks/texts.hpp"
#include "codegen/plugin.hpp"
#include "codegen/plugin_cache.hpp"
#include "kernels/launch.hpp"
#include "model/symbols.hpp"

#include <algorithm>
#include <utility>

namespace kohort::benchmarks {
namespace {

// What differs between people, log-normal with 25 % CV about the text's value.
const std::vector<std::string> meal_parameters = {"V_G",  "k1",   "k2", "V_I",   "m1",   "m4",  "kmax",
                                                  "kabs", "kgri", "BW", "kp2",   "kp3",  "kp4", "ki",
                                                  "Vmx",  "p2U",  "K",  "alpha", "beta", "gam"};
const std::vector<std::string> signalling_parameters = {"q1a", "q1c", "q1f",  "q1r", "q2a",  "q2c", "q2f", "q3a",
                                                        "q4a", "q4h", "q5a1", "q5d", "q6f2", "q7f", "q9f2"};

double* row_of(Problem& problem, const std::string& name) {
    return problem.parameter.data() +
           model::find_parameter(problem.program.model, name) * static_cast<std::size_t>(problem.n_twins);
}

void spread(Problem& problem, const std::vector<std::string>& names, std::uint32_t first_draw, double cv = 0.25) {
    for (const std::string& name : names) {
        double* const row = row_of(problem, name);
        for (std::int64_t twin = 0; twin < problem.n_twins; ++twin)
            row[twin] = log_normal(row[twin], cv, twin, first_draw);
        ++first_draw;
    }
}

/// Meals at 420 +- 30, 750 +- 45 and 1140 +- 45 min; 45, 70 and 78 g with 25 % CV; or all without spread. D, which sets how
/// the stomach empties, is the meal's own glucose.
void add_meals(Problem& problem, bool individual = true) {
    const auto stomach = static_cast<std::int32_t>(model::find_state(problem.program.model, "Q_sto1"));
    const auto size = static_cast<std::int32_t>(model::find_parameter(problem.program.model, "D"));
    const struct {
        double time, spread, glucose_mg;
    } meals[] = {{420.0, 30.0, 45e3}, {750.0, 45.0, 70e3}, {1140.0, 45.0, 78e3}};
    for (std::int64_t twin = 0; twin < problem.n_twins; ++twin) {
        std::uint32_t draw = 100;
        for (const auto& meal : meals) {
            const double spread = individual ? meal.spread : 0.0;
            const double time = uniform(meal.time - spread, meal.time + spread, twin, draw++);
            const double glucose = log_normal(meal.glucose_mg, individual ? 0.25 : 0.0, twin, draw++);
            problem.action.push_back({time, glucose, kernels::Action::Kind::add_to_state, stomach});
            problem.action.push_back({time, glucose, kernels::Action::Kind::set_parameter, size});
        }
        problem.action_begin[static_cast<std::size_t>(twin) + 1] = static_cast<std::int64_t>(problem.action.size());
    }
}

/// 78 g in the stomach at the beginning
void add_breakfast(Problem& problem) {
    const auto stomach = static_cast<std::int32_t>(model::find_state(problem.program.model, "Q_sto1"));
    std::fill_n(row_of(problem, "D"), problem.n_twins, 78e3);
    for (std::int64_t twin = 0; twin < problem.n_twins; ++twin) {
        problem.action.push_back({0.0, 78e3, kernels::Action::Kind::add_to_state, stomach});
        problem.action_begin[static_cast<std::size_t>(twin) + 1] = twin + 1;
    }
}

void one_day(Problem& problem) {
    problem.t_end = 1440.0;
    problem.times = grid(0.0, 1440.0, 5.0);
    const std::pair<const char*, double> scales[] = {{"G_p", 170.0},  {"G_t", 130.0},  {"I_l", 5.0},   {"I_p", 1.3},
                                                     {"Q_sto1", 2e4}, {"Q_sto2", 2e4}, {"Q_gut", 2e4}, {"X", 50.0},
                                                     {"I_1", 25.0},   {"I_d", 25.0},   {"Y", 2.0},     {"I_po", 4.0}};
    for (const auto& [state, scale] : scales)
        problem.state_scale[model::find_state(problem.program.model, state)] = scale;
}

/// Each twin to rest with wX = 1, kGl = 0; then GLUT4mb is the GLUT4m it has there, and wX = 0.3, kGl = 10.
void relax(Problem& problem) {
    const auto set = [&](const std::string& name, double value) {
        std::fill_n(row_of(problem, name), problem.n_twins, value);
    };
    set("wX", 1.0);
    set("kGl", 0.0);
    std::vector<double> rest(problem.n_states() * static_cast<std::size_t>(problem.n_twins));
    std::vector<TwinStatus> status(static_cast<std::size_t>(problem.n_twins));
    kernels::Batch batch;
    batch.n_twins = problem.n_twins;
    batch.t_begin = -1e7;
    batch.parameter = problem.parameter.data();
    batch.input = problem.input.data();
    batch.final_state = rest.data();
    batch.status = status.data();
    const codegen::Plugin plugin(codegen::compile(problem.program, codegen::default_compile_options()).file);
    const auto* const api = reinterpret_cast<decltype(&kohort_plugin)>(plugin.symbol("kohort_plugin"))();
    kernels::integrate(
        Kokkos::DefaultHostExecutionSpace(), *api, batch,
        {.rtol = 1e-10, .atol = 1e-12, .to_steady_state = true, .steady_tolerance = 1e-9, .steady_time = 1440.0});
    KOHORT_CHECK(std::all_of(status.begin(), status.end(), [](TwinStatus s) { return s == TwinStatus::ok; }));
    const std::size_t glut4 = model::find_state(problem.program.model, "GLUT4m");
    std::copy_n(rest.data() + glut4 * static_cast<std::size_t>(problem.n_twins), problem.n_twins,
                row_of(problem, "GLUT4mb"));
    set("wX", 0.3);
    set("kGl", 10.0);
    problem.initial_state = std::move(rest);
}

}  // namespace

Problem meals(std::int64_t n_twins) {
    Problem problem = make_problem("DM", lower_text("dm", {"G_p", "I_p", "Q_gut", "X"}), n_twins);
    problem.about = "12 states, 20 parameters with 25 % CV, three meals at own times, one day, output every 5 min";
    spread(problem, meal_parameters, 0);
    add_meals(problem);
    one_day(problem);
    problem.observable_scale = {170.0, 1.3, 2e4, 50.0};
    return problem;
}

Problem varied_meals(std::int64_t n_twins, double cv, Interruption interruption) {
    const std::vector<std::string> observables = {"G_p", "I_p", "Q_gut", "X"};
    const bool triggered = interruption == Interruption::triggered;
    Problem problem = make_problem("DM-varied",
                                   triggered ? lower_text_with_event("dm", "correction = G > 160, I_p, I_p + 10", observables)
                                             : lower_text("dm", observables),
                                   n_twins);
    spread(problem, meal_parameters, 0, cv);
    one_day(problem);
    problem.observable_scale = {170.0, 1.3, 2e4, 50.0};
    if (interruption != Interruption::none) {
        add_meals(problem, interruption != Interruption::common);
    } else {
        add_breakfast(problem);
    }
    return problem;
}

Problem meals_and_signalling(std::int64_t n_twins) {
    Problem problem = make_problem("CP", lower_text("cp", {"G_p", "I_p", "GLUT4m", "S6p"}), n_twins);
    problem.about = "39 states, 35 parameters with 25 % CV, three meals at own times, one day, output every 5 min";
    spread(problem, meal_parameters, 0);
    spread(problem, signalling_parameters, 50);
    relax(problem);
    add_meals(problem);
    one_day(problem);
    problem.observable_scale = {170.0, 1.3, 1.0, 1.0};
    return problem;
}

}  // namespace kohort::benchmarks
