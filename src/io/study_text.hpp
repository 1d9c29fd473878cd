// The study as understood, in one spelling: JSON (which is YAML too), keys sorted, every default written out, cohort
// included, numbers in the fewest digits. It can be read back; its SHA-256 names the study.
#pragma once

#include "cohort/description.hpp"
#include "trial/study.hpp"

#include <filesystem>
#include <string>

namespace kohort::io {

/// File names are written relative to folder, with the SHA-256 of what the files hold.
[[nodiscard]] std::string canonical_text(const trial::TrialStudy& study, const cohort::CohortDescription& cohort,
                                         const std::filesystem::path& folder);

}  // namespace kohort::io
