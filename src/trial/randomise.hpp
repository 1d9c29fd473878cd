// Who gets which arm: simple randomisation, or permuted blocks within strata. An assignment depends on the study's seed,
// the number of the trial and the order of its participants, and on nothing else.
#pragma once

#include "base/random.hpp"
#include "cohort/cohort.hpp"
#include "trial/study.hpp"

#include <span>
#include <vector>

namespace kohort::trial {

/// A categorical attribute by which participants are stratified.
struct Stratifier {
    std::size_t attribute = 0;  // index among the cohort's attributes
    int n_levels = 0;
};

struct RandomisationPlan {
    std::int64_t n = 0;       // participants of one trial
    std::vector<int> ratio;   // (n_arms) each arm's share
    std::vector<int> blocks;  // block sizes, drawn with equal chance; empty: simple randomisation
    std::vector<Stratifier> stratifiers;
    RandomKey key;

    [[nodiscard]] int n_strata() const;
};

/// Throws InputError for a stratum that is not a categorical attribute, or that meets simple randomisation.
[[nodiscard]] RandomisationPlan plan_randomisation(const TrialStudy& study, std::span<const cohort::Attribute> attributes);

/// 0 ... n_strata - 1: one number for each combination of levels, the last stratifier's level fastest. A missing (NaN)
/// level counts as one level more.
[[nodiscard]] int stratum_of(const RandomisationPlan& plan, std::span<const double> attribute_values);

/// Writes each participant's arm; stratum: (n_participants), in the order of enrolment.
/// Within a stratum every complete block holds the ratio exactly, in an order drawn with equal chances.
void assign_arms(const RandomisationPlan& plan, std::int64_t trial, std::span<const int> stratum, std::span<int> arm);

}  // namespace kohort::trial
