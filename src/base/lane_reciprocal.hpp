// 1 / x without the divider, for any width and with the same bits for every width and every processor. A division of 8 lanes keeps the
// divider busy for 16 cycles; these few products and sums take 4 to 5.
// Method: subtracting the bits of x from a constant negates its exponent and runs linearly through its mantissa, which gives 1 / x
// within 5.1 %. A series in the error e of an approximation (Muller, Handbook of Floating-Point Arithmetic, 2nd ed., 2018,
// section 4.7) then leaves e^4 of it: 7e-6 after one step, nothing but rounding after two.
#pragma once

#include "base/lane_exp.hpp"

namespace kohort::math::detail {

/// x to the next power of 4 of its relative error
template <class V>
KOHORT_INLINE V closer_reciprocal(V of, V x) {
    const V e = fma(-of, x, V(1.0));
    const V closer = fma(x, e, x);
    return fma(closer, e * e, closer);
}

}  // namespace kohort::math::detail

// For 2^-1000 <= |x| <= 2^1000, in floats 2^-120 to 2^120; elsewhere, NaN included, the results are something else.
namespace kohort::math {

/// 1 / x within 7e-6 of it: where a norm or an estimate needs no more.
template <class V>
[[nodiscard]] KOHORT_INLINE V rough_reciprocal(V x) {
    return detail::closer_reciprocal(x, from_words<V>(detail::FormatOf<V>::reciprocal - words(x)));
}

/// 1 / x within 1 unit in the last place.
template <class V>
[[nodiscard]] KOHORT_INLINE V quick_reciprocal(V x) {
    const V rough = rough_reciprocal(x);
    if constexpr (sizeof(NumberOf<V>) == sizeof(float)) return fma(fma(-x, rough, V(1.0)), rough, rough);
    return detail::closer_reciprocal(x, rough);
}

}  // namespace kohort::math
