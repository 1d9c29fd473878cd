// log, log1p and pow for any width, with the same bits for every width. log and log1p: at most 1 unit in the last place;
// x^y: at most 1.5 + |y| / 8.
// Method: x = 2^k m with sqrt(1/2) <= m < sqrt(2); log m = -log c + log(1 + r), r = c m - 1, with a factor c for each of 16 pieces of
// that interval, so short that r is exact and so close to 1 / m that |r| < 0.04, and a polynomial in r (Tang, Table-driven implementation
// of the logarithm function, ACM TOMS 16, 1990, doi:10.1145/98267.98294). pow carries log x with its rounding errors. Coefficients
// interpolate at Chebyshev nodes.
#pragma once

#include "base/lane_exp.hpp"

#include <limits>

namespace kohort::math::detail {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// x = 2^exponent * mantissa with sqrt(1/2) <= mantissa < sqrt(2). Which of 16 pieces the mantissa is in are the last bits of piece.
template <class V>
struct Scaled {
    V exponent;
    V mantissa;
    WordsOf<V> piece;
};

/// For 0 < x < infinity, subnormal numbers included; elsewhere some finite number.
template <class V>
KOHORT_INLINE Scaled<V> scaled(V x) {
    using F = FormatOf<V>;
    using Word = typename F::Word;
    constexpr int bits = 8 * sizeof(Word);
    constexpr Word bias = Word{1} << (bits - 1);  // keeps the exponent field positive
    constexpr Word exponent_field = ~Word{0} << F::mantissa_bits;
    constexpr double exponent_magic = F::round_magic / 1.5;  // 2^mantissa_bits, into whose last bits a whole number can be put
    constexpr double exponents = static_cast<double>(Word{1} << (bits - 1 - F::mantissa_bits));
    constexpr double up = 4.0 * exponent_magic;
    const MaskOf<V> subnormal = x < V(F::least_normal);
    const auto x_bits = words(select(subnormal, x * V(up), x));
    const auto shifted = x_bits - F::sqrt_half + bias;
    const V exponent = from_words<V>((shifted >> F::mantissa_bits) | words(NumberOf<V>(exponent_magic))) -
                       V(exponent_magic + exponents);
    const V mantissa = from_words<V>(x_bits - (shifted & exponent_field) + bias);
    return {exponent - select(subnormal, V(F::mantissa_bits + 2.0), V(0.0)), mantissa, shifted >> (F::mantissa_bits - 4)};
}

/// The factor c of each piece.
template <class T>
[[nodiscard]] KOHORT_INLINE const T (&log_factors())[16] {
    alignas(64) static constexpr T table[] = {1.375,   1.3125, 1.28125, 1.21875, 1.1875,  1.125,    1.09375, 1.0625,
                                              1.03125, 1.0,    0.9375,  0.875,   0.84375, 0.796875, 0.75,    0.71875};
    return table;
}

/// -log c in two parts, the first a multiple of the last bit of ln2_short.
template <class T>
[[nodiscard]] KOHORT_INLINE const T (&log_of_factors())[2][16] {
    if constexpr (sizeof(T) == sizeof(float)) {
        alignas(64) static constexpr float table[][16] = {
            {-0.318481445F, -0.271972656F, -0.247802734F, -0.197875977F, -0.171875F, -0.117797852F, -0.0895996094F,
             -0.0606689453F, -0.0307617188F, 0.0F, 0.0645751953F, 0.133544922F, 0.169921875F, 0.227050781F,
             0.287719727F, 0.330200195F},
            {2.7714194e-05F, 3.89407664e-05F, -3.34295296e-05F, 5.02332326e-05F, 2.47430733e-05F, 1.48159061e-05F,
             -1.25493147e-05F, 4.43234961e-05F, -9.93991675e-06F, 0.0F, -3.66741749e-05F, -1.35292505e-05F,
             -2.28382046e-05F, 6.66938535e-06F, -3.76541107e-05F, 4.14915581e-05F},
        };
        return table;
    } else {
        alignas(64) static constexpr double table[][16] = {
            {-0.3184537311180975, -0.27193371548401046, -0.24783616390413954, -0.1978257433302133, -0.17185025692651834,
             -0.11778303565643, -0.08961215868930594, -0.06062462181671435, -0.03077165866670839, 0.0, 0.06453852113736502,
             0.13353139262471814, 0.1698990367949591, 0.22705745063558425, 0.2876820724513891, 0.330241686870977},
            {-4.3712191957429144e-13, 3.687042831583768e-13, -4.4171755371315547e-13, 2.934191242140559e-13,
             -1.4088127937111135e-13, 4.654729747598445e-14, -3.811896486921138e-13, 2.795098818345971e-13,
             -4.529814257790929e-14, 0.0, 2.0614806739842207e-13, -1.9551393909415374e-13, 4.383710744723666e-13,
             -2.3816104294194896e-13, 3.918237769963822e-13, -4.001352063965439e-13},
        };
        return table;
    }
}

/// log x = (start + start_low) + log(1 + r); start is exact.
template <class V>
struct LogParts {
    V start;
    V start_low;
    V r;
};

template <class V>
KOHORT_INLINE LogParts<V> log_parts(const Scaled<V>& x) {
    using F = FormatOf<V>;
    const auto& of_factors = log_of_factors<NumberOf<V>>();
    return {fma(x.exponent, V(F::ln2_short), lookup<V>(of_factors[0], x.piece)),
            fma(x.exponent, V(F::ln2_rest), lookup<V>(of_factors[1], x.piece)),
            fma(x.mantissa, lookup<V>(log_factors<NumberOf<V>>(), x.piece), V(-1.0))};
}

/// log(1 + r) - r + r^2 / 2 for |r| < 0.0393
template <class V>
KOHORT_INLINE V log_rest(V r) {
    const V cube = r * r * r;
    if constexpr (sizeof(NumberOf<V>) == sizeof(float)) {
        return cube * polynomial(r, 0.3333332907, -0.2499999627, 0.2002208736, -0.1668599369);
    }
    return cube * polynomial(r, 0.33333333333332926, -0.24999999999999628, 0.20000000008395, -0.1666666667436234,
                             0.14285687114456508, -0.12499975092252243, 0.11139243288849235, -0.10025788431990938);
}

/// log x + correction for a tiny correction
template <class V>
KOHORT_INLINE V log_of_scaled(const Scaled<V>& x, V correction) {
    const LogParts<V> parts = log_parts(x);
    const V sum = parts.start + parts.r;  // loses nothing: what it rounds off is in lost
    const V lost = (parts.start - sum) + parts.r;
    const V rest = log_rest(parts.r) + (parts.start_low + correction);
    return sum + (lost + fma(V(-0.5) * parts.r, parts.r, rest));
}

/// log x for 0 < x < infinity, within 2^-57; |lo| may be a tenth of |hi|.
template <class V>
KOHORT_INLINE Pair<V> log_pair(V x) {
    const LogParts<V> parts = log_parts(scaled(x));
    const V half_r = V(0.5) * parts.r;
    const V half_square = half_r * parts.r;
    const V first = parts.start + parts.r;  // these two sums lose nothing: each leaves its rounding error behind
    const V first_low = (parts.start - first) + parts.r;
    const V hi = first - half_square;
    const V hi_low = (first - hi) - half_square;
    const V lost = hi_low + (first_low - fma(half_r, parts.r, -half_square));
    return {hi, (parts.start_low + lost) + log_rest(parts.r)};
}

/// x^y for 0 < x < infinity and finite y
template <class V>
KOHORT_INLINE V pow_of_positive(V x, V y) {
    const Pair<V> log_x = log_pair(x);
    const V whole = y * log_x.hi;
    const V product = clamp(whole, FormatOf<V>::least_exp_of_sum, FormatOf<V>::largest_exp_of_sum);  // beyond: 0 or infinity
    const V product_low = select(product == whole, fma(y, log_x.hi, -product) + y * log_x.lo, V(0.0));
    const V sum = product + product_low;
    return exp_of_sum(sum, (product - sum) + product_low);
}

/// x^y where x is not in (0, infinity) or y is not finite; IEEE 754-2019, 9.2.1
KOHORT_FUNCTION inline double pow_special(double x, double y) {
    if (y == 0.0 || x == 1.0) return 1.0;
    if (x != x || y != y) return nan;
    const double magnitude = absolute(x);
    if (absolute(y) == infinity) {
        if (magnitude == 1.0) return 1.0;
        return (magnitude > 1.0) == (y > 0.0) ? infinity : 0.0;
    }
    const bool integer = absolute(y) >= 0x1p52 || (absolute(y) + 0x1p52) - 0x1p52 == absolute(y);
    const bool odd = integer && absolute(y) < 0x1p53 && (static_cast<std::int64_t>(absolute(y)) & 1) == 1;
    const double sign = odd ? with_sign(1.0, x) : 1.0;
    if (magnitude == 0.0) return sign * (y > 0.0 ? 0.0 : infinity);
    if (magnitude == infinity) return sign * (y > 0.0 ? infinity : 0.0);
    return integer ? sign * pow_of_positive(magnitude, y) : nan;
}

/// result, and pow_special where x and y are not ordinary
template <class V>
[[gnu::noinline]] KOHORT_FUNCTION V mend_pow(V x, V y, V result, MaskOf<V> ordinary) {
    for (int lane = 0; lane < width_of<V>; ++lane) {
        if (get_lane(ordinary, lane)) continue;
        set_lane(result, lane, static_cast<NumberOf<V>>(pow_special(get_lane(x, lane), get_lane(y, lane))));
    }
    return result;
}

}  // namespace kohort::math::detail

