// Margins given by shares or observations, and the restriction of any margin to limits.
#pragma once

#include "base/random.hpp"
#include "cohort/continuous_margins.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace kohort::cohort {

/// Uniform within each bin.
class HistogramMargin final : public Margin {
public:
    HistogramMargin(std::vector<double> edges, std::vector<double> cumulative)
        : edges_(std::move(edges)), cumulative_(std::move(cumulative)) {}
    [[nodiscard]] double value(double score) const override {
        return interpolate(cumulative_, edges_, normal_cdf(score));
    }
    [[nodiscard]] double score(double value) const override {
        if (value <= edges_.front()) return -infinity;
        if (value >= edges_.back()) return infinity;
        const double below = interpolate(edges_, cumulative_, value);
        return score_of(below, 1.0 - below);
    }

private:
    static double interpolate(const std::vector<double>& from, const std::vector<double>& to, double x) {
        // the first edge above x; empty bins have no width in `from` and are never chosen
        const auto above = std::upper_bound(from.begin() + 1, from.end() - 1, x);
        const auto at = static_cast<std::size_t>(above - from.begin());
        const double share = std::clamp((x - from[at - 1]) / (from[at] - from[at - 1]), 0.0, 1.0);
        return to[at - 1] + (to[at] - to[at - 1]) * share;
    }

    std::vector<double> edges_;       // [unit] (n_bins + 1)
    std::vector<double> cumulative_;  // (n_bins + 1) from 0 to 1
};

/// One of the observed values, each as often as it was observed.
class EmpiricalMargin final : public Margin {
public:
    explicit EmpiricalMargin(std::vector<double> sorted) : sorted_(std::move(sorted)) {}
    [[nodiscard]] double value(double score) const override {
        const auto rank = static_cast<std::size_t>(normal_cdf(score) * static_cast<double>(sorted_.size()));
        return sorted_[std::min(rank, sorted_.size() - 1)];
    }
    [[nodiscard]] double score(double value) const override {
        const auto rank = std::upper_bound(sorted_.begin(), sorted_.end(), value) - sorted_.begin();
        if (rank == 0) return -infinity;
        const double below = static_cast<double>(rank) / static_cast<double>(sorted_.size());
        return below < 1.0 ? score_of(below, 1.0 - below) : infinity;
    }

private:
    std::vector<double> sorted_;  // [unit] (n_observed) ascending
};

class CategoricalMargin final : public Margin {
public:
    /// threshold: (n_levels - 1) scores, ascending, at which the next level begins
    explicit CategoricalMargin(std::vector<double> threshold) : threshold_(std::move(threshold)) {}
    [[nodiscard]] double value(double score) const override {
        return static_cast<double>(std::upper_bound(threshold_.begin(), threshold_.end(), score) - threshold_.begin());
    }
    [[nodiscard]] double score(double) const override { return infinity; }

private:
    std::vector<double> threshold_;
};

/// A margin restricted to low <= value <= high: the score is first squeezed between theirs.
class TruncatedMargin final : public Margin {
public:
    TruncatedMargin(std::unique_ptr<const Margin> whole, double low, double high, double low_score, double high_score)
        : whole_(std::move(whole)),
          low_(low),
          high_(high),
          // work in the lower tail, where probabilities keep their digits: mirror an interval that lies above zero
          mirrored_(low_score > 0),
          below_low_(normal_cdf(mirrored_ ? -high_score : low_score)),
          below_high_(normal_cdf(mirrored_ ? -low_score : high_score)),
          above_low_(normal_cdf(mirrored_ ? high_score : -low_score)),
          above_high_(normal_cdf(mirrored_ ? low_score : -high_score)) {}
    [[nodiscard]] double value(double score) const override {
        return std::clamp(whole_->value(mirrored_ ? -squeezed(-score) : squeezed(score)), low_, high_);
    }
    [[nodiscard]] double score(double) const override { return infinity; }
    [[nodiscard]] double probability() const { return below_high_ - below_low_; }

private:
    [[nodiscard]] double squeezed(double score) const {
        const double below = below_low_ + normal_cdf(score) * (below_high_ - below_low_);
        if (below <= 0.5) return normal_quantile(below);
        return -normal_quantile(above_high_ + normal_cdf(-score) * (above_low_ - above_high_));
    }

    std::unique_ptr<const Margin> whole_;
    double low_;
    double high_;
    bool mirrored_;
    double below_low_;  // probabilities of the whole margin below and above the limits (after mirroring)
    double below_high_;
    double above_low_;
    double above_high_;
};

}  // namespace kohort::cohort
