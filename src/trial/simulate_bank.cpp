#include "trial/simulate_bank.hpp"

#include "engine/chunks.hpp"

#include <algorithm>
#include <numeric>

namespace kohort::trial {
namespace {

constexpr std::int64_t chunks_per_wave = 256;

/// What a rank keeps of its twins until all are done: one packed row a twin, so that rows of all ranks can be gathered.
class Harvest {
public:
    Harvest(std::size_t n_endpoints, std::size_t n_arms, std::size_t n_attributes)
        : n_endpoints_(n_endpoints), n_arms_(n_arms), n_attributes_(n_attributes) {}

    void begin_twin(std::int64_t position, const std::vector<double>& attributes) {
        rows_.push_back(static_cast<double>(position));
        rows_.insert(rows_.end(), attributes.begin(), attributes.end());
        rows_.resize(rows_.size() + 2 * n_endpoints_ * n_arms_, EndpointValue::none);
    }
    void set(std::size_t twin, std::size_t arm, std::size_t endpoint, const EndpointValue& value) {
        double* row = rows_.data() + twin * width() + 1 + n_attributes_ + 2 * (arm * n_endpoints_ + endpoint);
        row[0] = value.value;
        row[1] = value.base;
    }
    void append(const Harvest& other) { rows_.insert(rows_.end(), other.rows_.begin(), other.rows_.end()); }

    /// Collective: all ranks' twins, in the order of the bank.
    void gather_into(Bank& bank, engine::Communicator& communicator) const {
        const std::vector<double> all = communicator.gather_all(std::span<const double>(rows_));
        const std::size_t n_twins = bank.endpoints.n_twins;
        KOHORT_CHECK(all.size() == n_twins * width());
        for (const double* row = all.data(); row != all.data() + all.size(); row += width()) {
            const auto twin = static_cast<std::size_t>(row[0]);
            for (std::size_t attribute = 0; attribute < n_attributes_; ++attribute)
                bank.attribute[attribute * n_twins + twin] = row[1 + attribute];
            const double* values = row + 1 + n_attributes_;
            for (std::size_t arm = 0; arm < n_arms_; ++arm)
                for (std::size_t endpoint = 0; endpoint < n_endpoints_; ++endpoint, values += 2)
                    bank.endpoints.set(endpoint, arm, twin, {.value = values[0], .base = values[1]});
        }
    }

private:
    [[nodiscard]] std::size_t width() const { return 1 + n_attributes_ + 2 * n_endpoints_ * n_arms_; }

    std::size_t n_endpoints_;
    std::size_t n_arms_;
    std::size_t n_attributes_;
    std::vector<double> rows_;  // (n_twins, width): position, attributes, then value and base of each arm and endpoint
};

struct ChunkResult {
    BankChunk chunk;
    Harvest harvest;
    FailureCounts failures;
    std::int64_t steps = 0;
};

FailureCounts no_failures(std::size_t n_arms) {
    return {std::vector<std::int64_t>(n_arms * FailureCounts::n_statuses, 0), 0};
}

void add(FailureCounts& sum, const FailureCounts& more) {
    for (std::size_t at = 0; at < sum.count.size(); ++at) sum.count[at] += more.count[at];
    sum.twins += more.twins;
}

ChunkResult empty_result(const BankContext& context) {
    return {{},
            Harvest(context.plan.endpoints.size(), context.plan.arms.size(), context.cohort.attributes().size()),
            no_failures(context.plan.arms.size())};
}

std::vector<cohort::Person> describe(std::span<const std::int64_t> twin_ids, const cohort::Cohort& cohort) {
    std::vector<cohort::Person> people;
    people.reserve(twin_ids.size());
    for (const std::int64_t twin : twin_ids) people.push_back(cohort.describe(twin));
    return people;
}

void keep_people(std::span<const cohort::Person> people, std::size_t n_attributes, ChunkResult& result) {
    const std::size_t n_twins = people.size();
    result.chunk.attribute.resize(n_attributes * n_twins);
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        result.harvest.begin_twin(result.chunk.first + static_cast<std::int64_t>(twin), people[twin].value);
        result.chunk.attempts.push_back(people[twin].attempts);
        for (std::size_t attribute = 0; attribute < n_attributes; ++attribute)
            result.chunk.attribute[attribute * n_twins + twin] = people[twin].value[attribute];
    }
}

void keep_arm(const engine::ArmResult& run, std::size_t arm, const BankContext& context, ChunkResult& result) {
    const std::size_t n_twins = run.status.size();
    const auto& columns = context.study.columns;
    const std::size_t n_arms = context.plan.arms.size();
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        const FeatureView features = view_of(run, twin);
        for (std::size_t column = 0; column < columns.size(); ++column)
            result.chunk.measured[(column * n_arms + arm) * n_twins + twin] = columns[column](features);
        for (std::size_t endpoint = 0; endpoint < context.plan.endpoints.size(); ++endpoint)
            result.harvest.set(twin, arm, endpoint, context.plan.endpoints[endpoint].evaluate(run.status[twin], features));
        const std::int64_t steps = run.steps_accepted[twin] + run.steps_rejected[twin];
        result.chunk.status.push_back(static_cast<double>(run.status[twin]));
        result.chunk.final_time.push_back(run.final_time[twin]);
        result.chunk.steps.push_back(static_cast<double>(steps));
        result.steps += steps;
        result.failures.count[arm * FailureCounts::n_statuses + static_cast<std::size_t>(run.status[twin])] += 1;
    }
}

