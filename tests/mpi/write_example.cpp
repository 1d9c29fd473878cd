// write_example FILE N_TWINS CHUNK SHUFFLE [STOP [keep]]: writes the example under mpirun. Chunks of CHUNK twins go to
// ranks in an order that SHUFFLE chooses. After STOP rounds (-1: never) the process kills itself. keep: an existing file stays.
#include "example_result.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>

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

}  // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    int status = 0;
    try {
        write(argv[1], std::atoll(argv[2]), std::atoll(argv[3]), static_cast<unsigned>(std::atoi(argv[4])),
              argc > 5 ? std::atoll(argv[5]) : -1, argc <= 6);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        status = 2;
    }
    MPI_Finalize();
    return status;
}
