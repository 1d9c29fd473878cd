// Work and precision of our kernels and of the best peers, interleaved in one process, on one core.
//
//     ./dev bench [--tables work,heterogeneity,published,threads,targets,peak,compile] [--problems DM,CP] [--repeats 5] [--output benchmarks/results/<machine>-<date>.json]
#include "base/text.hpp"
#include "base/version.hpp"
#include "benchmarks/error.hpp"
#include "benchmarks/solver.hpp"
#include "benchmarks/statistics.hpp"
#include "benchmarks/tables.hpp"
#include "codegen/mixed_precision.hpp"
#include "codegen/model_plan.hpp"

#include <mpi.h>
#include <petscsys.h>
#include <sundials/sundials_config.h>
#include <CLI/CLI.hpp>
#include <Kokkos_Core.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace kohort::benchmarks {
namespace {

using nlohmann::json;

struct Options {
    std::vector<std::string> problems;
    std::vector<double> tolerances = {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10};
    std::int64_t twins = 256;
    std::int64_t peer_twins = 32;  // a peer takes the first so many
    int repeats = 5;
    std::string only;  // part of a solver's name
    std::vector<std::string> tables = {"work"};
    std::string command;
    std::string output;
};

constexpr std::int64_t table_twins = 2048;  // of tables other than work

struct Entry {
    std::unique_ptr<Solver> solver;
    bool is_peer;
    double least_rtol = 0.0;
};

constexpr double least_mixed_rtol = 1e-5;  // studies may not ask for less

/// A dense LU of 400 states takes it minutes a twin.
bool too_large_for_petsc(const Problem& problem) { return problem.n_states() > 100; }

std::vector<Entry> solvers_of(const Problem& problem, const std::string& only) {
    std::vector<Entry> entries;
    const auto ours = [&](kernels::Method method, int lanes) {
        entries.push_back({kohort_solver(problem, method, lanes), false});
    };
    ours(kernels::Method::rodas4, 8);
    if (problem.stiff) ours(kernels::Method::rodas4p2, 8);
    ours(kernels::Method::rodas5p, 8);
    if (problem.stiff && !codegen::why_not_mixed(problem.program)) {
        for (const auto method : {kernels::Method::rodas4, kernels::Method::rodas5p})
            entries.push_back({kohort_solver(problem, method, 16, 1, "", 0.0, Precision::mixed), false, least_mixed_rtol});
    }
    if (!problem.stiff) ours(kernels::Method::tsit5, 8);
    if (codegen::is_affine(problem.program)) ours(kernels::Method::taylor, 8);
    ours(problem.stiff ? kernels::Method::rodas4 : kernels::Method::tsit5, 1);
    entries.push_back({cvode_solver(problem, false), true});
    if (problem.n_states() > 10) entries.push_back({cvode_solver(problem, true), true});
    if (auto lsoda = lsoda_solver(problem)) entries.push_back({std::move(lsoda), true});
    if (!too_large_for_petsc(problem)) entries.push_back({petsc_solver(problem), true});
    std::erase_if(entries, [&](const Entry& entry) { return entry.solver->name().find(only) == std::string::npos; });
    return entries;
}

/// Rodas5P at 1e-12, and how far CVODE at 1e-10 is from it.
struct Reference {
    std::vector<double> observation;
    double distance_of_peer = 0.0;
};

Reference reference_of(const Problem& problem, const Options& options) {
    Solved ours = kohort_solver(problem, kernels::Method::rodas5p, 8)->solve(1e-12, problem.n_twins);
    const std::int64_t n = std::min(options.peer_twins, problem.n_twins);
    const Solved peer = cvode_solver(problem, false)->solve(1e-10, n);
    const double distance = error_of(problem, peer.observation, ours.observation, n).median;
    return {std::move(ours.observation), distance};
}

/// A peer that takes long over one twin gets no more, and no repeats.
constexpr double long_for_a_twin = 0.2;  // [s]

json measure(const Problem& problem, const Options& options) {
    std::vector<Entry> entries = solvers_of(problem, options.only);
    const Reference reference = reference_of(problem, options);
    std::fprintf(stderr, "%s: CVODE at 1e-10 is %.1e from the reference\n", problem.name.c_str(), reference.distance_of_peer);
    json rows = json::array();
    for (const double rtol : options.tolerances) {
        std::vector<std::vector<double>> seconds(entries.size());
        std::vector<json> found(entries.size());
        std::vector<std::int64_t> twins(entries.size(), problem.n_twins);
        for (std::size_t index = 0; index < entries.size(); ++index) {
            if (!entries[index].is_peer) continue;
            const bool slow = entries[index].solver->solve(rtol, 1).seconds > long_for_a_twin;
            twins[index] = slow ? 1 : std::min(options.peer_twins, problem.n_twins);
        }
        for (int repeat = 0; repeat < options.repeats; ++repeat) {
            for (std::size_t index = 0; index < entries.size(); ++index) {
                const std::int64_t n = twins[index];
                if ((n == 1 && repeat > 0) || rtol < entries[index].least_rtol) continue;
                const Solved solved = entries[index].solver->solve(rtol, n);
                seconds[index].push_back(solved.seconds / static_cast<double>(n));
                if (repeat > 0) continue;
                const Error error = error_of(problem, solved.observation, reference.observation, n);
                found[index] = {{"solver", entries[index].solver->name()},
                                {"rtol", rtol},
                                {"twins", n},
                                {"error_median", error.median},
                                {"error_99", error.percentile_99},
                                {"steps_per_twin", static_cast<double>(solved.steps) / static_cast<double>(n)},
                                {"rejected_per_twin", static_cast<double>(solved.rejected) / static_cast<double>(n)},
                                {"failures", solved.failures}};
            }
        }
        for (std::size_t index = 0; index < entries.size(); ++index) {
            if (seconds[index].empty()) continue;
            found[index]["microseconds"] = 1e6 * median(seconds[index]);
            found[index]["microseconds_least"] = 1e6 * *std::min_element(seconds[index].begin(), seconds[index].end());
            std::fprintf(stderr, "  %-22s %7.0e %10.2f us  error %.1e %.1e  steps %.0f + %.0f\n",
                         found[index]["solver"].get<std::string>().c_str(), rtol,
                         found[index]["microseconds"].get<double>(), found[index]["error_median"].get<double>(),
                         found[index]["error_99"].get<double>(), found[index]["steps_per_twin"].get<double>(),
                         found[index]["rejected_per_twin"].get<double>());
            rows.push_back(found[index]);
        }
    }
    json left_out = json::object();
    if (too_large_for_petsc(problem)) left_out["PETSc RA34PW2, dense"] = "left out: minutes a twin";
    return {{"problem", problem.name},
            {"left_out", left_out},
            {"about", problem.about},
            {"states", problem.n_states()},
            {"twins", problem.n_twins},
            {"reference_distance", reference.distance_of_peer},
            {"rows", rows}};
}

/// "model name" of /proc/cpuinfo, or "unknown"
std::string processor() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        const auto colon = line.find(':');
        if (line.starts_with("model name") && colon != std::string::npos)
            return std::string(trim(std::string_view(line).substr(colon + 1)));
    }
    return "unknown";
}

