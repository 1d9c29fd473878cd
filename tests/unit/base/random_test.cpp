#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

namespace kohort {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Random123, tests/kat_vectors, philox4x32 with 10 rounds
TEST(Random, philox_gives_the_known_answers) {
    EXPECT_EQ(philox_block({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    constexpr std::uint32_t ones = 0xffffffff;
    EXPECT_EQ(philox_block({ones, ones, ones, ones}, {ones, ones}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox_block({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, the_counter_holds_twin_purpose_occasion_and_draw) {
    const RandomKey key{0xa4093822, 0x299f31d0};
    const DrawId id{.twin = 0x0123456789abcdef, .purpose = Purpose::adherence, .occasion = 0x00fedcba, .draw = 0x13572468};
    const Block expected = philox_block({0x89abcdef, 0x01234567, 0x07fedcba, 0x13572468}, key);
    EXPECT_EQ(random_bits(key, id), std::uint64_t{expected[1]} << 32U | expected[0]);
}

TEST(Random, a_different_twin_purpose_occasion_draw_seed_or_stream_is_a_different_number) {
    const RandomKey key = random_key(7);
    const std::set<std::uint64_t> numbers{
        random_bits(key, {}),
        random_bits(key, {.twin = 1}),
        random_bits(key, {.twin = std::int64_t{1} << 32}),
        random_bits(key, {.purpose = Purpose::parameters}),
        random_bits(key, {.occasion = 1}),
        random_bits(key, {.draw = 1}),
        random_bits(random_key(8), {}),
        random_bits(random_key(7, 1), {}),
        random_bits(random_key(std::uint64_t{7} << 32U), {}),
    };
    EXPECT_EQ(numbers.size(), 9U);
}

TEST(Random, numbers_do_not_depend_on_the_order_of_asking) {
    const RandomKey key = random_key(20261122);
    std::vector<double> forward;
    for (std::int64_t twin = 0; twin < 100; ++twin) forward.push_back(normal(key, {.twin = twin, .draw = 3}));
    for (std::int64_t twin = 99; twin >= 0; --twin) {
        EXPECT_EQ(normal(key, {.twin = twin, .draw = 3}), forward[static_cast<std::size_t>(twin)]);
    }
}

TEST(Random, uniforms_are_odd_multiples_of_two_to_the_minus_53) {
    const RandomKey key = random_key(1);
    for (std::uint32_t draw = 0; draw < 1000; ++draw) {
        const double u = uniform(key, {.draw = draw});
        EXPECT_GT(u, 0.0);
        EXPECT_LT(u, 1.0);
        EXPECT_EQ(std::fmod(u * 0x1p53, 2.0), 1.0);
        EXPECT_EQ(1.0 - (1.0 - u), u);
    }
}

TEST(Random, uniforms_pass_a_kolmogorov_smirnov_test) {
    const RandomKey key = random_key(3);
    constexpr int n = 20'000;
    std::vector<double> u;
    for (int twin = 0; twin < n; ++twin) u.push_back(uniform(key, {.twin = twin}));
    std::sort(u.begin(), u.end());
    double largest = 0.0;
    for (int rank = 0; rank < n; ++rank) {
        const double value = u[static_cast<std::size_t>(rank)];
        largest = std::max({largest, (rank + 1.0) / n - value, value - static_cast<double>(rank) / n});
    }
    EXPECT_LT(largest * std::sqrt(n), 2.2);  // exceeded with probability 1e-4 (Kolmogorov's limit law)
}

TEST(Random, normal_moments_are_within_four_standard_errors) {
    const RandomKey key = random_key(4);
    constexpr int n = 50'000;
    std::array<double, 4> power_sum{};
    for (int twin = 0; twin < n; ++twin) {
        const double z = normal(key, {.twin = twin, .purpose = Purpose::parameters});
        power_sum[0] += z;
        power_sum[1] += z * z;
        power_sum[2] += z * z * z;
        power_sum[3] += z * z * z * z;
    }
    EXPECT_NEAR(power_sum[0] / n, 0.0, 4 * std::sqrt(1.0 / n));
    EXPECT_NEAR(power_sum[1] / n, 1.0, 4 * std::sqrt(2.0 / n));
    EXPECT_NEAR(power_sum[2] / n, 0.0, 4 * std::sqrt(15.0 / n));
    EXPECT_NEAR(power_sum[3] / n, 3.0, 4 * std::sqrt(96.0 / n));
}

TEST(Random, streams_and_draws_are_uncorrelated) {
    constexpr int n = 20'000;
    double across_streams = 0.0;
    double across_draws = 0.0;
    const RandomKey key = random_key(5);
    const RandomKey other = random_key(5, 1);
    for (int twin = 0; twin < n; ++twin) {
        across_streams += normal(key, {.twin = twin}) * normal(other, {.twin = twin});
        across_draws += normal(key, {.twin = twin}) * normal(key, {.twin = twin, .draw = 1});
    }
    EXPECT_NEAR(across_streams / n, 0.0, 4 / std::sqrt(n));
    EXPECT_NEAR(across_draws / n, 0.0, 4 / std::sqrt(n));
}

TEST(Random, whole_numbers_below_n_are_equally_likely) {
    const RandomKey key = random_key(6);
    constexpr int draws = 60'000;
    std::array<int, 6> count{};
    for (int twin = 0; twin < draws; ++twin) ++count.at(uniform_below(key, {.twin = twin}, 6));
    for (const int c : count) EXPECT_NEAR(c, draws / 6.0, 4 * std::sqrt(draws * (1.0 / 6) * (5.0 / 6)));
    EXPECT_EQ(uniform_below(key, {.twin = 1}, 1), 0U);
}

// the whole part of bits * n / 2^64 in 128-bit arithmetic
TEST(Random, whole_numbers_below_n_are_the_high_half_of_a_product) {
    __extension__ using UInt128 = unsigned __int128;
    const RandomKey key = random_key(9);
    for (std::uint32_t draw = 0; draw < 64; ++draw) {
        const std::uint64_t n = (std::uint64_t{0xfedcba9876543211} >> draw) | 1U;
        const std::uint64_t bits = random_bits(key, {.draw = draw});
        EXPECT_EQ(uniform_below(key, {.draw = draw}, n), static_cast<std::uint64_t>(static_cast<UInt128>(bits) * n >> 64U));
    }
}

// Wichura 1988 prints these three
TEST(NormalQuantile, gives_the_published_values) {
    EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
    EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 5e-15);
    EXPECT_NEAR(normal_quantile(1e-20), -9.262340089798408, 1e-14);
    EXPECT_EQ(normal_quantile(0.5), 0.0);
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-15);
}

TEST(NormalQuantile, inverts_the_distribution_function) {
    for (double p = 1e-16; p < 0.5; p *= 1.37) {
        // the density turns an error of a few 1e-16 in z into |z| times that in p
        EXPECT_NEAR(normal_cdf(normal_quantile(p)) / p, 1.0, 1e-13) << p;
    }
    for (double u = 0x1p-20; u < 0.5; u += 0x1p-6) EXPECT_EQ(normal_quantile(1.0 - u), -normal_quantile(u));
}

TEST(NormalQuantile, has_no_step_where_its_formulas_meet) {
    for (const double seam : {0.075, std::exp(-25.0)}) {
        const double below = normal_quantile(std::nextafter(seam, 0.0));
        const double above = normal_quantile(std::nextafter(seam, 1.0));
        EXPECT_NEAR(below, above, 4e-15 * std::abs(above));
    }
}

}  // namespace
}  // namespace kohort
