// Failures of what ranks do together: InputError for what the user can put right, DiskError for what the machine did.
#pragma once

#include "base/errors.hpp"
#include "engine/disk_file.hpp"

#include <mpi.h>

#include <exception>
#include <filesystem>
#include <string>

namespace kohort::io {

/// Text of the lowest rank that has one, on every rank; empty when none has. Collective.
[[nodiscard]] std::string agree_on_text(MPI_Comm communicator, const std::string& mine);

/// What rank alone or all ranks say when the machine refused.
[[nodiscard]] inline std::string disk_words(const std::filesystem::path& path, const std::string& problem) {
    return path.string() + ": " + problem + "\n  remedy: is the disk full, or the folder not writable any more?";
}

/// Runs an action that is collective itself. A rank that fails throws at once: the others may wait for it inside the
/// action, and only whoever catches the error can end the job for them (cli's report_error does).
template <class Action>
void on_this_rank(const std::filesystem::path& path, Action&& action) {
    try {
        action();
    } catch (const InputError&) {
        throw;
    } catch (const std::exception& error) {
        throw engine::DiskError(disk_words(path, error.what()));
    }
}

/// Runs an action that is not collective on every rank where takes_part; if it throws anywhere, every rank throws the same
/// error about path.
template <class Action>
void together(MPI_Comm communicator, const std::filesystem::path& path, bool takes_part, Action&& action) {
    std::string problem;
    std::string remedy;  // of an InputError, which always has one
    try {
        if (takes_part) action();
    } catch (const InputError& error) {
        problem = error.problem();
        remedy = error.remedy();
    } catch (const std::exception& error) {
        problem = error.what();
    }
    problem = agree_on_text(communicator, problem);
    remedy = agree_on_text(communicator, problem.empty() ? "" : remedy);
    if (problem.empty()) return;
    if (remedy.empty()) throw engine::DiskError(disk_words(path, problem));
    throw InputError({path.string()}, problem, remedy);
}

}  // namespace kohort::io
