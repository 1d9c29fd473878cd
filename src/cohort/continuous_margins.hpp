// Margins given by a formula. Numbers are in the attribute's unit.
#pragma once

#include "base/random.hpp"
#include "cohort/margin.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>

#include <cmath>
#include <limits>

namespace kohort::cohort {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// The score of a value from its distribution function and the complement, whichever is small.
[[nodiscard]] inline double score_of(double below, double above) {
    if (below <= 0) return -infinity;
    if (above <= 0) return infinity;
    return below <= above ? normal_quantile(below) : -normal_quantile(above);
}

class ConstantMargin final : public Margin {
public:
    explicit ConstantMargin(double value) : value_(value) {}
    [[nodiscard]] double value(double) const override { return value_; }
    [[nodiscard]] double score(double value) const override { return value < value_ ? -infinity : infinity; }

private:
    double value_;
};

class NormalMargin final : public Margin {
public:
    NormalMargin(double mean, double sd) : mean_(mean), sd_(sd) {}
    [[nodiscard]] double value(double score) const override { return mean_ + sd_ * score; }
    [[nodiscard]] double score(double value) const override { return (value - mean_) / sd_; }

private:
    double mean_;
    double sd_;
};

/// low + a log-normal number (Johnson, Kotz & Balakrishnan 1994, chapter 14: three parameters where low is not 0).
class LognormalMargin final : public Margin {
public:
    LognormalMargin(double low, double median, double omega) : low_(low), median_(median - low), omega_(omega) {}
    [[nodiscard]] double value(double score) const override { return low_ + median_ * std::exp(omega_ * score); }
    [[nodiscard]] double score(double value) const override {
        return value > low_ ? std::log((value - low_) / median_) / omega_ : -infinity;
    }

private:
    double low_;
    double median_;  // above low
    double omega_;
};

class UniformMargin final : public Margin {
public:
    UniformMargin(double low, double high) : low_(low), high_(high) {}
    [[nodiscard]] double value(double score) const override {
        return score < 0 ? low_ + (high_ - low_) * normal_cdf(score) : high_ - (high_ - low_) * normal_cdf(-score);
    }
    [[nodiscard]] double score(double value) const override {
        if (value <= low_) return -infinity;
        if (value >= high_) return infinity;
        return score_of((value - low_) / (high_ - low_), (high_ - value) / (high_ - low_));
    }

private:
    double low_;
    double high_;
};

class TriangularMargin final : public Margin {
public:
    TriangularMargin(double low, double mode, double high) : low_(low), mode_(mode), high_(high) {}
    [[nodiscard]] double value(double score) const override {
        const double below = normal_cdf(score);
        if (below * (high_ - low_) <= mode_ - low_) return low_ + std::sqrt(below * (high_ - low_) * (mode_ - low_));
        return high_ - std::sqrt(normal_cdf(-score) * (high_ - low_) * (high_ - mode_));
    }
    [[nodiscard]] double score(double value) const override {
        if (value <= low_) return -infinity;
        if (value >= high_) return infinity;
        if (value <= mode_) {
            const double below = (value - low_) * (value - low_) / ((high_ - low_) * (mode_ - low_));
            return score_of(below, 1.0 - below);
        }
        const double above = (high_ - value) * (high_ - value) / ((high_ - low_) * (high_ - mode_));
        return score_of(1.0 - above, above);
    }

private:
    double low_;
    double mode_;
    double high_;
};

/// A distribution of Boost.Math, moved and stretched: value = origin + scale * x.
template <class Distribution>
class BoostMargin final : public Margin {
public:
    BoostMargin(Distribution distribution, double origin, double scale)
        : distribution_(distribution), origin_(origin), scale_(scale) {}
    [[nodiscard]] double value(double score) const override {
        const double x = score < 0 ? boost::math::quantile(distribution_, normal_cdf(score))
                                   : boost::math::quantile(boost::math::complement(distribution_, normal_cdf(-score)));
        return origin_ + scale_ * x;
    }
    [[nodiscard]] double score(double value) const override {
        const double x = (value - origin_) / scale_;
        if (x <= boost::math::support(distribution_).first) return -infinity;
        if (x >= boost::math::support(distribution_).second) return infinity;
        return score_of(boost::math::cdf(distribution_, x), boost::math::cdf(boost::math::complement(distribution_, x)));
    }

private:
    Distribution distribution_;
    double origin_;
    double scale_;
};

using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using GammaDistribution = boost::math::gamma_distribution<double, Policy>;
using BetaDistribution = boost::math::beta_distribution<double, Policy>;

}  // namespace kohort::cohort
