#include "trial/virtual_trial.hpp"

#include <algorithm>

namespace kohort::trial {

TrialSample TrialPlan::empty_sample() const {
    KOHORT_CHECK(randomisation.has_value());
    return {endpoints.size(), attributes.size(), static_cast<std::size_t>(randomisation->n)};
}

TrialPlan plan_trial(const TrialStudy& study, std::span<const Column> columns, std::span<const cohort::Attribute> attributes) {
    TrialPlan plan;
    for (const Arm& arm : study.arms) plan.arms.push_back(arm.id);
    const auto control = std::find_if(study.arms.begin(), study.arms.end(), [](const Arm& arm) { return arm.control; });
    plan.control = control == study.arms.end() ? 0 : static_cast<int>(control - study.arms.begin());
    plan.attributes.assign(attributes.begin(), attributes.end());
    plan.endpoints = plan_endpoints(study, columns);
    plan.only_outcomes = study.endpoints.empty();
    if (plan.only_outcomes) plan.endpoints = endpoints_of_columns(columns);
    plan.analyses = plan_analyses(study, plan.endpoints, attributes);
    if (study.randomisation) plan.randomisation = plan_randomisation(study, attributes);
    return plan;
}

BankTrials::BankTrials(const TrialPlan& plan, const BankView& bank)
    : plan_(plan), bank_(bank), resampler_(static_cast<std::int64_t>(bank.n_twins())), sample_(plan.empty_sample()) {
    members_.resize(sample_.n_participants);
}

void BankTrials::draw(std::int64_t trial) {
    resampler_.draw(plan_.randomisation->key, trial, members_);
    const std::size_t n_twins = bank_.n_twins();
    for (std::size_t index = 0; index < plan_.attributes.size(); ++index) {
        const double* of_bank = bank_.attribute.data() + index * n_twins;
        double* of_sample = sample_.attribute.data() + index * sample_.n_participants;
        for (std::size_t participant = 0; participant < members_.size(); ++participant)
            of_sample[participant] = of_bank[members_[participant]];
    }
    randomise(plan_, trial, sample_.attribute, sample_.arm);
}

const TrialSample& BankTrials::measure(Scenario scenario) {
    const EndpointTable& table = bank_.endpoints;
    for (std::size_t endpoint = 0; endpoint < table.n_endpoints; ++endpoint) {
        for (std::size_t participant = 0; participant < members_.size(); ++participant) {
            const int arm = scenario == Scenario::null ? plan_.control : sample_.arm[participant];
            const std::size_t from = table.at(endpoint, static_cast<std::size_t>(arm),
                                              static_cast<std::size_t>(members_[participant]));
            const std::size_t to = endpoint * sample_.n_participants + participant;
            sample_.value[to] = table.value[from];
            sample_.base[to] = table.base[from];
        }
    }
    return sample_;
}

void randomise(const TrialPlan& plan, std::int64_t trial, std::span<const double> attribute, std::span<int> arm) {
    KOHORT_CHECK(attribute.size() == plan.attributes.size() * arm.size());
    std::vector<double> of_one(plan.attributes.size());
    std::vector<int> stratum(arm.size());
    for (std::size_t participant = 0; participant < arm.size(); ++participant) {
        for (std::size_t index = 0; index < of_one.size(); ++index)
            of_one[index] = attribute[index * arm.size() + participant];
        stratum[participant] = stratum_of(*plan.randomisation, of_one);
    }
    assign_arms(*plan.randomisation, trial, stratum, arm);
}

TrialResult run_trial(const TrialPlan& plan, const BankView& bank, std::int64_t trial) {
    BankTrials trials(plan, bank);
    trials.draw(trial);
    const TrialSample& sample = trials.measure(Scenario::as_randomised);
    TrialResult result{.members = {trials.members().begin(), trials.members().end()}, .sample = sample, .analyses = {}};
    for (const AnalysisPlan& analysis : plan.analyses) result.analyses.push_back(analyse(analysis, sample));
    return result;
}

}  // namespace kohort::trial
