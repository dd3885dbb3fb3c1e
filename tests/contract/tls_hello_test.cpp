// contract.md, "TLS to CM": the bytes of the ClientHello that leaves, read here by RFC 5246 §7.4.1.2
// and RFC 8446 §4.1.2, held to the lists of what may be offered.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_poller.h"
#include "tests/fakes/fake_stream.h"

namespace cmagent::contract {
namespace {

using Numbers = std::vector<unsigned>;

// Reads numbers of one to three bytes, one after the other.
class Bytes {
  public:
    explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
    [[nodiscard]] bool done() const { return at_ == bytes_.size(); }
    unsigned number(std::size_t size) {
        unsigned value = 0;
        for (std::size_t i = 0; i < size; i++) {
            value = value << 8 | static_cast<unsigned char>(bytes_.at(at_++));
        }
        return value;
    }
    Bytes part(std::size_t size) {
        Bytes part(bytes_.substr(at_, size));
        at_ += size;
        return part;
    }
    [[nodiscard]] std::string rest() const { return bytes_.substr(at_); }
    // A list of numbers of two bytes, to the end.
    Numbers numbers() {
        Numbers list;
        while (!done()) list.push_back(number(2));
        return list;
    }

  private:
    std::string bytes_;
    std::size_t at_ = 0;
};

struct Hello {
    Numbers suites;
    std::map<unsigned, Bytes> extensions;

    explicit Hello(const std::string& record) {
        Bytes bytes(record);
        EXPECT_EQ(bytes.number(1), 22U) << "a record of the handshake";
        (void)bytes.number(2);
        EXPECT_EQ(bytes.number(2), record.size() - 5) << "in one record";
        EXPECT_EQ(bytes.number(1), 1U) << "a ClientHello";
        (void)bytes.part(3 + 2 + 32);  // size, version, random
        (void)bytes.part(bytes.number(1));
        suites = bytes.part(bytes.number(2)).numbers();
        EXPECT_EQ(bytes.number(2), 0x0100U) << "no compression";
        Bytes rest = bytes.part(bytes.number(2));
        while (!rest.done()) {
            const unsigned type = rest.number(2);
            extensions.emplace(type, rest.part(rest.number(2)));
        }
    }
    // The list in extension `type` with a size of `size_size` bytes before it; empty without it.
    [[nodiscard]] Numbers list(unsigned type, std::size_t size_size) const {
        const auto at = extensions.find(type);
        if (at == extensions.end()) return {};
        Bytes bytes = at->second;
        return bytes.part(bytes.number(size_size)).numbers();
    }
};

void expect_subset(const Numbers& offered, const Numbers& allowed, const Numbers& required) {
    for (const unsigned one : offered) {
        EXPECT_EQ(std::count(allowed.begin(), allowed.end(), one), 1) << std::hex << one;
    }
    for (const unsigned one : required) {
        EXPECT_EQ(std::count(offered.begin(), offered.end(), one), 1) << std::hex << one;
    }
}

class TlsHello : public testing::Test {
  protected:
    Hello hello(const char* host = "localhost") {
        trust_authority(context_);
        below_.peers[1].manner = fakes::FakePeer::Manner::accepts_at_once;
        platform::Address peer;
        peer.bytes[0] = 127;
        peer.bytes[3] = 1;
        EXPECT_EQ(stream_.open(peer, host), platform::Stream::Progress::wait);
        return Hello(below_.received());
    }

    fakes::FakeClock clock_{kClockOfToday};
    fakes::FakePoller poller_;
    fakes::FakeStream below_{poller_};
    platform::TlsContext context_{clock_};
    platform::TlsStream stream_{below_, context_};
};

constexpr unsigned kRenegotiation = 0x00ff;  // no suite, but a signal (RFC 5746 §3.3)

TEST_F(TlsHello, OffersSuitesWithForwardSecrecyAndAuthenticatedEncryptionOnly) {
    expect_subset(
        hello().suites,
        {kRenegotiation, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9},
        {0xc02b, 0xc02c, 0xc02f, 0xc030});
}

TEST_F(TlsHello, OffersX25519AndTheCurvesOfNistFrom256Bits) {
    expect_subset(hello().list(10, 2), {29, 23, 24, 25}, {29, 23, 24});
}

TEST_F(TlsHello, OffersSignaturesWithSha256OrBetterOnly) {
    expect_subset(hello().list(13, 2),
                  {0x0403, 0x0503, 0x0603, 0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806},
                  {0x0403, 0x0401});
}

// supported_versions, and of TLS 1.3 the keys by which a session may be resumed: psk_dhe_ke alone.
TEST_F(TlsHello, OffersTls12And13AndResumptionWithForwardSecrecyOnly) {
    const Hello hello = this->hello();
    expect_subset(hello.list(43, 1), {0x0303, 0x0304}, {});
    const auto modes = hello.extensions.find(45);
    if (modes == hello.extensions.end()) return;
    Bytes bytes = modes->second;
    EXPECT_EQ(bytes.number(2), 0x0101U);
}

// server_name (RFC 6066 §3): a name without the dot at its end; an address is none, in whichever form
// the resolver takes it.
TEST_F(TlsHello, NamesTheServerByANameOnly) {
    const std::string name(
        "\0\x17\0\0\x14"
        "cm.streaming.example",
        25);
    for (const char* const host : {"cm.streaming.example", "cm.streaming.example."}) {
        const Hello named = hello(host);
        ASSERT_EQ(named.extensions.count(0), 1U) << host;
        EXPECT_EQ(named.extensions.at(0).rest(), name) << host;
    }
    for (const char* const host :
         {"192.0.2.7", "192.0.2.7.", "2001:db8::7", "127.1", "0x7f000001"}) {
        EXPECT_EQ(hello(host).extensions.count(0), 0U) << host;
    }
}

}  // namespace
}  // namespace cmagent::contract
