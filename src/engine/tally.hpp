// What the run loop did on one rank, and where its time went. Never part of a result.
#pragma once

#include "engine/communicator.hpp"

#include <cstdint>

namespace kohort::engine {

struct Tally {
    std::int64_t chunks_computed = 0;
    std::int64_t chunks_from_journal = 0;  // finished by an earlier run
    double busy_seconds = 0.0;             // computing
    double idle_seconds = 0.0;             // waiting for the others' last chunks
    double journal_seconds = 0.0;          // writing what was computed, and reading it for the result

    /// Of the time in the run loop; 0 before there was any.
    [[nodiscard]] double idle_share() const { return share(idle_seconds); }
    [[nodiscard]] double journal_share() const { return share(journal_seconds); }

private:
    [[nodiscard]] double share(double seconds) const {
        const double all = busy_seconds + idle_seconds + journal_seconds;
        return all > 0.0 ? seconds / all : 0.0;
    }
};

/// Collective: added up over all ranks.
[[nodiscard]] Tally over_ranks(const Tally& mine, Communicator& communicator);

}  // namespace kohort::engine
