// Where each number of a trial stands in its result file.
#pragma once

#include "cli/prepared_trial.hpp"
#include "io/result_layout.hpp"
#include "trial/operating.hpp"
#include "trial/simulate_bank.hpp"

#include <optional>
#include <span>
#include <vector>

namespace kohort::cli {

/// Groups `twins` (who they are) and `outcomes` (what was measured, in every arm), streamed while the study runs.
[[nodiscard]] io::ResultLayout trial_layout(const PreparedTrial& trial, std::span<const std::int64_t> twin_ids);

/// The values of the layout's streamed variables, in its order.
[[nodiscard]] std::vector<std::vector<double>> streamed_values(const PreparedTrial& trial, const trial::BankChunk& chunk);

/// What is known when all twins have run: groups `trial` (one trial's participants), `analyses` and
/// `operating_characteristics`; each only if the study asks for it.
[[nodiscard]] std::vector<io::Group> final_tables(const PreparedTrial& trial, std::span<const std::int64_t> twin_ids,
                                                  const std::optional<trial::TrialResult>& result,
                                                  std::span<const trial::OperatingCharacteristic> operating);

}  // namespace kohort::cli
