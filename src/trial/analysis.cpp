#include "trial/analysis.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::trial {

namespace {

std::size_t arm_index(const TrialStudy& study, const Analysis& analysis) {
    for (std::size_t arm = 0; arm < study.arms.size(); ++arm) {
        if (study.arms[arm].id == analysis.reference) return arm;
    }
    throw InputError(analysis.place, "there is no arm \"" + analysis.reference + "\"", "reference: names an arm");
}

std::size_t endpoint_index(std::span<const EndpointPlan> endpoints, const Analysis& analysis) {
    for (std::size_t index = 0; index < endpoints.size(); ++index) {
        if (endpoints[index].id == analysis.endpoint) return index;
    }
    throw InputError(analysis.place, "there is no endpoint \"" + analysis.endpoint + "\"",
                     "endpoint: names an endpoint");
}

PlannedCovariate plan_covariate(const std::string& name, const Analysis& analysis, const EndpointPlan& endpoint,
                                std::span<const cohort::Attribute> attributes) {
    if (name == "baseline") {
        if (endpoint.at_baseline) return {.name = name, .baseline = true, .attribute = 0, .levels = {}};
        throw InputError(analysis.place, "endpoint \"" + endpoint.id + "\" has no baseline",
                         "its outcome must be measured at an earlier visit, or leave baseline out");
    }
    std::vector<std::string> known{"baseline"};
    for (std::size_t index = 0; index < attributes.size(); ++index) {
        if (attributes[index].name == name)
            return {.name = name, .baseline = false, .attribute = index, .levels = attributes[index].levels};
        known.push_back(attributes[index].name);
    }
    throw InputError(analysis.place, "the cohort has no attribute \"" + name + "\" to adjust for", suggest(name, known));
}

AnalysisMethod method_of(const Analysis& analysis) {
    if (analysis.method == "t_test") return AnalysisMethod::t_test;
    if (analysis.method == "ancova") return AnalysisMethod::ancova;
    if (analysis.method == "difference_of_proportions") return AnalysisMethod::difference_of_proportions;
    throw InputError(analysis.place, "method: " + analysis.method + " is not known",
                     "use t_test, ancova or difference_of_proportions");
}

/// Values of each arm, without the missing.
std::vector<std::vector<double>> by_arm(const AnalysisPlan& plan, const TrialSample& sample) {
    std::vector<std::vector<double>> values(static_cast<std::size_t>(plan.n_arms));
    const std::span<const double> all = sample.values(plan.endpoint);
    for (std::size_t participant = 0; participant < sample.n_participants; ++participant) {
        if (!std::isnan(all[participant]))
            values[static_cast<std::size_t>(sample.arm[participant])].push_back(all[participant]);
    }
    return values;
}

Effect compare(const AnalysisPlan& plan, const std::vector<double>& arm, const std::vector<double>& reference) {
    if (plan.method == AnalysisMethod::t_test) return t_test(arm, reference, plan.variance, plan.alpha);
    const auto responders = [](const std::vector<double>& values) {
        return Responders{std::count(values.begin(), values.end(), 1.0), std::ssize(values)};
    };
    return difference_of_proportions(responders(arm), responders(reference), plan.interval, plan.test, plan.alpha);
}

AnalysisResult compare_pairs(const AnalysisPlan& plan, const TrialSample& sample, AnalysisResult result) {
    const std::vector<std::vector<double>> values = by_arm(plan, sample);
    const auto reference = static_cast<std::size_t>(plan.reference);
    for (std::size_t arm = 0; arm < values.size(); ++arm) {
        if (arm == reference) {
            result.effect[arm].reason = "the arm is the reference";
        } else {
            result.effect[arm] = compare(plan, values[arm], values[reference]);
        }
        result.n_missing[arm] -= std::ssize(values[arm]);
    }
    return result;
}

AnalysisResult adjust(const AnalysisPlan& plan, const TrialSample& sample, AnalysisResult result) {
    std::vector<std::span<const double>> covariate;
    for (const PlannedCovariate& planned : plan.covariates) {
        covariate.push_back(planned.baseline ? sample.baselines(plan.endpoint) : sample.attributes(planned.attribute));
    }
    const std::span<const double> all = sample.values(plan.endpoint);
    std::vector<double> value;
    std::vector<int> arm;
    std::vector<std::vector<double>> complete(covariate.size());
    for (std::size_t participant = 0; participant < sample.n_participants; ++participant) {
        const bool has_covariates = std::none_of(covariate.begin(), covariate.end(),
                                                 [&](const auto& values) { return std::isnan(values[participant]); });
        if (std::isnan(all[participant]) || !has_covariates) continue;
        value.push_back(all[participant]);
        arm.push_back(sample.arm[participant]);
        for (std::size_t index = 0; index < covariate.size(); ++index)
            complete[index].push_back(covariate[index][participant]);
        --result.n_missing[static_cast<std::size_t>(sample.arm[participant])];
    }
    AncovaData data{.value = value, .arm = arm, .n_arms = plan.n_arms, .reference = plan.reference};
    for (std::size_t index = 0; index < covariate.size(); ++index) {
        data.covariates.push_back({plan.covariates[index].name, complete[index], plan.covariates[index].levels});
    }
    AncovaFit fit = ancova(data, plan.alpha);
    result.effect = std::move(fit.effect);
    result.covariates = std::move(fit.covariates);
    result.aliased = std::move(fit.aliased);
    return result;
}

}  // namespace

