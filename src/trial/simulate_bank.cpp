#include "trial/simulate_bank.hpp"

#include "engine/chunks.hpp"
#include "trial/cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace kohort::trial {
namespace {

/// What a rank keeps of its twins until all are done: one packed row a twin, so that rows of all ranks can be gathered.
class Harvest {
public:
    Harvest(std::size_t n_endpoints, std::size_t n_arms, std::size_t n_attributes)
        : n_endpoints_(n_endpoints), n_arms_(n_arms), n_attributes_(n_attributes) {}

    void add(const BankChunk& chunk) {
        const auto n_twins = static_cast<std::size_t>(chunk.count);
        for (std::size_t twin = 0; twin < n_twins; ++twin) {
            rows_.push_back(static_cast<double>(chunk.first) + static_cast<double>(twin));
            for (std::size_t at = twin; at < chunk.attribute.size(); at += n_twins)
                rows_.push_back(chunk.attribute[at]);
            for (std::size_t at = twin; at < chunk.endpoint.size(); at += n_twins) rows_.push_back(chunk.endpoint[at]);
        }
    }

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

/// What a rank keeps of its twins where nothing is drawn from them: their values, to be described and forgotten.
class Values {
public:
    explicit Values(std::size_t n_columns) : columns_(n_columns) {}

    void add(const BankChunk& chunk, std::size_t n_endpoints) {
        const auto n_twins = static_cast<std::size_t>(chunk.count);
        for (std::size_t row = 0; row < columns_.size(); ++row) {  // of the chunk: arm by arm, where ours are endpoint by endpoint
            const std::size_t n_arms = columns_.size() / n_endpoints;
            std::vector<double>& column = columns_[row % n_endpoints * n_arms + row / n_endpoints];
            const double* values = chunk.endpoint.data() + 2 * row * n_twins;
            std::copy_if(values, values + n_twins, std::back_inserter(column),
                         [](double value) { return !std::isnan(value); });
        }
    }

