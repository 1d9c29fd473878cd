// SHA-256 (FIPS 180-4): names plug-ins, models and studies by their content.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kohort {

/// Takes text in pieces; hex() ends it.
class Sha256 {
public:
    Sha256& add(std::string_view bytes);
    /// 64 lower-case hexadecimal digits. Call once.
    [[nodiscard]] std::string hex();

private:
    void absorb(const std::uint8_t* block);

    std::array<std::uint32_t, 8> state_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                        0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
    std::array<std::uint8_t, 64> block_{};
    std::size_t filled_ = 0;
    std::uint64_t n_bytes_ = 0;
};

/// SHA-256 of bytes as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace kohort
