// How a long step tells how far it has come.
#pragma once

#include <cstdint>
#include <functional>

namespace kohort::trial {

/// Called on every rank with what has been handed out so far, of total; may be empty.
using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

inline void report(const Progress& progress, std::int64_t done, std::int64_t total) {
    if (progress) progress(done, total);
}

}  // namespace kohort::trial
