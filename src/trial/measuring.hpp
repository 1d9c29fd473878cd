// What lies between a twin and what a trial knows of it: errors of measurement, and people who leave. Draws are keyed by
// twin, outcome and visit, so that a twin is measured with the same errors in every arm and in every run.
#pragma once

#include "base/random.hpp"
#include "base/units.hpp"
#include "trial/study.hpp"

#include <cstdint>
#include <limits>
#include <string>

namespace kohort::trial {

/// One measurement of one outcome.
struct Measuring {
    RandomKey key;
    std::uint32_t visit = 0;    // position of the visit in the study; 0 for one number for the whole study
    std::uint32_t outcome = 0;  // position of the outcome in the study
    double sd = 0.0;            // [reported unit]
    double cv = 0.0;            // [1]
    double dropout_rate = 0.0;  // [1/model time]
    double known_at = 0.0;      // [model time] when the number can be known: at the visit, or at the window's end

    [[nodiscard]] bool has_error() const { return sd > 0.0 || cv > 0.0; }
    [[nodiscard]] bool is_perfect() const { return !has_error() && dropout_rate == 0.0; }
    /// The twin had left before.
    [[nodiscard]] bool is_lost(std::int64_t twin_id) const;
    /// What is reported for a true value; NaN for one that is lost.
    [[nodiscard]] double reported(double truth, std::int64_t twin_id) const;
};

/// When a twin leaves the trial: exponential [model time]; infinite at rate 0.
[[nodiscard]] double time_of_dropout(RandomKey key, double rate, std::int64_t twin_id);

/// [1/model time] 0 without dropout. Throws InputError.
[[nodiscard]] double dropout_rate(const std::optional<Dropout>& dropout, const std::string& time_unit);

/// Fills in sd and cv; unit is the reported one. Throws InputError.
void set_error(const MeasurementError& error, const std::string& unit, const std::string& what, Measuring& measuring);

}  // namespace kohort::trial
