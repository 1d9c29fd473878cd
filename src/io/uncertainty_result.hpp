// The result file of an uncertainty study. Each topic that was found out has two groups, one over (variable, time) and, with
// `_of_features` behind its name, one over features:
//
//     /inputs                    the uncertain inputs, their groups and distributions
//     /runs                      how many runs ended in which status
//     /moments, /quantiles, /exceedance
//     /sobol                     first, total with the ends of their intervals, over parameter; base samples used and left out
//     /sobol_second              interactions, over parameter and parameter_2
//     /generalised               indices of whole curves, over parameter and variable
//     /shapley, /variance_split  share, with the ends of its interval
//     /morris                    mu_star with its interval, mu, sigma
//     /convergence               the widest interval after so many base samples
//     /state                     the sums, of a design that can be extended
// `parameter` is a group of inputs; an input without a group is its own.
#pragma once

#include "io/result_layout.hpp"
#include "io/uncertainty_file.hpp"
#include "uncertainty/cells.hpp"
#include "uncertainty/findings.hpp"
#include "uncertainty/run_design.hpp"

#include <mpi.h>

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::io {

struct UncertaintyResult {
    const UncertaintyFile& file;
    const uncertainty::Cells& cells;
    const uncertainty::Findings& findings;
    const uncertainty::StudyProgress& progress;
    const std::vector<std::int64_t>& state;  // of the analysis; empty: it is not kept
    std::string model_sha256;
    std::string engine_version;
};

[[nodiscard]] ResultLayout uncertainty_layout(const UncertaintyResult& result);

/// Collective; rank 0's result counts.
void write_uncertainty(MPI_Comm communicator, const std::filesystem::path& path, bool overwrite,
                       const UncertaintyResult& result);

}  // namespace kohort::io
