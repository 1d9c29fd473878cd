// Reads cohorts: files with `schema: kohort-cohort/1`, and the same keys inside a study under `cohort:`.
#pragma once

#include "cohort/description.hpp"
#include "io/yaml_value.hpp"

#include <array>
#include <filesystem>
#include <string_view>

namespace kohort::io {

inline constexpr std::string_view cohort_schema_name = "kohort-cohort/1";

/// The keys that say who the people are, in a cohort file and inside a study.
inline constexpr auto cohort_keys = std::to_array<std::string_view>(
    {"name", "title", "from", "covariates", "parameters", "variability", "correlation", "limits", "attempts"});

[[nodiscard]] cohort::CohortDescription read_cohort(const std::filesystem::path& path);

/// Reads cohort_keys of a section; relative file names start at folder. Other keys are the caller's.
[[nodiscard]] cohort::CohortDescription read_cohort_keys(const Mapping& map, const std::filesystem::path& folder);

/// One attribute of a section from those of its keys that describe it; relative file names start at folder.
[[nodiscard]] cohort::AttributeDescription read_attribute(const std::string& name, const Value& section,
                                                          const std::vector<NamedValue>& items, cohort::Role role,
                                                          const std::filesystem::path& folder);

/// height~weight: 0.5
[[nodiscard]] cohort::Correlation read_correlation(const NamedValue& named);

}  // namespace kohort::io
