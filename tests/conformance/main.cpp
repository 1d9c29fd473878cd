// kohort-conformance --suite DIR: runs the SBML semantic test suite through the readers, the interpreter and the kernels'
// integrators, and says what passes, what is wrong and what is refused.
//
//   --index FILE      the table of cases; DIR/index.tsv if not given
//   --table FILE      writes one line per case: id, tier, outcome, reason
//   --at-least N      fails if fewer cases pass
//
// The exit code is 0 if nothing is wrong.
#include "base/errors.hpp"
#include "model/read_model.hpp"
#include "simulate.hpp"
#include "suite.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
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

Verdict judge(const Case& given, const std::filesystem::path& suite) {
    if (given.type != "TimeCourse") return {Outcome::refused, "not a simulation in time"};
    const std::filesystem::path folder = suite / "semantic" / given.id;
    const Settings settings = read_settings(folder / (given.id + "-settings.txt"));
    const Table expected = read_results(folder / (given.id + "-results.csv"));
    try {
        const model::Model model = model::read_model(folder / given.sbml_file);
        return compare(expected, simulate(model, settings, expected.columns), settings);
    } catch (const InputError& error) {
        return {Outcome::refused, error.problem()};
    }
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
};

int run(const Options& options) {
    Count all;
    std::map<std::string, Count> by_tier;
    std::map<std::string, Count> by_tag;
    std::ofstream table;
    if (!options.table.empty()) table.open(options.table);
    for (const Case& given : read_index(options.index)) {
        const Verdict verdict = judge(given, options.suite);
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
    app.add_option("--suite", options.suite, "folder with index.tsv and semantic/")->required();
    app.add_option("--index", options.index, "table of cases");
    app.add_option("--table", options.table, "where to write one line per case");
    app.add_option("--at-least", options.at_least, "how many must pass");
    CLI11_PARSE(app, argc, argv);
    if (options.index.empty()) options.index = options.suite / "index.tsv";
    try {
        return kohort::conformance::run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kohort-conformance: %s\n", error.what());
        return 2;
    }
}
