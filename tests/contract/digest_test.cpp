// sha256() by the vectors that NIST and RFC 6234 have published.
#include "platform/api/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace cmagent::contract {
namespace {

std::string hex(const platform::Digest& digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest.bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

TEST(Sha256, IsThatOfThePublishedVectors) {
    const struct {
        std::string text;
        const char* digest;
    } kVectors[] = {
        // FIPS 180-4 example files; RFC 6234 §8.5, tests 1, 2 and 4; the empty text of NIST's CAVP.
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const auto& vector : kVectors)
        EXPECT_EQ(vector.digest, hex(platform::sha256(vector.text))) << vector.text.size();
}

TEST(Sha256, TakesBytesThatAreNoText) {
    EXPECT_EQ("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
              hex(platform::sha256(std::string(1, '\0'))));
}

}  // namespace
}  // namespace cmagent::contract
