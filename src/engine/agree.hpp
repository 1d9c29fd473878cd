// Failures of one rank become failures of all, so that no rank waits for one that has left.
#pragma once

#include "base/errors.hpp"
#include "engine/communicator.hpp"
#include "engine/disk_file.hpp"

#include <exception>

namespace kohort::engine {

/// Collective. If any rank has a failure, every rank throws that of the lowest such rank: an InputError or Interrupted as such,
/// anything else as DiskError.
void agree_on_failure(Communicator& communicator, const std::exception_ptr& mine);

/// Collective. Runs an action that is not collective where takes_part; fails everywhere if it fails anywhere.
template <class Action>
void all_or_none(Communicator& communicator, bool takes_part, Action&& action) {
    std::exception_ptr failure;
    try {
        if (takes_part) action();
    } catch (...) {
        failure = std::current_exception();
    }
    agree_on_failure(communicator, failure);
}

}  // namespace kohort::engine
