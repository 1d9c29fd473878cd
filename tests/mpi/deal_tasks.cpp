// deal_tasks RANKS_PER_NODE N_TASKS: every rank brings its share of tasks and takes what the queue deals out, pretending that so many
// ranks share a machine. Fails unless each task is taken exactly once, and the costliest go first.
#include "engine/mpi_communicator.hpp"
#include "engine/task_queue.hpp"

#include <cstdio>
#include <cstdlib>

using namespace kohort::engine;

namespace {

double cost(std::int64_t chunk, std::int64_t n) { return chunk < n / 10 ? 1.0 : 100.0; }

bool deal(Communicator& communicator, std::int64_t n) {
    std::vector<Task> mine;
    for (std::int64_t chunk = n * communicator.rank() / communicator.size();
         chunk < n * (communicator.rank() + 1) / communicator.size(); ++chunk)
        mine.push_back({chunk, cost(chunk, n)});
    TaskQueue queue(communicator, mine);
    std::vector<std::int64_t> taken(static_cast<std::size_t>(n), 0);
    bool in_order = queue.size() == n;
    double last = 1e300;
    while (const auto chunk = queue.take()) {
        ++taken[static_cast<std::size_t>(*chunk)];
        in_order = in_order && cost(*chunk, n) <= last;
        last = cost(*chunk, n);
    }
    communicator.sum(taken);
    std::int64_t wrong = in_order ? 0 : 1;
    for (const std::int64_t times : taken) wrong += times == 1 ? 0 : 1;
    return communicator.max(wrong) == 0;
}

}  // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    bool right = argc == 3;
    if (right) {
        const auto communicator = mpi_communicator(MPI_COMM_WORLD, std::atoi(argv[1]));
        for (int round = 0; round < 3; ++round) right = deal(*communicator, std::atoll(argv[2])) && right;
        if (!right && communicator->rank() == 0)
            std::fprintf(stderr, "a task was not taken once, or in the wrong order\n");
    }
    MPI_Finalize();
    return right ? 0 : 1;
}
