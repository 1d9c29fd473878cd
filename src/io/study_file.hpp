// Reads a trial's study file: the study, the cohort that it names or contains, and where its model's text is.
// Everything that can be found wrong without a model is found here, with its place.
#pragma once

#include "cohort/description.hpp"
#include "trial/study.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace kohort::io {

struct StudyFile {
    std::filesystem::path path;
    trial::TrialStudy study;  // canonical_text is filled
    cohort::CohortDescription cohort;
    std::filesystem::path model_path;  // text of the model
    std::string sha256;                // of study.canonical_text
};

/// Reads and checks a study file. Throws InputError.
[[nodiscard]] StudyFile read_study(const std::filesystem::path& path);

/// The same for text that was not in a file of its own, such as the study inside a result; relative file names start
/// at folder, and name is used in messages.
[[nodiscard]] StudyFile parse_study(std::string_view text, const std::string& name, const std::filesystem::path& folder);

/// Where the text of a study's model is; relative names start at folder. Throws InputError.
[[nodiscard]] std::filesystem::path find_model_text(const trial::ModelChoice& model, const std::filesystem::path& folder);

}  // namespace kohort::io
