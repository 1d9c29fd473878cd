// What differs from run to run - hosts, ranks, seconds, date - goes beside the result, never into it: <result>.run.json.
#pragma once

#include <mpi.h>

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::io {

struct RunFacts {
    int ranks = 1;
    int threads = 1;                 // per rank
    double seconds = 0.0;            // from the start to the finished file
    std::vector<std::string> hosts;  // (n_ranks) from hosts_of; empty: all are said to be on this one
};

/// Collective: the host of every rank, on every rank.
[[nodiscard]] std::vector<std::string> hosts_of(MPI_Comm communicator);

/// Writes <result>.run.json, with the date, the version and the SHA-256 of the result's bytes, replacing one that is
/// there. Call on one rank. Throws InputError.
void write_side_file(const std::filesystem::path& result, const RunFacts& facts);

}  // namespace kohort::io
