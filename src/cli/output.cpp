#include "cli/output.hpp"

#include <cstdio>

namespace kohort::cli {

std::filesystem::path output_of(const RunOptions& options, const std::string& study_name) {
    return options.output.empty() ? std::filesystem::path(study_name + ".h5") : options.output;
}

void say_compiling() { std::fputs("model: compiling, once for this model and what is measured of it\n", stderr); }

void print_warnings(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
}

}  // namespace kohort::cli
