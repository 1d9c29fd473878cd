// What was measured in the twins of a study that compares nothing: for a first look, and for checking a model.
#pragma once

#include "trial/virtual_trial.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kohort::trial {

/// One endpoint in one arm; all values are 0 where n is 0. [endpoint's unit]
struct Described {
    std::int64_t n = 0;           // twins with a value
    std::int64_t responders = 0;  // of a binary endpoint: values that are 1
    double mean = 0.0;
    double deviation = 0.0;  // NaN for fewer than two values
    double median = 0.0;
    double least = 0.0;
    double greatest = 0.0;
};

/// values: of any order, without missing ones; they are sorted here, so the result does not depend on it.
[[nodiscard]] Described describe_values(std::vector<double> values);

/// A table with a row for each endpoint in each arm: how many values, mean, standard deviation, median, extremes; for a
/// binary endpoint, responders. described: (n_endpoints, n_arms)
[[nodiscard]] std::string description_text(const TrialPlan& plan, std::span<const Described> described, std::int64_t n_twins);

}  // namespace kohort::trial