    /// Collective: one column after another, so that rank 0 has no more than one of them whole.
    [[nodiscard]] std::vector<Described> describe_all(engine::Communicator& communicator) {
        std::vector<Described> described;
        for (std::vector<double>& column : columns_) {
            std::vector<double> all = communicator.gather_on_first(column);
            std::vector<double>().swap(column);
            if (communicator.rank() == 0) described.push_back(describe_values(std::move(all)));
        }
        return described;
    }

private:
    std::vector<std::vector<double>> columns_;  // (n_endpoints, n_arms) of the twins that have a value
};

FailureCounts no_failures(std::size_t n_arms) {
    return {std::vector<std::int64_t>(n_arms * FailureCounts::n_statuses, 0), 0};
}

/// The arrays of a chunk one after another, each as long as the study and the chunk make it.
template <class Chunk, class Visit>
void for_each_array(Chunk& chunk, const BankContext& context, Visit&& visit) {
    const std::size_t n_arms = context.plan.arms.size();
    visit(chunk.attribute, context.cohort.attributes().size());
    visit(chunk.attempts, std::size_t{1});
    visit(chunk.measured, context.study.columns.size() * n_arms);
    visit(chunk.status, n_arms);
    visit(chunk.final_time, n_arms);
    visit(chunk.steps, n_arms);
    visit(chunk.in_double, context.simulator.is_mixed() ? n_arms : 0);
    visit(chunk.endpoint, 2 * context.plan.endpoints.size() * n_arms);
}

std::size_t numbers_per_twin(const BankContext& context) {
    std::size_t numbers = 0;
    BankChunk none;
    for_each_array(none, context, [&](const std::vector<double>&, std::size_t rows) { numbers += rows; });
    return numbers;
}

std::vector<double> pack(const BankChunk& chunk, const BankContext& context) {
    std::vector<double> record;
    for_each_array(chunk, context, [&](const std::vector<double>& array, std::size_t rows) {
        KOHORT_CHECK(array.size() == rows * static_cast<std::size_t>(chunk.count));
        record.insert(record.end(), array.begin(), array.end());
    });
    return record;
}

BankChunk unpack(const engine::Chunk& chunk, std::span<const double> record, const BankContext& context) {
    BankChunk result{.first = chunk.first, .count = chunk.size()};
    for_each_array(result, context, [&](std::vector<double>& array, std::size_t rows) {
        const auto numbers = record.first(rows * static_cast<std::size_t>(chunk.size()));
        array.assign(numbers.begin(), numbers.end());
        record = record.subspan(numbers.size());
    });
    KOHORT_CHECK(record.empty());
    return result;
}

std::vector<cohort::Person> describe(std::span<const std::int64_t> twin_ids, const cohort::Cohort& cohort) {
    std::vector<cohort::Person> people;
    people.reserve(twin_ids.size());
    for (const std::int64_t twin : twin_ids) people.push_back(cohort.describe(twin));
    return people;
}

void keep_people(std::span<const cohort::Person> people, std::size_t n_attributes, BankChunk& chunk) {
    const std::size_t n_twins = people.size();
    chunk.attribute.resize(n_attributes * n_twins);
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        chunk.attempts.push_back(people[twin].attempts);
        for (std::size_t attribute = 0; attribute < n_attributes; ++attribute)
            chunk.attribute[attribute * n_twins + twin] = people[twin].value[attribute];
    }
}

void keep_arm(const engine::ArmResult& run, std::span<const cohort::Person> people, std::size_t arm,
              const BankContext& context, BankChunk& chunk) {
    const std::size_t n_twins = run.status.size();
    const auto& columns = context.study.columns;
    const auto& endpoints = context.plan.endpoints;
    const std::size_t n_arms = context.plan.arms.size();
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        const FeatureView features = view_of(run, twin, people[twin].twin_id);
        for (std::size_t column = 0; column < columns.size(); ++column)
            chunk.measured[(column * n_arms + arm) * n_twins + twin] = columns[column](features);
        for (std::size_t endpoint = 0; endpoint < endpoints.size(); ++endpoint) {
            const EndpointValue value = endpoints[endpoint].evaluate(run.status[twin], features);
            const std::size_t row = 2 * (arm * endpoints.size() + endpoint);
            chunk.endpoint[row * n_twins + twin] = value.value;
            chunk.endpoint[(row + 1) * n_twins + twin] = value.base;
        }
        chunk.status.push_back(static_cast<double>(run.status[twin]));
        chunk.final_time.push_back(run.final_time[twin]);
        chunk.steps.push_back(static_cast<double>(run.steps_accepted[twin] + run.steps_rejected[twin]));
    }
    if (!context.simulator.is_mixed()) return;
    chunk.in_double.resize((arm + 1) * n_twins, 0.0);
    for (const std::size_t twin : run.run_again) chunk.in_double[arm * n_twins + twin] = 1.0;
}

BankChunk simulate_chunk(const engine::Chunk& range, std::span<const std::int64_t> twin_ids, const BankContext& context) {
    BankChunk chunk{.first = range.first, .count = range.size()};
    const auto n_twins = static_cast<std::size_t>(range.size());
    const std::size_t n_arms = context.plan.arms.size();
    const auto people = describe(twin_ids.subspan(static_cast<std::size_t>(range.first), n_twins), context.cohort);
    keep_people(people, context.cohort.attributes().size(), chunk);
    chunk.measured.resize(context.study.columns.size() * n_arms * n_twins);
    chunk.endpoint.resize(2 * context.plan.endpoints.size() * n_arms * n_twins);
    context.simulator.prepare(people);
    for (std::size_t arm = 0; arm < n_arms; ++arm)
        keep_arm(context.simulator.run(std::vector<int>(n_twins, static_cast<int>(arm))), people, arm, context, chunk);
    return chunk;
}

