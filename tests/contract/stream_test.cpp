// The promises of Stream (platform/api/stream.h): the fake, TCP and TLS.
#include "platform/api/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>

#include "platform/linux/clock.h"
#include "platform/linux/poller.h"
#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/kind_name.h"
#include "tests/contract/tls_peer.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_stream.h"

namespace cmagent::contract {
namespace {

using platform::Address;
using platform::Interest;
using platform::Stream;
using platform::StreamFault;
using Progress = Stream::Progress;

// A peer that takes every byte as soon as it comes, as TcpPeer and TlsPeer do.
class GreedyPeer {
  public:
    explicit GreedyPeer(fakes::FakeStream& stream) : stream_(stream) {}
    void pump() { received_ += stream_.take_received(); }
    void send(const std::string& text) { stream_.send(text); }
    void finish() { stream_.finish(); }
    void cut() { stream_.cut(); }
    [[nodiscard]] std::string take_received() {
        std::string received;
        received.swap(received_);
        return received;
    }

  private:
    fakes::FakeStream& stream_;
    std::string received_;
};

struct Fake {
    static constexpr const char* kName = "Fake";
    fakes::FakePoller poller;
    fakes::FakeStream stream{poller};
    GreedyPeer peer{stream};
    [[nodiscard]] Address address() const { return {}; }
    [[nodiscard]] Address nobody() { return other(1, fakes::FakePeer::Manner::refuses_later); }
    [[nodiscard]] Address silent() { return other(2, fakes::FakePeer::Manner::is_silent); }
    void pump() { peer.pump(); }

  private:
    [[nodiscard]] Address other(std::uint8_t last, fakes::FakePeer::Manner manner) {
        stream.peers[last].manner = manner;
        Address address;
        address.bytes[3] = last;
        return address;
    }
};

struct FakeWithHandshake : Fake {
    static constexpr const char* kName = "FakeWithHandshake";
    FakeWithHandshake() { stream.peers[0].manner = fakes::FakePeer::Manner::shakes_hands; }
};

// The other peers of those on loopback.
struct OnLoopback {
    SilentPeer silent_peer;
    TcpPeer gone;
    [[nodiscard]] Address nobody() {
        const Address was = gone.address();
        gone.stop_listening();
        return was;
    }
    [[nodiscard]] Address silent() const { return silent_peer.address(); }
};

struct Tcp : OnLoopback {
    static constexpr const char* kName = "Tcp";
    platform::EpollPoller poller;
    platform::TcpStream stream;
    TcpPeer peer;
    [[nodiscard]] Address address() const { return peer.address(); }
    void pump() { peer.pump(); }
};

struct Tls : OnLoopback {
    static constexpr const char* kName = "Tls";
    platform::EpollPoller poller;
    platform::LinuxClock clock;
    platform::TlsContext context{clock};
    platform::TcpStream tcp;
    platform::TlsStream stream{tcp, context};
    TlsPeer peer;
    Tls() { trust_authority(context); }
    [[nodiscard]] Address address() const { return peer.address(); }
    void pump() { peer.pump(); }
};

template <typename Kind>
class StreamContract : public testing::Test {
  protected:
    Kind kind_;

    class Ready final : public platform::Watcher {
      public:
        bool told = false;
        void on_ready(Interest) override { told = true; }
    };

    // Lets the peer go on. True as soon as the descriptor is ready for Stream::wanted(), false
    // after a moment.
    bool is_ready() {
        kind_.pump();
        Ready ready;
        const int descriptor = kind_.stream.descriptor();
        if (!kind_.poller.watch(descriptor, kind_.stream.wanted(), ready)) return false;
        kind_.poller.wait(1);
        kind_.poller.unwatch(descriptor);
        return ready.told;
    }
    template <typename Happened>
    bool until(Happened happened) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!happened()) {
            if (std::chrono::steady_clock::now() > limit) return false;
            is_ready();
        }
        return true;
    }
    Progress open() { return wait_for(kind_.stream.open(kind_.address(), "localhost")); }
    // What becomes of an attempt that has come so far.
    Progress wait_for(Progress progress) {
        until([&] {
            if (progress == Progress::wait) progress = kind_.stream.advance();
            return progress != Progress::wait;
        });
        return progress;
    }
    [[nodiscard]] bool is_about(const Address& address) const {
        const Address& peer = kind_.stream.peer();
        return peer.port == address.port &&
               std::equal(std::begin(peer.bytes), std::end(peer.bytes), address.bytes);
    }
    // Reads until so many bytes are there, or the stream has come to an end.
    std::string read(std::size_t size, Stream::Moved* last = nullptr) {
        std::string text;
        until([&] {
            char bytes[700];
            const Stream::Moved moved = kind_.stream.read(bytes, sizeof bytes);
            text.append(bytes, moved.bytes);
            if (last != nullptr) *last = moved;
            return text.size() >= size || moved.end || moved.failed;
        });
        return text;
    }
    // To be done before waiting: bytes that TLS has decrypted make no descriptor ready.
    void read_what_is_there() {
        char bytes[700];
        while (kind_.stream.read(bytes, sizeof bytes).bytes > 0) continue;
    }
    void write(const std::string& text) {
        std::size_t sent = 0;
        EXPECT_TRUE(until([&] {
            const Stream::Moved moved = kind_.stream.write(text.data() + sent, text.size() - sent);
            sent += moved.bytes;
            return sent == text.size() || moved.failed;
        }));
    }
};

