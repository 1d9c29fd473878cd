// What differs from run to run - hosts, ranks, seconds, date - goes beside the result, never into it: <result>.run.json.
#pragma once

#include "engine/tally.hpp"

#include <mpi.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace kohort::io {

using RanksOnHost = std::map<std::string, int>;

/// Of an uncertainty study, over all ranks.
struct EstimationCost {
    double seconds_simulating = 0.0;
    double seconds_estimating = 0.0;    // all that is done with values: adding them up, and what is made of the sums
    std::size_t accumulator_bytes = 0;  // of each rank
};

struct RunFacts {
    int ranks = 1;
    int threads = 1;              // per rank
    double seconds = 0.0;         // from the start of the last attempt to the finished file
    std::int64_t attempts = 1;    // how often the study was begun until it was finished
    engine::Tally tally{};        // over all ranks, of the last attempt
    RanksOnHost ranks_on_host{};  // empty: all are said to be on this one
    std::optional<EstimationCost> estimation{};
};

/// "2026-11-22T07:30:00Z"
[[nodiscard]] std::string utc_now();

/// Collective: on rank 0 the number of ranks of every machine, elsewhere nothing.
[[nodiscard]] RanksOnHost ranks_on_host(MPI_Comm communicator);

/// Writes <result>.run.json, with the date, the version and the SHA-256 of the result's bytes, replacing one that is
/// there. Call on one rank. Throws DiskError.
void write_side_file(const std::filesystem::path& result, const RunFacts& facts);

/// What <result>.run.json says the SHA-256 of the result's bytes is; empty if there is no such file, or it does not say.
[[nodiscard]] std::string recorded_sha256(const std::filesystem::path& result);

}  // namespace kohort::io
