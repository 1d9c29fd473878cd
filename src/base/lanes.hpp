// Lanes<W>: W twins side by side in a vector register, one double each. Value<W> is Lanes<W>, or plain double for W = 1,
// so that one template body serves every width and, with W = 1, a thread of a device.
// Operators are lane by lane. Comparisons give a mask (bool for double); select takes the place of if.
#pragma once

#include "base/macros.hpp"

#if !defined(__CUDACC__) && !defined(__HIPCC__)
#include "base/lanes_native.hpp"
#define KOHORT_HAS_LANES 1
#endif

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wbitwise-instead-of-logical"  // & and | of masks: a mask of one lane is a bool
#endif

namespace kohort {

template <int W>
struct Lanes;  // not defined where only W = 1 is used: on a device

template <int W>
using Value = std::conditional_t<W == 1, double, Lanes<W>>;

// --- W = 1 ---

template <class V>
struct LaneTraits;
template <>
struct LaneTraits<double> {
    static constexpr int width = 1;
    using Mask = bool;
    using Words = std::uint64_t;
};

template <class V>
inline constexpr int width_of = LaneTraits<V>::width;
template <class V>
using MaskOf = typename LaneTraits<V>::Mask;
/// An unsigned 64-bit integer per lane, with the usual operators.
template <class V>
using WordsOf = typename LaneTraits<V>::Words;

KOHORT_INLINE double get_lane(double value, int) { return value; }
KOHORT_INLINE void set_lane(double& value, int, double x) { value = x; }
KOHORT_INLINE bool get_lane(bool mask, int) { return mask; }
KOHORT_INLINE void set_lane(bool& mask, int, bool on) { mask = on; }
KOHORT_INLINE double select(bool mask, double yes, double no) { return mask ? yes : no; }
KOHORT_INLINE bool any(bool mask) { return mask; }
KOHORT_INLINE bool all(bool mask) { return mask; }
KOHORT_INLINE unsigned bits(bool mask) { return mask ? 1U : 0U; }
KOHORT_INLINE std::uint64_t words(double x) { return __builtin_bit_cast(std::uint64_t, x); }
KOHORT_INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
KOHORT_INLINE void replace(double& old, bool mask, double value) { old = mask ? value : old; }
KOHORT_INLINE void scatter(double* to, std::uint64_t index, double value, bool mask) {
    if (mask) to[index] = value;
}

#if defined(KOHORT_HAS_LANES)

/// Yes or no per lane.
template <int W>
struct Mask {
    using Vector = native::Words<W>;
    Vector v;  // 0 or all ones

    Mask() = default;
    KOHORT_INLINE Mask(bool on) : v(Vector{} - static_cast<std::uint64_t>(on ? 1 : 0)) {}
    KOHORT_INLINE static Mask of(Vector raw) {
        Mask mask;
        mask.v = raw;
        return mask;
    }

    friend KOHORT_INLINE Mask operator&(Mask a, Mask b) { return of(a.v & b.v); }
    friend KOHORT_INLINE Mask operator|(Mask a, Mask b) { return of(a.v | b.v); }
    friend KOHORT_INLINE Mask operator^(Mask a, Mask b) { return of(a.v ^ b.v); }
    friend KOHORT_INLINE Mask operator!(Mask a) { return of(~a.v); }
};

template <int W>
struct Lanes {
    static_assert(W == 2 || W == 4 || W == 8);
    using Vector = native::Doubles<W>;
    Vector v;

    Lanes() = default;
    KOHORT_INLINE Lanes(double x) : v(x - Vector{}) {}  // x - 0 is x for every x, -0 included; 0 + x is not
    KOHORT_INLINE static Lanes of(Vector raw) {
        Lanes lanes;
        lanes.v = raw;
        return lanes;
    }

    friend KOHORT_INLINE Lanes operator+(Lanes a, Lanes b) { return of(a.v + b.v); }
    friend KOHORT_INLINE Lanes operator-(Lanes a, Lanes b) { return of(a.v - b.v); }
    friend KOHORT_INLINE Lanes operator*(Lanes a, Lanes b) { return of(a.v * b.v); }
    friend KOHORT_INLINE Lanes operator/(Lanes a, Lanes b) { return of(a.v / b.v); }
    friend KOHORT_INLINE Lanes operator-(Lanes a) { return of(-a.v); }
    static KOHORT_INLINE Lanes gathered(const double* from, native::Words<W> index) {
        return of(native::gather<W>(from, index));
    }
    KOHORT_INLINE Lanes& operator+=(Lanes b) {
        v += b.v;
        return *this;
    }
    KOHORT_INLINE Lanes& operator-=(Lanes b) {
        v -= b.v;
        return *this;
    }
    KOHORT_INLINE Lanes& operator*=(Lanes b) {
        v *= b.v;
        return *this;
    }

