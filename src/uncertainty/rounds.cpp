#include "uncertainty/rounds.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <set>

namespace kohort::uncertainty {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t most_checkpoints = 32;  // what is lost when a study is stopped is at most so much of it
constexpr std::int64_t least_rows = 8192;      // of a round: ranks wait for each other at its end

/// Base samples (or what stands for them) in so many blocks.
std::int64_t samples_in(const UncertaintyStudy& study, const Design& design, std::int64_t blocks) {
    return study.design.n / design.blocks() * blocks;
}

bool is_checked(const UncertaintyStudy& study, std::int64_t samples) {
    const auto& stop = study.analysis.stop;
    return stop ? samples % stop->check_every == 0 : (samples & (samples - 1)) == 0;
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

/// Progress and sums as one row of numbers. Rounds know doubles, which travel bit by bit.
std::vector<std::uint64_t> packed(const StudyProgress& progress, Analysis& analysis) {
    std::vector<std::uint64_t> numbers{static_cast<std::uint64_t>(progress.blocks),
                                       static_cast<std::uint64_t>(progress.counts.steps)};
    for (const auto* list : {&progress.counts.by_status, &progress.counts.first_run}) {
        for (const std::int64_t number : *list) numbers.push_back(static_cast<std::uint64_t>(number));
    }
    numbers.push_back(progress.rounds.size());
    for (const StudyProgress::Round& round : progress.rounds) {
        numbers.insert(numbers.end(),
                       {static_cast<std::uint64_t>(round.samples), std::bit_cast<std::uint64_t>(round.widest_first),
                        std::bit_cast<std::uint64_t>(round.widest_total)});
    }
    for (const std::int64_t number : state_of(analysis)) numbers.push_back(static_cast<std::uint64_t>(number));
    return numbers;
}

void unpack(std::span<const std::uint64_t> numbers, StudyProgress& progress, Analysis* analysis) {
    std::size_t at = 0;
    const auto next = [&] { return numbers[at++]; };
    progress.blocks = static_cast<std::int64_t>(next());
    progress.counts = {};
    progress.counts.steps = static_cast<std::int64_t>(next());
    for (auto* list : {&progress.counts.by_status, &progress.counts.first_run}) {
        for (std::int64_t& number : *list) number = static_cast<std::int64_t>(next());
    }
    progress.rounds.resize(next());
    for (StudyProgress::Round& round : progress.rounds) {
        round.samples = static_cast<std::int64_t>(next());
        round.widest_first = std::bit_cast<double>(next());
        round.widest_total = std::bit_cast<double>(next());
    }
    if (analysis == nullptr) return;
    std::vector<std::int64_t> state;
    for (; at < numbers.size(); ++at) state.push_back(static_cast<std::int64_t>(numbers[at]));
    KOHORT_CHECK(restore(*analysis, state));
}

/// The sums after some of the rounds, in the journal.
class Checkpoints {
public:
    Checkpoints(const RoundOptions& options, std::size_t rounds, Analysis& analysis, engine::Communicator& communicator)
        : seconds_between_(options.seconds_between), written_at_(Clock::now()) {
        if (options.journal == nullptr) return;
        const std::size_t header = 3 + 2 * RunCounts::n_statuses + 3 * rounds;
        section_ = &options.journal->section(communicator, {.name = "sums",
                                                            .n_items = static_cast<std::int64_t>(rounds),
                                                            .chunk_size = 1,
                                                            .record_numbers = header + state_of(analysis).size()});
    }

    /// Takes up the latest sums that are there. The same on all ranks, but that rank 0 has the sums.
    void go_on(Analysis& analysis, engine::Communicator& communicator, StudyProgress& progress) const {
        if (section_ == nullptr) return;
        std::int64_t latest = -1;
        const engine::ChunkShare share = section_->plan().share(communicator.rank(), communicator.size());
        for (std::int64_t round = share.first; round < share.last; ++round) {
            if (section_->was_done(round)) latest = round;
        }
        latest = communicator.max(latest);
        if (latest >= 0) unpack(section_->read(latest), progress, communicator.rank() == 0 ? &analysis : nullptr);
    }

    /// Collective: whether it is time to keep the sums.
    [[nodiscard]] bool is_due(engine::Communicator& communicator) const {
        if (section_ == nullptr) return false;
        const bool due = std::chrono::duration<double>(Clock::now() - written_at_).count() >= seconds_between_;
        return communicator.max(std::int64_t{communicator.rank() == 0 && due ? 1 : 0}) > 0;
    }

    /// After the sums were collected.
    void keep(std::size_t round, Analysis& analysis, engine::Communicator& communicator, const StudyProgress& progress) {
        if (communicator.rank() != 0) return;
        section_->write(static_cast<std::int64_t>(round), packed(progress, analysis));
        section_->sync();
        written_at_ = Clock::now();
    }

private:
    engine::JournalSection* section_ = nullptr;
    double seconds_between_;
    Clock::time_point written_at_;
};

}  // namespace

std::vector<std::int64_t> round_ends(const UncertaintyStudy& study, const Design& design) {
    const bool has_intervals = study.design.kind == DesignKind::sobol_indices && study.design.replicates > 1;
    const std::int64_t least = (least_rows + design.block_rows() - 1) / design.block_rows();
    const std::int64_t part = std::max(least, design.blocks() / most_checkpoints);
    std::set<std::int64_t> ends;
    for (std::int64_t blocks = part; blocks < design.blocks(); blocks += part) ends.insert(blocks);
    // all replicates have had equally many points, and each two blocks: fewer say nothing
    const std::int64_t replicates = study.design.replicates;
    for (std::int64_t blocks = 2 * replicates; has_intervals && blocks < design.blocks(); blocks += replicates) {
        if (is_checked(study, samples_in(study, design, blocks))) ends.insert(blocks);
    }
    ends.insert(design.blocks());
    return {ends.begin(), ends.end()};
}

void run_rounds(const UncertaintyStudy& study, const RunContext& context, const RoundOptions& options,
                Analysis& analysis, engine::Communicator& communicator,
                const std::function<void(std::int64_t done, std::int64_t total)>& show, StudyProgress& progress) {
    const std::vector<std::int64_t> ends = round_ends(study, context.design);
    Checkpoints checkpoints(options, ends.size(), analysis, communicator);
    checkpoints.go_on(analysis, communicator, progress);
    const std::int64_t replicates = study.design.replicates;
    const bool may_stop = study.design.kind == DesignKind::sobol_indices && replicates > 1;
    for (std::size_t round = 0; round < ends.size(); ++round) {
        if (ends[round] <= progress.blocks) continue;
        if (is_enough(study, progress, communicator)) return;
        progress.counts.add(run_blocks(context, progress.blocks, ends[round], options.chunk, analysis, communicator,
                                       options.journal, show));
        progress.blocks = ends[round];
        const std::int64_t samples = samples_in(study, context.design, ends[round]);
        const bool whole_turns = ends[round] % replicates == 0 && ends[round] >= 2 * replicates;
        const bool is_looked_at = may_stop && whole_turns && is_checked(study, samples);
        const bool is_last = ends[round] == ends.back();
        const bool is_kept = !is_last && checkpoints.is_due(communicator);
        if (!is_looked_at && !is_kept && !is_last) continue;
        const auto began = Clock::now();
        collect(analysis, communicator);
        if (communicator.rank() == 0 && is_looked_at) {
            const auto widest = analysis.widest_interval(study.analysis.stop ? study.analysis.stop->at_least_variance : 0.01);
            progress.rounds.push_back({samples, widest.first, widest.total});
        }
        const std::chrono::nanoseconds taken = Clock::now() - began;
        progress.counts.nanoseconds_analysing += taken.count() * communicator.size();  // the others wait
        if (is_kept) checkpoints.keep(round, analysis, communicator, progress);
    }
}

}  // namespace kohort::uncertainty
