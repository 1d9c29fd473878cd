// The sections of a study file, one reader each. They check a section by itself; check_study compares sections.
#pragma once

#include "io/yaml_value.hpp"
#include "trial/study.hpp"

#include <filesystem>
#include <vector>

namespace kohort::io {

[[nodiscard]] trial::ModelChoice read_model(const Value& value);
[[nodiscard]] trial::Dose read_dose(const Value& value);
[[nodiscard]] trial::InputChange read_input_change(const Value& value);
[[nodiscard]] trial::Eligibility read_eligibility(const Value& value);
/// Dosing tables start at folder.
[[nodiscard]] std::vector<trial::Arm> read_arms(const Value& value, const std::filesystem::path& folder);
[[nodiscard]] std::vector<trial::Visit> read_visits(const Value& value);
[[nodiscard]] std::vector<trial::Challenge> read_challenges(const Value& value);
[[nodiscard]] std::vector<trial::Outcome> read_outcomes(const Value& value);
[[nodiscard]] std::vector<trial::Endpoint> read_endpoints(const Value& value);
[[nodiscard]] trial::Dropout read_dropout(const Value& value);
[[nodiscard]] trial::Randomisation read_randomisation(const Value& value);
[[nodiscard]] std::vector<trial::Analysis> read_analyses(const Value& value);
[[nodiscard]] trial::OperatingCharacteristics read_operating_characteristics(const Value& value);

}  // namespace kohort::io
