#include "trial/enrolment.hpp"

#include "engine/chunks.hpp"
#include "trial/simulate_bank.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace kohort::trial {
namespace {

constexpr std::int64_t people_per_chunk = 512;
constexpr std::int64_t least_round = 4096;  // people screened between two counts of the eligible
constexpr std::int64_t hopeless = 10'000;   // people screened for each one enrolled

/// A verdict, in the journal as plain integers.
struct Screened {
    std::int64_t twin_id = 0;
    Verdict verdict;
    cohort::Acceptance acceptance;  // of this one person
};

constexpr std::size_t integers_per_person = 4;

std::vector<std::int64_t> pack(const std::vector<Screened>& screened) {
    std::vector<std::int64_t> packed;
    packed.reserve(integers_per_person * screened.size());
    for (const Screened& one : screened) {
        packed.push_back(one.twin_id);
        packed.push_back(static_cast<std::int64_t>(one.verdict.kind));
        packed.push_back(static_cast<std::int64_t>(one.verdict.criterion));
        packed.push_back(one.acceptance.attempts);
    }
    return packed;
}

std::vector<Screened> unpack(std::span<const std::int64_t> packed) {
    std::vector<Screened> screened;
    screened.reserve(packed.size() / integers_per_person);
    for (std::size_t at = 0; at + integers_per_person <= packed.size(); at += integers_per_person) {
        const Verdict verdict{static_cast<Verdict::Kind>(packed[at + 1]), static_cast<std::size_t>(packed[at + 2])};
        const std::int64_t implausible = verdict.kind == Verdict::Kind::implausible ? 1 : 0;
        screened.push_back({packed[at], verdict, {1, packed[at + 3], implausible}});
    }
    return screened;
}

std::vector<Screened> screen_chunk(const ScreeningContext& context, std::int64_t first, std::int64_t last) {
    std::vector<cohort::Person> people;
    for (std::int64_t twin = first; twin < last; ++twin) people.push_back(context.cohort.describe(twin));
    const std::vector<Verdict> verdicts = screen(context, people);
    std::vector<Screened> screened;
    for (std::size_t one = 0; one < verdicts.size(); ++one) {
        screened.push_back({first + static_cast<std::int64_t>(one), verdicts[one], {}});
        screened.back().acceptance.add(people[one]);
    }
    return screened;
}

/// Who of a round is eligible, in a bit a person: all that ranks need to know of one another's people.
class Eligible {
public:
    void add(std::int64_t chunk, std::span<const Screened> people) {
        std::array<std::uint64_t, words_per_chunk> words{};
        for (std::size_t one = 0; one < people.size(); ++one)
            if (people[one].verdict.eligible()) words[one / 64] |= std::uint64_t{1} << one % 64;
        mine_.push_back(chunk);
        for (const std::uint64_t word : words) mine_.push_back(std::bit_cast<std::int64_t>(word));
    }

    /// Collective: of all ranks' chunks, the people in order.
    [[nodiscard]] std::vector<std::int64_t> positions(engine::Communicator& communicator) const {
        constexpr std::size_t width = screening_chunk_bytes / sizeof(std::int64_t);
        const std::vector<std::int64_t> all = communicator.gather_all(std::span<const std::int64_t>(mine_));
        std::vector<std::span<const std::int64_t>> chunks;
        for (std::size_t at = 0; at < all.size(); at += width) chunks.push_back(std::span(all).subspan(at, width));
        std::sort(chunks.begin(), chunks.end(), [](const auto& one, const auto& other) { return one[0] < other[0]; });
        std::vector<std::int64_t> eligible;
        for (const auto& chunk : chunks)
            for (std::size_t word = 0; word < words_per_chunk; ++word)
                for (auto bits = std::bit_cast<std::uint64_t>(chunk[1 + word]); bits != 0; bits &= bits - 1)
                    eligible.push_back(chunk[0] * people_per_chunk + static_cast<std::int64_t>(word) * 64 +
                                       std::countr_zero(bits));
        return eligible;
    }

private:
    static constexpr std::size_t words_per_chunk = people_per_chunk / 64;
    static_assert(screening_chunk_bytes == (1 + words_per_chunk) * sizeof(std::int64_t));
    std::vector<std::int64_t> mine_;  // of each chunk its number, then its words
};

/// What one rank found in a round, and who is eligible according to all.
struct Round {
    std::vector<Screened> mine;
    std::vector<std::int64_t> eligible;  // positions in the round, ascending
};

/// Collective: screens people first ... first + n - 1.
Round screen_round(const ScreeningContext& context, engine::Communicator& communicator, engine::Journal* journal,
                   std::int64_t first, std::int64_t n) {
    Round round;
    Eligible eligible;
    engine::run_chunks<std::int64_t>(
        communicator, journal, screening_chunks(context.plan, first, n),
        [&](const engine::Chunk& chunk) { return pack(screen_chunk(context, first + chunk.first, first + chunk.last)); },
        [&](const engine::Chunk& chunk, std::span<const std::int64_t> packed) {
            const std::vector<Screened> people = unpack(packed);
            eligible.add(chunk.index, people);
            round.mine.insert(round.mine.end(), people.begin(), people.end());
        });
    round.eligible = eligible.positions(communicator);
    return round;
}

/// Collective: counts the people below end, each on the rank that has screened them.
void count_people(const ScreeningContext& context, const Round& round, std::int64_t end,
                  engine::Communicator& communicator, Enrolment& enrolment) {
    ScreeningCounts counts(context.plan.criteria.size());
    cohort::Acceptance acceptance;
    for (const Screened& one : round.mine) {
        if (one.twin_id >= end) continue;
        counts.add(one.verdict);
        acceptance.merge(one.acceptance);
    }
    std::vector<std::int64_t> numbers(counts.integers().begin(), counts.integers().end());
    numbers.insert(numbers.end(), {acceptance.persons, acceptance.attempts, acceptance.implausible});
    communicator.sum(numbers);
    const std::size_t n_counts = counts.integers().size();
    for (std::size_t at = 0; at < n_counts; ++at) enrolment.counts.integers()[at] += numbers[at];
    enrolment.acceptance.merge({numbers[n_counts], numbers[n_counts + 1], numbers[n_counts + 2]});
}

/// How many to screen next: enough for those still wanted if people go on being eligible as often as so far.
std::int64_t next_round(const Enrolment& so_far, std::int64_t wanted) {
    const auto eligible = static_cast<std::int64_t>(so_far.twin_ids.size());
    const std::int64_t screened = so_far.counts.screened();
    const double share = screened == 0 ? 1.0 : std::max(1.0, static_cast<double>(eligible)) / static_cast<double>(screened);
    const double people = 1.1 * static_cast<double>(wanted - eligible) / share;
    return std::clamp(static_cast<std::int64_t>(std::min(people, 1e15)), least_round, largest_round);
}

void refuse_too_few(const CohortChoice& choice, const Enrolment& enrolment, const ScreeningPlan& plan) {
    std::size_t strictest = 0;
    for (std::size_t criterion = 1; criterion < plan.criteria.size(); ++criterion)
        if (enrolment.counts.missed(criterion) > enrolment.counts.missed(strictest)) strictest = criterion;
    std::string problem = "only " + std::to_string(enrolment.twin_ids.size()) + " of " +
                          std::to_string(enrolment.counts.screened()) + " people screened are eligible; " +
                          std::to_string(choice.enrol) + " are to be enrolled";
    if (!plan.criteria.empty()) problem += "; most miss \"" + plan.criteria[strictest].words + "\"";
    throw InputError(choice.place, problem, "widen the eligibility, choose another cohort, or enrol fewer");
}

}  // namespace

