// kohort-conformance --models DIR: see models.hpp.
// kohort-conformance --suite DIR: runs the SBML semantic test suite through the readers, the interpreter and the kernels'
// integrators, and says what passes, what is wrong and what is refused.
//
//   --index FILE      the table of cases; DIR/index.tsv if not given
//   --table FILE      writes one line per case: id, tier, outcome, reason
//   --at-least N      fails if fewer cases pass
//   --compiled        generated code, compiled, instead of the interpreter; of models, beside it
//   --take-every N    every Nth case, from another one each day
//
// The exit code is 0 if nothing is wrong.
#include "base/errors.hpp"
#include "compiled_models.hpp"
#include "model/read_model.hpp"
#include "models.hpp"
#include "simulate.hpp"
#include "suite.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kohort::conformance {
namespace {

enum class Outcome { pass, wrong, refused };

struct Verdict {
    Outcome outcome = Outcome::refused;
    std::string reason;
};

struct Count {
    int pass = 0;
    int wrong = 0;
    int refused = 0;

    void add(Outcome outcome) { ++(outcome == Outcome::pass ? pass : outcome == Outcome::wrong ? wrong : refused); }
};

std::string words_of(Outcome outcome) {
    return outcome == Outcome::pass ? "pass" : outcome == Outcome::wrong ? "wrong" : "refused";
}

Verdict compare(const Table& expected, const Simulated& simulated, const Settings& settings) {
    if (!simulated.failure.empty()) return {Outcome::refused, simulated.failure};
    if (expected.rows.size() != simulated.rows.size()) return {Outcome::wrong, "another number of rows"};
    for (std::size_t row = 0; row < expected.rows.size(); ++row) {
        for (std::size_t column = 0; column < expected.columns.size(); ++column) {
            const double wanted = expected.rows[row][column];
            const double got = simulated.rows[row][column];
            if (agrees(wanted, got, settings)) continue;
            char text[160];
            std::snprintf(text, sizeof text, ", row %zu: expected %.9g, got %.9g", row, wanted, got);
            return {Outcome::wrong, expected.columns[column] + text};
        }
    }
    return {Outcome::pass, ""};
}

/// A case that can be lowered, and what it should give.
struct Ready {
    std::size_t place = 0;  // among the cases
    Settings settings;
    Table expected;
    codegen::Program program;
};

class Judge {
public:
    Judge(const std::filesystem::path& suite, bool compiled) : suite_(suite), compiled_(compiled) {}

    /// (n_cases)
    std::vector<Verdict> all(const std::vector<Case>& cases) {
        verdicts_.resize(cases.size());
        for (std::size_t place = 0; place < cases.size(); ++place) {
            take(cases[place], place);
            if (waiting_.size() == models_in_a_file) run_waiting();
        }
        run_waiting();
        return std::move(verdicts_);
    }

private:
    static constexpr std::size_t models_in_a_file = 25;

    void take(const Case& given, std::size_t place) {
        if (given.type != "TimeCourse") {
            verdicts_[place] = {Outcome::refused, "not a simulation in time"};
            return;
        }
        const std::filesystem::path folder = suite_ / "semantic" / given.id;
        Ready ready{.place = place,
                    .settings = read_settings(folder / (given.id + "-settings.txt")),
                    .expected = read_results(folder / (given.id + "-results.csv")),
                    .program = {}};
        try {
            const model::Model model = model::read_model(folder / given.sbml_file);
            ready.program = prepare(model, ready.settings, ready.expected.columns);
        } catch (const InputError& error) {
            verdicts_[place] = {Outcome::refused, error.problem()};
            return;
        }
        if (compiled_)
            waiting_.push_back(std::move(ready));
        else
            verdicts_[place] = compare(ready.expected, simulate(ready.program, ready.settings), ready.settings);
    }

    void run_waiting() {
        if (waiting_.empty()) return;
        std::vector<codegen::Program> programs;
        for (const Ready& ready : waiting_) programs.push_back(ready.program);
        const CompiledModels models(programs);
        for (std::size_t place = 0; place < waiting_.size(); ++place) {
            const Ready& ready = waiting_[place];
            verdicts_[ready.place] = compare(ready.expected, simulate(ready.program, models[place], ready.settings),
                                             ready.settings);
        }
        waiting_.clear();
    }

