#include "trial/operating.hpp"

#include "trial/student.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

namespace kohort::trial {

namespace {

// Estimates may lie this many times beyond the spread of the bank's values, which leaves 49 bits for the spread itself.
constexpr double room = 1024.0;

Truth true_difference(std::span<const double> arm, std::span<const double> reference) {
    Truth truth;
    double mean = 0.0;
    double sum_of_squares = 0.0;  // Welford 1962
    for (std::size_t twin = 0; twin < arm.size(); ++twin) {
        const double difference = arm[twin] - reference[twin];
        if (std::isnan(difference)) continue;
        ++truth.n_twins;
        const double step = difference - mean;
        mean += step / static_cast<double>(truth.n_twins);
        sum_of_squares += step * (difference - mean);
    }
    const auto n = static_cast<double>(truth.n_twins);
    if (truth.n_twins > 0) truth.difference = mean;
    if (truth.n_twins > 1) truth.standard_error = std::sqrt(sum_of_squares / (n - 1) / n);
    return truth;
}

double spread(const EndpointTable& table, std::size_t endpoint) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (std::size_t arm = 0; arm < table.n_arms; ++arm) {
        for (const double value : table.values(endpoint, arm)) {
            if (std::isnan(value)) continue;
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    return high > low ? high - low : 1.0;
}

Simulated share(std::int64_t count, std::int64_t of) {
    if (of == 0) return {};
    const double p = static_cast<double>(count) / static_cast<double>(of);
    return {p, std::sqrt(p * (1 - p) / static_cast<double>(of))};
}

// Power moves with the bank's own difference, which strays by its standard error from that of the population. With the
// estimate normal around it, power is P(|Z + difference / error| > z): its slope times the stray.
double error_from_finite_bank(const Truth& truth, double empirical_error, double alpha) {
    if (!(empirical_error > 0) || std::isnan(truth.standard_error)) return 0.0;
    const auto density = [](double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); };
    const double shift = truth.difference / empirical_error;
    const double z = z_critical(alpha);
    return std::abs(density(z - shift) - density(z + shift)) * truth.standard_error / empirical_error;
}

void add_effect(ComparisonSums& sums, const Effect& effect, double alpha, double truth, const FixedPointGrid& estimate,
                const FixedPointGrid& variance) {
    ++sums.trials;
    sums.participants += effect.n_arm + effect.n_reference;
    if (!effect.estimable()) {
        ++sums.not_estimable;
        return;
    }
    if (effect.p_value <= alpha) ++(effect.estimate > 0 ? sums.found_higher : sums.found_lower);
    if (effect.lower <= truth && truth <= effect.upper) ++sums.covered;
    sums.estimate.add(estimate, effect.estimate);
    if (!std::isnan(effect.standard_error)) sums.variance.add(variance, effect.standard_error * effect.standard_error);
}

}  // namespace

OperatingPlan plan_operating(const TrialPlan& plan, const BankView& bank) {
    OperatingPlan operating{.n_arms = plan.arms.size(), .truth = {}, .estimate = {}, .variance = {}};
    for (const AnalysisPlan& analysis : plan.analyses) {
        const auto reference = static_cast<std::size_t>(analysis.reference);
        for (std::size_t arm = 0; arm < operating.n_arms; ++arm) {
            if (arm == reference) {
                operating.truth.emplace_back();
                continue;
            }
            operating.truth.push_back(true_difference(bank.endpoints.values(analysis.endpoint, arm),
                                                      bank.endpoints.values(analysis.endpoint, reference)));
        }
        const double half_width = room * spread(bank.endpoints, analysis.endpoint);
        operating.estimate.emplace_back(FixedPointGrid::Range{.centre = 0.0, .half_width = half_width});
        operating.variance.emplace_back(FixedPointGrid::Range{.centre = 0.0, .half_width = half_width * half_width});
    }
    return operating;
}

OperatingSums::OperatingSums(const TrialPlan& plan, const OperatingPlan& operating)
    : plan_(&plan), operating_(&operating), sums_(plan.analyses.size() * operating.n_arms * 2) {}

void OperatingSums::add(const TrialSample& sample, Scenario scenario) {
    for (std::size_t analysis = 0; analysis < plan_->analyses.size(); ++analysis) {
        const AnalysisPlan& planned = plan_->analyses[analysis];
        const AnalysisResult result = analyse(planned, sample);
        for (std::size_t arm = 0; arm < operating_->n_arms; ++arm) {
            if (static_cast<int>(arm) == planned.reference) continue;
            const double truth = scenario == Scenario::null
                                     ? 0.0
                                     : operating_->truth[analysis * operating_->n_arms + arm].difference;
            ComparisonSums& sums = sums_[index(analysis, arm, scenario)];
            add_effect(sums, result.effect[arm], planned.alpha, truth, operating_->estimate[analysis],
                       operating_->variance[analysis]);
            const std::int64_t missing = result.n_missing[arm] +
                                         result.n_missing[static_cast<std::size_t>(planned.reference)];
            sums.missing += missing;
            sums.participants += missing;
        }
    }
}

static_assert(std::is_trivially_copyable_v<ComparisonSums> && std::is_standard_layout_v<ComparisonSums>);
static_assert(sizeof(ComparisonSums) == 19 * sizeof(std::int64_t));  // nothing but integers, no gaps

std::span<std::int64_t> OperatingSums::integers() {
    return {reinterpret_cast<std::int64_t*>(sums_.data()), sums_.size() * sizeof(ComparisonSums) / sizeof(std::int64_t)};
}

std::span<const std::int64_t> OperatingSums::integers() const {
    return {reinterpret_cast<const std::int64_t*>(sums_.data()),
            sums_.size() * sizeof(ComparisonSums) / sizeof(std::int64_t)};
}

void OperatingSums::merge(std::span<const std::int64_t> others) {
    const std::span<std::int64_t> mine = integers();
    KOHORT_CHECK(mine.size() == others.size());
    for (std::size_t at = 0; at < mine.size(); ++at) mine[at] += others[at];
}

void run_bank_trials(const TrialPlan& plan, const BankView& bank, std::int64_t first, std::int64_t last, bool with_null,
                     OperatingSums& sums) {
    BankTrials trials(plan, bank);
    for (std::int64_t trial = first; trial < last; ++trial) {
        trials.draw(trial);
        sums.add(trials.measure(Scenario::as_randomised), Scenario::as_randomised);
        if (with_null) sums.add(trials.measure(Scenario::null), Scenario::null);
    }
}

namespace {

OperatingCharacteristic summarise_one(const ComparisonSums& sum, const ComparisonSums& null, const FixedPointGrid& estimate,
                                      const FixedPointGrid& variance, const Truth& truth, double alpha, TrialMode mode) {
    const std::int64_t n = sum.trials - sum.not_estimable;
    OperatingCharacteristic found{.trials = sum.trials, .not_estimable = sum.not_estimable, .truth = truth};
    if (sum.participants > 0) found.missing = static_cast<double>(sum.missing) / static_cast<double>(sum.participants);
    found.power = share(sum.found_higher + sum.found_lower, n);
    found.coverage = share(sum.covered, n);
    found.null_trials = null.trials;
    found.type1 = share(null.found_higher + null.found_lower, null.trials - null.not_estimable);
    if (sum.estimate.out_of_range() > 0 || sum.variance.out_of_range > 0) return found;

    const double deviation = sum.estimate.standard_deviation(estimate);
    found.mean_estimate = {sum.estimate.mean(estimate), sum.estimate.standard_error(estimate)};
    found.empirical_error = {deviation, deviation / std::sqrt(2.0 * static_cast<double>(n - 1))};
    found.model_error = std::sqrt(sum.variance.mean(variance));
    const bool adds_error = mode == TrialMode::fresh && !std::isnan(truth.standard_error);
    found.bias = {found.mean_estimate.value - truth.difference,
                  std::hypot(found.mean_estimate.error, adds_error ? truth.standard_error : 0.0)};
    if (mode == TrialMode::bank) found.power_bank_error = error_from_finite_bank(truth, deviation, alpha);
    return found;
}

}  // namespace

std::vector<OperatingCharacteristic> summarise(const TrialPlan& plan, const OperatingPlan& operating,
                                               const OperatingSums& sums, TrialMode mode) {
    std::vector<OperatingCharacteristic> characteristics;
    for (std::size_t analysis = 0; analysis < plan.analyses.size(); ++analysis) {
        const AnalysisPlan& planned = plan.analyses[analysis];
        for (std::size_t arm = 0; arm < operating.n_arms; ++arm) {
            if (static_cast<int>(arm) == planned.reference) continue;
            characteristics.push_back(
                summarise_one(sums.at(analysis, arm, Scenario::as_randomised), sums.at(analysis, arm, Scenario::null),
                              operating.estimate[analysis], operating.variance[analysis],
                              operating.truth[analysis * operating.n_arms + arm], planned.alpha, mode));
            characteristics.back().analysis = analysis;
            characteristics.back().arm = arm;
        }
    }
    return characteristics;
}

}  // namespace kohort::trial
