// The closing part of a trial's result: tables that are known when all twins were simulated and all trials run.
#include "io/trial_result.hpp"

#include <functional>

namespace kohort::io {
namespace {

using namespace trial;

std::vector<double> numbers_to(std::size_t n) {
    std::vector<double> numbers(n);
    for (std::size_t index = 0; index < n; ++index) numbers[index] = static_cast<double>(index);
    return numbers;
}

Coordinate labelled(std::string name, std::vector<std::string> labels) {
    return {.name = std::move(name), .labels = std::move(labels), .values = {}, .unit = {}, .long_name = {}, .type = {}};
}

/// One row for each item of a table, written as columns along one coordinate.
template <class Item>
class Columns {
public:
    Columns(std::string dimension, std::vector<Item> items)
        : dimension_(std::move(dimension)), items_(std::move(items)) {}

    template <class Number>
    Columns& number(const char* name, const std::string& unit, const char* long_name, StoredType type, Number&& number_of) {
        Variable variable = plain(name, unit, long_name, type);
        for (const Item& item : items_) variable.values.push_back(static_cast<double>(number_of(item)));
        variables_.push_back(std::move(variable));
        return *this;
    }

    template <class Text>
    Columns& text(const char* name, const char* long_name, Text&& text_of) {
        Variable variable = plain(name, "", long_name, {});
        for (const Item& item : items_) variable.texts.push_back(text_of(item));
        variables_.push_back(std::move(variable));
        return *this;
    }

    [[nodiscard]] std::vector<Variable> take() { return std::move(variables_); }

private:
    [[nodiscard]] Variable plain(const char* name, const std::string& unit, const char* long_name, StoredType type) const {
        return {.name = name,
                .dimensions = {dimension_},
                .type = type,
                .unit = unit,
                .long_name = long_name,
                .flags = {},
                .values = {},
                .texts = {}};
    }

