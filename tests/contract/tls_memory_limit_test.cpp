// TLS lives within kMaxTlsMemory where the library lets its allocator be replaced, as that of
// toolchains/libraries does. With Debian's, nothing is limited, and nothing else is different.
#include <gtest/gtest.h>
#include <mbedtls/platform.h>

#include <string>
#include <vector>

#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/memory.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/tls_peer.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"

namespace cmagent::contract {
namespace {

using platform::kMaxTlsMemory;
using platform::Stream;
using platform::StreamFault;

// All that is left, until it is given back.
class Hoard {
  public:
    Hoard() {
        for (std::size_t size = kMaxTlsMemory; size > 16; size /= 2) {
            while (void* const block = mbedtls_calloc(1, size)) blocks_.push_back(block);
        }
    }
    ~Hoard() {
        for (void* const block : blocks_) mbedtls_free(block);
    }
    Hoard(const Hoard&) = delete;
    Hoard& operator=(const Hoard&) = delete;

  private:
    std::vector<void*> blocks_;
};

class TlsMemoryLimitTest : public testing::Test {
  protected:
    // `meanwhile` is what the peer does between two attempts.
    template <class Meanwhile>
    Stream::Progress open(TlsPeer& peer, Meanwhile meanwhile) {
        Stream::Progress progress = stream_.open(peer.address(), "localhost");
        for (int i = 0; progress == Stream::Progress::wait && i < 3000; i++) {
            meanwhile();
            progress = stream_.advance();
        }
        return progress;
    }

    const bool limited_ = platform::cap_tls_memory();
    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
    platform::TcpStream tcp_;
    platform::TlsStream stream_{tcp_, context_};
};

TEST_F(TlsMemoryLimitTest, RefusesRootsThatDoNotFit) {
    const TemporaryFolder folder;
    std::string many;
    while (many.size() < 2 * kMaxTlsMemory) many += authority().certificate;
    const std::string file = folder.write("roots.pem", many);
    platform::TlsTrust trust;
    trust.ca_file = file.c_str();
    const platform::TlsLoaded loaded = context_.load(trust);
    EXPECT_EQ(loaded.ok, !limited_);
    EXPECT_EQ(loaded.problem.view(),
              limited_ ? file + ": needs more memory than TLS is given" : "");
}

TEST_F(TlsMemoryLimitTest, Hazard25FailsAloneWhileAllIsTaken) {
    trust_authority(context_);
    if (limited_) {
        TlsPeer silent;  // has the same library, and would lack memory for a handshake, too
        const Hoard hoard;
        EXPECT_EQ(open(silent, [] {}), Stream::Progress::failed);
        EXPECT_EQ(stream_.fault(), StreamFault::out_of_memory);
    }
    TlsPeer peer;
    EXPECT_EQ(open(peer, [&] { peer.pump(); }), Stream::Progress::done);
}

}  // namespace
}  // namespace cmagent::contract