/// Positions of twins who are run before all others to learn what takes long: spread over the bank, at most a hundredth of it.
std::vector<std::int64_t> pilots(std::int64_t n_twins, std::size_t n_attributes) {
    const auto wanted = static_cast<std::int64_t>(20 * (n_attributes + 1));
    std::vector<std::int64_t> positions(static_cast<std::size_t>(std::min(wanted, n_twins / 100)));
    for (std::size_t at = 0; at < positions.size(); ++at)
        positions[at] = n_twins * static_cast<std::int64_t>(at) / std::ssize(positions);
    return positions;
}

/// Collective: every rank runs its share of the pilots, and all learn from all of them.
CostModel learn_costs(std::span<const std::int64_t> twin_ids, const BankContext& context, engine::Communicator& communicator) {
    const std::size_t n_attributes = context.cohort.attributes().size();
    const auto positions = pilots(std::ssize(twin_ids), n_attributes);
    const auto of_this_rank = [&](std::size_t pilot) {
        return static_cast<int>(pilot) % communicator.size() == communicator.rank();
    };
    std::vector<std::int64_t> mine;
    for (std::size_t pilot = 0; pilot < positions.size(); ++pilot)
        if (of_this_rank(pilot)) mine.push_back(twin_ids[static_cast<std::size_t>(positions[pilot])]);
    const auto people = describe(mine, context.cohort);
    std::vector<std::int64_t> steps(positions.size(), 0);
    if (!people.empty()) context.simulator.prepare(people);
    for (std::size_t arm = 0; arm < context.plan.arms.size() && !people.empty(); ++arm) {
        const auto& run = context.simulator.run(std::vector<int>(people.size(), static_cast<int>(arm)));
        std::size_t next = 0;
        for (std::size_t pilot = 0; pilot < positions.size(); ++pilot) {
            if (!of_this_rank(pilot)) continue;
            steps[pilot] += run.steps_accepted[next] + run.steps_rejected[next];
            ++next;
        }
    }
    communicator.sum(steps);
    std::vector<double> attribute;
    for (const std::int64_t position : positions) {
        const auto person = context.cohort.describe(twin_ids[static_cast<std::size_t>(position)]);
        attribute.insert(attribute.end(), person.value.begin(), person.value.end());
    }
    return {attribute, std::vector<double>(steps.begin(), steps.end())};
}

/// Predicted steps of a chunk, from some of its twins.
double cost_of(const engine::Chunk& chunk, std::span<const std::int64_t> twin_ids, const BankContext& context,
               const CostModel& model) {
    const std::int64_t stride = std::max<std::int64_t>(1, chunk.size() / 16);
    double cost = 0.0;
    for (std::int64_t position = chunk.first; position < chunk.last; position += stride)
        cost += static_cast<double>(std::min(stride, chunk.last - position)) *
                model(context.cohort.describe(twin_ids[static_cast<std::size_t>(position)]));
    return cost;
}

void count(const BankChunk& chunk, std::size_t n_arms, FailureCounts& failures, std::int64_t& steps) {
    const auto n_twins = static_cast<std::size_t>(chunk.count);
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        bool failed = false;
        for (std::size_t arm = 0; arm < n_arms; ++arm) {
            const auto status = static_cast<std::size_t>(chunk.status[arm * n_twins + twin]);
            failures.count[arm * FailureCounts::n_statuses + status] += 1;
            failed = failed || status != static_cast<std::size_t>(TwinStatus::ok);
            steps += static_cast<std::int64_t>(chunk.steps[arm * n_twins + twin]);
        }
        failures.twins += failed ? 1 : 0;
    }
}

/// Whether trials are drawn from the twins, or something is compared.
bool needs_whole_bank(const TrialPlan& plan) { return plan.randomisation || !plan.analyses.empty(); }

void sum_over_ranks(Bank& bank, engine::Communicator& communicator) {
    std::vector<std::int64_t> counts = bank.failures.count;
    counts.push_back(bank.failures.twins);
    counts.push_back(bank.in_double);
    counts.push_back(bank.steps);
    communicator.sum(counts);
    bank.steps = counts.back();
    counts.pop_back();
    bank.in_double = counts.back();
    counts.pop_back();
    bank.failures.twins = counts.back();
    counts.pop_back();
    bank.failures.count = counts;
}

}  // namespace

