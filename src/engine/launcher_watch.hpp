// Ranks do not outlive the launcher that started them.
#pragma once

#include <thread>

namespace kohort::engine {

/// Whether an MPI launcher started this process, which only the launcher's environment tells before MPI_Init.
[[nodiscard]] bool started_by_launcher();

/// While it lives, this process ends when the launcher that started it is gone. MPI libraries promise that too, but not for a
/// rank that is being started, which may then wait in MPI_Init for ever; so make one before. A process that was started by hand
/// is left alone: it may outlive its shell (nohup).
class LauncherWatch {
public:
    LauncherWatch();

private:
    std::jthread watcher_;
};

}  // namespace kohort::engine
