#include "uncertainty/permutation.hpp"
#include "uncertainty/pick_freeze.hpp"
#include "uncertainty/scramble.hpp"
#include "uncertainty/sobol_sequence.hpp"
#include "uncertainty/unit_points.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

namespace kohort::uncertainty {
namespace {

TEST(SobolSequence, begins_with_the_points_of_joe_and_kuo) {
    const SobolSequence net(7);
    const std::array<std::array<double, 7>, 8> published{{{0, 0, 0, 0, 0, 0, 0},
                                                          {.5, .5, .5, .5, .5, .5, .5},
                                                          {.75, .25, .25, .25, .75, .75, .25},
                                                          {.25, .75, .75, .75, .25, .25, .75},
                                                          {.375, .375, .625, .875, .375, .125, .375},
                                                          {.875, .875, .125, .375, .875, .625, .875},
                                                          {.625, .125, .875, .625, .625, .875, .125},
                                                          {.125, .625, .375, .125, .125, .375, .625}}};
    for (int point = 0; point < 8; ++point) {
        for (int dimension = 0; dimension < 7; ++dimension) {
            EXPECT_EQ(net.at(point, dimension),
                      published[static_cast<std::size_t>(point)][static_cast<std::size_t>(dimension)]);
        }
    }
}

TEST(SobolSequence, has_the_published_points_in_high_dimensions) {
    const SobolSequence net(max_sobol_dimensions);
    const std::array dimension{1,   2,    3,
                               100, 1000, 3667};  // counted from 1; the table has eight decimals of 16-bit numbers
    const std::array point_1023{0.00097656, 0.75292969, 0.61230469, 0.53027344, 0.85644531, 0.48730469};
    const std::array point_4095{2.44140625e-4, 0.94116211, 0.33422852, 0.96264648, 0.30834961, 0.02954102};
    const auto rounded = [](double coordinate) { return std::round(coordinate * 0x1p16) * 0x1p-16; };
    for (std::size_t column = 0; column < dimension.size(); ++column) {
        EXPECT_EQ(net.at(1023, dimension[column] - 1), rounded(point_1023[column]));
        EXPECT_EQ(net.at(4095, dimension[column] - 1), rounded(point_4095[column]));
    }
}

TEST(SobolSequence, steps_from_a_point_to_the_next_by_one_direction) {
    // the sequential recipe (Antonov and Saleev): neighbours differ by the direction of the lowest zero bit
    const SobolSequence net(40);
    for (int dimension : {0, 1, 7, 39}) {
        for (std::int64_t point = 0; point < 4096; ++point) {
            const std::int64_t power = (point + 1) & -(point + 1);
            const std::uint32_t direction = net.bits(power, dimension) ^ net.bits(power - 1, dimension);
            ASSERT_EQ(net.bits(point + 1, dimension), net.bits(point, dimension) ^ direction);
        }
    }
}

/// Samples in each of the 2^(x_digits + y_digits) equal boxes of a plane.
std::vector<int> boxes(const UnitPoints& points, std::int64_t samples, int x, int y, int x_digits, int y_digits) {
    std::vector<int> count(std::size_t{1} << static_cast<unsigned>(x_digits + y_digits));
    for (std::int64_t sample = 0; sample < samples; ++sample) {
        const auto column = static_cast<std::size_t>(std::ldexp(points.at(0, sample, x), x_digits));
        const auto row = static_cast<std::size_t>(std::ldexp(points.at(0, sample, y), y_digits));
        ++count[(column << static_cast<unsigned>(y_digits)) + row];
    }
    return count;
}

TEST(ScrambledSobol, has_one_point_in_each_cell_of_each_projection) {
    const UnitPoints points({.dimensions = 60, .replicates = 1, .seed = 7});
    for (const int digits : {4, 10}) {
        for (int dimension = 0; dimension < 60; ++dimension) {
            const auto count = boxes(points, std::int64_t{1} << digits, dimension, dimension, digits, 0);
            EXPECT_EQ(std::count(count.begin(), count.end(), 1), std::ssize(count)) << dimension;
        }
    }
}

TEST(ScrambledSobol, keeps_the_net_of_the_first_two_dimensions) {
    // a (0, 10, 2)-net in base 2: one point in every box of area 2^-10, whatever its shape
    const UnitPoints points({.dimensions = 2, .seed = 11});
    for (int x_digits = 0; x_digits <= 10; ++x_digits) {
        const auto count = boxes(points, 1024, 0, 1, x_digits, 10 - x_digits);
        EXPECT_EQ(std::count(count.begin(), count.end(), 1), 1024) << x_digits;
    }
}

TEST(ScrambledSobol, flips_each_digit_by_a_coin_of_the_digits_before) {
    for (const std::uint32_t bits : {0U, 0x80000000U, 0x12345678U, 0xffffffffU}) {
        for (std::uint32_t digit = 0; digit < 32; ++digit) {
            const std::uint32_t other = bits ^ (1U << (31U - digit));  // agrees in the digits before
            const std::uint32_t apart = owen_scrambled(bits, 5) ^ owen_scrambled(other, 5);
            EXPECT_EQ(apart >> (31U - digit), 1U);
        }
    }
    // fair and independent between keys: 4,096 coins, six standard deviations
    for (std::uint32_t digit = 0; digit < 32; ++digit) {
        int ones = 0;
        for (std::uint64_t key = 0; key < 4096; ++key) {
            ones += static_cast<int>(owen_scrambled(0x9e3779b9U, mixed(key)) >> (31U - digit) & 1U);
        }
        EXPECT_NEAR(ones, 2048, 6 * 32) << digit;
    }
}

TEST(ScrambledSobol, replicates_and_dimensions_are_unrelated) {
    const UnitPoints points({.dimensions = 2, .replicates = 2, .seed = 3});
    int same_digit = 0;
    for (std::int64_t sample = 0; sample < 1024; ++sample) {
        EXPECT_NE(points.at(0, sample, 0), points.at(1, sample, 0));
        same_digit += (points.at(0, sample, 1) < 0.5) == (points.at(1, sample, 1) < 0.5);
    }
    EXPECT_TRUE(same_digit == 0 || same_digit == 1024);  // one coin decides the first digit of the whole replicate
}

TEST(UnitPoints, are_uniform_in_every_kind) {
    for (const PointKind kind : {PointKind::monte_carlo, PointKind::latin_hypercube, PointKind::scrambled_sobol}) {
        const UnitPoints points({.kind = kind, .dimensions = 3, .samples = 4096, .seed = 9});
        for (int dimension = 0; dimension < 3; ++dimension) {
            double sum = 0;
            double squares = 0;
            for (std::int64_t sample = 0; sample < 4096; ++sample) {
                const double u = points.at(0, sample, dimension);
                ASSERT_TRUE(u > 0 && u < 1);
                sum += u;
                squares += (u - 0.5) * (u - 0.5);
            }
            // five standard errors of plain Monte Carlo: 1/sqrt(12 n) and 1/sqrt(180 n)
            EXPECT_NEAR(sum / 4096, 0.5, 5 / std::sqrt(12.0 * 4096));
            EXPECT_NEAR(squares / 4096, 1.0 / 12, 5 / std::sqrt(180.0 * 4096));
        }
    }
}

TEST(Permutation, visits_every_number_once) {
    for (const std::int64_t n : {1, 2, 3, 4, 5, 16, 17, 1000, 4097}) {
        std::set<std::int64_t> seen;
        for (std::int64_t index = 0; index < n; ++index) seen.insert(permuted(index, n, 42));
        EXPECT_EQ(std::ssize(seen), n);
        EXPECT_EQ(*seen.begin(), 0);
        EXPECT_EQ(*seen.rbegin(), n - 1);
    }
}

TEST(Permutation, takes_all_orders_equally_often) {
    std::array<int, 6> count{};  // of the orders of three
    constexpr int keys = 6000;
    for (std::uint64_t key = 0; key < keys; ++key) {
        const auto first = permuted(0, 3, mixed(key));
        const auto second = permuted(1, 3, mixed(key));
        ++count[static_cast<std::size_t>(2 * first + (second > (3 - first - second) ? 1 : 0))];
    }
    for (const int orders : count) EXPECT_NEAR(orders, keys / 6, 6 * std::sqrt(keys * 5.0 / 36));  // six sd
}

TEST(LatinHypercube, has_one_point_in_each_stratum) {
    const UnitPoints points({.kind = PointKind::latin_hypercube, .dimensions = 5, .replicates = 2, .samples = 100, .seed = 1});
    for (int replicate = 0; replicate < 2; ++replicate) {
        for (int dimension = 0; dimension < 5; ++dimension) {
            std::set<int> strata;
            for (int sample = 0; sample < 100; ++sample) {
                strata.insert(static_cast<int>(100 * points.at(replicate, sample, dimension)));
            }
            EXPECT_EQ(strata.size(), 100U);
        }
    }
}

TEST(PickFreeze, numbers_its_rows_one_to_one) {
    const PickFreeze design({.group_of = {0, 1, 1, 2}, .samples = 32, .replicates = 3, .second_order = true});
    EXPECT_EQ(design.rows_of_sample(), 8);
    EXPECT_EQ(design.rows(), 32 * 3 * 8);
    std::set<std::tuple<int, std::int64_t, int, int>> seen;
    for (std::int64_t number = 0; number < design.rows(); ++number) {
        const auto row = design.row(number);
        EXPECT_EQ(design.number(row), number);
        seen.insert({row.replicate, row.sample, static_cast<int>(row.matrix), row.group});
    }
    EXPECT_EQ(std::ssize(seen), design.rows());
}

TEST(PickFreeze, takes_the_inputs_of_a_group_from_the_other_sample) {
    using Matrix = PickFreeze::Matrix;
    const PickFreeze design({.group_of = {0, 1, 1, 2}, .samples = 16, .second_order = true, .seed = 4});
    for (int input = 0; input < 4; ++input) {
        const double a = design.at({.sample = 5, .matrix = Matrix::a}, input);
        const double b = design.at({.sample = 5, .matrix = Matrix::b}, input);
        EXPECT_NE(a, b);
        const bool in_group = input == 1 || input == 2;
        EXPECT_EQ(design.at({.sample = 5, .matrix = Matrix::ab, .group = 1}, input), in_group ? b : a);
        EXPECT_EQ(design.at({.sample = 5, .matrix = Matrix::ba, .group = 1}, input), in_group ? a : b);
    }
}

TEST(PickFreeze, grows_at_its_end) {
    PickFreeze::Options options{.group_of = {0, 1, 2}, .samples = 64, .replicates = 2, .seed = 8};
    const PickFreeze few(options);
    options.samples = 256;
    const PickFreeze many(options);
    for (std::int64_t number = 0; number < few.rows(); ++number) {
        for (int input = 0; input < 3; ++input) {
            ASSERT_EQ(few.at(few.row(number), input), many.at(many.row(number), input));
        }
    }
}

}  // namespace
}  // namespace kohort::uncertainty
