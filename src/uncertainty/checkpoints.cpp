#include "uncertainty/checkpoints.hpp"

#include "base/errors.hpp"
#include "engine/agree.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace kohort::uncertainty {
namespace {

using Numbers = std::vector<std::uint64_t>;

constexpr std::int64_t generations = 2;
constexpr std::size_t most_ranges = 65536;  // of blocks done beyond a gap: some for each machine that was stopped in mid-round
constexpr std::size_t head_numbers = sizeof(CheckpointHead) / sizeof(std::uint64_t);

std::size_t most_numbers_of_progress(std::size_t most_rounds) {
    return 4 + 2 * RunCounts::n_statuses + 3 * most_rounds + 2 * most_ranges;
}

Numbers packed(const StudyProgress& progress) {
    Numbers numbers{static_cast<std::uint64_t>(progress.blocks), static_cast<std::uint64_t>(progress.counts.steps)};
    const auto put = [&](std::int64_t number) { numbers.push_back(static_cast<std::uint64_t>(number)); };
    for (const auto* list : {&progress.counts.by_status, &progress.counts.first_run}) std::ranges::for_each(*list, put);
    numbers.push_back(progress.rounds.size());
    for (const StudyProgress::Round& round : progress.rounds) {
        put(round.samples);
        numbers.push_back(std::bit_cast<std::uint64_t>(round.widest_first));
        numbers.push_back(std::bit_cast<std::uint64_t>(round.widest_total));
    }
    numbers.push_back(progress.beyond.size());
    for (const BlockRange& range : progress.beyond) {
        put(range.first);
        put(range.last);
    }
    return numbers;
}

/// Takes progress from the front of the numbers.
StudyProgress unpack(std::span<const std::uint64_t>& numbers) {
    const auto next = [&] {
        const std::uint64_t number = numbers.front();
        numbers = numbers.subspan(1);
        return number;
    };
    const auto next_signed = [&] { return static_cast<std::int64_t>(next()); };
    StudyProgress progress;
    progress.blocks = next_signed();
    progress.counts.steps = next_signed();
    for (auto* list : {&progress.counts.by_status, &progress.counts.first_run})
        std::ranges::generate(*list, next_signed);
    progress.rounds.resize(next());
    for (StudyProgress::Round& round : progress.rounds) {
        round.samples = next_signed();
        round.widest_first = std::bit_cast<double>(next());
        round.widest_total = std::bit_cast<double>(next());
    }
    progress.beyond.resize(next());
    for (BlockRange& range : progress.beyond) {
        range.first = next_signed();
        range.last = next_signed();
    }
    return progress;
}

Numbers from_first_rank(const Numbers& numbers, engine::Communicator& communicator) {
    std::string bytes(numbers.size() * sizeof(std::uint64_t), '\0');
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    bytes = communicator.broadcast(std::move(bytes), 0);
    Numbers all(bytes.size() / sizeof(std::uint64_t));
    std::memcpy(all.data(), bytes.data(), bytes.size());
    return all;
}

}  // namespace

CheckpointHead head_of(std::span<const std::uint64_t> record) {
    if (record.size() < head_numbers) return {};
    return {record[0], record[1], record[2]};
}

Checkpoints::Checkpoints(engine::Journal* journal, std::size_t most_rounds, const Design& design, Analysis& analysis,
                         engine::Communicator& communicator)
    : block_rows_(design.block_rows()), rows_(design.rows()) {
    if (journal == nullptr) return;
    const std::size_t numbers = head_numbers + most_numbers_of_progress(most_rounds) + state_of(analysis).size();
    section_ = &journal->section(
        communicator,
        {.name = std::string(sums_section), .n_items = generations, .chunk_size = 1, .record_numbers = numbers});
}

void Checkpoints::go_on(StudyProgress& progress, Analysis& analysis, engine::Communicator& communicator) {
    if (section_ == nullptr) return;
    std::int64_t latest = -1;
    const engine::ChunkShare share = section_->plan().share(communicator.rank(), communicator.size());
    engine::all_or_none(communicator, true, [&] {
        for (std::int64_t slot = share.first; slot < share.last; ++slot) {
            if (section_->was_done(slot))
                latest = std::max(latest, static_cast<std::int64_t>(head_of(section_->read(slot)).sequence));
        }
    });
    latest = communicator.max(latest);
    if (latest < 0) return;
    Numbers known;  // to all: head and progress
    engine::all_or_none(communicator, communicator.rank() == 0, [&] {
        const Numbers record = section_->read(latest % generations);
        std::span<const std::uint64_t> rest(record);
        rest = rest.subspan(head_numbers);
        progress = unpack(rest);
        known.assign(record.begin(), record.end() - static_cast<std::ptrdiff_t>(rest.size()));
        std::vector<std::int64_t> state;
        for (const std::uint64_t number : rest) state.push_back(static_cast<std::int64_t>(number));
        KOHORT_CHECK(restore(analysis, state));
    });
    known = from_first_rank(known, communicator);
    n_kept_ = head_of(known).sequence + 1;
    rows_done_ = static_cast<std::int64_t>(head_of(known).rows_done);
    std::span<const std::uint64_t> rest(known);
    rest = rest.subspan(head_numbers);
    progress = unpack(rest);
}

void Checkpoints::keep(const StudyProgress& progress, Analysis& analysis, engine::Communicator& communicator) {
    if (section_ == nullptr || progress.beyond.size() > most_ranges) return;
    rows_done_ = (progress.blocks + total_of(progress.beyond)) * block_rows_;
    const std::uint64_t sequence = n_kept_++;
    engine::all_or_none(communicator, communicator.rank() == 0, [&] {
        Numbers record{sequence, static_cast<std::uint64_t>(rows_done_), static_cast<std::uint64_t>(rows_)};
        const Numbers known = packed(progress);
        record.insert(record.end(), known.begin(), known.end());
        for (const std::int64_t number : state_of(analysis)) record.push_back(static_cast<std::uint64_t>(number));
        section_->write(static_cast<std::int64_t>(sequence) % generations, record);
        section_->sync();
    });
}

}  // namespace kohort::uncertainty
