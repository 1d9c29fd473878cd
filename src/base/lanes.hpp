// Lanes<W>: W twins side by side in a vector register, one double each. Value<W> is Lanes<W>, or plain double for W = 1,
// so that one template body serves every width and, with W = 1, a thread of a device. FloatLanes<W> has a float each, for mixed
// precision: 16 of them fill the register that 8 doubles fill, and Lanes<16> are two registers (lane_pair.hpp).
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

template <class T, int W>
struct NumberLanes;  // not defined where only W = 1 is used: on a device

template <int W>
using Lanes = NumberLanes<double, W>;
template <int W>
using FloatLanes = NumberLanes<float, W>;

template <int W>
using Value = std::conditional_t<W == 1, double, Lanes<W>>;

// --- W = 1 ---

template <class V>
struct LaneTraits;
template <>
struct LaneTraits<double> {
    static constexpr int width = 1;
    using Number = double;
    using Mask = bool;
    using Words = std::uint64_t;
    using Floats = float;
};
template <>
struct LaneTraits<float> {
    static constexpr int width = 1;
    using Number = float;
    using Mask = bool;
    using Words = std::uint32_t;
};

template <class V>
inline constexpr int width_of = LaneTraits<V>::width;
/// double or float
template <class V>
using NumberOf = typename LaneTraits<V>::Number;
template <class V>
using MaskOf = typename LaneTraits<V>::Mask;
/// An unsigned integer per lane, as long as its number, with the usual operators.
template <class V>
using WordsOf = typename LaneTraits<V>::Words;
/// As many lanes of float.
template <class V>
using FloatsOf = typename LaneTraits<V>::Floats;

template <class T>
concept Number = std::is_same_v<T, double> || std::is_same_v<T, float>;

template <Number T>
KOHORT_INLINE T get_lane(T value, int) {
    return value;
}
template <Number T>
KOHORT_INLINE void set_lane(T& value, int, std::type_identity_t<T> x) {
    value = x;
}
KOHORT_INLINE bool get_lane(bool mask, int) { return mask; }
KOHORT_INLINE void set_lane(bool& mask, int, bool on) { mask = on; }
KOHORT_INLINE double select(bool mask, double yes, double no) { return mask ? yes : no; }
KOHORT_INLINE float select(bool mask, float yes, float no) { return mask ? yes : no; }
KOHORT_INLINE bool any(bool mask) { return mask; }
KOHORT_INLINE bool all(bool mask) { return mask; }
KOHORT_INLINE unsigned bits(bool mask) { return mask ? 1U : 0U; }
KOHORT_INLINE std::uint64_t words(double x) { return __builtin_bit_cast(std::uint64_t, x); }
KOHORT_INLINE std::uint32_t words(float x) { return __builtin_bit_cast(std::uint32_t, x); }
KOHORT_INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
KOHORT_INLINE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
KOHORT_INLINE void replace(double& old, bool mask, double value) { old = mask ? value : old; }
KOHORT_INLINE void scatter(double* to, std::uint64_t index, double value, bool mask) {
    if (mask) to[index] = value;
}
/// The nearest floats; beyond their range infinity or 0.
KOHORT_INLINE float narrow(double x) { return static_cast<float>(x); }
KOHORT_INLINE double widen(float x) { return x; }

#if defined(KOHORT_HAS_LANES)

/// Yes or no per lane.
template <class T, int W>
struct LaneMask {
    using Vector = native::WordsFor<T, W>;
    Vector v;  // 0 or all ones

    LaneMask() = default;
    KOHORT_INLINE LaneMask(bool on) : v(Vector{} - static_cast<native::Word<T>>(on ? 1 : 0)) {}
    KOHORT_INLINE static LaneMask of(Vector raw) {
        LaneMask mask;
        mask.v = raw;
        return mask;
    }

    friend KOHORT_INLINE LaneMask operator&(LaneMask a, LaneMask b) { return of(a.v & b.v); }
    friend KOHORT_INLINE LaneMask operator|(LaneMask a, LaneMask b) { return of(a.v | b.v); }
    friend KOHORT_INLINE LaneMask operator^(LaneMask a, LaneMask b) { return of(a.v ^ b.v); }
    friend KOHORT_INLINE LaneMask operator!(LaneMask a) { return of(~a.v); }
};

