// Certificates in PEM: what mbedTLS's own reader of PEM takes for one, ours does, and nothing else.
#include "platform/mbedtls/pem_reader.h"

#include <gtest/gtest.h>
#include <mbedtls/pem.h>
#include <mbedtls/version.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "agent/base/bytes.h"
#include "agent/base/text.h"

namespace cmagent::contract {
namespace {

constexpr char kBegin[] = "-----BEGIN CERTIFICATE-----";
constexpr char kEnd[] = "-----END CERTIFICATE-----";

// "12 <bytes>" of each block, where they can be read, by its line; "12 !" otherwise.
using Blocks = std::vector<std::string>;

std::string bytes_of(mbedtls_pem_context& pem) {
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    const unsigned char* const bytes = pem.MBEDTLS_PRIVATE(buf);
    const std::size_t size = pem.MBEDTLS_PRIVATE(buflen);
#else
    const unsigned char* const bytes = pem.buf;
    const std::size_t size = pem.buflen;
#endif
    return {bytes, bytes + size};
}

// 2.28 drops what does not come to a whole group of four.
bool is_in_groups(const std::string& body) {
    const auto is_digit = [](char c) { return std::strchr(" \r\n", c) == nullptr; };
    return std::count_if(body.begin(), body.end(), is_digit) % 4 == 0;
}

std::string block_by_mbedtls(const char* at, std::size_t& used) {
    mbedtls_pem_context pem;
    mbedtls_pem_init(&pem);
    const int result = mbedtls_pem_read_buffer(
        &pem, kBegin, kEnd, reinterpret_cast<const unsigned char*>(at), nullptr, 0, &used);
    std::string bytes = result == 0 ? bytes_of(pem) : "";
    mbedtls_pem_free(&pem);
    const char* const body = at + std::strlen(kBegin);
    if (bytes.empty() || !is_in_groups({body, std::strstr(at, kEnd)})) return "!";
    return bytes;
}

// The second of two blocks without an end belongs to the first.
bool has_no_end(const char* at) {
    if (std::strstr(at, kEnd) != nullptr) return false;
    at += std::strlen(kBegin);
    for (const char c : {' ', '\r'}) at += *at == c ? 1 : 0;
    return *at == '\n' || *at == '\0';
}

Blocks by_mbedtls(const std::string& text) {
    Blocks blocks;
    const char* const begin = text.c_str();
    for (const char* at = std::strstr(begin, kBegin); at != nullptr; at = std::strstr(at, kBegin)) {
        std::size_t used = 0;
        const std::string bytes = block_by_mbedtls(at, used);
        blocks.push_back(std::to_string(1 + std::count(begin, at, '\n')) + " " + bytes);
        if (has_no_end(at)) break;
        at += used > 0 ? used : std::strlen(kBegin);
    }
    return blocks;
}

// In pieces of so many bytes.
Blocks by_us(std::string_view text, std::size_t piece) {
    unsigned char room[16384];
    platform::PemReader reader{Span<unsigned char>(room)};
    Blocks blocks;
    const auto note = [&] {
        const std::string bytes(reader.result() == 0 ? reader.certificate().text() : "!");
        blocks.push_back(std::to_string(reader.line()) + " " + bytes);
    };
    text = slice(text, 0, text.find('\0'));
    for (; !text.empty(); text = slice(text, piece)) {
        std::string_view rest = slice(text, 0, piece);
        while (reader.next(rest)) note();
    }
    if (reader.unfinished()) note();
    EXPECT_EQ(reader.any(), !blocks.empty());
    return blocks;
}

void compare(const std::string& text) {
    const Blocks blocks = by_mbedtls(text);
    for (const std::size_t piece : {1U, 7U, 4096U}) {
        ASSERT_EQ(by_us(text, piece), blocks) << text << "\nin pieces of " << piece;
    }
}

std::string block(const std::string& body) {
    return std::string(kBegin) + "\n" + body + kEnd + "\n";
}
const std::string kBody = "TUlJQ0NU\nQUpCZw==\n";

TEST(PemReader, Hazard73TakesWhatMbedTlsTakes) {
    const std::string good = block(kBody);
    const std::string begin = kBegin;
    const std::string end = kEnd;
    std::string windows = "# Roots\n" + good + good;
    for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2) {
        windows.replace(at, 1, "\r\n");
    }
    const std::string kTexts[] = {
        "",
        "\n",
        good,
        good + good,
        windows,
        "\xef\xbb\xbf" + good,                                           // a BOM
        "# Label: \"A - B\"\n-----\n" + good + "\nNext\n====\n" + good,  // as distributions have it
        good + "-----BEGIN PRIVATE KEY-----\n" + kBody + "-----END PRIVATE KEY-----\n" + good,
        "-----BEGIN TRUSTED CERTIFICATE-----\n" + kBody + "-----END TRUSTED CERTIFICATE-----\n" +
            good,
        "-----BEGIN X509 CRL-----\n" + kBody + "-----END X509 CRL-----\n" + good,
        good.substr(0, good.size() - 1),  // no end of line at the end
        good + begin + "\nTUlJ",          // cut in the middle
        begin,
        begin + " \r\n" + kBody + end + " \r\n" + good,
        begin + "\r \n" + kBody + end,
        begin + " \n \n" + end,
        begin + "  \n" + kBody + end + "\n" + good,
        begin + begin + "\n" + kBody + end,
        begin + "-\n" + kBody + end + good,
        begin + "\n" + end + good,
        begin + end + "\n" + good,
        begin.substr(0, 22) + end + "\n" + good,
        begin + "\nTUlJ\n" + good,  // of one that was cut off the end is the next one's
        "-" + good,
        "---" + good,
        "-----BEG" + good,
        "-----BEGIN CERTIFICATE--" + good,
        block(kBody + "-"),
        block(kBody + "-----"),
        block(kBody + "-----END "),
        block(kBody + "-----END\nTUlJ\n"),
        block("TUlJQ0NU -----END CERT"),
        block("TUlJQ0NUQUpCZw"),
        block("TUlJQ0NUQUpCZw=="),
        block("TUlJQ0NUQUpCZw==\n\n  \n"),
        block("TUlJ\rQ0NU"),
        block("TUlJ Q0NU"),
        block("TUlJQ0NU\r"),
        block("\n"),
        block("Proc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,0011223344556677\n\n" + kBody) + good,
        good + std::string("\0", 1) + good,
        block("TUlJ\n" + std::string("\0", 1) + "TUlJ\n") + good,
        std::string(kMiB / 2, '-') + good,
        std::string(5000, '\n') + good + std::string(5000, ' '),
    };
    for (const std::string& text : kTexts) compare(text);
    EXPECT_EQ(by_us("\n\n" + good, 3), Blocks{"3 MIICCTAJBg"});
    EXPECT_EQ(by_us(windows, 3).size(), 2U);
}

TEST(PemReader, Hazard73TakesOfEveryMutationWhatMbedTlsTakes) {
    constexpr int kMutations = 100'000;
    static const std::string kPieces[] = {"-",     "=", " ",    "\r",   "\n",
                                          "-----", "A", "\x80", kBegin, kEnd};
    std::mt19937 random(17);  // NOLINT: the same each time
    const auto below = [&](std::size_t count) { return random() % count; };
    const std::string text = "# A\n" + block(kBody) + block("TUlJQw==\n") + block("TUlJQ0NU\n");
    for (int i = 0; i < kMutations; ++i) {
        std::string mutant = text;
        for (std::size_t left = 1 + below(3); left > 0; --left) {
            const std::size_t at = below(mutant.size());
            const std::size_t size = below(4) == 0 ? below(mutant.size() - at) : below(2);
            mutant.replace(at, size, below(3) == 0 ? "" : kPieces[below(std::size(kPieces))]);
        }
        const std::size_t piece = 1 + below(mutant.size() + 1);
        ASSERT_EQ(by_us(mutant, piece), by_mbedtls(mutant)) << mutant << "\nin pieces of " << piece;
    }
}

TEST(PemReader, TakesTheDistributionsBundle) {
    std::ifstream file("/etc/ssl/certs/ca-certificates.crt", std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    ASSERT_FALSE(text.empty()) << "ca-certificates is not installed";
    const Blocks blocks = by_mbedtls(text);
    EXPECT_GT(blocks.size(), 100U);
    EXPECT_EQ(by_us(text, 4096), blocks);
}

TEST(PemReader, TakesNoneThatIsLargerThanItsRoom) {
    const std::string large = block(std::string(24000, 'A'));
    EXPECT_EQ(by_us(large + block(kBody), 4096), (Blocks{"1 !", "3 MIICCTAJBg"}));
}

}  // namespace
}  // namespace cmagent::contract
