// What was measured in the twins of a study that compares nothing: for a first look, and for checking a model.
#pragma once

#include "trial/virtual_trial.hpp"

#include <string>

namespace kohort::trial {

/// A table with a row for each endpoint in each arm: how many values, mean, standard deviation, median, extremes; for a
/// binary endpoint, responders.
[[nodiscard]] std::string description_text(const TrialPlan& plan, const EndpointTable& endpoints);

}  // namespace kohort::trial
