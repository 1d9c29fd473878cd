#include "table_values.hpp"
#include "uncertainty/cell_moments.hpp"
#include "uncertainty/exceedance.hpp"
#include "uncertainty/log_histogram.hpp"
#include "uncertainty/unit_points.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace kohort::uncertainty {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> lognormal_values(int n) {
    std::vector<double> values;
    for (int twin = 0; twin < n; ++twin) values.push_back(6 * std::exp(0.4 * normal(random_key(1), {.twin = twin})));
    return values;
}

TEST(CellMoments, agree_with_long_double) {
    const std::vector<double> values = lognormal_values(5000);
    CellMoments moments({ValueGrid({0, 60})});
    moments.add(0, values);
    const auto n = static_cast<long double>(values.size());
    long double mean = 0;
    for (const double value : values) mean += value / n;
    long double m2 = 0;
    long double m3 = 0;
    long double m4 = 0;
    for (const double value : values) {
        const long double from_mean = value - mean;
        m2 += from_mean * from_mean / n;
        m3 += from_mean * from_mean * from_mean / n;
        m4 += from_mean * from_mean * from_mean * from_mean / n;
    }
    const MomentSummary summary = moments.summary(0);
    // each value is rounded to a grid of 6e-8, 3e-8 of the standard deviation; errors of 5,000 values average
    EXPECT_EQ(summary.count, 5000);
    EXPECT_NEAR(summary.mean, static_cast<double>(mean), 6e-9);
    EXPECT_NEAR(summary.variance, static_cast<double>(m2 * n / (n - 1)), 3e-8);
    EXPECT_NEAR(summary.skewness, static_cast<double>(m3 / (m2 * std::sqrt(m2))), 3e-8);
    EXPECT_NEAR(summary.excess_kurtosis, static_cast<double>(m4 / (m2 * m2) - 3), 3e-7);
    EXPECT_NEAR(summary.minimum, *std::min_element(values.begin(), values.end()), 6e-8);
    EXPECT_NEAR(summary.maximum, *std::max_element(values.begin(), values.end()), 6e-8);
}

TEST(CellMoments, of_two_values_are_exact) {
    CellMoments moments({ValueGrid({-4, 4}), ValueGrid({0, 8})});  // grids that hold these values exactly
    add_table(moments, std::vector{-1.0, 7.0, 3.0, nan, -1.0, 9.0, -1.0, nan}, 2);
    const MomentSummary first = moments.summary(0);  // -1, 3, -1, -1: mean 0, deviations -1, 3, -1, -1
    EXPECT_EQ(first.mean, 0.0);
    EXPECT_EQ(first.variance, 4.0);
    EXPECT_DOUBLE_EQ(first.skewness, 6 / (3 * std::sqrt(3.0)));
    EXPECT_DOUBLE_EQ(first.excess_kurtosis, 21.0 / 9 - 3);
    EXPECT_EQ(first.minimum, -1.0);
    EXPECT_EQ(first.maximum, 3.0);
    const MomentSummary second = moments.summary(1);
    EXPECT_EQ(second.count, 1);
    EXPECT_EQ(second.missing, 2);
    EXPECT_EQ(second.out_of_range, 1);
    EXPECT_EQ(second.mean, 7.0);
    EXPECT_TRUE(std::isnan(second.variance));
    EXPECT_TRUE(std::isnan(second.skewness));
}

TEST(CellMoments, have_no_values_without_values) {
    const CellMoments moments({ValueGrid({0, 1})});
    EXPECT_EQ(moments.summary(0).count, 0);
    EXPECT_TRUE(std::isnan(moments.summary(0).mean));
    EXPECT_TRUE(std::isnan(moments.summary(0).maximum));
}

TEST(CellStatistics, have_the_same_bits_in_any_order_and_split) {
    std::vector<double> values = lognormal_values(1000);
    values[17] = nan;
    const std::vector<ValueGrid> grids(4, ValueGrid({0, 60}));
    const LogHistogram::Options bins{.cells = 4, .least = 0.1, .most = 60};
    CellMoments whole(grids);
    LogHistogram histogram(bins);
    Exceedance exceedance(4, {7.0, 10.0});
    add_table(whole, values, 4);
    add_table(histogram, values, 4);
    add_table(exceedance, values, 4);

    CellMoments left(grids);
    CellMoments right(grids);
    LogHistogram left_histogram(bins);
    LogHistogram right_histogram(bins);
    Exceedance left_exceedance(4, {7.0, 10.0});
    Exceedance right_exceedance(4, {7.0, 10.0});
    for (std::size_t run = 250; run-- > 0;) {
        const std::span<const double> of_run(values.data() + 4 * run, 4);
        add_table(run % 3 == 0 ? left : right, of_run, 4);
        add_table(run % 3 == 0 ? left_histogram : right_histogram, of_run, 4);
        add_table(run % 3 == 0 ? left_exceedance : right_exceedance, of_run, 4);
    }
    left.merge(right);
    left_histogram.merge(right_histogram);
    left_exceedance.merge(right_exceedance);
    for (int cell = 0; cell < 4; ++cell) {  // sums are equal, their limbs need not be
        const MomentSummary split = left.summary(cell);
        const MomentSummary once = whole.summary(cell);
        EXPECT_EQ(split.mean, once.mean);
        EXPECT_EQ(split.variance, once.variance);
        EXPECT_EQ(split.skewness, once.skewness);
        EXPECT_EQ(split.excess_kurtosis, once.excess_kurtosis);
    }
    EXPECT_TRUE(std::ranges::equal(left.extremes(), whole.extremes()));
    EXPECT_TRUE(std::ranges::equal(left_histogram.integers(), histogram.integers()));
    EXPECT_TRUE(std::ranges::equal(left_exceedance.integers(), exceedance.integers()));
    EXPECT_EQ(whole.summary(1).missing, 1);
    EXPECT_EQ(histogram.count(1), 249);
}

