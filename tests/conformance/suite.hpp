// The SBML semantic test suite as its files say: cases, what to observe, and the expected numbers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::conformance {

/// A line of index.tsv.
struct Case {
    std::string id;  // "00002"
    std::string tier;
    std::string type;               // "TimeCourse" or "FluxBalanceSteadyState"
    std::string sbml_file;          // within the case's folder
    std::vector<std::string> tags;  // component tags and test tags
};

struct Settings {
    double start = 0.0;
    double duration = 0.0;
    int steps = 0;  // rows - 1
    double absolute = 0.0;
    double relative = 0.0;
    std::vector<std::string> amount;         // species to report as amounts
    std::vector<std::string> concentration;  // species to report as concentrations
};

struct Table {
    std::vector<std::string> columns;       // without time
    std::vector<std::vector<double>> rows;  // (times, columns)
};

/// Throw std::runtime_error for files that are not there or not of the suite's form.
[[nodiscard]] std::vector<Case> read_index(const std::filesystem::path& file);
[[nodiscard]] Settings read_settings(const std::filesystem::path& file);
[[nodiscard]] Table read_results(const std::filesystem::path& file);

/// |expected - got| <= absolute + relative |expected|; NaN and infinities must be the same.
[[nodiscard]] bool agrees(double expected, double got, const Settings& settings);

}  // namespace kohort::conformance
