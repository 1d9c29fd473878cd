#include "base/lane_math.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace kohort {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double least_normal = std::numeric_limits<double>::min();
constexpr double largest = std::numeric_limits<double>::max();

/// Distance of computed from exact in units in the last place of exact (of the subnormal spacing below least_normal).
/// The reference is long double with 64 bits of mantissa: good to 1/2048 of a unit.
double ulps(double computed, long double exact) {
    if (std::isnan(computed) && std::isnan(exact)) return 0.0;
    const double rounded = static_cast<double>(exact);
    if (computed == rounded) {
        if (std::isinf(rounded) || exact == 0.0L) return 0.0;
    } else if (std::isinf(computed) || std::isnan(computed) || std::isinf(rounded)) {
        return infinity;
    }
    const int exponent = std::max(std::ilogb(std::fabs(static_cast<double>(exact))), -1022);
    return static_cast<double>(std::fabs(computed - exact) / std::ldexp(1.0L, exponent - 52));
}

std::vector<double> edges() {
    std::vector<double> values = {0.0,
                                  smallest,
                                  3 * smallest,
                                  least_normal / 2,
                                  least_normal,
                                  0x1p-1000,
                                  0x1p-60,
                                  0x1p-54,
                                  0x1p-53,
                                  0x1p-31,
                                  0x1p-30,
                                  1e-9,
                                  0.1,
                                  0.34657359,
                                  0.34657360,
                                  0.5,
                                  std::sqrt(0.5),
                                  std::nextafter(std::sqrt(0.5), 1.0),
                                  1 - 0x1p-53,
                                  1.0,
                                  1 + 0x1p-52,
                                  std::sqrt(2.0),
                                  2.0,
                                  3.0,
                                  20.0,
                                  36.7,
                                  40.0,
                                  700.0,
                                  708.3964185322641,
                                  709.782712893384,
                                  709.7827128933841,
                                  745.1332191019411,
                                  745.1332191019412,
                                  746.0,
                                  1e3,
                                  1e10,
                                  0x1p52,
                                  0x1p53,
                                  1e300,
                                  largest,
                                  infinity};
    const std::size_t count = values.size();
    for (std::size_t i = 0; i < count; ++i) values.push_back(-values[i]);
    values.push_back(nan_value);
    return values;
}

/// Evenly spaced values of [low, high], random ones in it, and random ones near 0 of any magnitude; then the edges.
std::vector<double> arguments(double low, double high) {
    constexpr int n = 100'000;
    std::vector<double> values = edges();
    std::mt19937_64 random(20261);
    std::uniform_real_distribution<double> uniform(low, high);
    std::uniform_real_distribution<double> exponent(-60.0, 0.0);
    for (int i = 0; i <= n; ++i) {
        values.push_back(low + (high - low) * i / n);
        values.push_back(uniform(random));
        values.push_back(uniform(random) * std::exp2(exponent(random)));
    }
    return values;
}

struct OneArgument {
    const char* name;
    double (*ours)(double);
    long double (*reference)(long double);
    double low;
    double high;
    double limit;  // [units in the last place]
};

class Accuracy : public testing::TestWithParam<OneArgument> {};

void PrintTo(const OneArgument& function, std::ostream* out) { *out << function.name; }

TEST_P(Accuracy, is_within_its_limit) {
    const OneArgument& function = GetParam();
    double worst = 0.0;
    double at = 0.0;
    for (const double x : arguments(function.low, function.high)) {
        const double error = ulps(function.ours(x), function.reference(x));
        if (error > worst) {
            worst = error;
            at = x;
        }
    }
    EXPECT_LE(worst, function.limit) << function.name << "(" << std::hexfloat << at << ")";
    std::cout << "[ measured ] " << function.name << ' ' << worst << " ulp\n";
}

INSTANTIATE_TEST_SUITE_P(LaneMath, Accuracy,
                         testing::Values(OneArgument{"exp", math::exp<double>, std::exp, -746.0, 710.0, 1.0},
                                         OneArgument{"exp_near_0", math::exp<double>, std::exp, -2.0, 2.0, 1.0},
                                         OneArgument{"expm1", math::expm1<double>, std::expm1, -40.0, 710.0, 1.0},
                                         OneArgument{"expm1_near_0", math::expm1<double>, std::expm1, -2.0, 2.0, 1.0},
                                         OneArgument{"tanh", math::tanh<double>, std::tanh, -25.0, 25.0, 1.5},
                                         OneArgument{"tanh_near_0", math::tanh<double>, std::tanh, -1.0, 1.0, 1.5},
                                         OneArgument{"log", math::log<double>, std::log, 0.0, 1e6, 1.0},
                                         OneArgument{"log_near_1", math::log<double>, std::log, 0.4, 2.1, 1.0},
                                         OneArgument{"log1p", math::log1p<double>, std::log1p, -1.0, 1e6, 1.0},
                                         OneArgument{"log1p_near_0", math::log1p<double>, std::log1p, -0.6, 1.2, 1.0}),
                         [](const auto& instance) { return std::string(instance.param.name); });

/// [units in the last place]
double pow_limit(double y) { return std::isfinite(y) ? 1.5 + std::abs(y) / 8.0 : 1.5; }

