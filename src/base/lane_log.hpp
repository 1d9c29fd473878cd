// log, log1p and pow for any width, with the same bits for every width. log and log1p: at most 1 unit in the last place;
// x^y: at most 1.5 + |y| / 8.
// Method: x = 2^k m with sqrt(1/2) <= m < sqrt(2), log m = 2 atanh(s) with s = (m - 1) / (m + 1) and a polynomial in s^2
// (Muller, Elementary Functions, 3rd ed., 2016, ch. 11); pow carries log x with its rounding errors. Coefficients interpolate at Chebyshev nodes.
#pragma once

#include "base/lane_exp.hpp"

#include <limits>

namespace kohort::math::detail {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// x = 2^exponent * mantissa with sqrt(1/2) <= mantissa < sqrt(2)
template <class V>
struct Scaled {
    V exponent;
    V mantissa;
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
    return {exponent - select(subnormal, V(F::mantissa_bits + 2.0), V(0.0)), mantissa};
}

/// log(1 + f) - f + f^2 / 2, for sqrt(1/2) <= 1 + f < sqrt(2)
template <class V>
KOHORT_INLINE V log_rest(V f, V half_square) {
    const V s = f / (V(2.0) + f);
    const V z = s * s;
    if constexpr (sizeof(NumberOf<V>) == sizeof(float)) {
        return s * (half_square + z * polynomial(z, 0.6666668504, 0.3998878057, 0.2957994939));
    }
    const V tail = z * polynomial(z, 0.666666666666667, 0.3999999999989827, 0.2857142862653362, 0.22222211043776857,
                                  0.18182895750119193, 0.1533150161114533, 0.1461916613488797);
    return s * (half_square + tail);
}

/// log(2^k (1 + f)) + correction for sqrt(1/2) <= 1 + f < sqrt(2) and a tiny correction
template <class V>
KOHORT_INLINE V log_of_scaled(V k, V f, V correction) {
    const V half_square = V(0.5) * f * f;
    const V low = log_rest(f, half_square) + fma(k, V(FormatOf<V>::ln2_rest), correction);
    return k * V(FormatOf<V>::ln2_short) - ((half_square - low) - f);
}

/// log x for 0 < x < infinity, within 2^-57 for x near 1 and 2^-57 beside it elsewhere; |lo| may be a tenth of |hi|.
template <class V>
KOHORT_INLINE Pair<V> log_pair(V x) {
    const Scaled<V> parts = scaled(x);
    const V f = parts.mantissa - V(1.0);
    const V half_f = V(0.5) * f;
    const V half_square = half_f * f;
    const V k_ln2 = parts.exponent * V(FormatOf<V>::ln2_short);
    const V first = k_ln2 + f;  // these two sums lose nothing: each leaves its rounding error behind
    const V first_low = (k_ln2 - first) + f;
    const V hi = first - half_square;
    const V hi_low = (first - hi) - half_square;
    const V lost = hi_low + (first_low - fma(half_f, f, -half_square));
    return {hi, fma(parts.exponent, V(FormatOf<V>::ln2_rest), lost) + log_rest(f, half_square)};
}

/// x^y for 0 < x < infinity and finite y
template <class V>
KOHORT_INLINE V pow_of_positive(V x, V y) {
    const Pair<V> log_x = log_pair(x);
    const V whole = y * log_x.hi;
    const V product = clamp(whole, -2000.0, 2000.0);  // beyond, the result is 0 or infinity in any case
    const V product_low = select(product == whole, fma(y, log_x.hi, -product) + y * log_x.lo, V(0.0));
    const V sum = product + product_low;
    const V bounded = clamp(sum, FormatOf<V>::least_exp_of_sum, FormatOf<V>::largest_exp_of_sum);
    return exp_of_sum(bounded, select(bounded == sum, (product - sum) + product_low, V(0.0)));
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
    const detail::Scaled<V> parts = detail::scaled(x);
    V result = detail::log_of_scaled(parts.exponent, parts.mantissa - V(1.0), V(0.0));
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
    const detail::Scaled<V> parts = detail::scaled(u);
    V result = detail::log_of_scaled(parts.exponent, parts.mantissa - V(1.0), lost / u);
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
