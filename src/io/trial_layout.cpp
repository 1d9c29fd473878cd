// The streamed part of a trial's result: twins, runs, outcomes.
#include "base/text.hpp"
#include "base/units.hpp"
#include "io/trial_result.hpp"
#include "trial/audit_text.hpp"

#include <algorithm>
#include <limits>

namespace kohort::io {
namespace {

constexpr std::size_t most_int8_levels = 127;

Coordinate twin_coordinate(const TrialResultInfo& info) {
    return {.name = "twin",
            .labels = {},
            .values = {},
            .unit = {},
            .long_name = "twin id",
            .type = StoredType::int64,
            .whole = info.twin_ids};
}

Coordinate arm_coordinate(const TrialResultInfo& info) {
    return {.name = "arm", .labels = info.plan.arms, .values = {}, .unit = {}, .long_name = {}, .type = {}};
}

Variable streamed(std::string name, std::vector<std::string> dimensions, StoredType type, std::string unit,
                  std::string long_name) {
    return {.name = std::move(name),
            .dimensions = std::move(dimensions),
            .type = type,
            .unit = std::move(unit),
            .long_name = std::move(long_name),
            .flags = {},
            .values = {},
            .texts = {}};
}

const char* words_of(cohort::Role role) {
    switch (role) {
        case cohort::Role::covariate: return "covariate";
        case cohort::Role::parameter: return "parameter of the model";
        case cohort::Role::factor: return "factor on the model's own value";
    }
    return "";
}

Group twins_group(const TrialResultInfo& info) {
    Group group{"twins", {twin_coordinate(info)}, {}, {}};
    if (!info.person_ids.empty()) {
        Variable id = streamed("id", {"twin"}, {}, "", "id of the person in the file that the cohort was read from");
        id.texts = info.person_ids;
        group.variables.push_back(std::move(id));
    }
    for (const cohort::Attribute& attribute : info.plan.attributes) {
        Variable variable = streamed(attribute.name, {"twin"}, StoredType::float64, attribute.unit, words_of(attribute.role));
        if (!attribute.levels.empty()) {
            variable.type = attribute.levels.size() <= most_int8_levels ? StoredType::int8 : StoredType::int32;
            variable.unit.clear();
            variable.flags = attribute.levels;
        }
        group.variables.push_back(std::move(variable));
    }
    group.variables.push_back(
        streamed("attempts", {"twin"}, StoredType::int32, "1", "draws until the person was plausible"));
    return group;
}

Group runs_group(const TrialResultInfo& info) {
    Variable status = streamed("status", {"arm", "twin"}, StoredType::int8, "",
                               "how the run of this twin in this arm ended");
    for (std::size_t code = 0; code < trial::FailureCounts::n_statuses; ++code)
        status.flags.emplace_back(words_of(static_cast<TwinStatus>(code)));
    Group group{
        "runs",
        {arm_coordinate(info), twin_coordinate(info)},
        {status, streamed("status_time", {"arm", "twin"}, StoredType::float64, info.time_unit, "when the run ended"),
         streamed("steps", {"arm", "twin"}, StoredType::int64, "1", "steps of the integration, accepted and rejected")},
        {}};
    if (info.audit)
        group.variables.push_back(streamed("in_double", {"arm", "twin"}, StoredType::int8, "1",
                                           "1 where mixed precision failed and the run was made in double"));
    return group;
}

/// "area under concentration over time", "weight at the visit"
std::string words_of(const trial::Outcome& outcome) {
    const std::string of = " of " + outcome.of;
    if (outcome.op == "value_at")
        return outcome.of + " at the visit" + (outcome.before_dose ? ", before its dose" : "");
    if (outcome.op == "integral") return "area under " + outcome.of + " over time";
    if (outcome.op == "time_above" || outcome.op == "time_below")
        return "time that " + outcome.of + " spends " + outcome.op.substr(5) + " the threshold";
    if (outcome.op == "first_above" || outcome.op == "first_below")
        return "first time that " + outcome.of + " is " + outcome.op.substr(6) + " the threshold";
    if (outcome.op.starts_with("time_of_")) return "time of the " + outcome.op.substr(8) + of;
    return outcome.op + of;
}

/// An outcome's column for each visit of the study (-1: not measured there), or its only column.
struct OutcomeColumns {
    std::vector<int> column;
    bool at_visits = false;
};

OutcomeColumns columns_of(const std::string& outcome, const TrialResultInfo& info) {
    const std::vector<trial::Visit>& visits = info.file.study.visits;
    OutcomeColumns found{std::vector<int>(visits.size(), -1), true};
    for (std::size_t index = 0; index < info.columns.size(); ++index) {
        const trial::Column& column = info.columns[index];
        if (column.outcome != outcome) continue;
        if (column.visit.empty()) return {{static_cast<int>(index)}, false};
        const auto visit = std::find_if(visits.begin(), visits.end(),
                                        [&](const trial::Visit& one) { return one.id == column.visit; });
        KOHORT_CHECK(visit != visits.end());
        found.column[static_cast<std::size_t>(visit - visits.begin())] = static_cast<int>(index);
    }
    return found;
}

/// What the outcome's rows are called in the file: as measured, and as they truly were where that is not the same.
std::vector<std::string> names_of(const trial::Outcome& outcome, const TrialResultInfo& info) {
    std::vector<std::string> names{outcome.id};
    const std::string truth = outcome.id + trial::true_suffix;
    const bool differs = std::any_of(info.columns.begin(), info.columns.end(),
                                     [&](const trial::Column& column) { return column.outcome == truth; });
    if (differs) names.push_back(truth);
    return names;
}

Group outcomes_group(const TrialResultInfo& info) {
    const trial::TrialStudy& study = info.file.study;
    Group group{"outcomes", {arm_coordinate(info)}, {}, {}};
    if (!study.visits.empty()) {
        Coordinate visit{.name = "visit", .labels = {}, .values = {}, .unit = {}, .long_name = {}, .type = {}};
        Variable time = streamed("visit_time", {"visit"}, StoredType::float64, study.visits.front().at.unit,
                                 "from the start of treatment");
        for (const trial::Visit& one : study.visits) {
            visit.labels.push_back(one.id);
            time.values.push_back(value_in(one.at, time.unit));
        }
        group.coordinates.push_back(std::move(visit));
        group.variables.push_back(std::move(time));
    }
    group.coordinates.push_back(twin_coordinate(info));
    for (const trial::Outcome& outcome : study.outcomes) {
        std::vector<std::string> dimensions{"arm"};
        if (columns_of(outcome.id, info).at_visits) dimensions.emplace_back("visit");
        dimensions.emplace_back("twin");
        for (const std::string& name : names_of(outcome, info)) {
            group.variables.push_back(streamed(name, dimensions, StoredType::float64, outcome.unit,
                                               words_of(outcome) + (name == outcome.id ? "" : ", true value")));
        }
    }
    return group;
}

/// Rows of a (n_rows, count) array.
std::span<const double> row(const std::vector<double>& array, std::size_t index, std::int64_t count) {
    const auto n = static_cast<std::size_t>(count);
    return {array.data() + index * n, n};
}

std::vector<double> outcome_values(const std::string& outcome, const TrialResultInfo& info, const trial::BankChunk& chunk) {
    const std::size_t n_arms = info.plan.arms.size();
    const OutcomeColumns columns = columns_of(outcome, info);
    std::vector<double> values;
    for (std::size_t arm = 0; arm < n_arms; ++arm) {
        for (const int column : columns.column) {
            if (column < 0) {
                values.insert(values.end(), static_cast<std::size_t>(chunk.count), std::numeric_limits<double>::quiet_NaN());
                continue;
            }
            const auto measured = row(chunk.measured, static_cast<std::size_t>(column) * n_arms + arm, chunk.count);
            values.insert(values.end(), measured.begin(), measured.end());
        }
    }
    return values;
}

void add_audit(const TrialResultInfo& info, ResultLayout& layout) {
    const engine::Audit& audit = *info.audit;
    layout.attributes.emplace("precision", "mixed");
    layout.attributes.emplace("audit", audit.passed() ? "passed" : "FAILED: do not use these results");
    layout.attributes.emplace("audit_twins", std::to_string(audit.twins));
    layout.attributes.emplace("audit_values", std::to_string(audit.values));
    layout.attributes.emplace("audit_values_beyond_tolerance", std::to_string(audit.beyond));
    layout.attributes.emplace("audit_values_in_one_precision_only", std::to_string(audit.unlike));
    layout.attributes.emplace("audit_median_difference_in_tolerances", shortest(audit.median_units));
    layout.attributes.emplace("audit_largest_difference_in_tolerances", shortest(audit.largest.units));
    layout.attributes.emplace("audit_largest_difference", trial::words_of(audit.largest, info.columns, info.plan.arms));
}

}  // namespace

ResultLayout trial_layout(const TrialResultInfo& info) {
    const trial::TrialStudy& study = info.file.study;
    ResultLayout layout;
    layout.n_twins = static_cast<std::int64_t>(info.twin_ids.size());
    layout.attributes = {{"Conventions", "CF-1.8"},
                         {"schema_version", "kohort-trial-result/1"},
                         {"title", study.title.empty() ? study.name : study.title},
                         {"study_name", study.name},
                         {"study", study.canonical_text},
                         {"study_sha256", info.file.sha256},
                         {"model_sha256", info.model_sha256},
                         {"seed", std::to_string(study.seed)},
                         {"engine_version", info.engine_version}};
    if (info.audit) add_audit(info, layout);
    layout.groups = {twins_group(info), runs_group(info), outcomes_group(info)};
    return layout;
}

std::vector<std::vector<double>> trial_values(const TrialResultInfo& info, const trial::BankChunk& chunk) {
    std::vector<std::vector<double>> values;
    for (std::size_t attribute = 0; attribute < info.plan.attributes.size(); ++attribute) {
        const auto numbers_of_twins = row(chunk.attribute, attribute, chunk.count);
        values.emplace_back(numbers_of_twins.begin(), numbers_of_twins.end());
    }
    values.push_back(chunk.attempts);
    values.push_back(chunk.status);
    values.push_back(chunk.final_time);
    values.push_back(chunk.steps);
    if (info.audit) values.push_back(chunk.in_double);
    for (const trial::Outcome& outcome : info.file.study.outcomes)
        for (const std::string& name : names_of(outcome, info)) values.push_back(outcome_values(name, info, chunk));
    return values;
}

}  // namespace kohort::io