TEST(LogHistogram, finds_quantiles_within_its_relative_error) {
    std::vector<double> values = lognormal_values(4001);
    LogHistogram histogram({.cells = 1, .least = 0.1, .most = 60, .relative_error = 0.005});
    histogram.add(0, values);
    std::sort(values.begin(), values.end());
    for (const double p : {0.0, 0.025, 0.25, 0.5, 0.75, 0.975, 1.0}) {
        const double exact = values[static_cast<std::size_t>(p * 4000)];
        EXPECT_NEAR(histogram.quantile(0, p), exact, 0.005 * exact * (1 + 1e-12)) << p;
    }
}

TEST(LogHistogram, puts_every_value_into_the_bin_of_its_logarithm) {
    for (const double error : {0.3, 0.01, 0.0007}) {
        const double least = 0.013;
        const double most = 170;
        for (double value = least; value < most; value *= 1 + 0.37 * error) {
            LogHistogram histogram({.cells = 1, .least = least, .most = most, .relative_error = error});
            histogram.add(0, std::vector{value});
            const double growth = std::log1p(error);
            const double bin = std::log(value / least) / growth;
            const double found = std::log(histogram.quantile(0, 0) / least) / growth;  // the bin's middle
            EXPECT_NEAR(found, bin, 0.5 + 1e-6) << value;
            if (error < 0.001) value *= 1.01;
        }
    }
}

TEST(LogHistogram, says_what_it_cannot_tell) {
    LogHistogram histogram({.cells = 1, .least = 1, .most = 100});
    EXPECT_TRUE(std::isnan(histogram.quantile(0, 0.5)));
    histogram.add(0, std::vector{-1.0, 0.5, 100.0, 101.0, nan});
    EXPECT_EQ(histogram.count(0), 4);
    EXPECT_EQ(histogram.below_least(0), 1);
    EXPECT_EQ(histogram.above_most(0), 1);
    EXPECT_EQ(histogram.quantile(0, 0), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(histogram.quantile(0, 0.4), 0.0);
    EXPECT_NEAR(histogram.quantile(0, 0.7), 100, 0.5);
    EXPECT_EQ(histogram.quantile(0, 1), std::numeric_limits<double>::infinity());
}

TEST(Exceedance, counts_values_above_thresholds) {
    Exceedance exceedance(2, {1.0, 2.0});
    add_table(exceedance, std::vector{1.0, 5.0, 1.5, nan, 2.5, 2.0, 0.0, nan}, 2);
    EXPECT_EQ(exceedance.above(0, 0), 2);  // 1 is not above 1
    EXPECT_EQ(exceedance.above(0, 1), 1);
    EXPECT_EQ(exceedance.probability(0, 0), 0.5);
    EXPECT_EQ(exceedance.count(1), 2);
    EXPECT_EQ(exceedance.probability(1, 1), 0.5);
    EXPECT_TRUE(std::isnan(Exceedance(1, {0.0}).probability(0, 0)));
}

TEST(Exceedance, finds_a_rare_event_of_known_probability) {
    // resistance minus load, N(4, 1) - N(2, 1) < 0: 0.0786496035251
    const UnitPoints points({.dimensions = 2, .seed = 2});
    Exceedance exceedance(1, {0.0});
    for (std::int64_t sample = 0; sample < 1 << 14; ++sample) {
        const double load = 2 + normal_quantile(points.at(0, sample, 0));
        const double resistance = 4 + normal_quantile(points.at(0, sample, 1));
        exceedance.add(0, std::vector{load - resistance});
    }
    // one standard error of as many random points; a net does better
    EXPECT_NEAR(exceedance.probability(0, 0), 0.0786496035251, 2.1e-3);
}

}  // namespace
}  // namespace kohort::uncertainty
