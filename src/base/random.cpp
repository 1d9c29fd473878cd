#include "base/random.hpp"

#include "base/errors.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace kohort {

namespace {

/// Horner's rule, highest power first.
template <std::size_t N>
double polynomial(const std::array<double, N>& coefficient, double x) {
    double sum = coefficient[0];
    for (std::size_t power = 1; power < N; ++power) sum = sum * x + coefficient[power];
    return sum;
}

// AS 241, PPND16: numerator and denominator for |p - 1/2| <= 0.425, for the tails, and for the far tails (p < 1.4e-11)
constexpr std::array centre_above{2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
                                  4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
                                  1.3314166789178437745e2, 3.3871328727963666080e0};
constexpr std::array centre_below{
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0};
constexpr std::array tail_above{7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
                                1.27045825245236838258e0,  3.64784832476320460504e0,  5.76949722146069140550e0,
                                4.63033784615654529590e0,  1.42343711074968357734e0};
constexpr std::array tail_below{
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0,  2.05319162663775882187e0,  1.0};
constexpr std::array far_above{2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                               2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
                               5.46378491116411436990e0,  6.65790464350110377720e0};
constexpr std::array far_below{
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2,  1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0};

std::array<std::uint32_t, 4> block(RandomKey key, const DrawId& id) {
    KOHORT_CHECK(id.occasion < max_occasions);
    const auto twin = static_cast<std::uint64_t>(id.twin);
    const std::uint32_t what = static_cast<std::uint32_t>(id.purpose) << 24U | id.occasion;
    return philox_block({static_cast<std::uint32_t>(twin), static_cast<std::uint32_t>(twin >> 32U), what, id.draw}, key);
}

}  // namespace

std::array<std::uint32_t, 4> philox_block(std::array<std::uint32_t, 4> counter, RandomKey key) {
    const r123::Philox4x32::ctr_type in{{counter[0], counter[1], counter[2], counter[3]}};
    const auto out = r123::Philox4x32()(in, {{key.low, key.high}});
    return {out[0], out[1], out[2], out[3]};
}

RandomKey random_key(std::uint64_t seed, std::uint32_t stream) {
    // all ones in the last word: no DrawId has purpose 255, so a key is never made of numbers that are also drawn
    const RandomKey of_seed{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)};
    const auto bits = philox_block({stream, 0, 0xffffffffU, 0xffffffffU}, of_seed);
    return {bits[0], bits[1]};
}

std::uint64_t random_bits(RandomKey key, const DrawId& id) {
    const auto bits = block(key, id);
    return static_cast<std::uint64_t>(bits[1]) << 32U | bits[0];
}

double uniform(RandomKey key, const DrawId& id) {
    return static_cast<double>((random_bits(key, id) >> 11U) | 1U) * 0x1p-53;
}

double normal(RandomKey key, const DrawId& id) { return normal_quantile(uniform(key, id)); }

std::uint64_t uniform_below(RandomKey key, const DrawId& id, std::uint64_t n) {
    KOHORT_CHECK(n > 0);
    // the whole part of bits * n / 2^64 (Lemire 2019, doi:10.1145/3230636), from 32-bit halves
    const std::uint64_t bits = random_bits(key, id);
    const std::uint64_t low = (bits & 0xffffffffU) * (n & 0xffffffffU);
    const std::uint64_t first = (bits >> 32U) * (n & 0xffffffffU) + (low >> 32U);
    const std::uint64_t second = (bits & 0xffffffffU) * (n >> 32U) + (first & 0xffffffffU);
    return (bits >> 32U) * (n >> 32U) + (first >> 32U) + (second >> 32U);
}

double normal_quantile(double p) {
    const double from_half = p - 0.5;
    if (std::abs(from_half) <= 0.425) {
        const double r = 0.180625 - from_half * from_half;
        return from_half * polynomial(centre_above, r) / polynomial(centre_below, r);
    }
    const double tail = from_half < 0 ? p : 1.0 - p;
    const double r = std::sqrt(-std::log(tail));
    const double z = r <= 5.0 ? polynomial(tail_above, r - 1.6) / polynomial(tail_below, r - 1.6)
                              : polynomial(far_above, r - 5.0) / polynomial(far_below, r - 5.0);
    return from_half < 0 ? -z : z;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z * (1.0 / std::numbers::sqrt2)); }

}  // namespace kohort
