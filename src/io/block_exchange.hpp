// Moves the numbers of a block from the ranks that computed them to the ranks that store them. HDF5 places the compressed
// chunks of one collective write in the file rank after rank; when rank r stores the r-th share of the chunks in their
// order in the dataset, the file comes out the same for every number of ranks.
#pragma once

#include "io/twin_buffer.hpp"

#include <mpi.h>

#include <cstddef>
#include <vector>

namespace kohort::io {

/// A rectangle of a (rows, twins) array: whole chunks that one rank stores.
struct Slab {
    std::size_t first_row = 0;
    std::size_t last_row = 0;  // exclusive
    TwinRange twins;
    [[nodiscard]] std::size_t rows() const { return last_row - first_row; }
    [[nodiscard]] std::size_t size() const { return rows() * static_cast<std::size_t>(twins.size()); }
};

/// How a dataset is cut: rows come in groups of group_rows (the dimension before twin), each cut into chunk_rows.
struct ChunkGrid {
    std::size_t n_rows = 1;
    std::size_t group_rows = 1;
    std::size_t chunk_rows = 1;
    std::int64_t chunk_twins = 1;
};

/// The slabs of share out of n_shares of a block, in row order. A slab never holds part of a chunk.
[[nodiscard]] std::vector<Slab> slabs_of_share(const ChunkGrid& grid, TwinRange block, int share, int n_shares);

/// Collective. mine: (n_rows, my twins), twin fastest, of the twins in runs[my rank]; runs[r]: ascending twins of rank r,
/// together the whole block. Returns this rank's slabs one after another, each row-major.
[[nodiscard]] std::vector<double> exchange(MPI_Comm communicator, const ChunkGrid& grid, TwinRange block,
                                           const std::vector<std::vector<TwinRange>>& runs, const std::vector<double>& mine);

}  // namespace kohort::io
