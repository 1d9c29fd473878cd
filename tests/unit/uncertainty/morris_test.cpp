#include "uncertainty/morris.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace kohort::uncertainty {
namespace {

TEST(MorrisDesign, changes_one_group_at_a_time_by_one_step) {
    const MorrisDesign design({.group_of = {0, 1, 2, 1}, .levels = 6, .seed = 3});
    for (std::int64_t trajectory = 0; trajectory < 50; ++trajectory) {
        std::array<int, 3> changes{};
        for (int place = 0; place + 1 < design.points(); ++place) {
            const int group = design.changed_group(trajectory, place);
            ++changes[static_cast<std::size_t>(group)];
            for (int input = 0; input < 4; ++input) {
                const double before = design.at(trajectory, place, input);
                const double change = design.at(trajectory, place + 1, input) - before;
                const bool in_group = group == std::array{0, 1, 2, 1}[static_cast<std::size_t>(input)];
                const double expected = in_group ? design.direction(trajectory, input) * design.step() : 0.0;
                EXPECT_NEAR(change, expected, 1e-15);
                EXPECT_TRUE(before >= 0 && before <= 1);
            }
        }
        EXPECT_EQ(changes, (std::array{1, 1, 1}));
    }
}

TEST(MorrisDesign, visits_every_level_equally_often) {
    constexpr int trajectories = 4000;
    const MorrisDesign design({.group_of = {0, 1}, .levels = 4, .seed = 5});
    std::array<int, 4> count{};
    for (std::int64_t trajectory = 0; trajectory < trajectories; ++trajectory) {
        ++count[static_cast<std::size_t>(std::lround(3 * design.at(trajectory, 0, 1)))];
    }
    for (const int visits : count) EXPECT_NEAR(visits, trajectories / 4, 6 * std::sqrt(trajectories * 3.0 / 16));
}

TEST(MorrisDesign, finds_the_slopes_of_a_linear_function_exactly) {
    const std::array slope{3.0, -2.0, 0.0, 0.5};
    const MorrisDesign design({.group_of = {0, 1, 2, 3}, .seed = 1});
    const auto value = [&](std::int64_t trajectory, int point) {
        double sum = 1;
        for (int input = 0; input < 4; ++input) {
            sum += slope[static_cast<std::size_t>(input)] * design.at(trajectory, point, input);
        }
        return sum;
    };
    for (std::int64_t trajectory = 0; trajectory < 20; ++trajectory) {
        for (int place = 0; place < 4; ++place) {
            const int input = design.changed_group(trajectory, place);
            const double change = value(trajectory, place + 1) - value(trajectory, place);
            EXPECT_NEAR(change / (design.direction(trajectory, input) * design.step()),
                        slope[static_cast<std::size_t>(input)], 1e-14);
        }
    }
}

}  // namespace
}  // namespace kohort::uncertainty
