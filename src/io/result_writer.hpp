// Writes a result file in parallel: a netCDF-4-compatible HDF5 file whose bytes do not depend on the number of ranks, on
// who computed which twins, or in which order they arrive.
//
// Rank 0 makes the file with all coordinates and attributes; then all ranks write numbers together. Twins are kept in memory
// until a block of them is complete, because a compressed piece must be written once and in a fixed order; a block needs
// at most block_bytes over all ranks (or what 8192 twins need, if that is more). The file is called <path>.partial until close() has written everything.
#pragma once

#include "io/result_layout.hpp"

#include <mpi.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace kohort::io {

/// Collective. Throws InputError, on all ranks alike, when a result cannot be written to path: the folder is missing or not
/// writable, path is a folder, or it exists and overwrite is false. For use before computing starts.
void require_writable(MPI_Comm communicator, const std::filesystem::path& path, bool overwrite);

struct ResultWriterOptions {
    bool overwrite = false;
    std::size_t block_bytes = std::size_t{256} << 20;  // part of the file's form: another value gives other bytes
};

class ResultWriter {
public:
    /// Collective. The layout must be the same on all ranks; what is said of require_writable holds here too.
    ResultWriter(MPI_Comm communicator, const std::filesystem::path& path, ResultLayout layout,
                 ResultWriterOptions options = {});
    ~ResultWriter();  // without close(): what was written stays in <path>.partial, marked incomplete
    ResultWriter(const ResultWriter&) = delete;
    ResultWriter& operator=(const ResultWriter&) = delete;

    /// Collective: every rank calls it equally often, with count = 0 where it has nothing. values[v] are the numbers of
    /// streamed variable v (in the order of the layout) for the twins first, first + 1, ...: row-major, twin fastest.
    /// Every twin is written exactly once.
    void write(std::int64_t first, std::int64_t count, std::span<const std::vector<double>> values);

    /// Collective. Appends tables (variables with values; rank 0's count), marks the file complete and gives it its name.
    void close(const std::vector<Group>& tables = {});

    [[nodiscard]] std::size_t n_streamed() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace kohort::io
