// The times of a study in the model's own unit. Times that mean the same moment become the same number, however they
// were written: 26 weeks, 182 days, and the 364th repeat of a dose every 12 h must meet exactly.
#pragma once

#include "base/quantity.hpp"

#include <set>
#include <string>

namespace kohort::trial {

class Clock {
public:
    explicit Clock(std::string time_unit) : time_unit_(std::move(time_unit)) {}

    /// A length of time, in model time; not aligned. Throws InputError when negative.
    [[nodiscard]] double length(const Quantity& time) const;
    /// A moment counted from time zero, in model time; aligned. Throws InputError when negative.
    [[nodiscard]] double moment(const Quantity& time);
    /// Aligns a moment in model time with one seen before, if they differ by rounding only.
    [[nodiscard]] double align(double time);

    [[nodiscard]] const std::string& unit() const { return time_unit_; }

private:
    std::string time_unit_;
    std::set<double> moments_;  // [model time] distinct moments so far
};

}  // namespace kohort::trial
