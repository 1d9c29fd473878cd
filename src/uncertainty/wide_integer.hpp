// Sums that outgrow 64 bits, kept as two columns of 64-bit integers that ranks add with plain integer sums.
#pragma once

#include <cstdint>

namespace kohort::uncertainty {

__extension__ using Int128 = __int128;

/// sum = high * 2^32 + low. Up to 2^31 numbers of 63 bits can be added before a limb overflows.
inline void add_split(std::int64_t& high, std::int64_t& low, std::int64_t number) {
    high += number >> 32;  // rounds down, so that what is left is not negative
    low += number & 0xffffffff;
}

/// The same for n sums side by side.
inline void add_split(std::int64_t* high, std::int64_t* low, const std::int64_t* number, int n) {
    for (int at = 0; at < n; ++at) high[at] += number[at] >> 32;
    for (int at = 0; at < n; ++at) low[at] += number[at] & 0xffffffff;
}

[[nodiscard]] inline Int128 joined(std::int64_t high, std::int64_t low) {
    return static_cast<Int128>(high) * (Int128{1} << 32) + low;
}

}  // namespace kohort::uncertainty
