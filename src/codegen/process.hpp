// Runs another program without a shell, so that no text is ever interpreted on the way.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::codegen {

struct ProcessResult {
    bool started = false;  // false: there is no such program, or it may not be run
    int exit_code = -1;    // 128 + n when signal n ended it
    std::string problem;   // why it did not start
};

/// Runs argv[0], found on PATH if it has no slash, with these arguments; standard output and errors go to output_file.
[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& argv, const std::filesystem::path& output_file);

}  // namespace kohort::codegen