using Kinds = testing::Types<Fake, FakeWithHandshake, Tcp, Tls>;
TYPED_TEST_SUITE(StreamContract, Kinds, KindName);

TYPED_TEST(StreamContract, IsClosedAtFirst) {
    EXPECT_EQ(this->kind_.stream.descriptor(), -1);
    EXPECT_EQ(this->kind_.stream.fault(), StreamFault::none);
    this->kind_.stream.close();
}

TYPED_TEST(StreamContract, OpensAndHasADescriptor) {
    EXPECT_EQ(this->open(), Progress::done);
    EXPECT_GE(this->kind_.stream.descriptor(), 0);
    EXPECT_EQ(this->kind_.stream.fault(), StreamFault::none);
    EXPECT_TRUE(this->kind_.stream.wanted().read) << "an idle stream hears of the peer's end";
}

TYPED_TEST(StreamContract, SaysThatNobodyIsThere) {
    const Address nobody = this->kind_.nobody();
    EXPECT_EQ(this->wait_for(this->kind_.stream.open(nobody, "localhost")), Progress::failed);
    EXPECT_EQ(this->kind_.stream.fault(), StreamFault::connect_failed);
    EXPECT_TRUE(this->is_about(nobody));
    EXPECT_EQ(this->kind_.stream.trying(), 0U);
    EXPECT_EQ(this->kind_.stream.advance(), Progress::failed) << "it stays so";
    EXPECT_EQ(this->open(), Progress::done) << "and another can be opened";
}

// --- several addresses at once (RFC 8305 §5) ---

TYPED_TEST(StreamContract, TakesTheFirstThatAnswers) {
    ASSERT_EQ(this->kind_.stream.open(this->kind_.silent(), "localhost"), Progress::wait);
    EXPECT_EQ(this->kind_.stream.trying(), 1U);
    EXPECT_EQ(this->kind_.stream.advance(), Progress::wait);
    EXPECT_EQ(this->wait_for(this->kind_.stream.also_try(this->kind_.address())), Progress::done);
    EXPECT_TRUE(this->is_about(this->kind_.address()));
    EXPECT_EQ(this->kind_.stream.trying(), 0U) << "the other one was let go";
    EXPECT_EQ(this->kind_.stream.advance(), Progress::done);
    this->kind_.peer.send("hello");
    EXPECT_EQ(this->read(5), "hello");
}

TYPED_TEST(StreamContract, GoesOnWithTheOthersAfterOneHasFailed) {
    const Address nobody = this->kind_.nobody();
    ASSERT_EQ(this->kind_.stream.open(this->kind_.silent(), "localhost"), Progress::wait);
    EXPECT_EQ(this->wait_for(this->kind_.stream.also_try(nobody)), Progress::failed);
    EXPECT_TRUE(this->is_about(nobody));
    EXPECT_EQ(this->kind_.stream.fault(), StreamFault::connect_failed);
    EXPECT_EQ(this->kind_.stream.trying(), 1U);
    EXPECT_EQ(this->kind_.stream.advance(), Progress::wait);
    EXPECT_EQ(this->wait_for(this->kind_.stream.also_try(this->kind_.address())), Progress::done);
    this->kind_.peer.send("hello");
    EXPECT_EQ(this->read(5), "hello");
}

TYPED_TEST(StreamContract, LetsTheOldestGoForANinth) {
    ASSERT_EQ(this->kind_.stream.open(this->kind_.silent(), "localhost"), Progress::wait);
    for (std::size_t i = 1; i < platform::kMaxTried; i++) {
        ASSERT_EQ(this->kind_.stream.also_try(this->kind_.silent()), Progress::wait);
        EXPECT_EQ(this->kind_.stream.trying(), i + 1);
    }
    const Progress progress = this->kind_.stream.also_try(this->kind_.address());
    EXPECT_LE(this->kind_.stream.trying(), platform::kMaxTried);
    EXPECT_EQ(this->wait_for(progress), Progress::done);
    EXPECT_TRUE(this->is_about(this->kind_.address()));
}

