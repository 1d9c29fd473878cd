#include "uncertainty/pick_freeze_sums.hpp"

#include "pick_freeze_run.hpp"
#include "uncertainty/permutation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::uncertainty {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class NineteenCells : public testing::TestWithParam<bool> {
protected:
    static std::vector<KnownFunction> functions() {
        std::vector<KnownFunction> all;
        for (int cell = 0; cell < 19; ++cell) {
            KnownFunction function{known_ishigami()};
            function.low = -30;
            function.high = 40;
            function.value = [cell](const Point& u) { return ishigami(u, 0.01 * cell); };
            all.push_back(std::move(function));
        }
        return all;
    }
    const PickFreeze design{{.group_of = {0, 1, 2}, .samples = 48, .replicates = 2, .second_order = GetParam(), .seed = 12}};
};

TEST_P(NineteenCells, have_the_same_sums_in_any_order_and_split) {
    const PickFreezeSums whole = run_all(design, functions());
    PickFreezeSums left = empty_sums(design, functions());
    PickFreezeSums right = empty_sums(design, functions());
    for (int at = 0; at < 96; ++at) {  // one sample at a time, shuffled, over two ranks
        const auto base = static_cast<int>(permuted(at, 96, 77));
        add_samples(at % 3 == 0 ? left : right, base % 2, run_sample(design, functions(), base % 2, base / 2));
    }
    left.merge(right);
    for (int cell = 0; cell < 19; ++cell) {
        EXPECT_TRUE(left.cell(cell) == whole.cell(cell));
        EXPECT_TRUE(left.jackknifed(cell) == whole.jackknifed(cell));
    }
}

TEST_P(NineteenCells, are_summed_as_by_long_division) {
    const PickFreezeSums sums = run_all(design, functions());
    const int rows = design.rows_of_sample();
    for (const int cell : {0, 15, 16, 18}) {
        CellSums expected;
        std::vector<CellSums::Frozen> frozen(3);
        for (int base = 0; base < 96; ++base) {
            const auto values = run_sample(design, functions(), base % 2, base / 2);
            std::vector<Int128> steps;
            for (int row = 0; row < rows; ++row) {
                steps.push_back(sums.grid(cell).steps(values[static_cast<std::size_t>(row * 19 + cell)]));
            }
            expected.ab += steps[0] * steps[1] * (GetParam() ? 2 : 1);
            for (std::size_t group = 0; group < 3; ++group) {
                frozen[group].bc += steps[1] * steps[2 + group];
                frozen[group].ac += steps[0] * steps[2 + group];
                if (!GetParam()) continue;
                frozen[group].bc += steps[0] * steps[5 + group];
                frozen[group].ac += steps[1] * steps[5 + group];
            }
        }
        const CellSums found = sums.cell(cell);
        EXPECT_EQ(found.terms, GetParam() ? 192 : 96);
        EXPECT_TRUE(found.ab == expected.ab);
        for (std::size_t group = 0; group < 3; ++group) {
            EXPECT_TRUE(found.frozen[group].bc == frozen[group].bc);
            EXPECT_TRUE(found.frozen[group].ac == frozen[group].ac);
        }
    }
}

TEST_P(NineteenCells, lose_one_sample_of_one_cell_by_one_nan) {
    const auto all = functions();
    PickFreezeSums with = empty_sums(design, all);
    PickFreezeSums without = empty_sums(design, all);
    for (int base = 0; base < 96; ++base) {
        auto values = run_sample(design, all, base % 2, base / 2);
        if (base != 7) add_samples(without, base % 2, values);
        if (base == 7) values[4 * 19 + 16] = nan;  // a frozen row, cell 16
        add_samples(with, base % 2, values);
    }
    for (int cell = 0; cell < 19; ++cell) {
        const CellSums sums = with.cell(cell);
        EXPECT_EQ(sums.missing, cell == 16 ? 1 : 0);
        EXPECT_EQ(sums.samples, cell == 16 ? 95 : 96);
        EXPECT_EQ(sums.out_of_range, 0);
    }
    // what is left is as if that sample had never been
    EXPECT_TRUE(with.cell(16).frozen[0].cc == without.cell(16).frozen[0].cc);
    EXPECT_TRUE(with.cell(16).frozen[2].bc == without.cell(16).frozen[2].bc);
    EXPECT_TRUE(with.cell(16).a == without.cell(16).a);
}

