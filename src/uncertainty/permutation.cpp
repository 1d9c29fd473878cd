#include "uncertainty/permutation.hpp"

#include "uncertainty/hash.hpp"

#include "base/errors.hpp"

#include <bit>

namespace kohort::uncertainty {

namespace {

/// One to one on 0 ... 2^(2 half) - 1. Six rounds: four make a pseudo-random permutation of large halves (Luby and Rackoff
/// 1988, doi:10.1137/0217022), small ones gain from two more.
std::uint64_t feistel(std::uint64_t number, unsigned half, std::uint64_t key) {
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    std::uint64_t left = number >> half;
    std::uint64_t right = number & mask;
    for (std::uint64_t round = 0; round < 6; ++round) {
        const std::uint64_t turned = left ^ (hashed(key, round << 32U | right) >> (64U - half));
        left = right;
        right = turned;
    }
    return left << half | right;
}

}  // namespace

std::int64_t permuted(std::int64_t index, std::int64_t n, std::uint64_t key) {
    KOHORT_CHECK(n >= 1 && n <= std::int64_t{1} << 62 && index >= 0 && index < n);
    if (n == 1) return 0;
    const auto below = static_cast<std::uint64_t>(n);
    const auto half = (static_cast<unsigned>(std::bit_width(below - 1)) + 1) / 2;  // 1 to 31
    auto number = static_cast<std::uint64_t>(index);
    do {
        number = feistel(number, half, key);
    } while (number >= below);
    return static_cast<std::int64_t>(number);
}

}  // namespace kohort::uncertainty
