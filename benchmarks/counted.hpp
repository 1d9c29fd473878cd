// A number that counts: code that is written for any V does with Counted what it does with a lane, and says how many floating-point
// operations that took. It stands above the mathematics, which finds what belongs to V by name: include it before anything else.
#pragma once

#include "base/lanes.hpp"

namespace kohort {

struct Counted {
    double value;

    static inline std::int64_t flops = 0;       // since somebody set it to 0; a fused multiply-add is two
    static inline std::int64_t operations = 0;  // the same, and a fused multiply-add is one
    static Counted after(int of_them, double value) {
        flops += of_them;
        ++operations;
        return {value};
    }
    static Counted of_words(std::uint64_t bits) { return {from_words<double>(bits)}; }
    static Counted gathered(const double* from, std::uint64_t index) { return {from[index]}; }
    static Counted looked_up(const double (&table)[16], std::uint64_t index) { return {table[index % 16]}; }

    Counted() = default;
    Counted(double x) : value(x) {}

    friend Counted operator+(Counted a, Counted b) { return after(1, a.value + b.value); }
    friend Counted operator-(Counted a, Counted b) { return after(1, a.value - b.value); }
    friend Counted operator*(Counted a, Counted b) { return after(1, a.value * b.value); }
    friend Counted operator/(Counted a, Counted b) { return after(1, a.value / b.value); }
    friend Counted operator-(Counted a) { return {-a.value}; }
    Counted& operator+=(Counted b) { return *this = *this + b; }
    Counted& operator-=(Counted b) { return *this = *this - b; }
    Counted& operator*=(Counted b) { return *this = *this * b; }

    // comparisons and choices are no arithmetic
    friend bool operator<(Counted a, Counted b) { return a.value < b.value; }
    friend bool operator<=(Counted a, Counted b) { return a.value <= b.value; }
    friend bool operator>(Counted a, Counted b) { return a.value > b.value; }
    friend bool operator>=(Counted a, Counted b) { return a.value >= b.value; }
    friend bool operator==(Counted a, Counted b) { return a.value == b.value; }
    friend bool operator!=(Counted a, Counted b) { return a.value != b.value; }
};

template <>
struct LaneTraits<Counted> {
    static constexpr int width = 1;
    using Number = double;
    using Mask = bool;
    using Words = std::uint64_t;
};

inline double get_lane(Counted value, int) { return value.value; }
inline void set_lane(Counted& value, int, double x) { value = x; }
inline Counted select(bool mask, Counted yes, Counted no) { return mask ? yes : no; }
inline std::uint64_t words(Counted x) { return words(x.value); }
inline Counted fma(Counted a, Counted b, Counted c) { return Counted::after(2, fma(a.value, b.value, c.value)); }
inline void replace(Counted& old, bool mask, Counted value) { old = mask ? value : old; }

namespace math {

inline Counted sqrt(Counted x) { return Counted::after(1, __builtin_sqrt(x.value)); }

}  // namespace math

}  // namespace kohort
