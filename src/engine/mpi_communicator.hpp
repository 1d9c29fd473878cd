// The Communicator of a real parallel job.
#pragma once

#include "engine/communicator.hpp"

#include <mpi.h>

namespace kohort::engine {

/// Works on a duplicate of parent; MPI must be initialised and outlive the result.
[[nodiscard]] std::unique_ptr<Communicator> mpi_communicator(MPI_Comm parent);

}  // namespace kohort::engine
