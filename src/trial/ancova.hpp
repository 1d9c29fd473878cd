// Analysis of covariance by least squares: value ~ covariates + arm, with treatment contrasts against a reference arm.
#pragma once

#include "trial/effect.hpp"

#include <span>
#include <string>
#include <vector>

namespace kohort::trial {

struct Covariate {
    std::string name;
    std::span<const double> value;  // (n_participants)
    std::vector<std::string> levels{};  // categorical: value is the level's number and the first level is the reference; else empty
};

/// Complete cases: participants with a missing value or covariate have been left out before.
struct AncovaData {
    std::span<const double> value;  // [endpoint's unit] (n_participants)
    std::span<const int> arm;       // (n_participants) 0 ... n_arms - 1
    int n_arms = 0;
    int reference = 0;
    std::vector<Covariate> covariates{};
};

struct Coefficient {
    std::string name;  // of the covariate, or "covariate: level"
    double estimate = Effect::none;
    double standard_error = Effect::none;
    double statistic = Effect::none;  // t
    double p_value = Effect::none;
};

struct AncovaFit {
    std::vector<Effect> effect;  // (n_arms) against the reference; value_* are adjusted means. The reference's own entry has only a reason.
    std::vector<double> adjusted_mean;  // [endpoint's unit] (n_arms) at the covariates' means over all participants; NaN where not estimable: with any arm confounded, none is
    std::vector<double> adjusted_mean_error;  // [endpoint's unit] (n_arms) standard errors
    std::vector<Coefficient> covariates{};    // those that could be estimated
    std::vector<std::string> aliased{};       // covariates left out: constant, or determined by the ones before them
    double residual_sd = Effect::none;        // [endpoint's unit]
    double df = 0;                            // residual degrees of freedom
};

/// One residual variance for all arms. An arm's effect is missing, with the reason, where the arm is empty or its effect
/// cannot be told from the covariates'.
[[nodiscard]] AncovaFit ancova(const AncovaData& data, double alpha);

}  // namespace kohort::trial
