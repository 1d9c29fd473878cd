#include "cli/session.hpp"

#include "engine/mpi_communicator.hpp"
#include "io/result_skeleton.hpp"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

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

/// The cores that this process may use, shared among the ranks that may use the very same ones.
int fair_share_of_cores() {
    cpu_set_t mine;
    CPU_ZERO(&mine);
    sched_getaffinity(0, sizeof mine, &mine);
    MPI_Comm node = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    int n_ranks = 1;
    MPI_Comm_size(node, &n_ranks);
    std::vector<cpu_set_t> all(static_cast<std::size_t>(n_ranks));
    MPI_Allgather(&mine, sizeof mine, MPI_BYTE, all.data(), sizeof mine, MPI_BYTE, node);
    MPI_Comm_free(&node);
    const auto sharing = std::count_if(all.begin(), all.end(),
                                       [&](const cpu_set_t& one) { return CPU_EQUAL(&one, &mine); });
    return std::max(1, CPU_COUNT(&mine) / static_cast<int>(sharing));
}

Kokkos::InitializationSettings settings() {
    Kokkos::InitializationSettings settings;
    settings.set_disable_warnings(true);
    const bool user_chose = std::getenv("OMP_NUM_THREADS") != nullptr || std::getenv("KOKKOS_NUM_THREADS") != nullptr;
    if (!user_chose) settings.set_num_threads(fair_share_of_cores());
    return settings;
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
    : mpi_(argc, argv), kokkos_(settings()), communicator_(engine::mpi_communicator(MPI_COMM_WORLD)) {}

int Session::threads() const { return Kokkos::DefaultHostExecutionSpace().concurrency(); }

void report_error(Session& session, const char* message, int exit_code) {
    if (all_arrive(10s)) {
        if (session.is_first()) std::fprintf(stderr, "kohort: %s\n", message);
        if (!io::files_left_open()) return;
        std::fflush(nullptr);
        std::_Exit(exit_code);
    }
    std::fprintf(stderr, "kohort: rank %d failed alone: %s\n", session.communicator().rank(), message);
    MPI_Abort(MPI_COMM_WORLD, exit_code);
}

}  // namespace kohort::cli
