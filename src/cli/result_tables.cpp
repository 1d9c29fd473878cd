#include "cli/result_tables.hpp"

#include "base/version.hpp"

#include <algorithm>
#include <limits>

namespace kohort::cli {
namespace {

using io::StoredType;

std::vector<std::string> status_words() {
    std::vector<std::string> words;
    for (std::size_t status = 0; status < trial::FailureCounts::n_statuses; ++status) {
        std::string word = words_of(static_cast<TwinStatus>(status));
        std::replace(word.begin(), word.end(), ' ', '_');
        words.push_back(std::move(word));
    }
    return words;
}

std::vector<std::string> arm_ids(const PreparedTrial& trial) { return trial.plan.arms; }

io::Coordinate twin_coordinate(std::span<const std::int64_t> twin_ids) {
    return {.name = "twin", .labels = {}, .values = {twin_ids.begin(), twin_ids.end()}, .unit = "",
            .long_name = "id of the twin, from which it can be drawn again", .type = StoredType::int64};
}

io::Coordinate arm_coordinate(const PreparedTrial& trial) {
    return {.name = "arm", .labels = arm_ids(trial), .values = {}, .unit = "", .long_name = "arm of the trial"};
}

io::Group twins_group(const PreparedTrial& trial, std::span<const std::int64_t> twin_ids) {
    io::Group group{.name = "twins", .coordinates = {twin_coordinate(twin_ids)}, .variables = {}, .attributes = {}};
    for (const cohort::Attribute& attribute : trial.cohort->attributes()) {
        io::Variable variable{.name = attribute.name, .dimensions = {"twin"}, .type = StoredType::float64,
                              .unit = attribute.unit, .long_name = "", .flags = attribute.levels, .values = {}, .texts = {}};
        if (!attribute.levels.empty()) variable.type = StoredType::int8;
        group.variables.push_back(std::move(variable));
    }
    group.variables.push_back({.name = "attempts", .dimensions = {"twin"}, .type = StoredType::int32, .unit = "1",
                               .long_name = "draws until the cohort's limits were met", .flags = {}, .values = {}, .texts = {}});
    return group;
}

/// The columns of one outcome: one number, or one a visit.
struct OutcomeColumns {
    std::string outcome;
    std::string unit;
    std::vector<std::size_t> column;       // index among the study's columns
    std::vector<std::string> visit;        // empty: not measured at visits
};

std::vector<OutcomeColumns> by_outcome(const std::vector<trial::Column>& columns) {
    std::vector<OutcomeColumns> outcomes;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        const trial::Column& column = columns[at];
        if (outcomes.empty() || outcomes.back().outcome != column.outcome)
            outcomes.push_back({column.outcome, column.unit, {}, {}});
        outcomes.back().column.push_back(at);
        if (!column.visit.empty()) outcomes.back().visit.push_back(column.visit);
    }
    return outcomes;
}

/// Outcomes share a visit coordinate when they are measured at the same visits; otherwise they have their own.
std::string visit_dimension(std::vector<io::Coordinate>& coordinates, const OutcomeColumns& outcome) {
    for (const io::Coordinate& coordinate : coordinates)
        if (coordinate.labels == outcome.visit) return coordinate.name;
    const bool is_first = std::none_of(coordinates.begin(), coordinates.end(), [](const io::Coordinate& coordinate) {
        return coordinate.name == "visit";
    });
    const std::string name = is_first ? "visit" : "visit_of_" + outcome.outcome;
    coordinates.push_back({.name = name, .labels = outcome.visit, .values = {}, .unit = "", .long_name = "visit"});
    return name;
}

io::Group outcomes_group(const PreparedTrial& trial, std::span<const std::int64_t> twin_ids) {
    io::Group group{.name = "outcomes", .coordinates = {}, .variables = {}, .attributes = {}};
    for (const OutcomeColumns& outcome : by_outcome(trial.bound.columns)) {
        std::vector<std::string> dimensions;
        if (!outcome.visit.empty()) dimensions.push_back(visit_dimension(group.coordinates, outcome));
        dimensions.insert(dimensions.end(), {"arm", "twin"});
        group.variables.push_back({.name = outcome.outcome, .dimensions = dimensions, .type = StoredType::float64,
                                   .unit = outcome.unit, .long_name = "", .flags = {}, .values = {}, .texts = {}});
    }
    group.coordinates.push_back(arm_coordinate(trial));
    group.coordinates.push_back(twin_coordinate(twin_ids));
    const std::vector<std::string> arm_twin = {"arm", "twin"};
    group.variables.push_back({.name = "status", .dimensions = arm_twin, .type = StoredType::int8, .unit = "",
                               .long_name = "what became of the twin's integration", .flags = status_words(), .values = {}, .texts = {}});
    group.variables.push_back({.name = "final_time", .dimensions = arm_twin, .type = StoredType::float64,
                               .unit = trial.program.model.time_unit, .long_name = "where integration ended", .flags = {}, .values = {}, .texts = {}});
    group.variables.push_back({.name = "steps", .dimensions = arm_twin, .type = StoredType::int32, .unit = "1",
                               .long_name = "solver steps, accepted and rejected", .flags = {}, .values = {}, .texts = {}});
    return group;
}

io::Variable numbers(const std::string& name, const std::string& dimension, std::vector<double> values,
                     const std::string& unit, const std::string& long_name) {
    return {.name = name, .dimensions = {dimension}, .type = StoredType::float64, .unit = unit, .long_name = long_name,
            .flags = {}, .values = std::move(values), .texts = {}};
}

io::Group trial_group(const PreparedTrial& trial, std::span<const std::int64_t> twin_ids,
                      const trial::TrialResult& result) {
    std::vector<double> participant;
    std::vector<double> twin;
    for (const std::int64_t member : result.members) {
        participant.push_back(static_cast<double>(participant.size() + 1));
        twin.push_back(static_cast<double>(twin_ids[static_cast<std::size_t>(member)]));
    }
    io::Group group{.name = "trial", .coordinates = {}, .variables = {}, .attributes = {}};
    group.coordinates.push_back({.name = "participant", .labels = {}, .values = participant, .unit = "",
                                 .long_name = "number in the order of enrolment", .type = StoredType::int64});
    group.variables.push_back({.name = "twin", .dimensions = {"participant"}, .type = StoredType::int64, .unit = "",
                               .long_name = "id of the twin", .flags = {}, .values = twin, .texts = {}});
    group.variables.push_back({.name = "arm", .dimensions = {"participant"}, .type = StoredType::int8, .unit = "",
                               .long_name = "arm given by randomisation (TRT01P)", .flags = arm_ids(trial),
                               .values = {result.sample.arm.begin(), result.sample.arm.end()}, .texts = {}});
    for (std::size_t endpoint = 0; endpoint < trial.plan.endpoints.size(); ++endpoint) {
        const trial::EndpointPlan& plan = trial.plan.endpoints[endpoint];
        const auto values = result.sample.values(endpoint);
        group.variables.push_back(numbers(plan.id, "participant", {values.begin(), values.end()},
                                          plan.binary ? "1" : plan.unit, plan.binary ? "1 responder, 0 not" : plan.variable));
    }
    return group;
}

/// One row for each analysis and each arm compared in it.
template <class Row>
void for_each_comparison(const trial::TrialPlan& plan, Row&& row) {
    for (std::size_t analysis = 0; analysis < plan.analyses.size(); ++analysis)
        for (std::size_t arm = 0; arm < plan.arms.size(); ++arm)
            if (static_cast<int>(arm) != plan.analyses[analysis].reference) row(analysis, arm);
}

std::string comparison_label(const trial::TrialPlan& plan, std::size_t analysis, std::size_t arm) {
    const auto reference = static_cast<std::size_t>(plan.analyses[analysis].reference);
    return plan.analyses[analysis].id + ": " + plan.arms[arm] + " - " + plan.arms[reference];
}

/// Columns of numbers filled row by row.
class NumberTable {
public:
    struct Column {
        std::string name;
        std::string long_name;
        std::vector<double> values;
    };
    explicit NumberTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    void add_row(std::initializer_list<double> row) {
        KOHORT_CHECK(row.size() == columns_.size());
        std::size_t at = 0;
        for (const double value : row) columns_[at++].values.push_back(value);
    }
    [[nodiscard]] std::vector<io::Variable> variables(const std::string& dimension) && {
        std::vector<io::Variable> all;
        for (Column& column : columns_)
            all.push_back(numbers(column.name, dimension, std::move(column.values), "", column.long_name));
        return all;
    }

private:
    std::vector<Column> columns_;
};

io::Group comparison_group(const std::string& name, std::vector<std::string> labels, std::vector<std::string> units,
                           NumberTable&& table) {
    io::Group group{.name = name, .coordinates = {}, .variables = std::move(table).variables("comparison"), .attributes = {}};
    group.coordinates.push_back({.name = "comparison", .labels = std::move(labels), .values = {}, .unit = "",
                                 .long_name = "analysis: arm - reference"});
    group.variables.push_back({.name = "endpoint_unit", .dimensions = {"comparison"}, .type = StoredType::float64,
                               .unit = "", .long_name = "unit of estimates and their errors", .flags = {}, .values = {},
                               .texts = std::move(units)});
    return group;
}

std::string effect_unit(const trial::TrialPlan& plan, std::size_t analysis) {
    const trial::EndpointPlan& endpoint = plan.endpoints[plan.analyses[analysis].endpoint];
    return endpoint.binary || endpoint.unit.empty() ? "1" : endpoint.unit;
}

io::Group analyses_group(const trial::TrialPlan& plan, const trial::TrialResult& result) {
    NumberTable table({{"estimate", "arm minus reference", {}}, {"standard_error", "", {}}, {"lower", "confidence limit", {}},
                       {"upper", "confidence limit", {}}, {"p_value", "two-sided", {}}, {"n_arm", "analysed", {}},
                       {"n_reference", "analysed", {}}, {"n_missing", "left out for a missing value", {}}});
    std::vector<std::string> labels;
    std::vector<std::string> units;
    for_each_comparison(plan, [&](std::size_t analysis, std::size_t arm) {
        const trial::Effect& effect = result.analyses[analysis].effect[arm];
        const auto& missing = result.analyses[analysis].n_missing;
        const auto reference = static_cast<std::size_t>(plan.analyses[analysis].reference);
        table.add_row({effect.estimate, effect.standard_error, effect.lower, effect.upper, effect.p_value,
                       static_cast<double>(effect.n_arm), static_cast<double>(effect.n_reference),
                       static_cast<double>(missing[arm] + missing[reference])});
        labels.push_back(comparison_label(plan, analysis, arm));
        units.push_back(effect_unit(plan, analysis));
    });
    return comparison_group("analyses", std::move(labels), std::move(units), std::move(table));
}

io::Group operating_group(const trial::TrialPlan& plan, std::span<const trial::OperatingCharacteristic> operating) {
    NumberTable table({{"trials", "", {}}, {"power", "share of trials with p <= alpha", {}}, {"power_mcse", "Monte Carlo standard error", {}},
                       {"power_bank_error", "standard error because the bank is finite", {}}, {"truth", "true difference", {}},
                       {"mean_estimate", "", {}}, {"bias", "", {}}, {"bias_mcse", "", {}}, {"coverage", "", {}}, {"coverage_mcse", "", {}},
                       {"null_trials", "", {}}, {"type1", "share of null trials with p <= alpha", {}}, {"type1_mcse", "", {}}});
    std::vector<std::string> labels;
    std::vector<std::string> units;
    for (const trial::OperatingCharacteristic& one : operating) {
        table.add_row({static_cast<double>(one.trials), one.power.value, one.power.error, one.power_bank_error,
                       one.truth.difference, one.mean_estimate.value, one.bias.value, one.bias.error, one.coverage.value,
                       one.coverage.error, static_cast<double>(one.null_trials), one.type1.value, one.type1.error});
        labels.push_back(comparison_label(plan, one.analysis, one.arm));
        units.push_back(effect_unit(plan, one.analysis));
    }
    return comparison_group("operating_characteristics", std::move(labels), std::move(units), std::move(table));
}

}  // namespace

