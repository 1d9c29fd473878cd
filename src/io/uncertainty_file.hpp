// Reads an uncertainty study: schema kohort-uncertainty/1. cohorts/README.md explains every key.
#pragma once

#include "cohort/description.hpp"
#include "trial/personal_quantity.hpp"
#include "trial/study.hpp"
#include "uncertainty/study.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::io {

inline constexpr std::string_view uncertainty_schema_name = "kohort-uncertainty/1";

/// What an uncertain input of the study sets.
enum class InputKind { parameter, factor, initial, covariate, schedule };

struct UncertaintyFile {
    std::filesystem::path path;
    trial::TrialStudy base;  // model, duration, one arm "run" with the schedule, features as outcomes
    uncertainty::UncertaintyStudy study;
    cohort::CohortDescription inputs;               // the uncertain inputs as attributes of a person
    std::vector<InputKind> input_kinds;             // (attributes of inputs)
    std::vector<trial::PersonalQuantity> personal;  // numbers of the schedule that inputs give
    std::filesystem::path model_path;               // text of the model
    std::string canonical_text;
    std::string sha256;  // of canonical_text
};

/// Reads and checks a study file. Throws InputError.
[[nodiscard]] UncertaintyFile read_uncertainty(const std::filesystem::path& path);
[[nodiscard]] UncertaintyFile parse_uncertainty(std::string_view text, const std::string& name,
                                                const std::filesystem::path& folder);

/// The word behind `schema:` of a study file, so that whoever opens one knows what to read. Throws InputError.
[[nodiscard]] std::string schema_of(const std::filesystem::path& path);

}  // namespace kohort::io