    friend KOHORT_INLINE Mask<W> operator<(Lanes a, Lanes b) { return as_mask(a.v < b.v); }
    friend KOHORT_INLINE Mask<W> operator<=(Lanes a, Lanes b) { return as_mask(a.v <= b.v); }
    friend KOHORT_INLINE Mask<W> operator>(Lanes a, Lanes b) { return as_mask(a.v > b.v); }
    friend KOHORT_INLINE Mask<W> operator>=(Lanes a, Lanes b) { return as_mask(a.v >= b.v); }
    friend KOHORT_INLINE Mask<W> operator==(Lanes a, Lanes b) { return as_mask(a.v == b.v); }
    friend KOHORT_INLINE Mask<W> operator!=(Lanes a, Lanes b) { return as_mask(a.v != b.v); }

private:
    template <class Comparison>
    static KOHORT_INLINE Mask<W> as_mask(Comparison result) {
        return Mask<W>::of(reinterpret_cast<typename Mask<W>::Vector>(result));
    }
};

template <int W>
struct LaneTraits<Lanes<W>> {
    static constexpr int width = W;
    using Mask = kohort::Mask<W>;
    using Words = native::Words<W>;
};

template <int W>
KOHORT_INLINE double get_lane(const Lanes<W>& value, int lane) {
    return value.v[lane];
}
template <int W>
KOHORT_INLINE void set_lane(Lanes<W>& value, int lane, double x) {
    value.v[lane] = x;
}
template <int W>
KOHORT_INLINE bool get_lane(const Mask<W>& mask, int lane) {
    return mask.v[lane] != 0;
}
template <int W>
KOHORT_INLINE void set_lane(Mask<W>& mask, int lane, bool on) {
    mask.v[lane] = on ? ~std::uint64_t{0} : 0;
}
template <int W>
KOHORT_INLINE Lanes<W> select(Mask<W> mask, Lanes<W> yes, Lanes<W> no) {
    return Lanes<W>::of(mask.v ? yes.v : no.v);
}
template <int W>
KOHORT_INLINE Lanes<W> select(Mask<W> mask, std::type_identity_t<Lanes<W>> yes, double no) {
    return select(mask, yes, Lanes<W>(no));
}
/// old becomes value where mask is set. All of it is stored: a load that follows a store under a mask would wait until the store and
/// all before it, results that miss the cache included, have reached the cache.
template <int W>
KOHORT_INLINE void replace(Lanes<W>& old, Mask<W> mask, std::type_identity_t<Lanes<W>> value) {
    old.v = native::opaque<W>(select(mask, value, old).v);
}
/// Bit `lane` is set where mask is.
template <int W>
KOHORT_INLINE unsigned bits(Mask<W> mask) {
    return native::mask_bits<W>(mask.v);
}
template <int W>
KOHORT_INLINE bool any(Mask<W> mask) {
    return bits(mask) != 0;
}
template <int W>
KOHORT_INLINE bool all(Mask<W> mask) {
    return bits(mask) == (1U << W) - 1U;
}
template <int W>
KOHORT_INLINE native::Words<W> words(Lanes<W> x) {
    return reinterpret_cast<native::Words<W>>(x.v);
}
template <int W>
KOHORT_INLINE Lanes<W> fma(Lanes<W> a, Lanes<W> b, Lanes<W> c) {
    return Lanes<W>::of(native::fma<W>(a.v, b.v, c.v));
}
/// to[index] of each lane where mask is set becomes the lane's value.
template <int W>
KOHORT_INLINE void scatter(double* to, std::type_identity_t<native::Words<W>> index, Lanes<W> value, Mask<W> mask) {
    native::scatter<W>(to, index, value.v, mask.v);
}

#endif

template <class V>
KOHORT_INLINE V from_words(WordsOf<V> bits) {
    if constexpr (std::is_same_v<V, double>) {
        return __builtin_bit_cast(double, bits);
    } else {
        return V::of(reinterpret_cast<typename V::Vector>(bits));
    }
}

/// from[index] of each lane
template <class V>
KOHORT_INLINE V gather(const double* from, WordsOf<V> index) {
    if constexpr (std::is_same_v<V, double>) {
        return from[index];
    } else {
        return V::gathered(from, index);
    }
}

/// A whole number 0 <= x < 2^52 as an integer.
template <class V>
KOHORT_INLINE WordsOf<V> to_index(V x) {
    return words(x + V(0x1p52)) & ((std::uint64_t{1} << 52) - 1);
}

/// 1 where mask, else 0: the truth values of models.
template <class V>
KOHORT_INLINE V truth(MaskOf<V> mask) {
    return select(mask, V(1.0), V(0.0));
}
/// Truth values of models as a mask: anything but 0 is true, NaN included.
template <class V>
KOHORT_INLINE MaskOf<V> is_true(V truth_value) {
    return truth_value != V(0.0);
}

}  // namespace kohort
