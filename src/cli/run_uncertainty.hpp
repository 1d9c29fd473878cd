// An uncertainty study from study file to report.
#pragma once

#include "cli/commands.hpp"
#include "cli/run_trial.hpp"

namespace kohort::cli {

/// Collective. Throws InputError before anything is written.
[[nodiscard]] Exit run_uncertainty(Session& session, const RunOptions& options);

}  // namespace kohort::cli
