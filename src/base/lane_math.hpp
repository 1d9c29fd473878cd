// Every function of a model (model/graph.hpp, Op) for double, float and lanes of them, namespace kohort::math: the same bits for
// every width. Of floats the rarer ones are those of double, rounded.
// exp, expm1, tanh, log, log1p and pow are vectorised; the rarer ones call the standard library lane by lane.
// Truth values are 0 and 1 in V; anything but 0 is true, NaN included. Relations with NaN are false, not_equal is true.
#pragma once

#include "base/lane_log.hpp"
#include "base/lane_tanh.hpp"

#include <cmath>

namespace kohort::math {

using kohort::fma;

namespace detail {

template <class V, class Function>
KOHORT_INLINE V per_lane(Function function, V x) {
    for (int lane = 0; lane < width_of<V>; ++lane)
        set_lane(x, lane, static_cast<NumberOf<V>>(function(get_lane(x, lane))));
    return x;
}

template <class V, class Function>
KOHORT_INLINE V per_lane(Function function, V x, V y) {
    for (int lane = 0; lane < width_of<V>; ++lane) {
        set_lane(x, lane, static_cast<NumberOf<V>>(function(get_lane(x, lane), get_lane(y, lane))));
    }
    return x;
}

/// Where std::lgamma writes its sign to a global variable, the function that does not.
KOHORT_FUNCTION inline double log_gamma(double x) {
#if defined(__GLIBC__) && !defined(__CUDA_ARCH__)
    int sign = 0;
    return ::lgamma_r(x, &sign);
#else
    return ::lgamma(x);
#endif
}

}  // namespace detail

#define KOHORT_PER_LANE(name, call)                                           \
    template <class V>                                                        \
    [[nodiscard]] KOHORT_FUNCTION inline V name(V x) {                        \
        return detail::per_lane([](double value) { return call(value); }, x); \
    }
KOHORT_PER_LANE(log10, ::log10)
KOHORT_PER_LANE(log2, ::log2)
KOHORT_PER_LANE(cbrt, ::cbrt)
KOHORT_PER_LANE(floor, ::floor)
KOHORT_PER_LANE(ceil, ::ceil)
KOHORT_PER_LANE(round, ::round)  // halves away from 0
KOHORT_PER_LANE(trunc, ::trunc)
KOHORT_PER_LANE(sin, ::sin)
KOHORT_PER_LANE(cos, ::cos)
KOHORT_PER_LANE(tan, ::tan)
KOHORT_PER_LANE(asin, ::asin)
KOHORT_PER_LANE(acos, ::acos)
KOHORT_PER_LANE(atan, ::atan)
KOHORT_PER_LANE(sinh, ::sinh)
KOHORT_PER_LANE(cosh, ::cosh)
KOHORT_PER_LANE(asinh, ::asinh)
KOHORT_PER_LANE(acosh, ::acosh)
KOHORT_PER_LANE(atanh, ::atanh)
KOHORT_PER_LANE(erf, ::erf)
KOHORT_PER_LANE(erfc, ::erfc)
KOHORT_PER_LANE(tgamma, ::tgamma)
KOHORT_PER_LANE(lgamma, detail::log_gamma)
#undef KOHORT_PER_LANE

#define KOHORT_PER_LANE_OF_TWO(name, call)                                            \
    template <class V>                                                                \
    [[nodiscard]] KOHORT_FUNCTION inline V name(V x, V y) {                           \
        return detail::per_lane([](double a, double b) { return call(a, b); }, x, y); \
    }
KOHORT_PER_LANE_OF_TWO(atan2, ::atan2)
KOHORT_PER_LANE_OF_TWO(fmod, ::fmod)
KOHORT_PER_LANE_OF_TWO(hypot, ::hypot)
#undef KOHORT_PER_LANE_OF_TWO

KOHORT_INLINE double sqrt(double x) { return __builtin_sqrt(x); }
KOHORT_INLINE float sqrt(float x) { return __builtin_sqrtf(x); }
#if defined(KOHORT_HAS_LANES)
template <class T, int W>
KOHORT_INLINE NumberLanes<T, W> sqrt(NumberLanes<T, W> x) {
    return NumberLanes<T, W>::of(native::sqrt<T, W>(x.v));
}
KOHORT_INLINE Lanes<16> sqrt(Lanes<16> x) { return {sqrt(x.low), sqrt(x.high)}; }
#endif

template <class V>
KOHORT_INLINE V abs(V x) {
    return detail::absolute(x);
}

/// -1, 0 or 1; NaN for NaN
template <class V>
KOHORT_INLINE V sign(V x) {
    const V positive = kohort::select(x > V(0.0), V(1.0), V(0.0));
    const V either = kohort::select(x < V(0.0), V(-1.0), positive);
    return kohort::select(x != x, x, either);
}

/// NaN if either is NaN: a lost NaN is a silently wrong result
template <class V>
KOHORT_INLINE V min(V a, V b) {
    return kohort::select((b < a) | (b != b), b, a);
}
template <class V>
KOHORT_INLINE V max(V a, V b) {
    return kohort::select((b > a) | (b != b), b, a);
}

template <class V>
KOHORT_INLINE V less(V a, V b) {
    return truth<V>(a < b);
}
template <class V>
KOHORT_INLINE V less_equal(V a, V b) {
    return truth<V>(a <= b);
}
template <class V>
KOHORT_INLINE V greater(V a, V b) {
    return truth<V>(a > b);
}
template <class V>
KOHORT_INLINE V greater_equal(V a, V b) {
    return truth<V>(a >= b);
}
template <class V>
KOHORT_INLINE V equal(V a, V b) {
    return truth<V>(a == b);
}
template <class V>
KOHORT_INLINE V not_equal(V a, V b) {
    return truth<V>(a != b);
}
template <class V>
KOHORT_INLINE V logical_and(V a, V b) {
    return truth<V>(is_true(a) & is_true(b));
}
template <class V>
KOHORT_INLINE V logical_or(V a, V b) {
    return truth<V>(is_true(a) | is_true(b));
}
template <class V>
KOHORT_INLINE V logical_not(V a) {
    return truth<V>(a == V(0.0));
}

/// a where condition is true, else b
template <class V>
KOHORT_INLINE V select(V condition, V a, V b) {
    return kohort::select(is_true(condition), a, b);
}

}  // namespace kohort::math
