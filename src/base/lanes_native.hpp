// The few instructions that compilers' vector extensions lack: fused multiply-add, square root, mask to bits, gather and scatter.
// Each is exact or correctly rounded, so every path gives the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors wider than the target's registers are passed in memory: slower, but right, and never across a library's boundary.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace kohort::native {

template <class T, int W>
using Numbers __attribute__((vector_size(W * sizeof(T)))) = T;
template <int W>
using Doubles = Numbers<double, W>;
template <int W>
using Floats = Numbers<float, W>;

/// An unsigned integer as long as the number.
template <class T>
using Word = std::conditional_t<std::is_same_v<T, float>, std::uint32_t, std::uint64_t>;
template <class T, int W>
using WordsFor = Numbers<Word<T>, W>;
template <int W>
using Words = WordsFor<double, W>;

/// The lower or the upper half.
template <class T, int W>
[[gnu::always_inline]] inline Numbers<T, W / 2> half(const Numbers<T, W>& whole, std::size_t upper) {
    Numbers<T, W / 2> part;
    std::memcpy(&part, reinterpret_cast<const char*>(&whole) + upper * sizeof part, sizeof part);
    return part;
}

template <class T, int W>
[[gnu::always_inline]] inline Numbers<T, W> joined(Numbers<T, W / 2> lower, Numbers<T, W / 2> upper) {
    Numbers<T, W> whole;
    std::memcpy(&whole, &lower, sizeof lower);
    std::memcpy(reinterpret_cast<char*>(&whole) + sizeof lower, &upper, sizeof upper);
    return whole;
}

/// Applies op to the lower and upper halves of its arguments.
template <class T, int W, class Op, class... Vectors>
[[gnu::always_inline]] inline Numbers<T, W> by_halves(Op op, const Vectors&... arguments) {
    return joined<T, W>(op(half<T, W>(arguments, 0)...), op(half<T, W>(arguments, 1)...));
}

/// a * b + c with one rounding.
template <class T, int W>
[[gnu::always_inline]] inline Numbers<T, W> fma(Numbers<T, W> a, Numbers<T, W> b, Numbers<T, W> c) {
    [[maybe_unused]] constexpr std::size_t bytes = W * sizeof(T);
    constexpr bool is_float = std::is_same_v<T, float>;
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && is_float) return _mm512_fmadd_ps(a, b, c);
    if constexpr (bytes == 64 && !is_float) return _mm512_fmadd_pd(a, b, c);
#elif defined(__FMA__)
    if constexpr (bytes == 64) return by_halves<T, W>([](auto... part) { return fma<T, W / 2>(part...); }, a, b, c);
#endif
#if defined(__FMA__)
    if constexpr (bytes == 32 && is_float) return _mm256_fmadd_ps(a, b, c);
    if constexpr (bytes == 32 && !is_float) return _mm256_fmadd_pd(a, b, c);
    if constexpr (bytes == 16 && is_float) return _mm_fmadd_ps(a, b, c);
    if constexpr (bytes == 16 && !is_float) return _mm_fmadd_pd(a, b, c);
#endif
    Numbers<T, W> result;
    for (int lane = 0; lane < W; ++lane) {
        if constexpr (is_float) {
            result[lane] = __builtin_fmaf(a[lane], b[lane], c[lane]);
        } else {
            result[lane] = __builtin_fma(a[lane], b[lane], c[lane]);
        }
    }
    return result;
}

template <class T, int W>
[[gnu::always_inline]] inline Numbers<T, W> sqrt(Numbers<T, W> x) {
    [[maybe_unused]] constexpr std::size_t bytes = W * sizeof(T);
    constexpr bool is_float = std::is_same_v<T, float>;
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && is_float) return _mm512_sqrt_ps(x);
    if constexpr (bytes == 64 && !is_float) return _mm512_sqrt_pd(x);
#elif defined(__AVX__)
    if constexpr (bytes == 64) return by_halves<T, W>([](auto part) { return sqrt<T, W / 2>(part); }, x);
#endif
#if defined(__AVX__)
    if constexpr (bytes == 32 && is_float) return _mm256_sqrt_ps(x);
    if constexpr (bytes == 32 && !is_float) return _mm256_sqrt_pd(x);
#endif
#if defined(__SSE2__)
    if constexpr (bytes == 16 && is_float) return _mm_sqrt_ps(x);
    if constexpr (bytes == 16 && !is_float) return _mm_sqrt_pd(x);
#endif
    Numbers<T, W> result;
    for (int lane = 0; lane < W; ++lane) {
        if constexpr (is_float) {
            result[lane] = __builtin_sqrtf(x[lane]);
        } else {
            result[lane] = __builtin_sqrt(x[lane]);
        }
    }
    return result;
}

#if defined(__AVX512F__) && defined(__AVX512VL__)
template <class T, int W>
inline constexpr bool has_scale = W * sizeof(T) >= 16 && W * sizeof(T) <= 64;
#else
template <class T, int W>
inline constexpr bool has_scale = false;
#endif

