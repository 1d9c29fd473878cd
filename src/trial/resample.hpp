// Which members of the bank take part in one of many repeated trials.
#pragma once

#include "base/random.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::trial {

/// Draws n of n_members: without replacement where they suffice, and with replacement where they do not.
///
/// Without replacement, a trial from a bank of people drawn alike is a trial of n people drawn alike: averaged over banks,
/// power is that of fresh people. With replacement it would not be, because people would meet themselves.
/// One object serves one thread; what it draws depends on key and trial only.
class Resampler {
public:
    explicit Resampler(std::int64_t n_members);

    /// Writes the members of this trial, 0 ... n_members - 1, in the order of enrolment.
    void draw(RandomKey key, std::int64_t trial, std::span<std::int64_t> members);

private:
    std::vector<std::int64_t> order_;  // (n_members) 0, 1, 2, ... between draws
};

}  // namespace kohort::trial
