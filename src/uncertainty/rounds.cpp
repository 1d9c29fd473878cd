#include "uncertainty/rounds.hpp"

#include "engine/stop.hpp"
#include "uncertainty/checkpoints.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace kohort::uncertainty {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t least_rows = 8192;  // of a round
constexpr std::int64_t least_chunks = 32;  // of a rank in a round

/// Base samples (or what stands for them) in so many blocks.
std::int64_t samples_in(const UncertaintyStudy& study, const Design& design, std::int64_t blocks) {
    return study.design.n / design.blocks() * blocks;
}

bool is_checked(const UncertaintyStudy& study, std::int64_t samples) {
    const auto& stop = study.analysis.stop;
    return stop ? samples % stop->check_every == 0 : (samples & (samples - 1)) == 0;
}

/// Whether estimates are looked at after so many blocks: all replicates have had equally many points, and each two blocks, for
/// fewer say nothing.
bool is_looked_at(const UncertaintyStudy& study, const Design& design, std::int64_t blocks) {
    const std::int64_t replicates = study.design.replicates;
    return study.design.kind == DesignKind::sobol_indices && replicates > 1 && blocks >= 2 * replicates &&
           blocks % replicates == 0 && is_checked(study, samples_in(study, design, blocks));
}

/// On rank 0, which knows the sums; the others follow.
bool is_enough(const UncertaintyStudy& study, const StudyProgress& progress, engine::Communicator& communicator) {
    const auto& stop = study.analysis.stop;
    if (!stop) return false;
    std::int64_t enough = 0;
    if (communicator.rank() == 0 && !progress.rounds.empty()) {
        const StudyProgress::Round& last = progress.rounds.back();
        const double widest = stop->of_total ? last.widest_total : last.widest_first;
        enough = widest <= stop->below ? 1 : 0;  // not where NaN
    }
    return communicator.max(enough) > 0;
}

/// How many blocks the next round has: as many as take the time between two checkpoints. Changes no result.
class RoundLength {
public:
    RoundLength(const Design& design, const RoundOptions& options, int ranks)
        : least_(least_blocks_of_round(design, options.chunk, ranks)), seconds_(options.seconds_between), blocks_(least_) {}

    [[nodiscard]] std::int64_t blocks() const { return blocks_; }
    /// Collective, by the clock of rank 0.
    void learn(std::int64_t blocks, double seconds, engine::Communicator& communicator) {
        const double wanted = static_cast<double>(blocks) * seconds_ / std::max(seconds, 1e-3);
        const auto next = static_cast<std::int64_t>(std::min(wanted, 4.0 * static_cast<double>(blocks_)));
        blocks_ = communicator.max(communicator.rank() == 0 ? std::max(next, least_) : least_);
    }

private:
    std::int64_t least_;
    double seconds_;
    std::int64_t blocks_;
};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// What the ranks come together for.
struct Meeting {
    std::optional<std::int64_t> samples_looked_at{};  // how wide intervals are by now
    bool is_kept = false;                             // the sums are about to be written
    bool is_last = false;
};

/// Collective. Every rank gets the sums that are to be looked at and looks at its share of the cells. Rank 0 goes on with them, and
/// has everything if it is kept; at the end, everybody has.
void bring_together(const UncertaintyStudy& study, int cells, Analysis& analysis, engine::Communicator& communicator,
                    StudyProgress& progress, const Meeting& meeting) {
    const auto began = Clock::now();
    std::vector<StatePiece> pieces;
    if (meeting.samples_looked_at) pieces = analysis.pieces_for_intervals();
    if (meeting.is_last) pieces = analysis.pieces();
    give_to_all(pieces, communicator);
    if (meeting.samples_looked_at) {
        const auto& stop = study.analysis.stop;
        const auto widest = widest_of(analysis, cells, stop ? stop->at_least_variance : 0.01, communicator);
        if (communicator.rank() == 0)
            progress.rounds.push_back({*meeting.samples_looked_at, widest.first, widest.total});
    }
    if (!meeting.is_last && communicator.rank() != 0) begin_anew(pieces);
    if (meeting.is_kept) collect(analysis, communicator);
    const std::chrono::nanoseconds taken = Clock::now() - began;
    progress.counts.nanoseconds_analysing += taken.count() * communicator.size();
}

