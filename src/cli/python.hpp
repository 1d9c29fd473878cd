// Runs the user's Python, which draws pictures.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::cli {

/// `python3 arguments...` (or what KOHORT_PYTHON names), to make `result`. By convention a script exits with 3 if it cannot
/// import matplotlib. Throws InputError with the remedy if Python or matplotlib is missing, or with the last line that
/// the script printed if it fails otherwise.
void run_python(const std::vector<std::string>& arguments, const std::filesystem::path& result);

}  // namespace kohort::cli
