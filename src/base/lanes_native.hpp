// The few instructions that compilers' vector extensions lack: fused multiply-add, square root, mask to bits, gather and scatter.
// Each is exact or correctly rounded, so every path gives the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors wider than the target's registers are passed in memory: slower, but right, and never across a library's boundary.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace kohort::native {

template <int W>
using Doubles __attribute__((vector_size(W * sizeof(double)))) = double;
template <int W>
using Words __attribute__((vector_size(W * sizeof(std::uint64_t)))) = std::uint64_t;

/// Applies op to the lower and upper halves of its arguments.
template <int W, class Op, class... Vectors>
[[gnu::always_inline]] inline Doubles<W> by_halves(Op op, const Vectors&... arguments) {
    const auto half = [](const Doubles<W>& whole, std::size_t upper) {
        Doubles<W / 2> part;
        std::memcpy(&part, reinterpret_cast<const char*>(&whole) + upper * sizeof part, sizeof part);
        return part;
    };
    const Doubles<W / 2> lower = op(half(arguments, 0)...);
    const Doubles<W / 2> upper = op(half(arguments, 1)...);
    Doubles<W> result;
    std::memcpy(&result, &lower, sizeof lower);
    std::memcpy(reinterpret_cast<char*>(&result) + sizeof lower, &upper, sizeof upper);
    return result;
}

/// a * b + c with one rounding.
template <int W>
[[gnu::always_inline]] inline Doubles<W> fma(Doubles<W> a, Doubles<W> b, Doubles<W> c) {
#if defined(__AVX512F__)
    if constexpr (W == 8) return _mm512_fmadd_pd(a, b, c);
#elif defined(__FMA__)
    if constexpr (W == 8) return by_halves<W>([](auto... part) { return fma<W / 2>(part...); }, a, b, c);
#endif
#if defined(__FMA__)
    if constexpr (W == 4) return _mm256_fmadd_pd(a, b, c);
    if constexpr (W == 2) return _mm_fmadd_pd(a, b, c);
#endif
    Doubles<W> result;
    for (int lane = 0; lane < W; ++lane) result[lane] = __builtin_fma(a[lane], b[lane], c[lane]);
    return result;
}

template <int W>
[[gnu::always_inline]] inline Doubles<W> sqrt(Doubles<W> x) {
#if defined(__AVX512F__)
    if constexpr (W == 8) return _mm512_sqrt_pd(x);
#elif defined(__AVX__)
    if constexpr (W == 8) return by_halves<W>([](auto part) { return sqrt<W / 2>(part); }, x);
#endif
#if defined(__AVX__)
    if constexpr (W == 4) return _mm256_sqrt_pd(x);
#endif
#if defined(__SSE2__)
    if constexpr (W == 2) return _mm_sqrt_pd(x);
#endif
    Doubles<W> result;
    for (int lane = 0; lane < W; ++lane) result[lane] = __builtin_sqrt(x[lane]);
    return result;
}

/// Bit `lane` of the result is set where the mask (0 or all ones) is.
template <int W>
[[gnu::always_inline]] inline unsigned mask_bits(Words<W> mask) {
#if defined(__AVX512DQ__)
    if constexpr (W == 8) return _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask));
#endif
#if defined(__AVX__)
    if constexpr (W == 4) return static_cast<unsigned>(_mm256_movemask_pd(reinterpret_cast<__m256d>(mask)));
#endif
#if defined(__SSE2__)
    if constexpr (W == 2) return static_cast<unsigned>(_mm_movemask_pd(reinterpret_cast<__m128d>(mask)));
#endif
    unsigned bits = 0;
    for (int lane = 0; lane < W; ++lane) bits |= static_cast<unsigned>(mask[lane] & 1U) << lane;
    return bits;
}

/// x, without the compiler seeing what it is.
template <int W>
[[gnu::always_inline]] inline Doubles<W> opaque(Doubles<W> x) {
#if defined(__AVX512F__)
    if constexpr (W == 8) asm("" : "+v"(x));
#endif
    return x;
}

/// from[index] of each lane
template <int W>
[[gnu::always_inline]] inline Doubles<W> gather(const double* from, Words<W> index) {
#if defined(__AVX512F__)
    if constexpr (W == 8) return _mm512_i64gather_pd(reinterpret_cast<__m512i>(index), from, 8);
#endif
    Doubles<W> result;
    for (int lane = 0; lane < W; ++lane) result[lane] = from[index[lane]];
    return result;
}

/// to[index] of each lane where the mask is set becomes the lane's value.
template <int W>
[[gnu::always_inline]] inline void scatter(double* to, Words<W> index, Doubles<W> value, Words<W> mask) {
#if defined(__AVX512F__)
    if constexpr (W == 8) {
        const auto lanes = static_cast<__mmask8>(mask_bits<W>(mask));
        return _mm512_mask_i64scatter_pd(to, lanes, reinterpret_cast<__m512i>(index), value, 8);
    }
#endif
    for (int lane = 0; lane < W; ++lane) {
        if (mask[lane] != 0) to[index[lane]] = value[lane];
    }
}

}  // namespace kohort::native
