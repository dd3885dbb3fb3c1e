// Allocations of a handshake failed, one at a time (hazards.md, "mbedTLS"; CVE-2025-27810): the
// stream says so and goes on afterwards, and a peer that must be refused is never taken for
// verified.
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include <vector>

#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/tls_peer.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CMAGENT_CAN_FAIL_ALLOCATIONS
#endif

#ifdef CMAGENT_CAN_FAIL_ALLOCATIONS
namespace {
int countdown = 0;  // 0: none fails
}  // namespace

// mbedTLS allocates with calloc alone. glibc's own stands behind another name, too.
extern "C" void* __libc_calloc(std::size_t count, std::size_t size);
extern "C" void* calloc(std::size_t count, std::size_t size) {
    if (countdown > 0 && --countdown == 0) return nullptr;
    return __libc_calloc(count, size);
}

namespace cmagent::contract {
namespace {

using platform::Stream;
using platform::StreamFault;
using Progress = Stream::Progress;

class TlsMemoryTest : public testing::Test {
  protected:
    void SetUp() override { trust_authority(context_); }
    // Opens with the `number`th allocation of the client failing; the peer's do not.
    Progress open(TlsPeer& peer, int number) {
        left_ = number;
        const auto with_failure = [&](auto call) {
            countdown = left_;
            const Progress progress = call();
            left_ = countdown;
            countdown = 0;
            return progress;
        };
        Progress progress = with_failure([&] { return stream_.open(peer.address(), "localhost"); });
        for (int i = 0; progress == Progress::wait && i < 3000; i++) {
            peer.pump();
            pollfd ready = {stream_.descriptor(), POLLIN, 0};
            if (stream_.wanted().write) ready.events = POLLOUT;
            poll(&ready, 1, 1);
            progress = with_failure([&] { return stream_.advance(); });
        }
        return progress;
    }

    // How many the client makes when none fails.
    int allocations(TlsPeer& peer) {
        constexpr int kMany = 1'000'000'000;
        static_cast<void>(open(peer, kMany));
        forget();
        return kMany - left_;
    }
    // Arithmetic makes thousands: the first ones, which set the connection up, and an even choice
    // of the rest. All of them with CMAGENT_EVERY_ALLOCATION set (an hour).
    static std::vector<int> chosen(int allocations) {
        const bool every = getenv("CMAGENT_EVERY_ALLOCATION") != nullptr;
        const int stride = every ? 1 : 1 + allocations / 100;
        std::vector<int> numbers;
        for (int i = 1; i <= allocations; i += i < 60 ? 1 : stride) numbers.push_back(i);
        return numbers;
    }
    // Also the session, so that each handshake is a full one.
    void forget() {
        stream_.close();
        static_cast<void>(stream_.open({}, "another.example"));
        stream_.close();
    }

    int left_ = 0;
    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
    platform::TcpStream tcp_;
    platform::TlsStream stream_{tcp_, context_};
};

TEST_F(TlsMemoryTest, Hazard25SurvivesAFailedAllocation) {
    TlsPeer peer;
    for (const int number : chosen(allocations(peer))) {
        const Progress progress = open(peer, number);
        ASSERT_NE(progress, Progress::wait) << number;
        EXPECT_EQ(progress == Progress::failed, stream_.fault() != StreamFault::none) << number;
        forget();
    }
    EXPECT_EQ(open(peer, 0), Progress::done);
}

TEST_F(TlsMemoryTest, Hazard16And25NeverTakesAFailureForAVerification) {
    Wish elsewhere;
    elsewhere.dns_names = {"elsewhere.example"};
    const Identity bad[] = {make_identity(elsewhere, &authority()), make_identity(Wish{}, nullptr)};
    for (const Identity& identity : bad) {
        TlsPeer peer({identity});
        for (const int number : chosen(allocations(peer))) {
            EXPECT_EQ(open(peer, number), Progress::failed) << number;
            forget();
        }
    }
}

}  // namespace
}  // namespace cmagent::contract
#endif
