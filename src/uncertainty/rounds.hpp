// A study in rounds: after some of them the estimates so far are looked at, and perhaps nothing more is needed; after others the
// sums are written to the journal, so that a killed study goes on from there.
#pragma once

#include "engine/journal.hpp"
#include "uncertainty/run_design.hpp"
#include "uncertainty/study.hpp"

#include <functional>
#include <vector>

namespace kohort::uncertainty {

/// Blocks of the design after which estimates are looked at, ascending, and last all of its blocks. They depend on base samples
/// alone (every power of two, or check_every of the stop rule), so that a design that is extended passes the same ones.
[[nodiscard]] std::vector<std::int64_t> looks(const UncertaintyStudy& study, const Design& design);

/// Fewer blocks are not worth a round: ranks wait for each other at its end. chunk: twins that a rank takes at once.
[[nodiscard]] std::int64_t least_blocks_of_round(const Design& design, std::int64_t chunk, int ranks);

struct RoundOptions {
    std::int64_t chunk = 256;  // twins that a rank takes at once
    engine::Journal* journal = nullptr;
    double seconds_between = 60;  // two writes to the journal, roughly: what a study that is killed may lose
};

/// Collective. Goes on from `progress`, or from what the journal has, to the end of the design or until the study's stop rule
/// holds. Afterwards every rank's analysis has everything. Told to stop, it journals all that is done and throws
/// engine::Interrupted.
void run_rounds(const UncertaintyStudy& study, const RunContext& context, const RoundOptions& options,
                Analysis& analysis, engine::Communicator& communicator,
                const std::function<void(std::int64_t done, std::int64_t total)>& show, StudyProgress& progress);

}  // namespace kohort::uncertainty
