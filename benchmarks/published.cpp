// Reference solutions as published: Test Set for IVP Solvers (Mazzia and Magherini, Bari, release 2.4); Hairer and Wanner,
// Solving Ordinary Differential Equations II, 1996.
#include "base/errors.hpp"
#include "benchmarks/classic_problems.hpp"
#include "benchmarks/solver.hpp"
#include "benchmarks/tables.hpp"
#include "model/symbols.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace kohort::benchmarks {
namespace {

/// One value of a solution at the end
struct Value {
    std::size_t observable;
    double value;
};

struct Published {
    Problem problem;  // its first twin is as published
    std::vector<Value> values;
};

/// Compares at the end only, with tolerances about the size of the published values.
Published at_end(Problem problem, double t_end, std::vector<Value> values) {
    problem.t_end = t_end;
    problem.times = {t_end};
    if (values.size() == problem.n_states()) {
        for (const Value& value : values) {
            const std::string& name = problem.program.observable_names[value.observable];
            problem.state_scale[model::find_state(problem.program.model, name)] = std::abs(value.value);
        }
    }
    return {std::move(problem), std::move(values)};
}

std::vector<Value> all_of(std::initializer_list<double> values) {
    std::vector<Value> numbered;
    for (const double value : values) numbered.push_back({numbered.size(), value});
    return numbered;
}

std::vector<Published> published() {
    std::vector<Published> all;
    all.push_back(at_end(robertson(1), 1e11, all_of({0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050})));
    all.push_back(
        at_end(hires(1), 321.8122,
               all_of({0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
                       0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2})));
    all.push_back(at_end(van_der_pol(1), 2000.0, all_of({0.1706167732170469e1, -0.8928097010248125e-3})));
    all.push_back(
        at_end(pollu(1), 60.0,
               all_of({0.5646255480022769e-1, 0.1342484130422339,    0.4139734331099427e-8, 0.5523140207484359e-2,
                       0.2018977262302196e-6, 0.1464541863493966e-6, 0.7784249118997964e-1, 0.3245075353396018,
                       0.7494013383880406e-2, 0.1622293157301561e-7, 0.1135863833257075e-7, 0.2230505975721359e-2,
                       0.2087162882798630e-3, 0.1396921016840158e-4, 0.8964884856898295e-2, 0.4352846369330103e-17,
                       0.6899219696263405e-2, 0.1007803037365946e-3, 0.1772146513969984e-5, 0.5682943292316392e-4})));
    // y79, y133, y171, y199, y200 of the 400, counted from 1
    all.push_back(at_end(akzo(1), 20.0,
                         {{78, 0.2339942217046434e-3},
                          {132, 0.3576835958481664e-3},
                          {170, 0.3085949832350532e-3},
                          {198, 0.1173741304462833e-3},
                          {199, 0.6190822732534586e-5}}));
    all.back().problem.state_scale.assign(all.back().problem.n_states(), 1e-4);
    return all;
}

/// -log10 of the greatest relative difference
double digits(const Published& reference, const Solved& solved) {
    double worst = 0.0;
    for (const Value& value : reference.values)
        worst = std::max(worst, std::abs(solved.observation[value.observable] / value.value - 1.0));
    return -std::log10(worst);
}

}  // namespace

nlohmann::json published_table() {
    nlohmann::json rows = nlohmann::json::array();
    for (const Published& reference : published()) {
        nlohmann::json row = {{"problem", reference.problem.name}, {"t_end", reference.problem.t_end}};
        for (const auto& [name, method] : {std::pair{"rodas4", kernels::Method::rodas4},
                                           {"rodas4p2", kernels::Method::rodas4p2},
                                           {"rodas5p", kernels::Method::rodas5p}}) {
            const auto solver = kohort_solver(reference.problem, method, 8);
            for (const double rtol : {1e-6, 1e-9}) {
                const Solved solved = solver->solve(rtol, 1);
                KOHORT_CHECK(solved.failures == 0);
                row[name][rtol == 1e-6 ? "1e-6" : "1e-9"] = digits(reference, solved);
            }
        }
        std::fprintf(stderr, "%s\n", row.dump().c_str());
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace kohort::benchmarks