TYPED_TEST(StreamContract, IsReadyWheneverItCanGoOn) {
    Progress progress = this->kind_.stream.open(this->kind_.address(), "localhost");
    while (progress == Progress::wait) {
        ASSERT_TRUE(this->until([this] { return this->is_ready(); })) << "to connect";
        progress = this->kind_.stream.advance();
    }
    ASSERT_EQ(progress, Progress::done);
    // TLS 1.3 has still to say something of its own after the handshake: a ticket.
    EXPECT_TRUE(this->until([this] {
        this->read_what_is_there();
        return !this->is_ready();
    })) << "nobody has said anything";
    this->kind_.peer.send("hello");
    ASSERT_TRUE(this->until([this] { return this->is_ready(); })) << "to read";
    EXPECT_EQ(this->read(5), "hello");
    this->read_what_is_there();
    this->kind_.peer.cut();
    EXPECT_TRUE(this->until([this] { return this->is_ready(); })) << "to fail";
}

TYPED_TEST(StreamContract, IsReadyToWriteOnceThePeerHasTakenWhatWasSent) {
    ASSERT_EQ(this->open(), Progress::done);
    const std::string much(64 * 1024, 'x');
    while (this->kind_.stream.write(much.data(), much.size()).bytes > 0) continue;
    EXPECT_TRUE(this->kind_.stream.wanted().write);
    EXPECT_TRUE(this->until([this] {
        static_cast<void>(this->kind_.peer.take_received());
        return this->is_ready();
    }));
    EXPECT_GT(this->kind_.stream.write(much.data(), much.size()).bytes, 0U);
}

TYPED_TEST(StreamContract, ReadsNothingBeforeSomethingComes) {
    ASSERT_EQ(this->open(), Progress::done);
    char byte = 0;
    const Stream::Moved moved = this->kind_.stream.read(&byte, 1);
    EXPECT_EQ(moved.bytes, 0U);
    EXPECT_FALSE(moved.end);
    EXPECT_FALSE(moved.failed);
    EXPECT_TRUE(this->kind_.stream.wanted().read);
}

TYPED_TEST(StreamContract, CarriesTextBothWays) {
    ASSERT_EQ(this->open(), Progress::done);
    this->write("ping");
    std::string received;
    EXPECT_TRUE(
        this->until([&] { return (received += this->kind_.peer.take_received()) == "ping"; }));
    this->kind_.peer.send("pong");
    EXPECT_EQ(this->read(4), "pong");
}

TYPED_TEST(StreamContract, CarriesMoreThanFitsAtOnce) {
    ASSERT_EQ(this->open(), Progress::done);
    std::string much;
    for (int i = 0; much.size() < 200'000; i++) much += std::to_string(i) + ",";
    this->write(much);
    std::string received;
    EXPECT_TRUE(this->until(
        [&] { return (received += this->kind_.peer.take_received()).size() >= much.size(); }));
    EXPECT_EQ(received, much);
    this->kind_.peer.send(much);
    EXPECT_EQ(this->read(much.size()), much);
}

TYPED_TEST(StreamContract, EndsInGoodOrderAfterAllWasRead) {
    ASSERT_EQ(this->open(), Progress::done);
    this->kind_.peer.send("last words");
    this->kind_.peer.finish();
    Stream::Moved last;
    EXPECT_EQ(this->read(1000, &last), "last words");
    EXPECT_TRUE(last.end);
    EXPECT_FALSE(last.failed);
}

TYPED_TEST(StreamContract, FailsWhenItIsCut) {
    ASSERT_EQ(this->open(), Progress::done);
    this->write("x");
    ASSERT_TRUE(this->until([&] { return this->kind_.peer.take_received() == "x"; }));
    this->kind_.peer.cut();
    Stream::Moved last;
    this->read(1, &last);
    EXPECT_TRUE(last.failed);
    EXPECT_FALSE(last.end);
    EXPECT_EQ(this->kind_.stream.fault(), StreamFault::closed);
}

TYPED_TEST(StreamContract, CanBeOpenedAgainAndAgain) {
    for (int i = 0; i < 3; i++) {
        ASSERT_EQ(this->open(), Progress::done) << i;
        this->kind_.peer.send("hello");
        EXPECT_EQ(this->read(5), "hello") << i;
        this->kind_.stream.close();
        EXPECT_EQ(this->kind_.stream.descriptor(), -1);
    }
}

}  // namespace
}  // namespace cmagent::contract