namespace kohort::math::inlined {

template <class V>
[[nodiscard]] KOHORT_INLINE V log(V x) {
    V result = detail::log_of_scaled(detail::scaled(x), V(0.0));
    result = kohort::select(x == V(0.0), V(-detail::infinity), result);
    result = kohort::select(x < V(0.0), V(detail::nan), result);
    return kohort::select(x < V(detail::infinity), result, x);  // infinity and NaN are their own logarithms
}

/// x^y for all x and y as IEEE 754 has it: x^0 = 1, a negative base only with an integer exponent, else NaN.
template <class V>
[[nodiscard]] KOHORT_INLINE V pow(V x, V y) {
    const MaskOf<V> ordinary = (x > V(0.0)) & (x < V(detail::infinity)) & (detail::absolute(y) < V(detail::infinity));
    const V result = detail::pow_of_positive(x, y);
    return all(ordinary) ? result : detail::mend_pow(x, y, result, ordinary);
}

}  // namespace kohort::math::inlined

namespace kohort::math {

/// x^exponent within 0.2 %, for 0 < x < infinity and |exponent| <= 0.5: where an estimate needs no more. 0^exponent is very
/// large or very small. Coefficients interpolate log2(m) / (m - 1) and 2^r at Chebyshev nodes.
template <class V>
[[nodiscard]] KOHORT_INLINE V rough_power(V x, double exponent) {
    const detail::Scaled<V> parts = detail::scaled(x);
    const V f = parts.mantissa - V(1.0);
    const V log = fma(f, fma(f, fma(f, fma(f, V(-0.322624), V(0.510183)), V(-0.7247)), V(1.44231)), parts.exponent);
    const V power = log * V(exponent);
    const V shifted = power + V(detail::FormatOf<V>::round_magic);
    const V r = power - (shifted - V(detail::FormatOf<V>::round_magic));
    return fma(r, fma(r, fma(r, V(0.0558383), V(0.242639)), V(0.693137)), V(0.999925)) * detail::power_of_two(shifted);
}

template <class V>
[[nodiscard]] KOHORT_FUNCTION inline V log(V x) {
    return inlined::log(x);
}

/// log(1 + x) without loss near 0
template <class V>
[[nodiscard]] KOHORT_FUNCTION inline V log1p(V x) {
    const V u = V(1.0) + x;
    const V part = u - V(1.0);
    const V lost = (V(1.0) - (u - part)) + (x - part);  // u + lost == 1 + x
    V result = detail::log_of_scaled(detail::scaled(u), lost / u);
    result = kohort::select(x == V(-1.0), V(-detail::infinity), result);
    result = kohort::select(x < V(-1.0), V(detail::nan), result);
    result = kohort::select(detail::absolute(x) < V(0.25 * detail::FormatOf<V>::epsilon), x, result);
    return kohort::select(x < V(detail::infinity), result, x);
}

template <class V>
[[nodiscard]] KOHORT_FUNCTION inline V pow(V x, V y) {
    return inlined::pow(x, y);
}

}  // namespace kohort::math
