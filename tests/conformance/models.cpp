#include "models.hpp"

#include "base/errors.hpp"
#include "base/text.hpp"
#include "codegen/generate.hpp"
#include "codegen/missing_values.hpp"
#include "compiled_again.hpp"
#include "engine/one_twin.hpp"
#include "model/check.hpp"
#include "model/read_model.hpp"
#include "trajectory.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace kohort::conformance {

namespace {

namespace fs = std::filesystem;

constexpr double largest_difference = 1e-5;  // relative
constexpr double share_of_size = 0.1;        // a variable near zero is compared with this share of its largest size,
constexpr double share_of_all = 1e-10;       // and with this share of the largest variable's: below is rounding
constexpr double relative_tolerance = 1e-8;
constexpr std::int64_t most_steps = 300'000;
constexpr int n_times = 100;

enum class Outcome { refused, failed, not_judged, differs, agrees_with_tighter, agrees };

struct Verdict {
    Outcome outcome = Outcome::refused;
    std::string reason;
    double prepare_s = 0.0;  // reading, differentiation, code generation
    double interpreter_s = 0.0;
    double cvode_s = 0.0;
    double difference = 0.0;
    std::size_t left_open = 0;  // values that the model does not have
};

const std::map<Outcome, std::string> words{{Outcome::refused, "refused"},
                                           {Outcome::failed, "failed"},
                                           {Outcome::not_judged, "simulated, not judged"},
                                           {Outcome::differs, "differs"},
                                           {Outcome::agrees_with_tighter, "agrees with CVODE at 1e-11"},
                                           {Outcome::agrees, "agrees"}};

/// The start, and times at which a model's own schedule hardly ever changes something.
std::vector<double> times_until(double t_end) {
    std::vector<double> times{0.0};
    for (int step = 1; step < n_times; ++step) times.push_back(t_end * (step - 0.3819) / n_times);
    times.push_back(t_end);
    return times;
}

double largest_size(std::span<const double> values) {
    double largest = 0.0;
    for (const double value : values) largest = std::isfinite(value) ? std::max(largest, std::abs(value)) : largest;
    return largest;
}

struct Difference {
    double relative = 0.0;
    std::size_t variable = 0;
    std::size_t time = 0;
};

Difference compare(const Trajectory& ours, const Trajectory& theirs, std::size_t times) {
    Difference worst;
    const double of_all = largest_size(theirs.values);
    for (std::size_t variable = 0; variable * times < ours.values.size(); ++variable) {
        const auto row = std::span(theirs.values).subspan(variable * times, times);
        const double floor = std::max({share_of_size * largest_size(row), share_of_all * of_all, 1e-300});
        for (std::size_t time = 0; time < times; ++time) {
            const double got = ours.values[variable * times + time];
            const double wanted = row[time];
            if (got == wanted || (std::isnan(got) && std::isnan(wanted))) continue;
            const double relative = std::abs(got - wanted) / std::max(std::abs(wanted), floor);
            if (!(relative <= worst.relative)) worst = {std::isnan(relative) ? HUGE_VAL : relative, variable, time};
        }
    }
    return worst;
}

std::string describe(const codegen::Program& program, const Difference& worst, const std::vector<double>& times,
                     const Trajectory& ours, const Trajectory& theirs) {
    char text[200];
    const std::size_t at = worst.variable * times.size() + worst.time;
    std::snprintf(text, sizeof text, " at %.6g: %.10g, CVODE %.10g, relative %.1e", times[worst.time], ours.values[at],
                  theirs.values[at], worst.relative);
    return program.observable_names[worst.variable] + text;
}

/// What is below the rounding of the largest state is no size that a state at rest could keep to: it is a small difference of large ones.
void allow_for_rounding(const codegen::Program& program, const Trajectory& ours, std::vector<double>& absolute) {
    const double rounding = std::numeric_limits<double>::epsilon() * largest_size(ours.values);
    for (std::size_t state = program.n_massless; state < program.n_massless + program.n_fast; ++state)
        absolute[state] = std::max(absolute[state], rounding);
}

/// By states, which stand in another order than what is observed of them.
std::vector<bool> never_there(const codegen::Program& program, const Trajectory& ours, std::size_t times) {
    std::vector<bool> result;
    for (const model::State& state : program.model.states) {
        const auto name = std::ranges::find(program.observable_names, "state:" + state.name);
        const auto row = static_cast<std::size_t>(name - program.observable_names.begin());
        const bool is_seen = name != program.observable_names.end();
        result.push_back(is_seen && largest_size(std::span(ours.values).subspan(row * times, times)) == 0.0);
    }
    return result;
}

/// Against CVODE at the same tolerances; where that is too coarse itself or fails, at a thousandth of them; and where it leaves the
/// solution by way of a rounded zero that grows by itself, without that.
void ask_cvode(Run& run, const Trajectory& ours, Verdict& verdict) {
    struct Attempt {
        double tightened;
        bool keeps_zeros;
    };
    const std::vector<double> absolute = run.absolute;
    for (const auto [tightened, keeps_zeros] : {Attempt{1.0, false}, {1e-3, false}, {1e-3, true}}) {
        run.relative = relative_tolerance * tightened;
        for (std::size_t state = 0; state < absolute.size(); ++state) run.absolute[state] = absolute[state] * tightened;
        allow_for_rounding(run.program, ours, run.absolute);
        if (keeps_zeros) run.never_there = never_there(run.program, ours, run.times.size());
        const Trajectory theirs = by_cvode(run);
        verdict.cvode_s += theirs.seconds;
        if (!theirs.failure.empty() && verdict.outcome == Outcome::differs) continue;
        verdict.outcome = Outcome::not_judged;
        verdict.reason = theirs.failure;
        if (!theirs.failure.empty()) continue;
        const Difference worst = compare(ours, theirs, run.times.size());
        verdict.difference = worst.relative;
        verdict.outcome = worst.relative > largest_difference ? Outcome::differs
                          : tightened == 1.0                  ? Outcome::agrees
                                                              : Outcome::agrees_with_tighter;
        if (verdict.outcome != Outcome::differs) return;
        verdict.reason = describe(run.program, worst, run.times, ours, theirs);
    }
}

/// What a model leaves to whoever uses it is 1 here; how many there were.
std::size_t fill_in_missing_values(const codegen::Program& program, engine::OneTwin& twin) {
    const std::vector<std::uint32_t> missing = codegen::missing_values(program);
    for (const std::uint32_t parameter : missing) twin.parameters[parameter] = 1.0;
    return missing.size();
}

void simulate(const codegen::Program& program, const std::string& name, double t_end, Verdict& verdict,
              CompiledAgain* compiled) {
    engine::OneTwin twin(program);
    verdict.left_open = fill_in_missing_values(program, twin);
    const engine::OneTwinOptions options{.times = times_until(t_end), .rtol = relative_tolerance, .max_steps = most_steps};
    const std::vector<double> absolute = twin.fitted_tolerances(options);
    const auto start = std::chrono::steady_clock::now();
    engine::OneTwinRun ours = twin.run(options, absolute);
    verdict.interpreter_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (ours.status != TwinStatus::ok) {
        verdict.outcome = Outcome::failed;
        verdict.reason = std::string(words_of(ours.status)) + " at " + shortest(ours.final_time);
        return;
    }
    if (compiled != nullptr)
        compiled->take({name, program, twin.parameters, twin.inputs, options, absolute, ours.observation});
    Run run{.program = program,
            .model = twin.model(),
            .parameters = twin.parameters,
            .inputs = twin.inputs,
            .times = options.times,
            .absolute = absolute,
            .relative = options.rtol};
    ask_cvode(run, {.failure = {}, .values = std::move(ours.observation), .seconds = 0.0}, verdict);
}

/// What is integrated; everything else are formulas of it, which both would compute alike.
std::vector<std::string> integrated_variables(const model::Model& model) {
    std::vector<std::string> names;
    for (const model::State& state : model.states) names.push_back("state:" + state.name);
    return names;
}

Verdict judge(const fs::path& file, double t_end, CompiledAgain* compiled) {
    Verdict verdict;
    try {
        const auto start = std::chrono::steady_clock::now();
        model::Model model = model::read_model(file);
        (void)model::check(model);
        const std::vector<std::string> observed = integrated_variables(model);
        const codegen::Program program = codegen::lower(std::move(model), {.observables = observed});
        (void)codegen::generate_plugin(program, 8);
        verdict.prepare_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        simulate(program, file.stem().string(), t_end, verdict, compiled);
    } catch (const InputError& error) {
        verdict.reason = error.problem();
    }
    return verdict;
}

std::vector<fs::path> files_of(const ModelsOptions& options) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(options.folder)) {
        const bool is_wanted = entry.path().filename().string().find(options.only) != std::string::npos;
        if (entry.path().extension() == ".xml" && is_wanted) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::vector<fs::path> chosen;
    for (std::size_t file = 0; file < files.size(); file += static_cast<std::size_t>(std::max(options.take_every, 1)))
        chosen.push_back(files[file]);
    return chosen;
}

}  // namespace