    std::string dimension_;
    std::vector<Item> items_;
    std::vector<Variable> variables_;
};

constexpr auto real = StoredType::float64;
constexpr auto whole = StoredType::int64;

struct Comparison {
    const AnalysisPlan* analysis;
    std::size_t analysis_index;
    std::size_t arm;
};

std::string label(const Comparison& one, const TrialPlan& plan) {
    return one.analysis->id + ": " + plan.arms[one.arm] + " - " +
           plan.arms[static_cast<std::size_t>(one.analysis->reference)];
}

std::vector<Comparison> comparisons(const TrialPlan& plan) {
    std::vector<Comparison> found;
    for (std::size_t analysis = 0; analysis < plan.analyses.size(); ++analysis) {
        for (std::size_t arm = 0; arm < plan.arms.size(); ++arm) {
            if (static_cast<int>(arm) != plan.analyses[analysis].reference)
                found.push_back({&plan.analyses[analysis], analysis, arm});
        }
    }
    return found;
}

template <class Items, class Of>
std::vector<std::string> labels(const Items& items, Of&& comparison_of, const TrialPlan& plan) {
    std::vector<std::string> texts;
    for (const auto& item : items) texts.push_back(label(comparison_of(item), plan));
    return texts;
}

/// Differences of proportions are pure numbers, whatever the endpoint's limits are measured in.
std::string unit_of(const AnalysisPlan& analysis, const TrialPlan& plan) {
    const EndpointPlan& endpoint = plan.endpoints[analysis.endpoint];
    return endpoint.binary || endpoint.unit.empty() ? "1" : endpoint.unit;
}

Group analyses_group(const TrialPlan& plan, const TrialResult& result) {
    const std::vector<Comparison> all = comparisons(plan);
    const auto itself = [](const Comparison& one) { return one; };
    const auto effect = [&](const Comparison& one) -> const Effect& {
        return result.analyses[one.analysis_index].effect[one.arm];
    };
    const auto of_effect = [&](auto member) {
        return [&, member](const Comparison& one) { return effect(one).*member; };
    };
    Columns<Comparison> columns("comparison", all);
    columns.text("analysis", "id of the analysis", [](const Comparison& one) { return one.analysis->id; })
        .text("endpoint", "id of the endpoint",
              [&](const Comparison& one) { return plan.endpoints[one.analysis->endpoint].id; })
        .text("method", "test and how it was done", [](const Comparison& one) { return one.analysis->words(); })
        .text("arm", "arm that is compared", [&](const Comparison& one) { return plan.arms[one.arm]; })
        .text("reference", "arm that it is compared with",
              [&](const Comparison& one) { return plan.arms[static_cast<std::size_t>(one.analysis->reference)]; })
        .text("unit", "of estimate, its standard error and limits, and the arms' values",
              [&](const Comparison& one) { return unit_of(*one.analysis, plan); })
        .number("estimate", "", "arm minus reference", real, of_effect(&Effect::estimate))
        .number("standard_error", "", "standard error of the estimate", real, of_effect(&Effect::standard_error))
        .number("lower", "", "confidence limit at 1 - alpha", real, of_effect(&Effect::lower))
        .number("upper", "", "confidence limit at 1 - alpha", real, of_effect(&Effect::upper))
        .number("p_value", "1", "two-sided", real, of_effect(&Effect::p_value))
        .number("alpha", "1", "two-sided", real, [](const Comparison& one) { return one.analysis->alpha; })
        .number("statistic", "1", "t or z", real, of_effect(&Effect::statistic))
        .number("df", "1", "degrees of freedom of t", real, of_effect(&Effect::df))
        .number("value_arm", "", "mean, adjusted mean or proportion", real, of_effect(&Effect::value_arm))
        .number("value_reference", "", "mean, adjusted mean or proportion", real, of_effect(&Effect::value_reference))
        .number("n_arm", "1", "participants analysed", whole, of_effect(&Effect::n_arm))
        .number("n_reference", "1", "participants analysed", whole, of_effect(&Effect::n_reference))
        .number("n_missing", "1", "participants of the arm left out", whole,
                [&](const Comparison& one) { return result.analyses[one.analysis_index].n_missing[one.arm]; })
        .text("reason", "why there is no estimate", of_effect(&Effect::reason));
    return {"analyses", {labelled("comparison", labels(all, itself, plan))}, columns.take(), {}};
}

Group operating_group(const TrialPlan& plan, std::span<const OperatingCharacteristic> operating) {
    using Item = OperatingCharacteristic;
    const auto comparison = [&](const Item& one) {
        return Comparison{&plan.analyses[one.analysis], one.analysis, one.arm};
    };
    const auto value = [](Simulated Item::* member) { return [member](const Item& one) { return (one.*member).value; }; };
    const auto error = [](Simulated Item::* member) { return [member](const Item& one) { return (one.*member).error; }; };
    Columns<Item> columns("comparison", {operating.begin(), operating.end()});
    const auto add = [&](const char* name, const char* error_name, const char* unit, const char* long_name,
                         Simulated Item::* member) {
        columns.number(name, unit, long_name, real, value(member))
            .number(error_name, unit, "Monte Carlo standard error", real, error(member));
    };
    columns.text("analysis", "", [&](const Item& one) { return plan.analyses[one.analysis].id; })
        .text("arm", "", [&](const Item& one) { return plan.arms[one.arm]; })
        .text("unit", "of truth, estimates, their errors and bias",
              [&](const Item& one) { return unit_of(plan.analyses[one.analysis], plan); })
        .number("trials", "1", "", whole, [](const Item& one) { return one.trials; })
        .number("not_estimable", "1", "trials whose analysis gave no estimate", whole,
                [](const Item& one) { return one.not_estimable; });
    add("power", "power_error", "1", "share of trials with p <= alpha", &Item::power);
    columns
        .number("power_bank_error", "1", "standard error of power because the bank is finite", real,
                [](const Item& one) { return one.power_bank_error; })
        .number("truth", "", "difference when every twin is in both arms", real,
                [](const Item& one) { return one.truth.difference; })
        .number("truth_error", "", "standard error for the population behind the twins", real,
                [](const Item& one) { return one.truth.standard_error; });
    add("mean_estimate", "mean_estimate_error", "", "", &Item::mean_estimate);
    add("bias", "bias_error", "", "mean estimate minus truth", &Item::bias);
    add("empirical_error", "empirical_error_error", "", "standard deviation of the estimates", &Item::empirical_error);
    columns.number("model_error", "", "root mean square of the standard errors that analyses gave", real,
                   [](const Item& one) { return one.model_error; });
    add("coverage", "coverage_error", "1", "share of intervals that hold the truth", &Item::coverage);
    columns.number("null_trials", "1", "trials with everybody on the control arm", whole,
                   [](const Item& one) { return one.null_trials; });
    add("type1", "type1_error", "1", "share of null trials with p <= alpha", &Item::type1);
    return {"operating_characteristics", {labelled("comparison", labels(operating, comparison, plan))}, columns.take(), {}};
}

std::vector<double> as_doubles(std::span<const double> values) { return {values.begin(), values.end()}; }

Group trial_group(const TrialResultInfo& info, const TrialResult& result) {
    const TrialPlan& plan = info.plan;
    const TrialSample& sample = result.sample;
    const auto participant = [&](std::string name, StoredType type, std::string unit, std::string long_name,
                                 std::vector<double> values) {
        return Variable{.name = std::move(name),
                        .dimensions = {"participant"},
                        .type = type,
                        .unit = std::move(unit),
                        .long_name = std::move(long_name),
                        .flags = {},
                        .values = std::move(values),
                        .texts = {}};
    };
    std::vector<double> twins;
    for (const std::int64_t member : result.members)
        twins.push_back(static_cast<double>(info.twin_ids[static_cast<std::size_t>(member)]));
    Variable arm = participant("arm", StoredType::int8, "", "randomised to", {sample.arm.begin(), sample.arm.end()});
    arm.flags = plan.arms;
    Group group{"trial",
                {{.name = "participant",
                  .labels = {},
                  .values = numbers_to(sample.n_participants),
                  .unit = {},
                  .long_name = "in the order of enrolment",
                  .type = whole}},
                {participant("twin_id", whole, "", "twin id, see /twins", std::move(twins)), std::move(arm)},
                {{"trial", std::int64_t{0}}}};
    for (std::size_t index = 0; index < plan.endpoints.size() && !plan.only_outcomes; ++index) {
        const EndpointPlan& endpoint = plan.endpoints[index];
        const std::string unit = endpoint.binary ? "1" : endpoint.unit;
        group.variables.push_back(participant(endpoint.id, real, unit, endpoint.binary ? "1 for a responder" : endpoint.variable,
                                              as_doubles(sample.values(index))));
        if (endpoint.at_baseline)
            group.variables.push_back(participant(endpoint.id + "_BASE", real, endpoint.aval_unit, "baseline",
                                                  as_doubles(sample.baselines(index))));
    }
    return group;
}

Group screening_group(const TrialFindings& findings) {
    std::vector<std::string> reasons{"eligible", "implausible", "could not be run"};
    for (const BoundCriterion& criterion : findings.criteria) reasons.push_back(criterion.words);
    const auto counts = findings.screening.integers();
    Variable n{.name = "people",
               .dimensions = {"reason"},
               .type = whole,
               .unit = "1",
               .long_name = "people screened, by what became of them",
               .flags = {},
               .values = {counts.begin(), counts.end()},
               .texts = {}};
    return {
        "screening", {labelled("reason", std::move(reasons))}, {std::move(n)}, {{"screened", findings.screening.screened()}}};
}

Group failures_group(const TrialPlan& plan, const FailureCounts& failures) {
    std::vector<std::string> statuses;
    for (std::size_t code = 0; code < FailureCounts::n_statuses; ++code)
        statuses.emplace_back(words_of(static_cast<TwinStatus>(code)));
    Variable n{.name = "runs",
               .dimensions = {"arm", "status"},
               .type = whole,
               .unit = "1",
               .long_name = "runs that failed, by arm and status",
               .flags = {},
               .values = {failures.count.begin(), failures.count.end()},
               .texts = {}};
    return {"failures",
            {labelled("arm", plan.arms), labelled("status", std::move(statuses))},
            {std::move(n)},
            {{"twins", failures.twins}}};
}

}  // namespace

std::vector<Group> trial_tables(const TrialResultInfo& info, const TrialFindings& findings) {
    std::vector<Group> tables{screening_group(findings), failures_group(info.plan, findings.failures)};
    if (findings.trial) {
        tables.push_back(trial_group(info, *findings.trial));
        if (!comparisons(info.plan).empty()) tables.push_back(analyses_group(info.plan, *findings.trial));
    }
    if (!findings.operating.empty()) tables.push_back(operating_group(info.plan, findings.operating));
    return tables;
}

}  // namespace kohort::io