TrialSample::TrialSample(std::size_t n_endpoints, std::size_t n_attributes, std::size_t participants)
    : n_participants(participants),
      arm(participants, 0),
      value(n_endpoints * participants, EndpointValue::none),
      base(value),
      attribute(n_attributes * participants, EndpointValue::none) {}

std::string AnalysisPlan::words() const {
    switch (method) {
        case AnalysisMethod::t_test: return variance == Variance::pooled ? "t-test, pooled variance" : "Welch's t-test";
        case AnalysisMethod::difference_of_proportions:
            return std::string("difference of proportions, ") +
                   (test == ProportionTest::z ? "pooled z" : "Fisher's exact test") +
                   (interval == ProportionInterval::newcombe ? ", Newcombe's interval" : ", Wald's interval");
        case AnalysisMethod::ancova: break;
    }
    std::vector<std::string> names;
    for (const PlannedCovariate& covariate : covariates) names.push_back(covariate.name);
    return names.empty() ? "ANCOVA" : "ANCOVA on " + join(names, ", ");
}

std::vector<AnalysisPlan> plan_analyses(const TrialStudy& study, std::span<const EndpointPlan> endpoints,
                                        std::span<const cohort::Attribute> attributes) {
    std::vector<AnalysisPlan> plans;
    for (const Analysis& analysis : study.analyses) {
        AnalysisPlan plan{.id = analysis.id,
                          .endpoint = endpoint_index(endpoints, analysis),
                          .method = method_of(analysis),
                          .n_arms = static_cast<int>(study.arms.size()),
                          .reference = static_cast<int>(arm_index(study, analysis)),
                          .alpha = analysis.alpha,
                          .variance = analysis.variance == "welch" ? Variance::welch : Variance::pooled,
                          .interval = analysis.interval == "wald" ? ProportionInterval::wald : ProportionInterval::newcombe,
                          .test = analysis.test == "fisher" ? ProportionTest::fisher : ProportionTest::z,
                          .covariates = {}};
        for (const std::string& name : analysis.covariates)
            plan.covariates.push_back(plan_covariate(name, analysis, endpoints[plan.endpoint], attributes));
        plans.push_back(std::move(plan));
    }
    return plans;
}

AnalysisResult analyse(const AnalysisPlan& plan, const TrialSample& sample) {
    const auto n_arms = static_cast<std::size_t>(plan.n_arms);
    AnalysisResult result{.effect = std::vector<Effect>(n_arms),
                          .n_missing = std::vector<std::int64_t>(n_arms, 0),
                          .covariates = {},
                          .aliased = {}};
    for (const int arm : sample.arm)
        ++result.n_missing[static_cast<std::size_t>(arm)];  // those analysed are subtracted
    if (plan.method == AnalysisMethod::ancova) return adjust(plan, sample, std::move(result));
    return compare_pairs(plan, sample, std::move(result));
}

}  // namespace kohort::trial