FeatureView view_of(const engine::ArmResult& result, std::size_t twin, std::int64_t twin_id) {
    return {result.feature.data() + twin, static_cast<std::int64_t>(result.feature.stride(0)), twin_id};
}

std::int64_t FailureCounts::total() const {
    std::int64_t failed = 0;
    for (std::size_t at = 0; at < count.size(); ++at)
        if (at % n_statuses != static_cast<std::size_t>(TwinStatus::ok)) failed += count[at];
    return failed;
}

engine::ChunkPlan bank_chunks(std::size_t n_twins, std::int64_t chunk_size, const BankContext& context) {
    return {.name = "twins",
            .n_items = static_cast<std::int64_t>(n_twins),
            .chunk_size = chunk_size,
            .record_numbers = numbers_per_twin(context) * static_cast<std::size_t>(chunk_size)};
}

double bytes_kept(std::int64_t n_twins, const BankContext& context, int n_ranks) {
    const auto columns = static_cast<double>(context.plan.endpoints.size() * context.plan.arms.size());
    const auto attributes = static_cast<double>(context.cohort.attributes().size());
    const double row = 1.0 + attributes + 2.0 * columns;  // as Harvest packs it
    double numbers = 1.0;                                 // of a twin: its id
    if (needs_whole_bank(context.plan)) numbers += row / n_ranks + row + attributes + 2.0 * columns;
    if (context.plan.analyses.empty()) numbers += columns / n_ranks + 1.0;
    return static_cast<double>(sizeof(double)) * numbers * static_cast<double>(n_twins);
}

Bank simulate_bank(std::span<const std::int64_t> twin_ids, const engine::ChunkPlan& chunks, const BankContext& context,
                   engine::Communicator& communicator, engine::Journal* journal, const Progress& progress) {
    const std::size_t n_arms = context.plan.arms.size();
    const std::size_t n_endpoints = context.plan.endpoints.size();
    const bool is_wanted_whole = needs_whole_bank(context.plan);
    const bool is_described = context.plan.analyses.empty();
    const std::size_t n_kept = is_wanted_whole ? twin_ids.size() : 0;
    Bank bank{EndpointTable(n_endpoints, n_arms, n_kept),
              std::vector<double>(context.cohort.attributes().size() * n_kept),
              no_failures(n_arms),
              0,
              0,
              {}};
    Values values(is_described ? n_endpoints * n_arms : 0);
    Harvest harvest(n_endpoints, n_arms, context.cohort.attributes().size());
    engine::ChunkPlan ordered = chunks;
    const bool order_matters = communicator.size() > 1 && chunks.n_chunks() > communicator.size();
    const CostModel costs = order_matters ? learn_costs(twin_ids, context, communicator) : CostModel({}, {});
    if (order_matters)
        ordered.cost = [&](const engine::Chunk& chunk) { return cost_of(chunk, twin_ids, context, costs); };
    engine::run_chunks<double>(
        communicator, journal, ordered,
        [&](const engine::Chunk& chunk) { return pack(simulate_chunk(chunk, twin_ids, context), context); },
        [&](const engine::Chunk& chunk, std::span<const double> record) {
            const BankChunk result = unpack(chunk, record, context);
            if (is_wanted_whole) harvest.add(result);
            if (is_described) values.add(result, n_endpoints);
            count(result, n_arms, bank.failures, bank.steps);
            bank.in_double += std::count(result.in_double.begin(), result.in_double.end(), 1.0);
        },
        progress);
    if (is_wanted_whole) harvest.gather_into(bank, communicator);
    if (is_described) bank.described = values.describe_all(communicator);
    sum_over_ranks(bank, communicator);
    return bank;
}

void store_bank(const engine::ChunkPlan& chunks, const BankContext& context, engine::Communicator& communicator,
                engine::Journal& journal, const StoreChunk& store) {
    engine::read_chunks<double>(
        communicator, journal, chunks,
        [&](const engine::Chunk& chunk, std::span<const double> record) { store(unpack(chunk, record, context)); });
}

}  // namespace kohort::trial