int run_models(const ModelsOptions& options) {
    std::map<Outcome, int> count;
    double prepare_s = 0.0;
    double interpreter_s = 0.0;
    double cvode_s = 0.0;
    std::ofstream table;
    if (!options.table.empty()) table.open(options.table);
    CompiledAgain compiled;
    for (const fs::path& file : files_of(options)) {
        const Verdict verdict = judge(file, options.t_end, options.compiled ? &compiled : nullptr);
        ++count[verdict.outcome];
        prepare_s += verdict.prepare_s;
        interpreter_s += verdict.interpreter_s;
        cvode_s += verdict.cvode_s;
        const std::string name = file.stem().string();
        if (verdict.left_open > 0)
            std::printf("%zu values that it leaves open are taken as 1: %s\n", verdict.left_open, name.c_str());
        if (verdict.outcome < Outcome::agrees_with_tighter)
            std::printf("%s: %s: %s\n", words.at(verdict.outcome).c_str(), name.c_str(), verdict.reason.c_str());
        if (table)
            table << name << '\t' << words.at(verdict.outcome) << '\t' << verdict.difference << '\t' << verdict.prepare_s
                  << '\t' << verdict.interpreter_s << '\t' << verdict.cvode_s << '\t' << verdict.reason << '\n';
    }
    compiled.finish();
    for (const std::string& name : compiled.different()) std::printf("compiled it differs: %s\n", name.c_str());
    if (options.compiled) std::printf("%d compiled to the same bits, ", compiled.n_same());
    if (options.compiled) std::printf("%zu to others\n", compiled.different().size());
    const int agree = count[Outcome::agrees] + count[Outcome::agrees_with_tighter];
    const int simulated = agree + count[Outcome::differs] + count[Outcome::not_judged];
    std::printf("reading, differentiation and code generation %.1f s; interpreter %.1f s; CVODE %.1f s\n", prepare_s,
                interpreter_s, cvode_s);
    std::printf(
        "%d imported, %d simulated, %d agree with CVODE within %g (%d of them with CVODE at 1e-11), %d not judged, "
        "%d differ, %d failed, %d refused\n",
        simulated + count[Outcome::failed], simulated, agree, largest_difference, count[Outcome::agrees_with_tighter],
        count[Outcome::not_judged], count[Outcome::differs], count[Outcome::failed], count[Outcome::refused]);
    const bool in_time = options.limit_s <= 0.0 || prepare_s <= options.limit_s;
    if (!in_time) std::printf("reading, differentiation and code generation took more than %g s\n", options.limit_s);
    if (agree < options.at_least) std::printf("fewer than %d agree\n", options.at_least);
    return count[Outcome::differs] == 0 && compiled.different().empty() && agree >= options.at_least && in_time ? 0 : 1;
}

}  // namespace kohort::conformance
