// An uncertainty study as understood, in one spelling: JSON with defaults filled in, which is also YAML and can be read again.
#pragma once

#include "io/uncertainty_sections.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace kohort::io {

[[nodiscard]] std::string canonical_text(const UncertaintyFile& file, const std::map<std::string, ScheduleEntry>& schedule,
                                         const std::filesystem::path& folder);

}  // namespace kohort::io
