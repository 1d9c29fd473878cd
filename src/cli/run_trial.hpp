// A virtual trial from study file to report: screen, simulate, randomise, analyse, repeat.
#pragma once

#include "cli/commands.hpp"

#include <cstdint>
#include <filesystem>

namespace kohort::cli {

struct RunOptions {
    std::filesystem::path study;
    std::filesystem::path output;  // empty: <name of the study>.h5 in the working directory
    bool overwrite = false;
    std::int64_t chunk = 256;  // twins
};

/// Collective. Throws InputError before anything is computed or written.
[[nodiscard]] Exit run_trial(Session& session, const RunOptions& options);

}  // namespace kohort::cli
