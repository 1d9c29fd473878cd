// A study in rounds: after each, the estimates so far are looked at, and perhaps nothing more is needed. Between rounds the sums
// are written to the journal now and then, so that a killed study goes on from there.
#pragma once

#include "engine/journal.hpp"
#include "uncertainty/run_design.hpp"
#include "uncertainty/study.hpp"

#include <functional>
#include <vector>

namespace kohort::uncertainty {

/// Blocks of the design after which the sums of all ranks come together: ascending, the last is all blocks. Among them are
/// those after which estimates are looked at, which depend on base samples alone (every power of two, or check_every of the
/// stop rule), so that a design that is extended passes the same ones.
[[nodiscard]] std::vector<std::int64_t> round_ends(const UncertaintyStudy& study, const Design& design);

struct RoundOptions {
    std::int64_t chunk = 256;  // twins that a rank takes at once
    engine::Journal* journal = nullptr;
    double seconds_between = 60;  // two writes to the journal
};

/// Collective. Goes on from `progress`, or from what the journal has, to the end of the design or until the study's stop rule
/// holds. Afterwards the analysis of rank 0 has everything. Throws engine::Interrupted when told to stop.
void run_rounds(const UncertaintyStudy& study, const RunContext& context, const RoundOptions& options,
                Analysis& analysis, engine::Communicator& communicator,
                const std::function<void(std::int64_t done, std::int64_t total)>& show, StudyProgress& progress);

}  // namespace kohort::uncertainty
