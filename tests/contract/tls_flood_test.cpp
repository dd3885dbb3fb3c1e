// A server that sends what TLS drops without a word (warnings, tickets, empty records) holds up
// nothing: a call takes a limited part of it.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <string>

#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/tls_peer.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"

namespace cmagent::contract {
namespace {

using platform::Stream;
using Progress = Stream::Progress;

// What the kernel has for us.
std::size_t waiting(const Stream& stream) {
    int bytes = 0;
    EXPECT_EQ(ioctl(stream.descriptor(), FIONREAD, &bytes), 0);
    return static_cast<std::size_t>(bytes);
}

TEST(TlsFlood, IsTakenAPartACallAndWhatComesBehindItIsRead) {
    fakes::FakeClock clock{kClockOfToday};
    platform::TlsContext context(clock);
    trust_authority(context);
    platform::TcpStream tcp;
    platform::TlsStream stream(tcp, context);
    TlsPeer peer;
    Progress progress = stream.open(peer.address(), "localhost");
    for (int i = 0; progress == Progress::wait && i < 5000; i++) {
        peer.pump();
        pollfd ready = {stream.descriptor(), POLLIN, 0};
        poll(&ready, 1, 1);
        progress = stream.advance();
    }
    ASSERT_EQ(progress, Progress::done);
    peer.pump();
    peer.warn(10'000);
    peer.send("an answer");
    std::string heard;
    std::size_t most = 0;
    int calls = 0;
    for (int i = 0; heard.empty() && i < 5000; i++) {
        peer.pump();
        const std::size_t before = waiting(stream);
        char bytes[64];
        const Stream::Moved moved = stream.read(bytes, sizeof bytes);
        ASSERT_FALSE(moved.failed);
        heard.append(bytes, moved.bytes);
        const std::size_t after = waiting(stream);
        most = std::max(most, before - std::min(before, after));
        calls += before > 0 ? 1 : 0;
        EXPECT_TRUE(moved.bytes > 0 || stream.wanted().read);
    }
    EXPECT_EQ(heard, "an answer");
    EXPECT_LE(most, 64U * 1024U);
    EXPECT_GT(calls, 2) << "there was more than a call takes";
}

}  // namespace
}  // namespace cmagent::contract
