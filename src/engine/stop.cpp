#include "engine/stop.hpp"

#include "base/errors.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace kohort::engine {
namespace {

constexpr std::array signals{SIGTERM, SIGUSR1, SIGINT};

// What a signal handler may touch. All that is global in the engine.
std::atomic<bool> asked{false};
std::atomic<int> wake_up{-1};

void ring(int event) {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(event, &one, sizeof one));
}

void hear(int) {
    asked.store(true, std::memory_order_relaxed);
    ring(wake_up.load());
}

void set_handlers(void (*handler)(int)) {
    for (const int signal : signals) {
        struct sigaction action{};
        action.sa_handler = handler;
        action.sa_flags = SA_RESTART;
        if (signal == SIGINT) action.sa_flags |= static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends it at once
        sigaction(signal, &action, nullptr);
    }
}

}  // namespace

bool stop_asked() { return asked.load(std::memory_order_relaxed); }

StopListener::StopListener(double grace_seconds, std::function<std::string()> last_words) {
    wake_ = ::eventfd(0, EFD_CLOEXEC);
    KOHORT_CHECK(wake_ >= 0 && wake_up.load() < 0);
    wake_up = wake_;
    watcher_ = std::thread([this, grace_seconds, words = std::move(last_words)] { watch(grace_seconds, words); });
    set_handlers(hear);
}

StopListener::~StopListener() {
    set_handlers(SIG_DFL);
    wake_up = -1;
    ring(wake_);
    watcher_.join();
    ::close(wake_);
    asked = false;
}

/// Sleeps until rung. If that was a signal and not the end, ends the process when the grace is over.
void StopListener::watch(double grace_seconds, const std::function<std::string()>& last_words) const {
    using Clock = std::chrono::steady_clock;
    std::uint64_t rings = 0;
    while (::read(wake_, &rings, sizeof rings) < 0) {
    }
    const auto deadline = Clock::now() + std::chrono::duration<double>(grace_seconds);
    while (wake_up.load() >= 0) {
        const double left_ms = std::chrono::duration<double, std::milli>(deadline - Clock::now()).count();
        if (left_ms <= 0.0) {
            std::fprintf(stderr, "%s\n", last_words().c_str());
            std::fflush(stderr);
            std::_Exit(resume_exit_code);
        }
        pollfd event{wake_, POLLIN, 0};
        const bool rung = ::poll(&event, 1, static_cast<int>(std::ceil(left_ms))) > 0;
        if (rung) static_cast<void>(!::read(wake_, &rings, sizeof rings));  // a second signal, or the end
    }
}

}  // namespace kohort::engine
