#include "base/lane_reciprocal.hpp"
#include "base/lane_log.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace kohort {
namespace {

/// Numbers of either sign between 2^-1000 and 2^1000, every exponent alike.
class Ordinary {
public:
    double next() {
        return std::ldexp(sign_(random_) == 0 ? mantissa_(random_) : -mantissa_(random_), exponent_(random_));
    }

private:
    std::mt19937_64 random_{5};
    std::uniform_real_distribution<double> mantissa_{1.0, 2.0};
    std::uniform_int_distribution<int> exponent_{-1000, 999};
    std::uniform_int_distribution<int> sign_{0, 1};
};

TEST(Reciprocal, is_within_one_unit_in_the_last_place) {
    Ordinary numbers;
    for (int trial = 0; trial < 500'000; ++trial) {
        const double x = numbers.next();
        const double exact = 1.0 / x;
        ASSERT_LE(std::fabs(math::quick_reciprocal(x) - exact), std::fabs(std::nextafter(exact, 2.0 * exact) - exact)) << x;
        ASSERT_NEAR(math::rough_reciprocal(x) * x, 1.0, 7e-6) << x;
    }
}

TEST(Reciprocal, of_a_power_of_two_is_exact) {
    for (int exponent = -1000; exponent <= 1000; ++exponent)
        EXPECT_EQ(math::quick_reciprocal(std::ldexp(-1.0, exponent)), std::ldexp(-1.0, -exponent));
}

TEST(Reciprocal, of_nan_is_nan) {
    EXPECT_TRUE(std::isnan(math::quick_reciprocal(std::numeric_limits<double>::quiet_NaN())));
}

template <class V>
class ReciprocalOf : public testing::Test {};
using Widths = testing::Types<Lanes<2>, Lanes<4>, Lanes<8>>;
TYPED_TEST_SUITE(ReciprocalOf, Widths);

TYPED_TEST(ReciprocalOf, lanes_has_the_bits_of_one_number_alone) {
    using V = TypeParam;
    Ordinary numbers;
    for (int trial = 0; trial < 20'000; ++trial) {
        V x(0.0);
        for (int lane = 0; lane < width_of<V>; ++lane) set_lane(x, lane, numbers.next());
        const V quick = math::quick_reciprocal(x);
        const V rough = math::rough_reciprocal(x);
        const V power = math::rough_power(x * x, -0.1);
        for (int lane = 0; lane < width_of<V>; ++lane) {
            const double alone = get_lane(x, lane);
            const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
            ASSERT_EQ(bits(get_lane(quick, lane)), bits(math::quick_reciprocal(alone)));
            ASSERT_EQ(bits(get_lane(rough, lane)), bits(math::rough_reciprocal(alone)));
            ASSERT_EQ(bits(get_lane(power, lane)), bits(math::rough_power(alone * alone, -0.1)));
        }
    }
}

TEST(RoughPower, is_within_two_per_mille) {
    Ordinary numbers;
    for (int trial = 0; trial < 100'000; ++trial) {
        const double x = std::fabs(numbers.next());
        for (const double exponent : {-0.125, -0.1, 0.5})
            ASSERT_NEAR(math::rough_power(x, exponent) / std::pow(x, exponent), 1.0, 2e-3) << x;
    }
    EXPECT_GT(math::rough_power(0.0, -0.125), 1e30);  // no error at all: the longest step
}

}  // namespace
}  // namespace kohort
