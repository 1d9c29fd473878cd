// The sums of a study inside its result, so that a later job can go on where this one ended: group /state, whole numbers of
// 64 bits in two columns, because text-book tools read columns of doubles.
#pragma once

#include "io/result_layout.hpp"
#include "io/uncertainty_file.hpp"
#include "uncertainty/run_design.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace kohort::io {

struct SavedState {
    uncertainty::StudyProgress progress;
    std::vector<std::int64_t> numbers;  // of uncertainty::state_of
};

[[nodiscard]] Group state_group(const SavedState& state);
/// How the widest interval shrank.
[[nodiscard]] Group convergence_group(const uncertainty::StudyProgress& progress);

/// The state in an earlier result of the same study, whose design may have been smaller. Throws InputError if it is the
/// result of another study, has no state, or is larger.
[[nodiscard]] SavedState read_state(const std::filesystem::path& earlier, const UncertaintyFile& study,
                                    const std::string& model_sha256);

}  // namespace kohort::io
