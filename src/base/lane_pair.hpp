// Lanes<16>: 16 doubles as a pair of registers, beside the one register of FloatLanes<16>. A vector type of twice a register's
// width would be kept in memory by the compiler.
#pragma once

#include "base/lanes.hpp"

namespace kohort {

template <>
struct LaneMask<double, 16> {
    LaneMask<double, 8> low;
    LaneMask<double, 8> high;

    LaneMask() = default;
    KOHORT_INLINE LaneMask(bool on) : low(on), high(on) {}
    KOHORT_INLINE LaneMask(LaneMask<double, 8> first, LaneMask<double, 8> second) : low(first), high(second) {}

    friend KOHORT_INLINE LaneMask operator&(LaneMask a, LaneMask b) { return {a.low & b.low, a.high & b.high}; }
    friend KOHORT_INLINE LaneMask operator|(LaneMask a, LaneMask b) { return {a.low | b.low, a.high | b.high}; }
    friend KOHORT_INLINE LaneMask operator^(LaneMask a, LaneMask b) { return {a.low ^ b.low, a.high ^ b.high}; }
    friend KOHORT_INLINE LaneMask operator!(LaneMask a) { return {!a.low, !a.high}; }
};

/// An unsigned 64-bit integer for each of 16 lanes.
struct WordPair {
    native::Words<8> low;
    native::Words<8> high;

    WordPair() = default;
    KOHORT_INLINE WordPair(std::uint64_t x) : low(native::Words<8>{} + x), high(low) {}
    KOHORT_INLINE WordPair(native::Words<8> first, native::Words<8> second) : low(first), high(second) {}

    friend KOHORT_INLINE WordPair operator+(WordPair a, WordPair b) { return {a.low + b.low, a.high + b.high}; }
    friend KOHORT_INLINE WordPair operator-(WordPair a, WordPair b) { return {a.low - b.low, a.high - b.high}; }
    friend KOHORT_INLINE WordPair operator&(WordPair a, WordPair b) { return {a.low & b.low, a.high & b.high}; }
    friend KOHORT_INLINE WordPair operator|(WordPair a, WordPair b) { return {a.low | b.low, a.high | b.high}; }
    friend KOHORT_INLINE WordPair operator^(WordPair a, WordPair b) { return {a.low ^ b.low, a.high ^ b.high}; }
    friend KOHORT_INLINE WordPair operator<<(WordPair a, int places) { return {a.low << places, a.high << places}; }
    friend KOHORT_INLINE WordPair operator>>(WordPair a, int places) { return {a.low >> places, a.high >> places}; }
};

template <>
struct NumberLanes<double, 16> {
    Lanes<8> low;
    Lanes<8> high;

    NumberLanes() = default;
    KOHORT_INLINE NumberLanes(double x) : low(x), high(x) {}
    KOHORT_INLINE NumberLanes(Lanes<8> first, Lanes<8> second) : low(first), high(second) {}
    static KOHORT_INLINE NumberLanes of_words(WordPair raw) {
        return {Lanes<8>::of_words(raw.low), Lanes<8>::of_words(raw.high)};
    }
    static KOHORT_INLINE NumberLanes gathered(const double* from, WordPair index) {
        return {Lanes<8>::gathered(from, index.low), Lanes<8>::gathered(from, index.high)};
    }
    static KOHORT_INLINE NumberLanes looked_up(const double (&table)[16], WordPair index) {
        return {Lanes<8>::looked_up(table, index.low), Lanes<8>::looked_up(table, index.high)};
    }

    friend KOHORT_INLINE NumberLanes operator+(NumberLanes a, NumberLanes b) {
        return {a.low + b.low, a.high + b.high};
    }
    friend KOHORT_INLINE NumberLanes operator-(NumberLanes a, NumberLanes b) {
        return {a.low - b.low, a.high - b.high};
    }
    friend KOHORT_INLINE NumberLanes operator*(NumberLanes a, NumberLanes b) {
        return {a.low * b.low, a.high * b.high};
    }
    friend KOHORT_INLINE NumberLanes operator/(NumberLanes a, NumberLanes b) {
        return {a.low / b.low, a.high / b.high};
    }
    friend KOHORT_INLINE NumberLanes operator-(NumberLanes a) { return {-a.low, -a.high}; }
    KOHORT_INLINE NumberLanes& operator+=(NumberLanes b) { return *this = *this + b; }
    KOHORT_INLINE NumberLanes& operator-=(NumberLanes b) { return *this = *this - b; }
    KOHORT_INLINE NumberLanes& operator*=(NumberLanes b) { return *this = *this * b; }

