// How many twins a rank takes at once, unless the user says.
#pragma once

#include <algorithm>
#include <cstdint>

namespace kohort::cli {

/// asked, if it is not 0. Else at least 50 chunks a rank where the cohort allows, so that ranks end together; but enough twins
/// to fill every lane of every thread some four times, because lanes run empty at the end of a chunk; and no more than what a
/// rank may lose when it is killed.
[[nodiscard]] inline std::int64_t chunk_size(std::int64_t asked, std::int64_t n_twins, std::int64_t ranks,
                                             std::int64_t threads, std::int64_t lanes) {
    constexpr std::int64_t chunks_per_rank = 50;
    constexpr std::int64_t fillings = 4;
    constexpr std::int64_t most = 256;
    if (asked > 0) return asked;
    const std::int64_t least = fillings * lanes * threads;
    return std::clamp(n_twins / (chunks_per_rank * ranks), least, std::max(least, most));
}

}  // namespace kohort::cli
