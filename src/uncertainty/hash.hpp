// The hash of the designs: 64 bits in, 64 bits out, for numbers that need not be Philox' because their keys are.
#pragma once

#include <cstdint>

namespace kohort::uncertainty {

/// Every bit of the result depends on every bit of `number`; one to one.
/// Stafford's mix 13, as in SplitMix64: Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t number) {
    number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
    number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
    return number ^ (number >> 31U);
}

/// Member `index` of the sequence that belongs to `key`: SplitMix64 with random access.
[[nodiscard]] constexpr std::uint64_t hashed(std::uint64_t key, std::uint64_t index) {
    return mixed(key + (index + 1) * 0x9e3779b97f4a7c15U);  // the golden ratio, odd
}

}  // namespace kohort::uncertainty
