// How many draws it took to find plausible persons: reported, because limits that reject many people change the population.
#pragma once

#include "cohort/cohort.hpp"

#include <cstdint>
#include <limits>

namespace kohort::cohort {

/// Counts, which add up exactly over chunks and ranks.
struct Acceptance {
    std::int64_t persons = 0;      // drawn, plausible or not
    std::int64_t attempts = 0;     // draws in all
    std::int64_t implausible = 0;  // persons given up

    void add(const Person& person) {
        ++persons;
        attempts += person.attempts;
        implausible += person.plausible ? 0 : 1;
    }
    void merge(const Acceptance& other) {
        persons += other.persons;
        attempts += other.attempts;
        implausible += other.implausible;
    }
    /// Accepted draws among all draws: an unbiased estimate would need the number of attempts fixed, this one is consistent.
    /// NaN when nothing was drawn, as for persons from a file.
    [[nodiscard]] double share() const {
        if (attempts == 0) return std::numeric_limits<double>::quiet_NaN();
        return static_cast<double>(persons - implausible) / static_cast<double>(attempts);
    }
};

}  // namespace kohort::cohort
