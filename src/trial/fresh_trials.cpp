#include "trial/fresh_trials.hpp"

#include "engine/chunks.hpp"
#include "trial/simulate_bank.hpp"

#include <algorithm>
#include <string>

namespace kohort::trial {
namespace {

// Twin ids of fresh people: beyond any bank, and each trial has ids of its own for everybody it screens.
constexpr std::int64_t first_fresh_id = std::int64_t{1} << 40;
constexpr std::int64_t ids_per_trial = std::int64_t{1} << 20;
constexpr std::int64_t people_per_chunk = 4096;

/// The people whom one trial enrols, in the order in which they came.
class TrialPeople {
public:
    TrialPeople(const FreshContext& context, std::int64_t trial) : context_(context), trial_(trial) {
        const std::int64_t n = context.plan.randomisation->n;
        for (std::int64_t next = 0; std::ssize(people_) < n && next < ids_per_trial;) {
            const std::int64_t count = std::min(std::max<std::int64_t>(n - std::ssize(people_), 16), ids_per_trial - next);
            screen_more(next, count, static_cast<std::size_t>(n));
            next += count;
        }
        is_complete_ = std::ssize(people_) == n;
    }

    [[nodiscard]] bool is_complete() const { return is_complete_; }
    [[nodiscard]] std::vector<cohort::Person>& people() { return people_; }

    /// The sample with everybody's attributes and arms; endpoints are still missing.
    [[nodiscard]] TrialSample randomised() const {
        TrialSample sample = context_.plan.empty_sample();
        for (std::size_t participant = 0; participant < people_.size(); ++participant)
            for (std::size_t attribute = 0; attribute < context_.plan.attributes.size(); ++attribute)
                sample.attribute[attribute * sample.n_participants + participant] = people_[participant].value[attribute];
        randomise(context_.plan, trial_, sample.attribute, sample.arm);
        return sample;
    }

private:
    void screen_more(std::int64_t next, std::int64_t count, std::size_t n) {
        std::vector<cohort::Person> candidates;
        const std::int64_t first = first_fresh_id + trial_ * ids_per_trial + next;
        for (std::int64_t twin = first; twin < first + count; ++twin)
            candidates.push_back(context_.screening.cohort.describe(twin));
        const auto verdicts = screen(context_.screening, candidates);
        for (std::size_t one = 0; one < candidates.size() && people_.size() < n; ++one)
            if (verdicts[one].eligible()) people_.push_back(std::move(candidates[one]));
    }

    const FreshContext& context_;
    std::int64_t trial_;
    std::vector<cohort::Person> people_;
    bool is_complete_ = false;
};

/// Puts the endpoints that a run measured into the samples of the trials whose people it ran, one after another.
void take_endpoints(const engine::ArmResult& run, std::span<const cohort::Person> people, const TrialPlan& plan,
                    std::vector<TrialSample>& samples) {
    std::size_t twin = 0;
    for (TrialSample& sample : samples)
        for (std::size_t participant = 0; participant < sample.n_participants; ++participant, ++twin)
            for (std::size_t endpoint = 0; endpoint < plan.endpoints.size(); ++endpoint)
                sample.set_endpoint(
                    endpoint, participant,
                    plan.endpoints[endpoint].evaluate(run.status[twin], view_of(run, twin, people[twin].twin_id)));
}

/// Adds a chunk of trials to sums; false if one of them did not find its people.
bool run_trials(const engine::Chunk& trials, const FreshContext& context, OperatingSums& sums) {
    std::vector<cohort::Person> people;
    std::vector<int> arms;
    std::vector<TrialSample> samples;
    for (std::int64_t trial = trials.first; trial < trials.last; ++trial) {
        TrialPeople enrolled(context, trial);
        if (!enrolled.is_complete()) return false;
        samples.push_back(enrolled.randomised());
        arms.insert(arms.end(), samples.back().arm.begin(), samples.back().arm.end());
        std::move(enrolled.people().begin(), enrolled.people().end(), std::back_inserter(people));
    }
    context.simulator.prepare(people);
    take_endpoints(context.simulator.run(arms), people, context.plan, samples);
    for (const TrialSample& sample : samples) sums.add(sample, Scenario::as_randomised);
    if (!context.with_null) return true;
    std::fill(arms.begin(), arms.end(), context.plan.control);
    take_endpoints(context.simulator.run(arms), people, context.plan, samples);
    for (const TrialSample& sample : samples) sums.add(sample, Scenario::null);
    return true;
}

}  // namespace

void run_fresh_trials(std::int64_t n_trials, const Place& place, const FreshContext& context,
                      engine::Communicator& communicator, engine::Journal* journal, const Progress& progress,
                      OperatingSums& sums) {
    if (context.screening.cohort.size() >= 0)
        throw InputError(place, "mode: fresh needs new people for every trial, and this cohort is a list of persons",
                         "use mode: bank, or let the cohort resample its persons");
    const std::int64_t per_chunk = std::max<std::int64_t>(1, people_per_chunk / context.plan.randomisation->n);
    std::int64_t incomplete = 0;  // chunks with a trial that did not find its people
    const OperatingSums none = sums;
    engine::run_chunks<std::int64_t>(
        communicator, journal,
        {.name = "trials", .n_items = n_trials, .chunk_size = per_chunk, .record_numbers = none.integers().size() + 1},
        [&](const engine::Chunk& trials) {
            OperatingSums of_chunk = none;
            const bool complete = run_trials(trials, context, of_chunk);
            std::vector<std::int64_t> record(of_chunk.integers().begin(), of_chunk.integers().end());
            record.push_back(complete ? 0 : 1);
            return record;
        },
        [&](const engine::Chunk&, std::span<const std::int64_t> record) {
            sums.merge(record.first(record.size() - 1));
            incomplete += record.back();
        },
        progress);
    communicator.sum(sums.integers());
    std::int64_t anywhere = incomplete;
    communicator.sum({&anywhere, 1});
    if (anywhere > 0)
        throw InputError(
            place,
            "a trial screened " + std::to_string(ids_per_trial) + " people and did not find enough who are eligible",
            "widen the eligibility, or choose another cohort");
}

}  // namespace kohort::trial