using Show = std::function<void(std::int64_t done, std::int64_t total)>;

/// Collective. Runs what is missing of a round. False if the study was told to stop before all of it was done.
bool run_round(const RunContext& context, const RoundOptions& options, BlockRange round, Analysis& analysis,
               engine::Communicator& communicator, const Show& show, StudyProgress& progress) {
    const Design& design = context.design;
    const std::vector<BlockRange> missing = without(round, progress.beyond);
    const std::int64_t rows_before = (progress.blocks + total_of(progress.beyond)) * design.block_rows();
    const RunBlocks ran = run_blocks(context, missing, options.chunk, analysis, communicator, options.journal,
                                     [&](std::int64_t done) { show(rows_before + done, design.rows()); });
    progress.counts.add(ran.counts);
    progress.beyond = joined(progress.beyond, ran.done);
    if (total_of(ran.done) < total_of(missing)) return false;
    progress.blocks = round.last;
    progress.beyond.clear();
    return true;
}

[[noreturn]] void stop(const Checkpoints& checkpoints, const Design& design) {
    throw engine::Interrupted("runs: " + std::to_string(checkpoints.rows_done()) + " of " +
                              std::to_string(design.rows()) + " are done");
}

}  // namespace

std::vector<std::int64_t> looks(const UncertaintyStudy& study, const Design& design) {
    std::vector<std::int64_t> looks;
    const std::int64_t replicates = study.design.replicates;
    for (std::int64_t blocks = replicates; blocks < design.blocks(); blocks += replicates)
        if (is_looked_at(study, design, blocks)) looks.push_back(blocks);
    looks.push_back(design.blocks());
    return looks;
}

std::int64_t least_blocks_of_round(const Design& design, std::int64_t chunk, int ranks) {
    return std::max(least_rows, least_chunks * chunk * ranks) / design.block_rows() + 1;
}

void run_rounds(const UncertaintyStudy& study, const RunContext& context, const RoundOptions& options,
                Analysis& analysis, engine::Communicator& communicator, const Show& show, StudyProgress& progress) {
    const Design& design = context.design;
    const std::vector<std::int64_t> ends = looks(study, design);
    Checkpoints checkpoints(options.journal, ends.size(), design, analysis, communicator);
    checkpoints.go_on(progress, analysis, communicator);
    RoundLength length(design, options, communicator.size());
    auto kept_at = Clock::now();
    bool all_have_it = false;  // every rank has everything
    while (progress.blocks < design.blocks() && !is_enough(study, progress, communicator)) {
        const auto began = Clock::now();
        const std::int64_t look = *std::ranges::upper_bound(ends, progress.blocks);
        const std::int64_t reached = progress.beyond.empty() ? 0 : progress.beyond.back().last;
        const BlockRange round{progress.blocks, std::max(reached, std::min(look, progress.blocks + length.blocks()))};
        const std::int64_t to_do = round.size() - total_of(progress.beyond);
        if (!run_round(context, options, round, analysis, communicator, show, progress)) {
            bring_together(study, context.cells.count(), analysis, communicator, progress, {.is_kept = true});
            checkpoints.keep(progress, analysis, communicator);
            stop(checkpoints, design);
        }
        length.learn(to_do, seconds_since(began), communicator);
        const bool is_last = round.last == design.blocks();
        const bool is_look = round.last == look && is_looked_at(study, design, look);
        const bool is_due = communicator.max(std::int64_t{seconds_since(kept_at) >= options.seconds_between / 2 ? 1 : 0}) > 0;
        if (!is_last && !is_look && !is_due) continue;
        const std::int64_t samples = samples_in(study, design, round.last);
        bring_together(study, context.cells.count(), analysis, communicator, progress,
                       {.samples_looked_at = is_look ? std::optional(samples) : std::nullopt,
                        .is_kept = is_due && !is_last,
                        .is_last = is_last});
        all_have_it = is_last;
        if (is_last || !is_due) continue;
        checkpoints.keep(progress, analysis, communicator);
        kept_at = Clock::now();
    }
    if (!all_have_it) bring_together(study, context.cells.count(), analysis, communicator, progress, {.is_last = true});
}

}  // namespace kohort::uncertainty
