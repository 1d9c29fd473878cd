// Where a run writes, and what it says before its report.
#pragma once

#include "cli/run_trial.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::cli {

/// --output, or the study's name with .h5.
[[nodiscard]] std::filesystem::path output_of(const RunOptions& options, const std::string& study_name);

void say_compiling();

/// Notes on a model, to stderr: they cannot wait for the report, which may take long.
void print_warnings(const std::vector<std::string>& warnings);

}  // namespace kohort::cli
