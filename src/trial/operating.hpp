// Operating characteristics: what the analyses of a design find over many repeated trials, against the truth that only a
// simulation knows. Every number has its Monte Carlo standard error (Morris, White & Crowther 2019, Stat Med 38:2074-2102,
// table 6, doi:10.1002/sim.8086).
#pragma once

#include "base/exact_sum.hpp"
#include "trial/virtual_trial.hpp"

#include <span>
#include <vector>

namespace kohort::trial {

/// The difference between an arm and the reference when every twin is in both: nothing is left to chance but the twins.
struct Truth {
    double difference = Effect::none;      // [endpoint's unit]
    double standard_error = Effect::none;  // [endpoint's unit] of the difference, for the population behind the bank
    std::int64_t n_twins = 0;              // with a value in both arms
};

/// What counting needs to know before the first trial.
struct OperatingPlan {
    std::size_t n_arms = 0;
    std::vector<Truth> truth;              // (n_analyses, n_arms), arm fastest; the reference's own is empty
    std::vector<FixedPointGrid> estimate;  // (n_analyses) where estimates may lie [endpoint's unit]
    std::vector<FixedPointGrid> variance;  // (n_analyses) where squared standard errors may lie
};

[[nodiscard]] OperatingPlan plan_operating(const TrialPlan& plan, const BankView& bank);

/// Sums over trials for one analysis, one arm and one scenario. Plain integers: adding them in any order is exact.
struct ComparisonSums {
    std::int64_t trials = 0;
    std::int64_t not_estimable = 0;  // trials whose analysis gave a reason instead of a number
    std::int64_t found_higher = 0;   // p <= alpha, arm above reference
    std::int64_t found_lower = 0;    // p <= alpha, arm below reference
    std::int64_t covered = 0;        // the interval holds the true difference
    std::int64_t participants = 0;   // in the arm and the reference, over all trials
    std::int64_t missing = 0;        // of these, without a value or a covariate
    ExactMoments estimate;
    ExactSum variance;  // squared standard errors; a test without one adds none
};
static_assert(sizeof(ComparisonSums) % sizeof(std::int64_t) == 0);

class OperatingSums {
public:
    OperatingSums(const TrialPlan& plan, const OperatingPlan& operating);

    /// Adds one trial. In the null scenario the true difference is 0.
    void add(const TrialSample& sample, Scenario scenario);
    /// All sums as integers, to be added element by element over threads and ranks.
    [[nodiscard]] std::span<std::int64_t> integers();
    [[nodiscard]] std::span<const std::int64_t> integers() const;
    /// Adds the integers of other trials' sums.
    void merge(std::span<const std::int64_t> others);
    [[nodiscard]] const ComparisonSums& at(std::size_t analysis, std::size_t arm, Scenario scenario) const {
        return sums_[index(analysis, arm, scenario)];
    }

private:
    [[nodiscard]] std::size_t index(std::size_t analysis, std::size_t arm, Scenario scenario) const {
        return (analysis * operating_->n_arms + arm) * 2 + (scenario == Scenario::null ? 1 : 0);
    }
    const TrialPlan* plan_;
    const OperatingPlan* operating_;
    std::vector<ComparisonSums> sums_;  // (n_analyses, n_arms, 2 scenarios)
};

/// Adds trials [first, last) drawn from the bank; with_null also runs each with everybody on the control arm.
void run_bank_trials(const TrialPlan& plan, const BankView& bank, std::int64_t first, std::int64_t last, bool with_null,
                     OperatingSums& sums);

/// A number and its Monte Carlo standard error.
struct Simulated {
    double value = Effect::none;
    double error = Effect::none;
};

struct OperatingCharacteristic {
    std::size_t analysis = 0;
    std::size_t arm = 0;
    std::int64_t trials = 0;
    std::int64_t not_estimable = 0;
    double missing = 0.0;  // share of the participants without a value or a covariate
    Truth truth;
    Simulated power{};              // share of the trials that could be analysed with p <= alpha
    double power_bank_error = 0.0;  // standard error of power because the bank is finite; 0 for trials of fresh people
    Simulated mean_estimate{};      // [endpoint's unit] this and what follows: NaN if any estimate lay absurdly far out
    Simulated bias{};  // [endpoint's unit] mean estimate minus truth; for fresh people its error includes the truth's
    Simulated empirical_error{};        // [endpoint's unit] standard deviation of the estimates
    double model_error = Effect::none;  // [endpoint's unit] root mean square of the standard errors that analyses gave
    // Share of the intervals that hold the truth. From a bank that is the bank's own difference, which trials that take a
    // large part of the bank miss less often than the nominal level says.
    Simulated coverage{};
    std::int64_t null_trials = 0;  // 0: not asked for
    Simulated type1{};
};

enum class TrialMode { bank, fresh };

/// One entry for each analysis and each arm that it compares with its reference.
[[nodiscard]] std::vector<OperatingCharacteristic> summarise(const TrialPlan& plan, const OperatingPlan& operating,
                                                             const OperatingSums& sums, TrialMode mode);

}  // namespace kohort::trial
