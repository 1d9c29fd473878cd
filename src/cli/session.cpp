#include "cli/session.hpp"

#include "engine/mpi_communicator.hpp"

#include <chrono>
#include <cstdio>
#include <thread>

namespace kohort::cli {
namespace {

using namespace std::chrono_literals;

/// Whether all ranks reach this point within the given time.
bool all_arrive(std::chrono::seconds patience) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    int arrived = 0;
    while (true) {
        MPI_Test(&request, &arrived, MPI_STATUS_IGNORE);
        if (arrived != 0 || std::chrono::steady_clock::now() > deadline) return arrived != 0;
        std::this_thread::sleep_for(1ms);
    }
}

}  // namespace

MpiLifetime::MpiLifetime(int& argc, char**& argv) {
    int provided = MPI_THREAD_SINGLE;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
}

MpiLifetime::~MpiLifetime() { MPI_Finalize(); }

bool is_first_rank() {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == 0;
}

Session::Session(int& argc, char**& argv)
    : mpi_(argc, argv),
      kokkos_(Kokkos::InitializationSettings().set_disable_warnings(true)),
      communicator_(engine::mpi_communicator(MPI_COMM_WORLD)) {}

int Session::threads() const { return Kokkos::DefaultHostExecutionSpace().concurrency(); }

void report_error(Session& session, const char* message, int exit_code) {
    if (all_arrive(10s)) {
        if (session.is_first()) std::fprintf(stderr, "kohort: %s\n", message);
        return;
    }
    std::fprintf(stderr, "kohort: rank %d failed alone: %s\n", session.communicator().rank(), message);
    MPI_Abort(MPI_COMM_WORLD, exit_code);
}

}  // namespace kohort::cli
