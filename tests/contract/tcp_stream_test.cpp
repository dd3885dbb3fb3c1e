// Of TCP alone: peers that do not answer, and addresses that cannot be reached at all.
#include "platform/linux/tcp_stream.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "tests/contract/tcp_peer.h"

namespace cmagent::contract {
namespace {

using platform::Address;
using platform::Stream;
using platform::StreamFault;
using platform::TcpStream;
using Progress = Stream::Progress;

TEST(TcpStream, WaitsForAPeerThatDoesNotAnswer) {
    SilentPeer peer;
    TcpStream stream;
    ASSERT_EQ(stream.open(peer.address(), ""), Progress::wait);
    pollfd ready = {stream.descriptor(), POLLIN, 0};
    EXPECT_EQ(poll(&ready, 1, 20), 0);
    EXPECT_EQ(stream.advance(), Progress::wait);
    EXPECT_TRUE(stream.wanted().read);
    EXPECT_FALSE(stream.wanted().write);
}

TEST(TcpStream, FailsAtOnceWhereThereIsNoWay) {
    Address nowhere;  // TCP has no broadcast
    for (std::uint8_t& byte : nowhere.bytes) byte = 255;
    nowhere.port = 443;
    TcpStream stream;
    EXPECT_EQ(stream.open(nowhere, ""), Progress::failed);
    EXPECT_EQ(stream.fault(), StreamFault::connect_failed);
    EXPECT_EQ(stream.detail(), "255.255.255.255:443: Network is unreachable");
}

TEST(TcpStream, SaysWhoFailedAndWhatTheSystemSays) {
    TcpStream stream;
    EXPECT_EQ(stream.detail(), "");
    Address nobody;
    nobody.bytes[0] = 127;
    nobody.bytes[3] = 1;
    {
        TcpPeer peer;
        nobody.port = peer.address().port;
        ASSERT_NE(stream.open(peer.address(), ""), Progress::failed);
    }
    const std::string address = "127.0.0.1:" + std::to_string(nobody.port);
    EXPECT_EQ(stream.detail(), address);
    Progress progress = stream.open(nobody, "");
    if (progress == Progress::wait) {
        pollfd ready = {stream.descriptor(), POLLIN, 0};
        ASSERT_EQ(poll(&ready, 1, 5'000), 1);
        progress = stream.advance();
    }
    ASSERT_EQ(progress, Progress::failed);
    stream.close();
    EXPECT_EQ(stream.detail(), address + ": Connection refused") << "also when closed";
}

// hazards.md 17: options that keep a handshake short and a dead connection from living on; and none
// that ends a request before the longest cm.requestTimeoutMs.
TEST(TcpStream, Hazard17SetsItsOptions) {
    TcpPeer peer;
    TcpStream stream;
    ASSERT_EQ(stream.open(peer.address(), ""), Progress::wait);
    pollfd ready = {stream.descriptor(), POLLIN, 0};
    ASSERT_EQ(poll(&ready, 1, 10'000), 1);
    ASSERT_EQ(stream.advance(), Progress::done);
    int value = 0;
    socklen_t size = sizeof value;
    ASSERT_EQ(getsockopt(stream.descriptor(), IPPROTO_TCP, TCP_NODELAY, &value, &size), 0);
    EXPECT_NE(value, 0);
    ASSERT_EQ(getsockopt(stream.descriptor(), IPPROTO_TCP, TCP_USER_TIMEOUT, &value, &size), 0);
    EXPECT_EQ(value, 120'000);
}

}  // namespace
}  // namespace cmagent::contract