/// x 2^n for whole n, rounded once, where the target has_scale.
template <class T, int W>
[[gnu::always_inline]] inline Numbers<T, W> scale([[maybe_unused]] Numbers<T, W> x, [[maybe_unused]] Numbers<T, W> n) {
    static_assert(has_scale<T, W>);
#if defined(__AVX512F__) && defined(__AVX512VL__)
    constexpr std::size_t bytes = W * sizeof(T);
    if constexpr (std::is_same_v<T, float>) {
        if constexpr (bytes == 64) return _mm512_scalef_ps(x, n);
        if constexpr (bytes == 32) return _mm256_scalef_ps(x, n);
        if constexpr (bytes == 16) return _mm_scalef_ps(x, n);
    } else {
        if constexpr (bytes == 64) return _mm512_scalef_pd(x, n);
        if constexpr (bytes == 32) return _mm256_scalef_pd(x, n);
        if constexpr (bytes == 16) return _mm_scalef_pd(x, n);
    }
#endif
}

/// Bit `lane` of the result is set where the mask (0 or all ones) is.
template <class T, int W>
[[gnu::always_inline]] inline unsigned mask_bits(WordsFor<T, W> mask) {
    [[maybe_unused]] constexpr std::size_t bytes = W * sizeof(T);
    constexpr bool is_float = std::is_same_v<T, float>;
#if defined(__AVX512DQ__)
    if constexpr (bytes == 64 && is_float) return _mm512_movepi32_mask(reinterpret_cast<__m512i>(mask));
    if constexpr (bytes == 64 && !is_float) return _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask));
#endif
#if defined(__AVX__)
    if constexpr (bytes == 32 && is_float)
        return static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(mask)));
    if constexpr (bytes == 32 && !is_float)
        return static_cast<unsigned>(_mm256_movemask_pd(reinterpret_cast<__m256d>(mask)));
#endif
#if defined(__SSE2__)
    if constexpr (bytes == 16 && is_float)
        return static_cast<unsigned>(_mm_movemask_ps(reinterpret_cast<__m128>(mask)));
    if constexpr (bytes == 16 && !is_float)
        return static_cast<unsigned>(_mm_movemask_pd(reinterpret_cast<__m128d>(mask)));
#endif
    unsigned bits = 0;
    for (int lane = 0; lane < W; ++lane) bits |= static_cast<unsigned>(mask[lane] & 1U) << lane;
    return bits;
}

/// x, without the compiler seeing what it is.
template <class T, int W>
[[gnu::always_inline]] inline Numbers<T, W> opaque(Numbers<T, W> x) {
#if defined(__AVX512F__)
    if constexpr (W * sizeof(T) == 64) asm("" : "+v"(x));
#endif
    return x;
}

/// The nearest floats of twice as many doubles as a register holds, and the other way round.
[[gnu::always_inline]] inline Floats<16> narrow(Doubles<8> lower, Doubles<8> upper) {
#if defined(__AVX512DQ__)
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(lower)), _mm512_cvtpd_ps(upper), 1);
#else
    return joined<float, 16>(__builtin_convertvector(lower, Floats<8>), __builtin_convertvector(upper, Floats<8>));
#endif
}
[[gnu::always_inline]] inline Doubles<8> widen_lower(Floats<16> x) {
#if defined(__AVX512DQ__)
    return _mm512_cvtps_pd(_mm512_castps512_ps256(x));
#else
    return __builtin_convertvector(half<float, 16>(x, 0), Doubles<8>);
#endif
}
[[gnu::always_inline]] inline Doubles<8> widen_upper(Floats<16> x) {
#if defined(__AVX512DQ__)
    return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1));
#else
    return __builtin_convertvector(half<float, 16>(x, 1), Doubles<8>);
#endif
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

/// table[index mod 16] of each lane
template <class T, int W>
[[gnu::always_inline]] inline Numbers<T, W> lookup(const T (&table)[16], WordsFor<T, W> index) {
#if defined(__AVX512F__)
    if constexpr (W == 8 && std::is_same_v<T, double>)
        return _mm512_permutex2var_pd(_mm512_loadu_pd(table), reinterpret_cast<__m512i>(index), _mm512_loadu_pd(table + 8));
    if constexpr (W == 16 && std::is_same_v<T, float>)
        return _mm512_permutexvar_ps(reinterpret_cast<__m512i>(index), _mm512_loadu_ps(table));
#endif
#if defined(__AVX2__)
    if constexpr (W == 4 && std::is_same_v<T, double>)
        return _mm256_i64gather_pd(table, reinterpret_cast<__m256i>(index & 15), 8);
#endif
    Numbers<T, W> result;
    for (int lane = 0; lane < W; ++lane) result[lane] = table[index[lane] % 16];
    return result;
}

/// to[index] of each lane where the mask is set becomes the lane's value.
template <int W>
[[gnu::always_inline]] inline void scatter(double* to, Words<W> index, Doubles<W> value, Words<W> mask) {
#if defined(__AVX512F__)
    if constexpr (W == 8) {
        const auto lanes = static_cast<__mmask8>(mask_bits<double, W>(mask));
        return _mm512_mask_i64scatter_pd(to, lanes, reinterpret_cast<__m512i>(index), value, 8);
    }
#endif
    for (int lane = 0; lane < W; ++lane) {
        if (mask[lane] != 0) to[index[lane]] = value[lane];
    }
}

}  // namespace kohort::native