template <class T, int W>
struct NumberLanes {
    static_assert(W == 2 || W == 4 || W == 8 || (W == 16 && std::is_same_v<T, float>));
    using Vector = native::Numbers<T, W>;
    using Words = native::WordsFor<T, W>;
    Vector v;

    NumberLanes() = default;
    KOHORT_INLINE NumberLanes(double x)
        : v(static_cast<T>(x) - Vector{}) {}  // x - 0 is x for every x, -0 included; 0 + x is not
    KOHORT_INLINE static NumberLanes of(Vector raw) {
        NumberLanes lanes;
        lanes.v = raw;
        return lanes;
    }

    friend KOHORT_INLINE NumberLanes operator+(NumberLanes a, NumberLanes b) { return of(a.v + b.v); }
    friend KOHORT_INLINE NumberLanes operator-(NumberLanes a, NumberLanes b) { return of(a.v - b.v); }
    friend KOHORT_INLINE NumberLanes operator*(NumberLanes a, NumberLanes b) { return of(a.v * b.v); }
    friend KOHORT_INLINE NumberLanes operator/(NumberLanes a, NumberLanes b) { return of(a.v / b.v); }
    friend KOHORT_INLINE NumberLanes operator-(NumberLanes a) { return of(-a.v); }
    static KOHORT_INLINE NumberLanes of_words(Words raw) { return of(reinterpret_cast<Vector>(raw)); }
    static KOHORT_INLINE NumberLanes gathered(const double* from, Words index) {
        return of(native::gather<W>(from, index));
    }
    static KOHORT_INLINE NumberLanes looked_up(const T (&table)[16], Words index) {
        return of(native::lookup<T, W>(table, index));
    }
    KOHORT_INLINE NumberLanes& operator+=(NumberLanes b) {
        v += b.v;
        return *this;
    }
    KOHORT_INLINE NumberLanes& operator-=(NumberLanes b) {
        v -= b.v;
        return *this;
    }
    KOHORT_INLINE NumberLanes& operator*=(NumberLanes b) {
        v *= b.v;
        return *this;
    }

    friend KOHORT_INLINE LaneMask<T, W> operator<(NumberLanes a, NumberLanes b) { return as_mask(a.v < b.v); }
    friend KOHORT_INLINE LaneMask<T, W> operator<=(NumberLanes a, NumberLanes b) { return as_mask(a.v <= b.v); }
    friend KOHORT_INLINE LaneMask<T, W> operator>(NumberLanes a, NumberLanes b) { return as_mask(a.v > b.v); }
    friend KOHORT_INLINE LaneMask<T, W> operator>=(NumberLanes a, NumberLanes b) { return as_mask(a.v >= b.v); }
    friend KOHORT_INLINE LaneMask<T, W> operator==(NumberLanes a, NumberLanes b) { return as_mask(a.v == b.v); }
    friend KOHORT_INLINE LaneMask<T, W> operator!=(NumberLanes a, NumberLanes b) { return as_mask(a.v != b.v); }

private:
    template <class Comparison>
    static KOHORT_INLINE LaneMask<T, W> as_mask(Comparison result) {
        return LaneMask<T, W>::of(reinterpret_cast<typename LaneMask<T, W>::Vector>(result));
    }
};

template <class T, int W>
struct LaneTraits<NumberLanes<T, W>> {
    static constexpr int width = W;
    using Number = T;
    using Mask = LaneMask<T, W>;
    using Words = native::WordsFor<T, W>;
    using Floats = FloatLanes<W>;
};

