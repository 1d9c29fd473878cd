#include "trial/randomise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace kohort::trial {
namespace {

RandomisationPlan plan(std::vector<int> ratio, std::vector<int> blocks) {
    return {.n = 0, .ratio = std::move(ratio), .blocks = std::move(blocks), .stratifiers = {}, .key = random_key(20261122)};
}

std::vector<int> assign(const RandomisationPlan& with, std::int64_t trial, std::size_t n) {
    std::vector<int> arm(n, -1);
    assign_arms(with, trial, std::vector<int>(n, 0), arm);
    return arm;
}

TEST(Randomise, every_complete_block_holds_the_ratio_exactly) {
    const RandomisationPlan with = plan({2, 1, 1}, {8});
    for (std::int64_t trial = 0; trial < 200; ++trial) {
        const std::vector<int> arm = assign(with, trial, 40);
        for (std::size_t block = 0; block < 5; ++block) {
            std::array<int, 3> count{};
            for (std::size_t at = 0; at < 8; ++at) ++count[static_cast<std::size_t>(arm[8 * block + at])];
            EXPECT_EQ(count, (std::array{4, 2, 2}));
        }
    }
}

TEST(Randomise, block_sizes_are_drawn_with_equal_chance) {
    const RandomisationPlan with = plan({1, 1, 1}, {3, 6});
    int first_is_three = 0;
    constexpr int trials = 20000;
    for (int trial = 0; trial < trials; ++trial) {
        const std::vector<int> arm = assign(with, trial, 9);
        const auto balanced = [&](std::size_t n) {
            std::array<std::size_t, 3> count{};
            for (std::size_t at = 0; at < n; ++at) ++count[static_cast<std::size_t>(arm[at])];
            return count[0] == n / 3 && count[1] == n / 3 && count[2] == n / 3;
        };
        ASSERT_TRUE(balanced(3) || balanced(6));
        first_is_three += balanced(3) ? 1 : 0;
    }
    // A first block of 6 is balanced after 3 with probability 3! 2^3 / (6 5 4) = .4: 1/2 + 1/2 * .4 = .7
    EXPECT_NEAR(first_is_three / double{trials}, .7, 4 * std::sqrt(.7 * .3 / trials));
}

TEST(Randomise, every_order_of_a_block_is_equally_likely) {
    const RandomisationPlan with = plan({1, 1}, {4});
    std::map<std::vector<int>, int> count;
    constexpr int trials = 60000;
    for (int trial = 0; trial < trials; ++trial) ++count[assign(with, trial, 4)];
    ASSERT_EQ(count.size(), 6U);
    double chi_square = 0;
    for (const auto& [order, seen] : count) chi_square += std::pow(seen - trials / 6.0, 2) / (trials / 6.0);
    EXPECT_LT(chi_square, 25.7);  // P = 1e-4 with 5 degrees of freedom
}

TEST(Randomise, simple_randomisation_gives_each_arm_its_share) {
    const RandomisationPlan with = plan({3, 0, 1}, {});
    const std::vector<int> arm = assign(with, 3, 100000);
    const auto count = [&](int which) { return static_cast<double>(std::count(arm.begin(), arm.end(), which)); };
    EXPECT_EQ(count(1), 0);
    EXPECT_NEAR(count(0) / 100000, .75, 4 * std::sqrt(.75 * .25 / 100000));
    EXPECT_NE(arm, assign(with, 4, 100000));
}

TEST(Randomise, strata_are_balanced_each_for_itself) {
    const RandomisationPlan with{.n = 0,
                                 .ratio = {1, 1},
                                 .blocks = {2},
                                 .stratifiers = {{.attribute = 0, .n_levels = 2}, {.attribute = 2, .n_levels = 3}},
                                 .key = random_key(1)};
    EXPECT_EQ(with.n_strata(), 12);  // a missing level is one more
    const double missing = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(stratum_of(with, std::vector{1.0, 99.0, 2.0}), 6);
    EXPECT_EQ(stratum_of(with, std::vector{missing, 99.0, missing}), 11);

    std::vector<int> stratum(1200);
    for (std::size_t at = 0; at < stratum.size(); ++at) stratum[at] = static_cast<int>(at * at % 12);
    std::vector<int> arm(stratum.size(), -1);
    assign_arms(with, 8, stratum, arm);
    std::array<std::array<int, 2>, 12> count{};
    for (std::size_t at = 0; at < arm.size(); ++at) {
        auto& here = count[static_cast<std::size_t>(stratum[at])];
        ++here[static_cast<std::size_t>(arm[at])];
        EXPECT_LE(std::abs(here[0] - here[1]), 1) << at;  // blocks of 2
    }
}

TEST(Randomise, nobodys_arm_depends_on_who_comes_later) {
    const RandomisationPlan with = plan({1, 1}, {4, 6});
    const std::vector<int> all = assign(with, 17, 100);
    for (const std::size_t n : {1U, 5U, 99U}) {
        EXPECT_EQ(assign(with, 17, n), std::vector<int>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n)));
    }
}

TrialStudy two_arm_study() {
    TrialStudy study;
    study.arms.resize(2);
    study.arms[0].id = "placebo";
    study.arms[1].id = "drug";
    study.randomisation = Randomisation{};
    study.randomisation->n = 60;
    study.randomisation->ratio = {{"drug", 2}, {"placebo", 1}};
    return study;
}

std::vector<cohort::Attribute> people() {
    std::vector<cohort::Attribute> attributes(2);
    attributes[0].name = "age";
    attributes[1].name = "sex";
    attributes[1].levels = {"woman", "man"};
    return attributes;
}

TEST(Randomise, a_plan_keeps_the_order_of_the_arms) {
    TrialStudy study = two_arm_study();
    study.randomisation->blocks = {3, 6};
    study.randomisation->strata = {"sex"};
    const RandomisationPlan made = plan_randomisation(study, people());
    EXPECT_EQ(made.ratio, (std::vector{1, 2}));
    EXPECT_EQ(made.n_strata(), 3);
}

TEST(Randomise, refuses_what_cannot_be_done) {
    const auto problem = [](const TrialStudy& study) -> std::string {
        try {
            (void)plan_randomisation(study, people());
        } catch (const InputError& error) {
            return error.problem();
        }
        return "";
    };
    TrialStudy study = two_arm_study();
    study.randomisation->blocks = {4};
    EXPECT_EQ(problem(study), "a block of 4 cannot hold the ratio");
    study.randomisation->blocks = {6};
    study.randomisation->strata = {"age"};
    EXPECT_EQ(problem(study), "strata: \"age\" has no levels");
    study.randomisation->strata = {"sexx"};
    EXPECT_EQ(problem(study), "strata: the cohort has no attribute \"sexx\"");
    study.randomisation->strata = {"sex"};
    study.randomisation->method = "simple";
    EXPECT_EQ(problem(study), "simple randomisation does not look at strata");
}

}  // namespace
}  // namespace kohort::trial