json work_table(const Options& options) {
    json problems = json::array();
    for (const ProblemMaker& maker : all_problems()) {
        const bool wanted = options.problems.empty() ||
                            std::count(options.problems.begin(), options.problems.end(), maker.name) > 0;
        if (wanted) problems.push_back(measure(maker.make(options.twins), options));
    }
    return problems;
}

int run(const Options& options) {
    json result = {{"command", options.command},     {"processor", processor()},     {"compiler", __VERSION__},
                   {"kohort", std::string(version)}, {"sundials", SUNDIALS_VERSION}, {"repeats", options.repeats}};
    for (const std::string& table : options.tables) {
        if (table == "work") result[table] = work_table(options);
        if (table == "heterogeneity") result[table] = heterogeneity_table(table_twins);
        if (table == "published") result[table] = published_table();
        if (table == "threads") result[table] = thread_table(table_twins, options.repeats);
        if (table == "targets") result[table] = target_table(table_twins, options.repeats);
        if (table == "peak") result[table] = peak_table(table_twins, options.repeats);
        if (table == "compile") result[table] = compile_table();
    }
    if (!options.output.empty()) std::ofstream(options.output) << result.dump(1) << '\n';
    return 0;
}

}  // namespace
}  // namespace kohort::benchmarks

int main(int argc, char** argv) {
    kohort::benchmarks::Options options;
    CLI::App app("Times our kernels beside CVODE, LSODA and PETSc at equal achieved error");
    app.add_option("--tables", options.tables, "What is measured")
        ->delimiter(',')
        ->check(CLI::IsMember({"work", "heterogeneity", "published", "threads", "targets", "peak", "compile"}))
        ->capture_default_str();
    app.add_option("--problems", options.problems, "Only these")->delimiter(',');
    app.add_option("--tolerances", options.tolerances, "Relative tolerances")->delimiter(',');
    app.add_option("--twins", options.twins, "Population of our own solvers")->capture_default_str();
    app.add_option("--peer-twins", options.peer_twins, "The first so many for peers")->capture_default_str();
    app.add_option("--repeats", options.repeats, "Runs of each, interleaved; the median counts")->capture_default_str();
    app.add_option("--only", options.only, "Only solvers whose name contains this");
    app.add_option("--output", options.output, "JSON file");
    CLI11_PARSE(app, argc, argv);
    options.command = kohort::join(std::vector<std::string>(argv + 1, argv + argc), " ");
    MPI_Init(&argc, &argv);
    PetscInitialize(nullptr, nullptr, nullptr, nullptr);
    int status = 0;
    {
        const Kokkos::ScopeGuard kokkos(Kokkos::InitializationSettings().set_num_threads(1));
        status = kohort::benchmarks::run(options);
    }
    PetscFinalize();
    MPI_Finalize();
    return status;
}
