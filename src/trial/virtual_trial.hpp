// Virtual trials from a bank of twins: who takes part, who gets what, what is found.
#pragma once

#include "trial/analysis.hpp"
#include "trial/randomise.hpp"
#include "trial/resample.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kohort::trial {

/// Everything that a trial needs to know of the study once twins have been measured.
struct TrialPlan {
    std::vector<std::string> arms;
    int control = 0;  // the arm of role control, or else the first
    std::vector<cohort::Attribute> attributes;
    std::vector<EndpointPlan> endpoints;
    std::vector<AnalysisPlan> analyses;
    std::optional<RandomisationPlan> randomisation;
    bool only_outcomes = false;  // the study has no endpoints, so what is measured stands in for them

    [[nodiscard]] TrialSample empty_sample() const;  // needs randomisation
};

/// columns: as bind made them. Throws InputError.
[[nodiscard]] TrialPlan plan_trial(const TrialStudy& study, std::span<const Column> columns,
                                   std::span<const cohort::Attribute> attributes);

/// What trials are drawn from: eligible twins, each measured once in every arm (bank.hpp makes it).
struct BankView {
    const EndpointTable& endpoints;
    std::span<const double> attribute;  // [attribute's unit] (n_attributes, n_twins), twin fastest

    [[nodiscard]] std::size_t n_twins() const { return endpoints.n_twins; }
};

/// How a trial's participants are treated.
enum class Scenario {
    as_randomised,
    null,  // randomised alike, but everybody gets the control arm's treatment: no analysis can find a true difference
};

/// Draws trials from a bank. One object serves one thread; a trial depends on plan, bank and its number only.
class BankTrials {
public:
    /// plan needs randomisation; bank needs a twin at least. Plan and what the bank shows must outlive this.
    BankTrials(const TrialPlan& plan, const BankView& bank);

    /// Chooses and randomises the participants of a trial.
    void draw(std::int64_t trial);
    /// Their values in the scenario. Valid until the next call.
    [[nodiscard]] const TrialSample& measure(Scenario scenario);
    /// (n_participants) members of the bank, in the order of enrolment.
    [[nodiscard]] std::span<const std::int64_t> members() const { return members_; }

private:
    const TrialPlan& plan_;
    BankView bank_;
    Resampler resampler_;
    std::vector<std::int64_t> members_;
    TrialSample sample_;
};

/// Writes the arms of participants whose attributes are known, in the order of enrolment: for trials of fresh people,
/// who are randomised first and then run in their own arm only. attribute: as in TrialSample.
void randomise(const TrialPlan& plan, std::int64_t trial, std::span<const double> attribute, std::span<int> arm);

/// One trial in full, for reports and files.
struct TrialResult {
    std::vector<std::int64_t> members;  // (n_participants) of the bank
    TrialSample sample;
    std::vector<AnalysisResult> analyses;  // (n_analyses)
};

[[nodiscard]] TrialResult run_trial(const TrialPlan& plan, const BankView& bank, std::int64_t trial);

}  // namespace kohort::trial
