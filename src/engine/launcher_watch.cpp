#include "engine/launcher_watch.hpp"

#include "engine/stop.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

namespace kohort::engine {
namespace {

using namespace std::chrono_literals;

/// Looks once a second whether the parent has changed, as it does when it ends. Nobody is left to read a message.
void end_with(pid_t launcher, const std::stop_token& done) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    while (!done.stop_requested()) {
        never.wait_for(lock, done, 1s, [] { return false; });
        if (::getppid() != launcher) std::_Exit(resume_exit_code);
    }
}

}  // namespace

bool started_by_launcher() {
    // Open MPI and PMIx; MPICH's Hydra, Slurm's PMI; Slurm's srun.
    constexpr std::array names{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};
    return std::ranges::any_of(names, [](const char* name) { return std::getenv(name) != nullptr; });
}

LauncherWatch::LauncherWatch() {
    if (started_by_launcher())
        watcher_ = std::jthread([launcher = ::getppid()](const std::stop_token& done) { end_with(launcher, done); });
}

}  // namespace kohort::engine
