#include "trial/resample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace kohort::trial {
namespace {

const RandomKey key = random_key(5);

std::vector<std::int64_t> draw(Resampler& from, std::int64_t trial, std::size_t n) {
    std::vector<std::int64_t> members(n, -1);
    from.draw(key, trial, members);
    return members;
}

TEST(Resampler, every_choice_is_equally_likely_and_nobody_meets_himself) {
    Resampler four(4);
    std::map<std::vector<std::int64_t>, int> count;
    constexpr int trials = 60000;
    for (int trial = 0; trial < trials; ++trial) ++count[draw(four, trial, 2)];
    ASSERT_EQ(count.size(), 12U);  // ordered pairs without repeats
    double chi_square = 0;
    for (const auto& [pair, seen] : count) {
        EXPECT_NE(pair[0], pair[1]);
        chi_square += std::pow(seen - trials / 12.0, 2) / (trials / 12.0);
    }
    EXPECT_LT(chi_square, 37.4);  // P = 1e-4 with 11 degrees of freedom
}

TEST(Resampler, a_trial_does_not_depend_on_the_trials_before_it) {
    Resampler used(1000);
    for (std::int64_t trial = 0; trial < 50; ++trial) (void)draw(used, trial, 200);
    Resampler fresh(1000);
    EXPECT_EQ(draw(used, 77, 200), draw(fresh, 77, 200));
}

TEST(Resampler, takes_everybody_once_when_all_are_needed) {
    Resampler ten(10);
    std::vector<std::int64_t> members = draw(ten, 0, 10);
    std::sort(members.begin(), members.end());
    for (std::int64_t member = 0; member < 10; ++member) EXPECT_EQ(members[static_cast<std::size_t>(member)], member);
}

TEST(Resampler, repeats_members_only_where_there_are_too_few) {
    Resampler three(3);
    std::vector<std::int64_t> count(3);
    for (const std::int64_t member : draw(three, 1, 30000)) ++count.at(static_cast<std::size_t>(member));
    for (const std::int64_t seen : count) EXPECT_NEAR(static_cast<double>(seen), 10000, 4 * std::sqrt(30000 * 2 / 9.0));
}

}  // namespace
}  // namespace kohort::trial