engine::ChunkPlan screening_chunks(const ScreeningPlan& plan, std::int64_t first, std::int64_t n) {
    return {.name = "screening-" + std::to_string(first),
            .n_items = n,
            .chunk_size = people_per_chunk,
            .record_numbers = plan.needs_a_run() ? integers_per_person * static_cast<std::size_t>(people_per_chunk) : 0};
}

std::vector<Verdict> screen(const ScreeningContext& context, std::span<const cohort::Person> people) {
    std::vector<Verdict> verdicts;
    std::vector<std::size_t> to_run;
    for (const cohort::Person& person : people) {
        verdicts.push_back(context.plan.judge_attributes(person));
        if (verdicts.back().eligible()) to_run.push_back(verdicts.size() - 1);
    }
    if (!context.plan.needs_a_run() || to_run.empty()) return verdicts;

    std::vector<cohort::Person> candidates;
    for (const std::size_t one : to_run) candidates.push_back(people[one]);
    context.simulator.prepare(candidates);
    const auto& result = context.simulator.run(std::vector<int>(candidates.size(), 0));
    for (std::size_t twin = 0; twin < to_run.size(); ++twin)
        verdicts[to_run[twin]] = context.plan.judge_measurements(result.status[twin],
                                                                 view_of(result, twin, candidates[twin].twin_id));
    return verdicts;
}

Enrolment enrol(const CohortChoice& choice, const ScreeningContext& context, engine::Communicator& communicator,
                engine::Journal* journal, const Progress& progress) {
    const bool until_enough = choice.enrol > 0;
    const std::int64_t size = context.cohort.size();
    const std::int64_t most = until_enough ? hopeless * choice.enrol : choice.persons;
    const std::int64_t available = size < 0 ? most : std::min(most, size);

    Enrolment enrolment{{}, ScreeningCounts(context.plan.criteria.size()), {}};
    const auto is_complete = [&] {
        return until_enough && static_cast<std::int64_t>(enrolment.twin_ids.size()) == choice.enrol;
    };
    for (std::int64_t first = 0; first < available && !is_complete();) {
        const std::int64_t wanted = until_enough ? next_round(enrolment, choice.enrol) : largest_round;
        const std::int64_t n = std::min(wanted, available - first);
        const Round round = screen_round(context, communicator, journal, first, n);
        for (const std::int64_t position : round.eligible) {
            if (is_complete()) break;
            enrolment.twin_ids.push_back(first + position);
        }
        count_people(context, round, is_complete() ? enrolment.twin_ids.back() + 1 : first + n, communicator, enrolment);
        first += n;
        const auto eligible = static_cast<std::int64_t>(enrolment.twin_ids.size());
        report(progress, until_enough ? eligible : first, until_enough ? choice.enrol : available);
    }
    if (until_enough && !is_complete()) refuse_too_few(choice, enrolment, context.plan);
    return enrolment;
}

}  // namespace kohort::trial