TEST_P(NineteenCells, lose_one_sample_of_every_cell_by_one_failed_run) {
    PickFreezeSums sums = empty_sums(design, functions());
    auto values = run_sample(design, functions(), 0, 0);
    std::fill_n(values.begin() + 19, 19, nan);  // row b
    add_samples(sums, 0, values);
    add_samples(sums, 0, run_sample(design, functions(), 0, 1));
    for (int cell = 0; cell < 19; ++cell) {
        EXPECT_EQ(sums.cell(cell).samples, 1);
        EXPECT_EQ(sums.cell(cell).missing, 1);
    }
}

INSTANTIATE_TEST_SUITE_P(FirstAndSecondOrder, NineteenCells, testing::Bool());

TEST(PickFreezeSums, flag_values_outside_the_declared_range) {
    PickFreezeSums sums({.cells = 3, .groups = 1}, std::vector(3, ValueGrid({0, 10})));
    const double infinite = std::numeric_limits<double>::infinity();
    const std::vector values{0.0, 1.0, 2.0, 10.0, 10.001, infinite, 5.0, nan, 5.0};  // (rows, cells)
    add_samples(sums, 0, values);
    EXPECT_EQ(sums.cell(0).samples, 1);  // the ends belong to the range
    EXPECT_EQ(sums.cell(1).out_of_range, 1);
    EXPECT_EQ(sums.cell(1).missing, 0);
    EXPECT_EQ(sums.cell(2).out_of_range, 1);
    EXPECT_EQ(sums.cell(2).samples, 0);
}

TEST(PickFreezeSums, leave_out_one_replicate) {
    const PickFreeze design({.group_of = {0, 1, 2}, .samples = 32, .replicates = 3});
    const PickFreezeSums sums = run_all(design, {known_ishigami()});
    const Int128 all = sums.cell(0).ab;
    Int128 left = 0;
    const std::vector<CellSums> jackknifed = sums.jackknifed(0);
    ASSERT_EQ(jackknifed.size(), 4U);
    EXPECT_TRUE(jackknifed[0] == sums.cell(0));
    for (std::size_t without = 1; without < 4; ++without) left += jackknifed[without].ab;
    EXPECT_TRUE(left == 2 * all);
    EXPECT_EQ(jackknifed[2].samples, 64);
}

TEST(PickFreezeSums, of_the_whole_meal_study_fit_in_24_megabytes) {
    // 289 times of 8 variables, 20 inputs, 8 replicates for intervals
    const PickFreezeSums sums({.cells = 289 * 8, .groups = 20, .replicates = 8}, std::vector(289 * 8, ValueGrid({0, 60})));
    EXPECT_LT(sums.integers().size_bytes(), 24'000'000U);
}

TEST(ValueGrid, rounds_to_the_nearest_step) {
    const ValueGrid glucose({0, 60});  // [mmol/L]
    EXPECT_LT(glucose.step(), 6e-8);
    for (const double value : {0.0, 1e-9, 5.4321, 30.0, 59.99, 60.0}) {
        ASSERT_TRUE(glucose.contains(value));
        EXPECT_LE(std::abs(glucose.value(glucose.steps(value)) - value), glucose.step() / 2);
        EXPECT_LE(std::abs(glucose.steps(value)), ValueGrid::max_steps);
    }
    EXPECT_FALSE(glucose.contains(-1e-300));
    EXPECT_FALSE(glucose.contains(nan));
    // a width of exactly a power of two uses the whole of the steps
    const ValueGrid unit({-1, 1});
    EXPECT_EQ(unit.steps(-1), -ValueGrid::max_steps);
    EXPECT_EQ(unit.steps(1), ValueGrid::max_steps);
}

}  // namespace
}  // namespace kohort::uncertainty
