// What every run of a study has around it: may the result be written, is there an unfinished run to go on with, and what to
// say when it is told to stop.
#pragma once

#include "cli/run_trial.hpp"
#include "engine/journal.hpp"
#include "io/provenance.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace kohort::cli {

struct JournalledRun {
    const RunOptions& options;
    std::filesystem::path output;  // the result
    std::string study_sha256;
    std::string model_sha256;
};

/// Collective. Calls run(journal) unless --resume finds the result finished. Throws InputError, before anything is computed,
/// when the result cannot be written, exists, is being written by another job, or was begun by another study or version.
[[nodiscard]] Exit run_with_journal(Session& session, const JournalledRun& what,
                                    const std::function<Exit(engine::Journal&)>& run);

/// Collective. What is left to do when the result has its name: notes beside it, and the journal away. provenance.run is filled in
/// here but for its seconds. The result is whole; if there is no room for a note, a warning says so.
void finish(Session& session, engine::Journal& journal, const std::filesystem::path& output, io::Provenance provenance);

}  // namespace kohort::cli
