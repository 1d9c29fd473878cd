// Morris screening: trajectories that change one group of inputs at a time, and what the steps did.
//
// Morris 1991, doi:10.1080/00401706.1991.10484804; mu* and groups: Campolongo, Cariboni, Saltelli 2007,
// doi:10.1016/j.envsoft.2006.10.004.
#pragma once

#include "base/random.hpp"

#include <cstdint>
#include <vector>

namespace kohort::uncertainty {

/// On a grid of `levels` values of each input, evenly from 0 to 1, with steps of levels / (2 (levels - 1)): each value is then
/// equally likely (Morris 1991). Every trajectory is made from its number alone.
class MorrisDesign {
public:
    struct Options {
        std::vector<int> group_of;  // (inputs): 0, 1, ..., groups - 1
        int levels = 4;             // even
        std::uint64_t seed = 0;
    };
    explicit MorrisDesign(Options options);

    [[nodiscard]] int inputs() const { return static_cast<int>(options_.group_of.size()); }
    [[nodiscard]] int groups() const { return groups_; }
    [[nodiscard]] int group_of(int input) const { return options_.group_of[static_cast<std::size_t>(input)]; }
    /// Points of a trajectory: groups + 1.
    [[nodiscard]] int points() const { return groups_ + 1; }
    /// Of each input of a group, in the unit cube.
    [[nodiscard]] double step() const { return options_.levels / (2.0 * (options_.levels - 1)); }

    /// Which group changes between the points `place` and `place` + 1 of a trajectory.
    [[nodiscard]] int changed_group(std::int64_t trajectory, int place) const;
    /// In [0, 1], ends included: a distribution without bounds needs the grid drawn in by its user.
    [[nodiscard]] double at(std::int64_t trajectory, int point, int input) const;
    /// +1 or -1: which way the input goes in its step. Groups have no common way, so they have mu* and no mu.
    [[nodiscard]] int direction(std::int64_t trajectory, int input) const;

private:
    [[nodiscard]] std::int64_t place_of(std::int64_t trajectory, int group) const;

    Options options_;
    int groups_;
    RandomKey key_;
};

}  // namespace kohort::uncertainty
