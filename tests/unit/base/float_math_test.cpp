// Mathematics of floats, for mixed precision, against that of doubles over all floats.
#include "base/lane_math.hpp"
#include "base/lane_reciprocal.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <random>

namespace kohort {
namespace {

/// Distance of computed from exact in units in the last place (of the subnormal spacing below the normal numbers).
double ulps(float computed, double exact) {
    if (std::isnan(computed) && std::isnan(exact)) return 0.0;
    const auto rounded = static_cast<float>(exact);
    if (computed == rounded && (std::isinf(rounded) || exact == 0.0)) return 0.0;
    if (std::isinf(computed) || std::isnan(computed) || std::isinf(rounded))
        return computed == rounded ? 0.0 : HUGE_VAL;
    const int exponent = std::max(std::ilogb(std::fabs(exact)), -126);
    return std::fabs(computed - exact) / std::ldexp(1.0, exponent - 23);
}

struct OneArgument {
    const char* name;
    float (*of_float)(float);
    double (*of_double)(double);
    double limit;  // [units in the last place]
};
void PrintTo(const OneArgument& function, std::ostream* out) { *out << function.name; }

class FloatMath : public testing::TestWithParam<OneArgument> {};

/// Every 4099th float, of every sign and exponent: infinities, NaN and subnormal numbers are among them.
TEST_P(FloatMath, is_within_its_limit_over_all_floats) {
    double worst = 0.0;
    float at = 0.0F;
    const auto look_at = [&](float x) {
        const double error = ulps(GetParam().of_float(x), GetParam().of_double(x));
        if (error > worst) at = x;
        worst = std::max(worst, error);
    };
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 4099)
        look_at(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    for (const float x : {0.0F, -0.0F, 1.0F, -1.0F, HUGE_VALF, -HUGE_VALF, NAN, 88.72284F, -103.97F, 0.625F})
        look_at(x);
    EXPECT_LE(worst, GetParam().limit) << "at " << at;
}

// The limits are what was found, rounded up; the rarer functions are those of double, rounded.
INSTANTIATE_TEST_SUITE_P(Functions, FloatMath,
                         testing::Values(OneArgument{"exp", math::exp<float>, math::exp<double>, 1.0},
                                         OneArgument{"expm1", math::expm1<float>, math::expm1<double>, 1.0},
                                         OneArgument{"tanh", math::tanh<float>, math::tanh<double>, 1.5},
                                         OneArgument{"log", math::log<float>, math::log<double>, 1.0},
                                         OneArgument{"log1p", math::log1p<float>, math::log1p<double>, 1.0},
                                         OneArgument{"sqrt", [](float x) { return math::sqrt(x); },
                                                     [](double x) { return math::sqrt(x); }, 0.501},
                                         OneArgument{"sin", math::sin<float>, math::sin<double>, 0.501},
                                         OneArgument{"cos", math::cos<float>, math::cos<double>, 0.501},
                                         OneArgument{"atan", math::atan<float>, math::atan<double>, 0.501},
                                         OneArgument{"cbrt", math::cbrt<float>, math::cbrt<double>, 0.501},
                                         OneArgument{"erf", math::erf<float>, math::erf<double>, 0.501}));

TEST(FloatMath, powers_are_within_their_limit) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> magnitude(-126.0, 128.0);
    std::uniform_real_distribution<double> share(-1.1, 1.1);
    double worst = 0.0;
    for (int i = 0; i < 1'000'000; ++i) {
        const double log2_x = i % 2 == 0 ? magnitude(random) : magnitude(random) / 64.0;
        const auto x = static_cast<float>(std::exp2(log2_x));
        const auto y = static_cast<float>(share(random) * 128.0 / std::fabs(std::log2(x)));  // reaches both ends of the range
        const double exact = math::pow(static_cast<double>(x), static_cast<double>(y));
        const double allowed = 1.5 + std::fabs(y) / 8.0;  // as of doubles: see lane_log.hpp
        worst = std::max(worst, ulps(math::pow(x, y), exact) / allowed);
    }
    EXPECT_LE(worst, 1.0);
    EXPECT_EQ(math::pow(-2.0F, 3.0F), -8.0F);
    EXPECT_TRUE(std::isnan(math::pow(-2.0F, 0.5F)));
    EXPECT_EQ(math::pow(0.0F, 0.0F), 1.0F);
    EXPECT_EQ(math::pow(0.0F, -1.0F), HUGE_VALF);
}

TEST(FloatMath, reciprocals_are_within_their_limit) {
    std::mt19937_64 random(6);
    std::uniform_real_distribution<double> magnitude(-120.0, 120.0);
    for (int i = 0; i < 300'000; ++i) {
        const auto x = static_cast<float>(std::exp2(magnitude(random)));
        ASSERT_NEAR(math::rough_reciprocal(x) * static_cast<double>(x), 1.0, 7e-6);
        ASSERT_LE(ulps(math::quick_reciprocal(x), 1.0 / x), 1.0);
    }
}

template <int W>
void expect_the_bits_of_one() {
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        FloatLanes<W> x(0.0);
        FloatLanes<W> y(0.0);
        for (int lane = 0; lane < W; ++lane) {
            set_lane(x, lane, std::bit_cast<float>(static_cast<std::uint32_t>(random())));
            set_lane(y, lane, std::bit_cast<float>(static_cast<std::uint32_t>(random())));
        }
        const FloatLanes<W> found[] = {math::exp(x), math::expm1(x), math::tanh(x), math::log(x),    math::log1p(x),
                                       math::sin(x), math::sqrt(x),  fma(x, y, x),  math::pow(x, y), math::min(x, y)};
        for (int lane = 0; lane < W; ++lane) {
            const float a = get_lane(x, lane);
            const float b = get_lane(y, lane);
            const float expected[] = {math::exp(a), math::expm1(a), math::tanh(a), math::log(a),    math::log1p(a),
                                      math::sin(a), math::sqrt(a),  fma(a, b, a),  math::pow(a, b), math::min(a, b)};
            for (int which = 0; which < 10; ++which) {
                const float one = get_lane(found[which], lane);
                ASSERT_TRUE(words(one) == words(expected[which]) || (std::isnan(one) && std::isnan(expected[which])))
                    << which << " of " << a << ", " << b;
            }
        }
    }
}

TEST(FloatMath, gives_the_same_bits_for_every_width) {
    expect_the_bits_of_one<4>();
    expect_the_bits_of_one<8>();
    expect_the_bits_of_one<16>();
}

TEST(FloatMath, doubles_become_floats_and_doubles_again) {
    Lanes<16> x(0.0);
    for (int lane = 0; lane < 16; ++lane) set_lane(x, lane, std::exp(0.37 * lane));
    const Lanes<16> back = widen(narrow(x));
    for (int lane = 0; lane < 16; ++lane) EXPECT_EQ(get_lane(back, lane), static_cast<float>(get_lane(x, lane)));
}

}  // namespace
}  // namespace kohort
