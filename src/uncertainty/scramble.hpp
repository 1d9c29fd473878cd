// Owen's nested uniform scrambling of a base-2 coordinate, by hashing: the same digits have the same fate, so a net stays
// a net, and each coordinate becomes uniform.
#pragma once

#include "uncertainty/hash.hpp"

#include <cstdint>

namespace kohort::uncertainty {

/// Flips each binary digit by a fair coin that belongs to (key, all digits before it): Owen 1995,
/// doi:10.1007/978-1-4612-2552-2_19, with the permutation tree hashed instead of stored, Burley 2020 (Journal of Computer
/// Graphics Techniques 9(4)). One good hash for each digit and not one Laine-Karras multiplication for all:
/// 32 hashes cost 50 ns, a twin a million, and the coins are independent.
[[nodiscard]] constexpr std::uint32_t owen_scrambled(std::uint32_t bits, std::uint64_t key) {
    std::uint32_t flips = 0;
    for (std::uint32_t digit = 0; digit < 32; ++digit) {
        // the node of the tree: a leading one, then the digits before this one
        const std::uint64_t node = (std::uint64_t{1} << digit) | (std::uint64_t{bits} >> (32U - digit));
        flips |= static_cast<std::uint32_t>(hashed(key, node) >> 63U) << (31U - digit);
    }
    return bits ^ flips;
}

/// The scrambled coordinate in (0, 1): the digits after the 32nd are those of a random number for each coordinate, as
/// scrambling an endless row of zeros makes them. An odd multiple of 2^-53.
[[nodiscard]] constexpr double owen_coordinate(std::uint32_t bits, std::uint64_t key) {
    const std::uint64_t tail = hashed(key, (std::uint64_t{1} << 32U) | bits) >> 43U;  // 21 digits
    const std::uint64_t digits = std::uint64_t{owen_scrambled(bits, key)} << 21U | tail | 1U;
    return static_cast<double>(digits) * 0x1p-53;
}

}  // namespace kohort::uncertainty
