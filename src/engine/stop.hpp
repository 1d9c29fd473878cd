// Being told to stop: SIGTERM and SIGUSR1 from a scheduler, SIGINT from a keyboard.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

namespace kohort::engine {

/// The study was told to stop, and did, on all ranks alike; what() says what is done and what is not.
class Interrupted : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// "Come again": EX_TEMPFAIL of sysexits.h (4.3BSD), which schedulers and mail systems know as "try later".
inline constexpr int resume_exit_code = 75;

/// Whether this process was told to stop. The run loop looks between chunks.
[[nodiscard]] bool stop_asked();

/// While it lives, the three signals are heard. Whoever was told has a grace to finish the chunk at hand; after it the
/// process ends on the spot, leaving what was journalled, with resume_exit_code.
class StopListener {
public:
    /// last_words is printed to standard error when the grace runs out. One listener at a time.
    StopListener(double grace_seconds, std::function<std::string()> last_words);
    ~StopListener();
    StopListener(const StopListener&) = delete;
    StopListener& operator=(const StopListener&) = delete;

private:
    void watch(double grace_seconds, const std::function<std::string()>& last_words) const;

    int wake_ = -1;  // an eventfd, written when a signal comes and when the listener ends
    std::thread watcher_;
};

}  // namespace kohort::engine
