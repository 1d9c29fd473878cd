// write_example FILE N_TWINS CHUNK SHUFFLE [STOP [keep|full]]: writes the example under mpirun. Chunks of CHUNK twins go to
// ranks in an order that SHUFFLE chooses. After STOP rounds (-1: never) the process kills itself. keep: an existing file stays.
// full: no file may grow beyond 100 kB, as on a full disk.
#include "example_result.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>

using namespace kohort;

namespace {

void write(const char* path, std::int64_t n_twins, std::int64_t chunk, unsigned shuffle, std::int64_t stop, bool overwrite) {
    int rank = 0;
    int size = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    std::vector<std::int64_t> starts;
    for (std::int64_t first = 0; first < n_twins; first += chunk) starts.push_back(first);
    std::mt19937 order(shuffle);
    if (shuffle != 0) std::shuffle(starts.begin(), starts.end(), order);

    io::ResultWriter writer(MPI_COMM_WORLD, path, io::example::layout(n_twins),
                            {.overwrite = overwrite, .block_bytes = 1 << 20});
    for (std::size_t round = 0; round * static_cast<std::size_t>(size) < starts.size(); ++round) {
        if (static_cast<std::int64_t>(round) == stop) std::raise(SIGKILL);
        const std::size_t mine = round * static_cast<std::size_t>(size) + static_cast<std::size_t>(rank);
        const std::int64_t first = mine < starts.size() ? starts[mine] : 0;
        const std::int64_t last = mine < starts.size() ? std::min(first + chunk, n_twins) : 0;
        writer.write(first, last - first, io::example::values(first, last));
    }
    writer.close(io::example::tables());
}

/// Ranks that failed alike say so once; a rank that failed alone ends the job (as the command line does).
void leave_after_error(const std::string& message) {
    int rank = 0;
    int size = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    constexpr int width = 400;
    std::string mine = message;
    mine.resize(width);
    std::string all(static_cast<std::size_t>(size) * width, '\0');
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallgather(mine.data(), width, MPI_CHAR, all.data(), width, MPI_CHAR, MPI_COMM_WORLD, &request);
    int all_came = 0;
    for (int attempt = 0; attempt < 200 && all_came == 0; ++attempt) {
        MPI_Test(&request, &all_came, MPI_STATUS_IGNORE);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    bool same = all_came != 0;
    for (int other = 0; other < size; ++other)
        same = same && all.compare(static_cast<std::size_t>(other * width), width, mine) == 0;
    if (same && rank == 0) std::fprintf(stderr, "on all %d ranks: %s\n", size, message.c_str());
    if (!same) std::fprintf(stderr, "on rank %d: %s\n", rank, message.c_str());
    if (all_came == 0) MPI_Abort(MPI_COMM_WORLD, 3);
}

void fill_the_disk() {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    const std::string mode = argc > 6 ? argv[6] : "";
    if (mode == "full") fill_the_disk();
    int status = 0;
    try {
        write(argv[1], std::atoll(argv[2]), std::atoll(argv[3]), static_cast<unsigned>(std::atoi(argv[4])),
              argc > 5 ? std::atoll(argv[5]) : -1, mode != "keep");
    } catch (const std::exception& error) {
        status = 2;
        leave_after_error(error.what());
    }
    MPI_Finalize();
    return status;
}
