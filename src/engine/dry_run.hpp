// Many pretended ranks in one process, each with a clock of its own, running the real code. For planning: what would a hundred
// thousand ranks do, how long would they wait, and how many messages would they send?
//
// A rank is a stack of its own on this thread. It runs until it waits for others or spends time; whoever is earliest runs next.
#pragma once

#include "engine/communicator.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace kohort::engine {

struct DryRunOptions {
    int ranks = 1;
    int ranks_per_node = 1;
    double message_seconds = 2e-6;   // one hop or one access to another rank's number; InfiniBand takes 1 to 2 us
    double bytes_per_second = 10e9;  // of what is pretended to be summed; 100 Gbit/s InfiniBand, less some
};

/// A pretended rank's Communicator.
class DryRank : public Communicator {
public:
    /// Lets this rank's clock run on, as computing would.
    virtual void spend(double seconds) = 0;
    /// As if every rank had gathered so many bytes of this one, and of the others what they say; nothing is kept of them.
    virtual void pretend_to_gather(std::int64_t n_bytes) = 0;
    /// As if numbers of so many bytes had been summed over all ranks.
    virtual void pretend_to_sum(std::int64_t n_bytes) = 0;
};

/// Messages of all ranks; a collective over P ranks counts as ceil(log2 P) messages of each, in which a rank passes on all that
/// is gathered.
struct DryRunReport {
    double seconds = 0.0;             // on the pretended clocks, until the last rank ended
    double mean_spent_seconds = 0.0;  // computing, of a rank
    std::int64_t messages = 0;        // sent by all ranks together
    std::int64_t most_messages = 0;   // sent by one rank
    std::int64_t bytes = 0;           // sent by all ranks together
    std::int64_t most_bytes = 0;      // sent by one rank
    std::int64_t most_served = 0;     // accesses to the numbers of the rank that is asked most
};

/// Runs body on every rank. body must not throw.
[[nodiscard]] DryRunReport dry_run(const DryRunOptions& options, const std::function<void(DryRank&)>& body);

}  // namespace kohort::engine
