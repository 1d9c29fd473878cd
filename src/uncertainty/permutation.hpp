// A random order of 0, 1, ..., n - 1 of which any member can be asked for alone.
#pragma once

#include <cstdint>

namespace kohort::uncertainty {

/// Member `index` of the permutation of 0 ... n - 1 that belongs to `key`, for 1 <= n <= 2^62. A Feistel network of hashes
/// on the next even power of two, repeated until the number is below n: Black and Rogaway 2002,
/// doi:10.1007/3-540-45760-7_9, section 3 (cycle walking; fewer than four rounds of it on average).
[[nodiscard]] std::int64_t permuted(std::int64_t index, std::int64_t n, std::uint64_t key);

}  // namespace kohort::uncertainty
