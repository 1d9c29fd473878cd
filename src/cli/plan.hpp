// What a study would take on a machine that is not here: a short calibration on this one, then the real scheduling code on
// pretended ranks.
#pragma once

#include "cli/session.hpp"
#include "engine/dry_run.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kohort::cli {

struct PlanOptions {
    std::filesystem::path study;
    int nodes = 1;
    int ranks_per_node = 1;
    int threads = 1;
    std::int64_t chunk = 0;
    std::int64_t calibrate = 256;
    std::filesystem::path script;  // empty: none is written

    [[nodiscard]] int ranks() const { return nodes * ranks_per_node; }
    [[nodiscard]] engine::DryRunOptions machine() const { return {.ranks = ranks(), .ranks_per_node = ranks_per_node}; }
};

struct Plan {
    std::string name;
    std::string calibration;  // a sentence
    std::string item;         // "twins", "runs"
    std::string items;        // how many, and of what
    std::int64_t n_chunks = 0;
    std::int64_t chunk_items = 0;
    double wall_seconds = 0.0;
    std::string wall_note;           // ", of which ..."
    double computing_seconds = 0.0;  // of a rank, mean
    std::string memory;              // of a rank
    double journal_bytes = 0.0;
    std::string result;
    engine::DryRunReport rehearsal;
    double rehearsal_seconds = 0.0;  // of this machine
};

[[nodiscard]] Plan plan_trial(const Session& session, const PlanOptions& options);
[[nodiscard]] Plan plan_uncertainty(const Session& session, const PlanOptions& options);

/// "2.59 MB"
[[nodiscard]] std::string bytes_in_words(double bytes);

/// Seconds of a rank for a chunk of so many items: the mean, and a spread as large as that of a sum of so many. Which chunk is
/// costly does not matter here, only how costs are distributed. seconds: of an item on one core; cv: of its steps.
[[nodiscard]] double chunk_seconds(double seconds, double cv, std::int64_t chunk, std::int64_t items, int threads);

/// Standard deviation over mean.
[[nodiscard]] double variation(const std::vector<double>& steps);

}  // namespace kohort::cli
