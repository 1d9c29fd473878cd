// Eight whole numbers side by side. Exact, so every way of computing gives the same bits.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace kohort::uncertainty {

inline constexpr int integer_lanes = 8;

using Integers8 __attribute__((vector_size(64))) = std::int64_t;
using Shorts8 __attribute__((vector_size(32))) = std::int32_t;
using Doubles8 __attribute__((vector_size(64))) = double;

/// The eight numbers at `from`, which need not be aligned.
template <class Lanes>
[[gnu::always_inline]] inline Lanes loaded(const void* from) {
    Lanes lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

[[gnu::always_inline]] inline Integers8 widened(const std::int32_t* numbers) {
    return __builtin_convertvector(loaded<Shorts8>(numbers), Integers8);
}

[[gnu::always_inline]] inline std::int64_t sum_of(Integers8 lanes) {
    const auto four = __builtin_shufflevector(lanes, lanes, 0, 1, 2, 3) + __builtin_shufflevector(lanes, lanes, 4, 5, 6, 7);
    const auto two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return two[0] + two[1];
}

/// Of a table, the entries at these places.
[[gnu::always_inline]] inline Doubles8 gathered(const double* table, Integers8 at) {
#if defined(__AVX512F__)
    return reinterpret_cast<Doubles8>(_mm512_i64gather_pd(reinterpret_cast<__m512i>(at), table, sizeof(double)));
#else
    Doubles8 found{};
    for (int lane = 0; lane < integer_lanes; ++lane) found[lane] = table[at[lane]];
    return found;
#endif
}

[[gnu::always_inline]] inline Integers8 gathered(const std::int32_t* table, Integers8 at) {
#if defined(__AVX512F__)
    const __m256i found = _mm512_i64gather_epi32(reinterpret_cast<__m512i>(at), table, sizeof(std::int32_t));
    return __builtin_convertvector(reinterpret_cast<Shorts8>(found), Integers8);
#else
    Integers8 found{};
    for (int lane = 0; lane < integer_lanes; ++lane) found[lane] = table[at[lane]];
    return found;
#endif
}

/// Products of numbers that fit into 32 bits: one instruction where 64-bit products take three.
[[gnu::always_inline]] inline Integers8 short_product(Integers8 one, Integers8 other) {
#if defined(__AVX512F__)
    return reinterpret_cast<Integers8>(_mm512_mul_epi32(reinterpret_cast<__m512i>(one), reinterpret_cast<__m512i>(other)));
#else
    return one * other;
#endif
}

}  // namespace kohort::uncertainty