void count_failed_twins(std::size_t n_arms, ChunkResult& result) {
    const auto n_twins = static_cast<std::size_t>(result.chunk.count);
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        bool failed = false;
        for (std::size_t arm = 0; arm < n_arms; ++arm)
            failed = failed || result.chunk.status[arm * n_twins + twin] != static_cast<double>(TwinStatus::ok);
        result.failures.twins += failed ? 1 : 0;
    }
}

ChunkResult simulate_chunk(const engine::Chunk& chunk, std::span<const std::int64_t> twin_ids, const BankContext& context) {
    ChunkResult result = empty_result(context);
    result.chunk.first = chunk.first;
    result.chunk.count = chunk.size();
    const auto n_twins = static_cast<std::size_t>(chunk.size());
    const auto people = describe(twin_ids.subspan(static_cast<std::size_t>(chunk.first), n_twins), context.cohort);
    keep_people(people, context.cohort.attributes().size(), result);
    result.chunk.measured.resize(context.study.columns.size() * context.plan.arms.size() * n_twins);
    context.simulator.prepare(people);
    for (std::size_t arm = 0; arm < context.plan.arms.size(); ++arm)
        keep_arm(context.simulator.run(std::vector<int>(n_twins, static_cast<int>(arm))), arm, context, result);
    count_failed_twins(context.plan.arms.size(), result);
    return result;
}

void sum_over_ranks(Bank& bank, engine::Communicator& communicator) {
    std::vector<std::int64_t> counts = bank.failures.count;
    counts.push_back(bank.failures.twins);
    counts.push_back(bank.steps);
    communicator.sum(counts);
    bank.steps = counts.back();
    counts.pop_back();
    bank.failures.twins = counts.back();
    counts.pop_back();
    bank.failures.count = counts;
}

}  // namespace

FeatureView view_of(const engine::ArmResult& result, std::size_t twin) {
    return {result.feature.data() + twin, static_cast<std::int64_t>(result.feature.stride(0))};
}

std::int64_t FailureCounts::total() const {
    std::int64_t failed = 0;
    for (std::size_t at = 0; at < count.size(); ++at)
        if (at % n_statuses != static_cast<std::size_t>(TwinStatus::ok)) failed += count[at];
    return failed;
}

Bank simulate_bank(std::span<const std::int64_t> twin_ids, std::int64_t chunk_size, const BankContext& context,
                   engine::Communicator& communicator, const StoreChunk& store, const Progress& progress) {
    const auto n_twins = static_cast<std::int64_t>(twin_ids.size());
    Bank bank{EndpointTable(context.plan.endpoints.size(), context.plan.arms.size(), twin_ids.size()),
              std::vector<double>(context.cohort.attributes().size() * twin_ids.size()),
              no_failures(context.plan.arms.size())};
    Harvest harvest = empty_result(context).harvest;
    engine::run_chunks<ChunkResult>(
        communicator, {.n_items = n_twins, .chunk_size = chunk_size, .chunks_per_wave = chunks_per_wave},
        [&](const engine::Chunk& chunk) { return simulate_chunk(chunk, twin_ids, context); },
        [&](const engine::Chunk&, const ChunkResult& result) {
            harvest.append(result.harvest);
            add(bank.failures, result.failures);
            bank.steps += result.steps;
            store(result.chunk);
        },
        [&](std::int64_t done) { report(progress, done, n_twins); }, [&] { return empty_result(context); });
    report(progress, n_twins, n_twins);
    harvest.gather_into(bank, communicator);
    sum_over_ranks(bank, communicator);
    return bank;
}

}  // namespace kohort::trial