TEST(Pow, is_within_its_limit_over_its_whole_range) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(-1074.0, 1024.0);
    std::uniform_real_distribution<double> result_exponent(-1074.0, 1024.0);
    std::uniform_real_distribution<double> uniform(0.0, 3.0);
    double worst = 0.0;
    for (int i = 0; i < 200'000; ++i) {
        const double x = i % 2 == 0 ? std::exp2(exponent(random)) : uniform(random);
        const double y = i % 4 < 2 ? result_exponent(random) / std::log2(x) : 4.0 * uniform(random) - 6.0;
        if (std::isfinite(y))
            worst = std::max(
                worst,
                ulps(math::pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))) / pow_limit(y));
    }
    EXPECT_LE(worst, 1.0);
    std::cout << "[ measured ] pow " << worst << " of its limit\n";
}

TEST(Pow, special_values_are_those_of_ieee_754) {
    std::vector<double> values = edges();
    values.insert(values.end(),
                  {-3.0, -2.0, -1.5, -0.5, 0.5, 1.5, 5.0, -5.0, 0x1p53 + 2, -0x1p53 - 2, 0x1p52 + 1, -0x1p52 - 1});
    for (const double x : values) {
        for (const double y : values) {
            const double ours = math::pow(x, y);
            const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
            EXPECT_LE(ulps(ours, exact), pow_limit(y)) << std::hexfloat << x << " ^ " << y << " = " << ours;
            if (!std::isnan(exact)) {
                EXPECT_EQ(std::signbit(ours), std::signbit(exact)) << std::hexfloat << x << " ^ " << y;
            }
        }
    }
}

TEST(LaneMath, keeps_the_sign_of_zero) {
    EXPECT_TRUE(std::signbit(math::expm1(-0.0)));
    EXPECT_TRUE(std::signbit(math::tanh(-0.0)));
    EXPECT_TRUE(std::signbit(math::log1p(-0.0)));
    EXPECT_FALSE(std::signbit(math::tanh(0.0)));
}

TEST(LaneMath, minimum_and_maximum_do_not_lose_a_nan) {
    EXPECT_TRUE(std::isnan(math::min(nan_value, 1.0)) && std::isnan(math::min(1.0, nan_value)));
    EXPECT_TRUE(std::isnan(math::max(nan_value, 1.0)) && std::isnan(math::max(1.0, nan_value)));
    EXPECT_EQ(math::min(2.0, 1.0), 1.0);
    EXPECT_EQ(math::max(2.0, 1.0), 2.0);
    EXPECT_TRUE(std::isnan(math::sign(nan_value)));
    EXPECT_EQ(math::sign(-3.0), -1.0);
    EXPECT_EQ(math::sign(0.0), 0.0);
}

// --- every function, every width: the bits of the scalar ---

template <class V>
class Widths : public testing::Test {};
using AllWidths = testing::Types<Lanes<2>, Lanes<4>, Lanes<8>>;
TYPED_TEST_SUITE(Widths, AllWidths);

bool same_bits(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

template <class V, class Function>
void expect_the_bits_of_the_scalar(const char* name, Function function) {
    const std::vector<double> values = edges();
    constexpr int width = width_of<V>;
    std::mt19937_64 random(3);
    std::uniform_int_distribution<std::size_t> pick(0, values.size() - 1);
    std::normal_distribution<double> normal(0.0, 3.0);
    int different = 0;
    for (int trial = 0; trial < 2000; ++trial) {
        V a(0.0);
        V b(0.0);
        V c(0.0);
        for (int lane = 0; lane < width; ++lane) {
            set_lane(a, lane, trial % 2 == 0 ? values[pick(random)] : normal(random));
            set_lane(b, lane, trial % 3 == 0 ? values[pick(random)] : normal(random));
            set_lane(c, lane, trial % 5 == 0 ? values[pick(random)] : normal(random));
        }
        const V together = function(a, b, c);
        for (int lane = 0; lane < width; ++lane) {
            const double alone = function(get_lane(a, lane), get_lane(b, lane), get_lane(c, lane));
            different += same_bits(get_lane(together, lane), alone) ? 0 : 1;
        }
    }
    EXPECT_EQ(different, 0) << name;
}

#define ONE(name) expect_the_bits_of_the_scalar<TypeParam>(#name, [](auto a, auto, auto) { return math::name(a); })
#define TWO(name) expect_the_bits_of_the_scalar<TypeParam>(#name, [](auto a, auto b, auto) { return math::name(a, b); })

TYPED_TEST(Widths, give_the_same_bits) {
    ONE(exp);
    ONE(expm1);
    ONE(log);
    ONE(log1p);
    ONE(log10);
    ONE(log2);
    ONE(sqrt);
    ONE(cbrt);
    ONE(abs);
    ONE(sign);
    ONE(floor);
    ONE(ceil);
    ONE(round);
    ONE(trunc);
    ONE(sin);
    ONE(cos);
    ONE(tan);
    ONE(asin);
    ONE(acos);
    ONE(atan);
    ONE(sinh);
    ONE(cosh);
    ONE(tanh);
    ONE(asinh);
    ONE(acosh);
    ONE(atanh);
    ONE(erf);
    ONE(erfc);
    ONE(tgamma);
    ONE(lgamma);
    TWO(pow);
    TWO(min);
    TWO(max);
    TWO(atan2);
    TWO(fmod);
    TWO(hypot);
    TWO(less);
    TWO(less_equal);
    TWO(greater);
    TWO(greater_equal);
    TWO(equal);
    TWO(not_equal);
    TWO(logical_and);
    TWO(logical_or);
    ONE(logical_not);
    expect_the_bits_of_the_scalar<TypeParam>("fma", [](auto a, auto b, auto c) { return math::fma(a, b, c); });
    expect_the_bits_of_the_scalar<TypeParam>("select", [](auto a, auto b, auto c) { return math::select(a, b, c); });
}

}  // namespace
}  // namespace kohort
