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
    std::filesystem::path extend;  // uncertainty: an earlier result of the same study, to go on from; empty: none
    bool resume = false;
    double grace_seconds = 20.0;       // to finish chunks in, when told to stop
    double checkpoint_seconds = 60.0;  // between two writes of what is journalled to the disk itself
    std::int64_t chunk = 0;            // twins; 0: see chunking.hpp
};

/// Collective. Throws InputError before anything is computed or written. Told to stop, it says how to go on.
[[nodiscard]] Exit run_trial(Session& session, const RunOptions& options);

}  // namespace kohort::cli
