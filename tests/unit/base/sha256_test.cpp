#include "base/sha256.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kohort {
namespace {

// NIST, Examples with Intermediate Values (FIPS 180-4), and the SHA-256 short message test vectors
TEST(Sha256, gives_the_published_digests) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, does_not_depend_on_how_the_text_is_cut) {
    std::string text;
    for (int number = 0; number < 300; ++number) text += std::to_string(number);
    for (std::size_t length : {0U, 1U, 55U, 56U, 63U, 64U, 65U, 128U, 500U}) {
        const std::string_view whole = std::string_view(text).substr(0, length);
        for (std::size_t cut = 0; cut <= length; cut += 7) {
            EXPECT_EQ(Sha256().add(whole.substr(0, cut)).add(whole.substr(cut)).hex(), sha256_hex(whole))
                << length << " " << cut;
        }
    }
}

}  // namespace
}  // namespace kohort
