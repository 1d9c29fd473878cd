// exp and expm1 for any width, with the same bits for every width. At most 1 unit in the last place.
// Method: x = n ln2 + r with |r| <= ln2 / 2 and e^r a polynomial (Muller, Elementary Functions, 3rd ed., 2016, ch. 11);
// the coefficients interpolate (e^r - 1 - r) / r^2 at Chebyshev nodes (2^-61 of the result).
#pragma once

#include "base/lanes.hpp"

namespace kohort::math::detail {

/// hi + lo, unevaluated, |lo| at most about half a unit in the last place of hi.
template <class V>
struct Pair {
    V hi;
    V lo;
};

/// Sum of c_i x^i by Estrin's scheme, which leaves the processor more to do at a time than Horner's.
template <class V, class... Coefficients>
KOHORT_INLINE V polynomial(V x, Coefficients... coefficients) {
    V level[] = {V(coefficients)...};
    V power = x;
    for (int length = sizeof...(Coefficients); length > 1; length = (length + 1) / 2) {
        for (int i = 0; i < length / 2; ++i) level[i] = fma(power, level[2 * i + 1], level[2 * i]);
        if (length % 2 == 1) level[length / 2] = level[length - 1];
        power = power * power;
    }
    return level[0];
}

inline constexpr double log2_e = 0x1.71547652b82fep+0;

/// How a number is made, and where functions of it leave its range.
template <class T>
struct Format;
template <>
struct Format<double> {
    using Word = std::uint64_t;
    static constexpr int mantissa_bits = 52;
    static constexpr Word exponent_bias = 1023;
    static constexpr double epsilon = 0x1p-52;
    static constexpr double least_normal = 0x1p-1022;
    static constexpr double least_exp = -746.0;  // e^x is 0 below, infinity above
    static constexpr double largest_exp = 710.0;
    static constexpr double least_exp_of_sum = -746.0;  // what exp_of_sum is made for
    static constexpr double largest_exp_of_sum = 1000.0;
    static constexpr double least_expm1 = -40.0;  // e^x - 1 is -1 below
    static constexpr double largest_expm1 = 710.0;
    static constexpr double ln2_high = 0x1.62e42fefa39efp-1;  // n ln2 = n high + n low; x - n high is exact under fma
    static constexpr double ln2_low = 0x1.abc9e3b39803fp-56;
    static constexpr double ln2_short = 0x1.62e42fefa2000p-1;  // few bits, so that an exponent times it is exact
    static constexpr double ln2_rest = 0x1.9ef35793c7673p-41;  // ln2 - ln2_short
    static constexpr Word sqrt_half = 0x3fe6a09e667f3bcdU;     // bits of sqrt(1/2)
    static constexpr Word reciprocal = 0x7fde62386cab5cfeU;    // see lane_reciprocal.hpp
    static constexpr double round_magic = 0x1.8p52;            // x + this - this rounds |x| < 2^51 to an integer
};
template <>
struct Format<float> {
    using Word = std::uint32_t;
    static constexpr int mantissa_bits = 23;
    static constexpr Word exponent_bias = 127;
    static constexpr double epsilon = 0x1p-23;
    static constexpr double least_normal = 0x1p-126;
    static constexpr double least_exp = -104.0;
    static constexpr double largest_exp = 89.0;
    static constexpr double least_exp_of_sum = -104.0;
    static constexpr double largest_exp_of_sum = 130.0;
    static constexpr double least_expm1 = -18.0;
    static constexpr double largest_expm1 = 88.875;
    static constexpr double ln2_high = 0x1.62e430p-1;
    static constexpr double ln2_low = -0x1.05c610p-29;
    static constexpr double ln2_short = 0x1.62e000p-1;
    static constexpr double ln2_rest = 0x1.0bfbe8p-15;
    static constexpr Word sqrt_half = 0x3f3504f3U;
    static constexpr Word reciprocal = 0x7ef311c3U;
    static constexpr double round_magic = 0x1.8p23;
};
template <class V>
using FormatOf = Format<NumberOf<V>>;

/// 2^n for an integer that is an exponent of normal numbers, from n + round_magic.
template <class V>
KOHORT_INLINE V power_of_two(V n_plus_magic) {
    using F = FormatOf<V>;
    return from_words<V>((words(n_plus_magic) + F::exponent_bias) << F::mantissa_bits);
}

/// x 2^n for 1/2 < x < 2 and whole n in the range of exp_of_sum, rounded once. Overflows to infinity and underflows gradually.
template <class V>
KOHORT_INLINE V scaled_by_power_of_two(V x, V n) {
    if constexpr (requires { scale(x, n); }) {
        return scale(x, n);
    } else {
        constexpr double magic = FormatOf<V>::round_magic;
        const V half_shifted = fma(n, V(0.5), V(magic));  // in two factors, since n may leave the exponents of normal numbers
        const V rest = n - (half_shifted - V(magic));
        return x * power_of_two(half_shifted) * power_of_two(rest + V(magic));
    }
}

/// (e^r - 1 - r - r^2 / 2) / r^3 for |r| <= ln2 / 2
template <class V>
KOHORT_INLINE V exp_tail(V r) {
    if constexpr (sizeof(NumberOf<V>) == sizeof(float)) {
        return polynomial(r, 0.1666666667, 0.04166655466, 0.008333320892, 0.001392617612, 0.0001988269004);
    }
    return polynomial(r, 0.1666666666666667, 0.04166666666666667, 0.008333333333326136, 0.0013888888888883748,
                      0.00019841269874820627, 2.4801587325547743e-05, 2.7557255400206422e-06, 2.75572736431103e-07,
                      2.5105217004720745e-08, 2.0914686968086876e-09);
}

/// e^(x + x_low) for x in the range of Format and a tiny x_low. Overflows to infinity and underflows gradually.
template <class V>
KOHORT_INLINE V exp_of_sum(V x, V x_low) {
    const V shifted = fma(x, V(log2_e), V(FormatOf<V>::round_magic));
    const V n = shifted - V(FormatOf<V>::round_magic);
    const V r = fma(n, V(-FormatOf<V>::ln2_high), x) + fma(n, V(-FormatOf<V>::ln2_low), x_low);
    const V e = V(1.0) + fma(r * r, fma(r, exp_tail(r), V(0.5)), r);
    return scaled_by_power_of_two(e, n);
}

/// (e^x - 1) / 2 in the range of Format
template <class V>
KOHORT_INLINE Pair<V> half_expm1(V x) {
    const V shifted = fma(x, V(log2_e), V(FormatOf<V>::round_magic));
    const V n = shifted - V(FormatOf<V>::round_magic);
    const V reduced = fma(n, V(-FormatOf<V>::ln2_high), x);
    const V r = fma(n, V(-FormatOf<V>::ln2_low), reduced);
    const V r_low = fma(n, V(-FormatOf<V>::ln2_low), reduced - r);
    const V square = r * r;
    const V half_square = V(0.5) * square;
    const V start = r + half_square;
    const V start_low = ((r - start) + half_square) + fma(V(0.5), fma(r, r, -square), r_low);
    const V tail = r * square * exp_tail(r);
    const V p = start + tail;
    const V p_low = ((start - p) + tail) + start_low;
    const V scale = power_of_two(shifted - V(1.0));
    const V one = scale - V(0.5);
    const V scaled = scale * p;
    const V hi = one + scaled;
    return {hi, fma(scale, p_low, ((one - hi) + scaled) + ((scale - one) - V(0.5)))};
}

template <class V>
inline constexpr typename FormatOf<V>::Word sign_bit = typename FormatOf<V>::Word{1} << (8 * sizeof(NumberOf<V>) - 1);

template <class V>
KOHORT_INLINE V absolute(V x) {
    return from_words<V>(words(x) & static_cast<typename FormatOf<V>::Word>(~sign_bit<V>));
}

/// |magnitude| with the sign of sign
template <class V>
KOHORT_INLINE V with_sign(V magnitude, V sign) {
    constexpr auto others = static_cast<typename FormatOf<V>::Word>(~sign_bit<V>);
    return from_words<V>((words(magnitude) & others) | (words(sign) & sign_bit<V>));
}

/// x, or the nearer bound where x is beyond it; NaN stays NaN
template <class V>
KOHORT_INLINE V clamp(V x, double low, double high) {
    const V raised = select(x < V(low), V(low), x);
    return select(raised > V(high), V(high), raised);
}

}  // namespace kohort::math::detail

// For the few calls of a function that is called all the time: whoever inlines them saves registers and works on two at a time.
namespace kohort::math::inlined {

template <class V>
[[nodiscard]] KOHORT_INLINE V exp(V x) {
    using F = detail::FormatOf<V>;
    return detail::exp_of_sum(detail::clamp(x, F::least_exp, F::largest_exp), V(0.0));
}

}  // namespace kohort::math::inlined

namespace kohort::math {

template <class V>
[[nodiscard]] KOHORT_FUNCTION inline V exp(V x) {
    return inlined::exp(x);
}

/// e^x - 1 without loss near 0
template <class V>
[[nodiscard]] KOHORT_FUNCTION inline V expm1(V x) {
    using F = detail::FormatOf<V>;
    const detail::Pair<V> half = detail::half_expm1(detail::clamp(x, F::least_expm1, F::largest_expm1));
    const V result = V(2.0) * (half.hi + half.lo);
    return kohort::select(detail::absolute(x) < V(0.25 * F::epsilon), x, result);
}

}  // namespace kohort::math
