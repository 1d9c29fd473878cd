// The Communicator of a real parallel job.
#pragma once

#include "engine/communicator.hpp"

#include <mpi.h>

namespace kohort::engine {

/// Works on a duplicate of parent; MPI must be initialised and outlive the result. ranks_per_node: so many ranks in a row are
/// taken for one machine's; 0: ask MPI which of them share memory.
[[nodiscard]] std::unique_ptr<Communicator> mpi_communicator(MPI_Comm parent, int ranks_per_node = 0);

}  // namespace kohort::engine
