#include "engine/tally.hpp"

#include <array>
#include <cmath>

namespace kohort::engine {
namespace {

std::int64_t microseconds(double seconds) { return std::llround(1e6 * seconds); }
double seconds(std::int64_t microseconds) { return 1e-6 * static_cast<double>(microseconds); }

}  // namespace

Tally over_ranks(const Tally& mine, Communicator& communicator) {
    std::array sums{mine.chunks_computed, mine.chunks_from_journal, microseconds(mine.busy_seconds),
                    microseconds(mine.idle_seconds), microseconds(mine.journal_seconds)};
    communicator.sum(sums);
    Tally all;
    all.chunks_computed = sums[0];
    all.chunks_from_journal = sums[1];
    all.busy_seconds = seconds(sums[2]);
    all.idle_seconds = seconds(sums[3]);
    all.journal_seconds = seconds(sums[4]);
    return all;
}

}  // namespace kohort::engine