template <class T, int W>
KOHORT_INLINE T get_lane(const NumberLanes<T, W>& value, int lane) {
    return value.v[lane];
}
template <class T, int W>
KOHORT_INLINE void set_lane(NumberLanes<T, W>& value, int lane, std::type_identity_t<T> x) {
    value.v[lane] = x;
}
template <class T, int W>
KOHORT_INLINE bool get_lane(const LaneMask<T, W>& mask, int lane) {
    return mask.v[lane] != 0;
}
template <class T, int W>
KOHORT_INLINE void set_lane(LaneMask<T, W>& mask, int lane, bool on) {
    mask.v[lane] = on ? ~native::Word<T>{0} : 0;
}
template <class T, int W>
KOHORT_INLINE NumberLanes<T, W> select(LaneMask<T, W> mask, NumberLanes<T, W> yes, NumberLanes<T, W> no) {
    return NumberLanes<T, W>::of(mask.v ? yes.v : no.v);
}
template <class T, int W>
KOHORT_INLINE NumberLanes<T, W> select(LaneMask<T, W> mask, std::type_identity_t<NumberLanes<T, W>> yes, double no) {
    return select(mask, yes, NumberLanes<T, W>(no));
}
/// old becomes value where mask is set. All of it is stored: a load that follows a store under a mask would wait until the store and
/// all before it, results that miss the cache included, have reached the cache.
template <class T, int W>
KOHORT_INLINE void replace(NumberLanes<T, W>& old, LaneMask<T, W> mask, std::type_identity_t<NumberLanes<T, W>> value) {
    old.v = native::opaque<T, W>(select(mask, value, old).v);
}
/// Bit `lane` is set where mask is.
template <class T, int W>
KOHORT_INLINE unsigned bits(LaneMask<T, W> mask) {
    return native::mask_bits<T, W>(mask.v);
}
template <class T, int W>
KOHORT_INLINE bool any(LaneMask<T, W> mask) {
    return bits(mask) != 0;
}
template <class T, int W>
KOHORT_INLINE bool all(LaneMask<T, W> mask) {
    return bits(mask) == (1U << W) - 1U;
}
template <class T, int W>
KOHORT_INLINE native::WordsFor<T, W> words(NumberLanes<T, W> x) {
    return reinterpret_cast<native::WordsFor<T, W>>(x.v);
}
template <class T, int W>
KOHORT_INLINE NumberLanes<T, W> fma(NumberLanes<T, W> a, NumberLanes<T, W> b, NumberLanes<T, W> c) {
    return NumberLanes<T, W>::of(native::fma<T, W>(a.v, b.v, c.v));
}
/// to[index] of each lane where mask is set becomes the lane's value.
template <int W>
KOHORT_INLINE void scatter(double* to, std::type_identity_t<native::Words<W>> index, Lanes<W> value,
                           LaneMask<double, W> mask) {
    native::scatter<W>(to, index, value.v, mask.v);
}

/// x 2^n for whole n, rounded once, where the target has an instruction for it.
template <class T, int W>
    requires(native::has_scale<T, W>)
KOHORT_INLINE NumberLanes<T, W> scale(NumberLanes<T, W> x, NumberLanes<T, W> n) {
    return NumberLanes<T, W>::of(native::scale<T, W>(x.v, n.v));
}

template <int W>
KOHORT_INLINE FloatLanes<W> narrow(Lanes<W> x) {
    return FloatLanes<W>::of(__builtin_convertvector(x.v, native::Floats<W>));
}
template <int W>
KOHORT_INLINE Lanes<W> widen(FloatLanes<W> x) {
    return Lanes<W>::of(__builtin_convertvector(x.v, native::Doubles<W>));
}

#endif

template <class V>
KOHORT_INLINE V from_words(WordsOf<V> bits) {
    if constexpr (Number<V>) {
        return __builtin_bit_cast(V, bits);
    } else {
        return V::of_words(bits);
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

/// table[index mod 16] of each lane; a lookup takes as long as an addition where a table fits two registers.
template <class V>
KOHORT_INLINE V lookup(const NumberOf<V> (&table)[16], WordsOf<V> index) {
    if constexpr (Number<V>) {
        return table[index % 16];
    } else {
        return V::looked_up(table, index);
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

#if defined(KOHORT_HAS_LANES)
#include "base/lane_pair.hpp"
#endif
