// A day with three meals: the meal model alone (DM) and with adipocyte signalling (CP).
#pragma once

#include "benchmarks/problem.hpp"

namespace kohort::benchmarks {

[[nodiscard]] Problem meals(std::int64_t n_twins);

/// What interrupts the steps of a day.
enum class Interruption {
    none,        // one meal, which is in the stomach when the day begins
    common,      // three meals, the same for everybody
    individual,  // three meals at everybody's own times
    triggered,   // as individual, and insulin whenever glucose rises through 160 mg/dL, an event of the model
};
/// DM with parameters of this coefficient of variation.
[[nodiscard]] Problem varied_meals(std::int64_t n_twins, double cv, Interruption interruption);
[[nodiscard]] Problem meals_and_signalling(std::int64_t n_twins);

}  // namespace kohort::benchmarks
