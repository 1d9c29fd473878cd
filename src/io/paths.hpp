// Where shipped models, cohorts and studies are. Searched in this order: the folders of $KOHORT_PATH (separated by
// colons), the source tree that this program was built from, and the folder share/kohort beside the program.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::io {

/// The shipped model: a text kernels/models/<name>.txt, .sund or .xml, or a folder of modules kernels/models/<name>. Throws InputError with near names.
[[nodiscard]] std::filesystem::path find_model(const std::string& name);

/// cohorts/<name>/cohort.yaml
[[nodiscard]] std::filesystem::path find_cohort(const std::string& name);

/// cohorts/<name>/study.yaml
[[nodiscard]] std::filesystem::path find_study(const std::string& name);

/// Any other shipped file, such as jobscripts/slurm-cpu.sh.
[[nodiscard]] std::filesystem::path find_shipped(const std::filesystem::path& file);

/// Names of shipped models, sorted.
[[nodiscard]] std::vector<std::string> list_models();
[[nodiscard]] std::vector<std::string> list_cohorts();
[[nodiscard]] std::vector<std::string> list_studies();

}  // namespace kohort::io
