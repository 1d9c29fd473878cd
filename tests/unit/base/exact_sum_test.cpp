#include "base/exact_sum.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace kohort {
namespace {

std::vector<double> draws(int n, double mean, double sd) {
    std::vector<double> values;
    for (int twin = 0; twin < n; ++twin) values.push_back(mean + sd * normal(random_key(1), {.twin = twin}));
    return values;
}

ExactMoments moments_of(const std::vector<double>& values, const FixedPointGrid& grid) {
    ExactMoments moments;
    for (const double value : values) moments.add(grid, value);
    return moments;
}

const FixedPointGrid glucose({.centre = 6.0, .half_width = 54.0});

TEST(ExactSum, any_order_gives_the_same_bits) {
    std::vector<double> values = draws(1000, 7.0, 2.0);
    const ExactMoments forward = moments_of(values, glucose);
    std::reverse(values.begin(), values.end());
    EXPECT_EQ(moments_of(values, glucose), forward);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(moments_of(values, glucose), forward);
}

TEST(ExactSum, any_split_gives_the_same_bits) {
    const std::vector<double> values = draws(1000, 7.0, 2.0);
    const ExactMoments whole = moments_of(values, glucose);
    for (const std::ptrdiff_t cut : {0, 1, 333, 999, 1000}) {
        ExactMoments left = moments_of({values.begin(), values.begin() + cut}, glucose);
        left.merge(moments_of({values.begin() + cut, values.end()}, glucose));
        EXPECT_EQ(left, whole);
        EXPECT_EQ(left.variance(glucose), whole.variance(glucose));
    }
}

TEST(ExactSum, agrees_with_long_double) {
    const std::vector<double> values = draws(10'000, 7.0, 2.0);
    const ExactMoments moments = moments_of(values, glucose);
    long double mean = 0;
    for (const double value : values) mean += value;
    mean /= static_cast<long double>(values.size());
    long double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const long double variance = squares / static_cast<long double>(values.size() - 1);
    // long double itself errs by about n * 2^-64 here, 5e-16
    EXPECT_NEAR(moments.mean(glucose), static_cast<double>(mean), 2e-15 * 7);
    EXPECT_NEAR(moments.variance(glucose), static_cast<double>(variance), 5e-15 * 4);
    EXPECT_DOUBLE_EQ(moments.standard_deviation(glucose), std::sqrt(moments.variance(glucose)));
    EXPECT_DOUBLE_EQ(moments.standard_error(glucose), moments.standard_deviation(glucose) / 100.0);
}

TEST(ExactSum, dyadic_values_give_rational_results_exactly) {
    // 0.5, 1.5, -2.25, 4: mean 15/16, variance (sum of squares 23.5625 - 4 * (15/16)^2) / 3
    const ExactMoments moments = moments_of({0.5, 1.5, -2.25, 4.0}, FixedPointGrid({.centre = 1.0, .half_width = 5.0}));
    const FixedPointGrid grid({.centre = 1.0, .half_width = 5.0});
    EXPECT_EQ(moments.mean(grid), 0.9375);
    EXPECT_DOUBLE_EQ(moments.variance(grid), (23.5625 - 4 * 0.9375 * 0.9375) / 3.0);
    EXPECT_EQ(moments.first.sum(grid), 3.75);
}

TEST(ExactSum, terms_that_cancel_leave_nothing) {
    ExactSum sum;
    const FixedPointGrid grid({.centre = 0.0, .half_width = 1e6});
    for (const double value : {1e6, 1e-5, -1e6, -1e-5}) sum.add(grid, value);
    EXPECT_EQ(sum.sum(grid), 0.0);
    EXPECT_EQ(sum.count, 4);
}

TEST(ExactSum, the_variance_survives_a_mean_far_from_the_centre) {
    // values 1e8 and 1e8 + 1, half each: variance n/4 / (n - 1); squares in doubles would lose it
    const FixedPointGrid grid({.centre = 0.0, .half_width = 2e8});
    ExactMoments moments;
    for (int term = 0; term < 1000; ++term) moments.add(grid, 1e8 + term % 2);
    EXPECT_DOUBLE_EQ(moments.mean(grid), 1e8 + 0.5);
    EXPECT_DOUBLE_EQ(moments.variance(grid), 250.0 / 999.0);
}

TEST(ExactSum, equal_values_have_no_variance) {
    ExactMoments moments;
    for (int term = 0; term < 7; ++term) moments.add(glucose, 5.3);
    EXPECT_EQ(moments.variance(glucose), 0.0);
    EXPECT_DOUBLE_EQ(moments.mean(glucose), 5.3);
}

TEST(ExactSum, values_outside_are_counted_not_added) {
    ExactMoments moments;
    moments.add(glucose, 60.0);
    moments.add(glucose, -48.0);
    for (const double outside : {60.0001, -48.0001, std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
        moments.add(glucose, outside);
    }
    EXPECT_EQ(moments.count(), 2);
    EXPECT_EQ(moments.out_of_range(), 5);
    EXPECT_EQ(moments.mean(glucose), 6.0);
    EXPECT_DOUBLE_EQ(moments.variance(glucose), 2 * 54.0 * 54.0);
}

TEST(ExactSum, too_few_terms_have_no_mean_or_variance) {
    ExactMoments moments;
    EXPECT_TRUE(std::isnan(moments.mean(glucose)));
    moments.add(glucose, 6.5);
    EXPECT_EQ(moments.mean(glucose), 6.5);
    EXPECT_TRUE(std::isnan(moments.variance(glucose)));
}

// 2^30 doublings by merging: a billion terms at both edges, without overflow
TEST(ExactSum, two_to_the_31_extreme_terms_do_not_overflow) {
    const FixedPointGrid grid({.centre = 0.0, .half_width = 1.0});
    ExactMoments moments;
    moments.add(grid, 1.0);
    moments.add(grid, -1.0);
    for (int doubling = 0; doubling < 30; ++doubling) {
        const ExactMoments copy = moments;
        moments.merge(copy);
    }
    EXPECT_EQ(moments.count(), max_terms);
    EXPECT_EQ(moments.mean(grid), 0.0);
    const auto n = static_cast<double>(max_terms);
    EXPECT_DOUBLE_EQ(moments.variance(grid), n / (n - 1));
}

TEST(ExactSum, the_grid_is_finer_than_a_double_at_the_edge) {
    EXPECT_EQ(glucose.resolution(), 0x1p-53);  // 54 <= 2^6, 2^6 * 2^-59
    ExactSum sum;
    sum.add(glucose, 59.3);
    EXPECT_EQ(sum.sum(glucose), 59.3);
}

}  // namespace
}  // namespace kohort