io::ResultLayout trial_layout(const PreparedTrial& trial, std::span<const std::int64_t> twin_ids) {
    io::ResultLayout layout;
    layout.n_twins = static_cast<std::int64_t>(twin_ids.size());
    layout.attributes = {
        {"title", trial.study().title},
        {"schema_version", std::string("kohort-result/1")},
        {"study", trial.study().canonical_text},
        {"study_sha256", trial.file.sha256},
        {"model", trial.program.model.name},
        {"model_sha256", codegen::hash_of(trial.program)},
        {"seed", static_cast<std::int64_t>(trial.study().seed)},
        {"engine_version", std::string(version)},
    };
    layout.groups = {twins_group(trial, twin_ids), outcomes_group(trial, twin_ids)};
    return layout;
}

std::vector<std::vector<double>> streamed_values(const PreparedTrial& trial, const trial::BankChunk& chunk) {
    const auto n_twins = static_cast<std::size_t>(chunk.count);
    std::vector<std::vector<double>> values;
    const auto row_of = [n_twins](const std::vector<double>& from, std::size_t row) {
        const auto begin = from.begin() + static_cast<std::ptrdiff_t>(row * n_twins);
        return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(n_twins));
    };
    for (std::size_t attribute = 0; attribute < trial.cohort->attributes().size(); ++attribute)
        values.push_back(n_twins == 0 ? std::vector<double>() : row_of(chunk.attribute, attribute));
    values.push_back(chunk.attempts);
    const std::size_t arm_rows = trial.plan.arms.size() * n_twins;
    for (const OutcomeColumns& outcome : by_outcome(trial.bound.columns)) {
        const auto begin = chunk.measured.begin() + static_cast<std::ptrdiff_t>(outcome.column.front() * arm_rows);
        const auto length = static_cast<std::ptrdiff_t>(outcome.column.size() * arm_rows);
        values.push_back(n_twins == 0 ? std::vector<double>() : std::vector<double>(begin, begin + length));
    }
    values.push_back(chunk.status);
    values.push_back(chunk.final_time);
    values.push_back(chunk.steps);
    return values;
}

std::vector<io::Group> final_tables(const PreparedTrial& trial, std::span<const std::int64_t> twin_ids,
                                    const std::optional<trial::TrialResult>& result,
                                    std::span<const trial::OperatingCharacteristic> operating) {
    std::vector<io::Group> groups;
    if (result) groups.push_back(trial_group(trial, twin_ids, *result));
    if (result && !result->analyses.empty()) groups.push_back(analyses_group(trial.plan, *result));
    if (!operating.empty()) groups.push_back(operating_group(trial.plan, operating));
    return groups;
}

}  // namespace kohort::cli