    const std::filesystem::path& suite_;
    bool compiled_;
    std::vector<Ready> waiting_;  // to be compiled together
    std::vector<Verdict> verdicts_;
};

/// Every so many cases, beginning with another one each day.
std::vector<Case> sample(std::vector<Case> cases, int take_every) {
    if (take_every <= 1) return cases;
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch().count();
    const auto first = static_cast<std::size_t>(day % take_every);
    std::vector<Case> chosen;
    for (std::size_t place = first; place < cases.size(); place += static_cast<std::size_t>(take_every))
        chosen.push_back(std::move(cases[place]));
    std::printf("cases %zu, %zu, ... of the index\n", first + 1, first + 1 + static_cast<std::size_t>(take_every));
    return chosen;
}

void print(const char* title, const std::map<std::string, Count>& counts) {
    std::printf("%-32s %6s %6s %8s\n", title, "pass", "wrong", "refused");
    for (const auto& [name, count] : counts)
        std::printf("%-32s %6d %6d %8d\n", name.c_str(), count.pass, count.wrong, count.refused);
    std::printf("\n");
}

struct Options {
    std::filesystem::path suite;
    std::filesystem::path index;
    std::filesystem::path table;
    int at_least = 0;
    bool compiled = false;
    int take_every = 1;
};

int run(const Options& options) {
    Count all;
    std::map<std::string, Count> by_tier;
    std::map<std::string, Count> by_tag;
    std::ofstream table;
    if (!options.table.empty()) table.open(options.table);
    const std::vector<Case> cases = sample(read_index(options.index), options.take_every);
    const std::vector<Verdict> verdicts = Judge(options.suite, options.compiled).all(cases);
    for (std::size_t place = 0; place < cases.size(); ++place) {
        const Case& given = cases[place];
        const Verdict& verdict = verdicts[place];
        all.add(verdict.outcome);
        by_tier[given.tier].add(verdict.outcome);
        for (const std::string& tag : given.tags) by_tag[tag].add(verdict.outcome);
        if (verdict.outcome == Outcome::wrong) std::printf("wrong: %s, %s\n", given.id.c_str(), verdict.reason.c_str());
        if (table)
            table << given.id << '\t' << given.tier << '\t' << words_of(verdict.outcome) << '\t' << verdict.reason << '\n';
    }
    print("tier", by_tier);
    print("tag", by_tag);
    if (all.pass < options.at_least) std::printf("fewer than %d passed\n", options.at_least);
    std::printf("%d passed, %d wrong, %d refused\n", all.pass, all.wrong, all.refused);
    return all.wrong == 0 && all.pass >= options.at_least ? 0 : 1;
}

}  // namespace
}  // namespace kohort::conformance

int main(int argc, char** argv) {
    kohort::conformance::Options options;
    CLI::App app("Runs the SBML semantic test suite.");
    auto* suite = app.add_option("--suite", options.suite, "folder with index.tsv and semantic/");
    app.add_option("--index", options.index, "table of cases");
    app.add_option("--table", options.table, "where to write one line per case");
    app.add_option("--at-least", options.at_least, "how many must pass");
    kohort::conformance::ModelsOptions models;
    auto* folder = app.add_option("--models", models.folder, "folder of SBML files, to compare with CVODE")->excludes(suite);
    app.add_option("--only", models.only, "models whose file name contains this");
    app.add_option("--take-every", options.take_every, "3: every third model, or case (from another one each day)");
    app.add_flag("--compiled", options.compiled, "run the suite as compiled code; models as compiled code too");
    app.add_option("--to", models.t_end, "end of the simulation, in the model's time");
    app.add_option("--limit", models.limit_s,
                   "seconds that reading, differentiation and code generation of all may take");
    CLI11_PARSE(app, argc, argv);
    if (suite->empty() && folder->empty()) {
        std::fprintf(stderr, "kohort-conformance: name --suite or --models\n");
        return 2;
    }
    if (options.index.empty()) options.index = options.suite / "index.tsv";
    models.table = options.table;
    models.at_least = options.at_least;
    models.take_every = options.take_every;
    models.compiled = options.compiled;
    try {
        if (!folder->empty()) return kohort::conformance::run_models(models);
        return kohort::conformance::run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kohort-conformance: %s\n", error.what());
        return 2;
    }
}
