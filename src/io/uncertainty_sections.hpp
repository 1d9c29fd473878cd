// The sections of an uncertainty study, one reader each.
#pragma once

#include "io/uncertainty_file.hpp"
#include "io/yaml_value.hpp"

#include <map>
#include <string>

namespace kohort::io {

/// A named entry of the schedule: a dose or a change of an input.
struct ScheduleEntry {
    bool is_dose = false;
    std::size_t index = 0;  // among the arm's doses or inputs
};

[[nodiscard]] std::map<std::string, ScheduleEntry> read_schedule(const Value& value, trial::Arm& arm);
/// Inputs become attributes, groups and personal quantities.
void read_inputs(const Value& value, const std::map<std::string, ScheduleEntry>& schedule,
                 const std::filesystem::path& folder, UncertaintyFile& file);
/// Only within a group: indices of groups that depend on each other would mean nothing.
void read_correlations(const Value& value, UncertaintyFile& file);
void read_outputs(const Value& value, UncertaintyFile& file);
[[nodiscard]] uncertainty::DesignChoice read_design(const Value& value);
[[nodiscard]] uncertainty::AnalysisChoice read_analysis_choice(const Value& value, const uncertainty::DesignChoice& design);

}  // namespace kohort::io
