// The sums of a study in its journal, in two generations: the older one is overwritten, so that a crash in the middle leaves the
// newer one.
#pragma once

#include "engine/journal.hpp"
#include "uncertainty/analysis.hpp"
#include "uncertainty/run_design.hpp"

#include <string_view>

namespace kohort::uncertainty {

/// Name of the section in the journal.
inline constexpr std::string_view sums_section = "sums";

/// What the first numbers of a record of that section are.
struct CheckpointHead {
    std::uint64_t sequence = 0;  // how many there were before
    std::uint64_t rows_done = 0;
    std::uint64_t rows = 0;  // of the design
};

/// Of the first numbers of a record; zeros where there are none.
[[nodiscard]] CheckpointHead head_of(std::span<const std::uint64_t> record);

class Checkpoints {
public:
    /// Collective. journal: may be null: then nothing is kept. most_rounds: that StudyProgress::rounds will ever have.
    Checkpoints(engine::Journal* journal, std::size_t most_rounds, const Design& design, Analysis& analysis,
                engine::Communicator& communicator);

    /// Collective. Takes up what is there: progress on all ranks, the sums on rank 0.
    void go_on(StudyProgress& progress, Analysis& analysis, engine::Communicator& communicator);

    /// Collective, after the sums were collected. Keeps nothing where progress has more ranges than there is room for.
    void keep(const StudyProgress& progress, Analysis& analysis, engine::Communicator& communicator);

    /// Rows of the design that are safe.
    [[nodiscard]] std::int64_t rows_done() const { return rows_done_; }

private:
    engine::JournalSection* section_ = nullptr;
    std::int64_t block_rows_;
    std::int64_t rows_;         // of the design
    std::uint64_t n_kept_ = 0;  // ever, by earlier jobs too
    std::int64_t rows_done_ = 0;
};

}  // namespace kohort::uncertainty
