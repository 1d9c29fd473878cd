// Owns the lifetimes that must nest: MPI, inside it Kokkos. One per process, made first in main.
#pragma once

#include "engine/communicator.hpp"
#include "engine/launcher_watch.hpp"

#include <mpi.h>
#include <Kokkos_Core.hpp>

#include <memory>

namespace kohort::cli {

class MpiLifetime {
public:
    MpiLifetime(int& argc, char**& argv);
    ~MpiLifetime();
    MpiLifetime(const MpiLifetime&) = delete;
    MpiLifetime& operator=(const MpiLifetime&) = delete;

private:
    engine::LauncherWatch watch_;
};

/// Between the two ends of MpiLifetime.
[[nodiscard]] bool is_first_rank();

class Session {
public:
    Session(int& argc, char**& argv);

    [[nodiscard]] engine::Communicator& communicator() { return *communicator_; }
    [[nodiscard]] bool is_first() const { return communicator_->rank() == 0; }
    [[nodiscard]] int threads() const;

private:
    MpiLifetime mpi_;
    Kokkos::ScopeGuard kokkos_;
    std::unique_ptr<engine::Communicator> communicator_;
};

/// Called where an error was caught. Input errors are thrown on all ranks alike, so one rank prints the message for all.
/// Should the other ranks not arrive here within a few seconds, this rank failed alone: it prints and ends the whole job.
void report_error(Session& session, const char* message, int exit_code);

}  // namespace kohort::cli