    friend KOHORT_INLINE LaneMask<double, 16> operator<(NumberLanes a, NumberLanes b) {
        return {a.low < b.low, a.high < b.high};
    }
    friend KOHORT_INLINE LaneMask<double, 16> operator<=(NumberLanes a, NumberLanes b) {
        return {a.low <= b.low, a.high <= b.high};
    }
    friend KOHORT_INLINE LaneMask<double, 16> operator>(NumberLanes a, NumberLanes b) {
        return {a.low > b.low, a.high > b.high};
    }
    friend KOHORT_INLINE LaneMask<double, 16> operator>=(NumberLanes a, NumberLanes b) {
        return {a.low >= b.low, a.high >= b.high};
    }
    friend KOHORT_INLINE LaneMask<double, 16> operator==(NumberLanes a, NumberLanes b) {
        return {a.low == b.low, a.high == b.high};
    }
    friend KOHORT_INLINE LaneMask<double, 16> operator!=(NumberLanes a, NumberLanes b) {
        return {a.low != b.low, a.high != b.high};
    }
};

template <>
struct LaneTraits<Lanes<16>> {
    static constexpr int width = 16;
    using Number = double;
    using Mask = LaneMask<double, 16>;
    using Words = WordPair;
    using Floats = FloatLanes<16>;
};

KOHORT_INLINE double get_lane(const Lanes<16>& value, int lane) {
    return lane < 8 ? get_lane(value.low, lane) : get_lane(value.high, lane - 8);
}
KOHORT_INLINE void set_lane(Lanes<16>& value, int lane, double x) {
    if (lane < 8) return set_lane(value.low, lane, x);
    set_lane(value.high, lane - 8, x);
}
KOHORT_INLINE bool get_lane(const LaneMask<double, 16>& mask, int lane) {
    return lane < 8 ? get_lane(mask.low, lane) : get_lane(mask.high, lane - 8);
}
KOHORT_INLINE void set_lane(LaneMask<double, 16>& mask, int lane, bool on) {
    if (lane < 8) return set_lane(mask.low, lane, on);
    set_lane(mask.high, lane - 8, on);
}
KOHORT_INLINE Lanes<16> select(LaneMask<double, 16> mask, Lanes<16> yes, Lanes<16> no) {
    return {select(mask.low, yes.low, no.low), select(mask.high, yes.high, no.high)};
}
KOHORT_INLINE void replace(Lanes<16>& old, LaneMask<double, 16> mask, Lanes<16> value) {
    replace(old.low, mask.low, value.low);
    replace(old.high, mask.high, value.high);
}
KOHORT_INLINE unsigned bits(LaneMask<double, 16> mask) { return bits(mask.low) | bits(mask.high) << 8; }
KOHORT_INLINE bool any(LaneMask<double, 16> mask) { return any(mask.low | mask.high); }
KOHORT_INLINE bool all(LaneMask<double, 16> mask) { return all(mask.low & mask.high); }
KOHORT_INLINE WordPair words(Lanes<16> x) { return {words(x.low), words(x.high)}; }
KOHORT_INLINE Lanes<16> fma(Lanes<16> a, Lanes<16> b, Lanes<16> c) {
    return {fma(a.low, b.low, c.low), fma(a.high, b.high, c.high)};
}
KOHORT_INLINE void scatter(double* to, WordPair index, Lanes<16> value, LaneMask<double, 16> mask) {
    if (any(mask.low)) scatter(to, index.low, value.low, mask.low);
    if (any(mask.high)) scatter(to, index.high, value.high, mask.high);
}
KOHORT_INLINE FloatLanes<16> narrow(Lanes<16> x) { return FloatLanes<16>::of(native::narrow(x.low.v, x.high.v)); }
KOHORT_INLINE Lanes<16> widen(FloatLanes<16> x) {
    return {Lanes<8>::of(native::widen_lower(x.v)), Lanes<8>::of(native::widen_upper(x.v))};
}

}  // namespace kohort
