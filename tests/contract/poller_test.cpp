// The promises of Poller (platform/api/poller.h): the fake and epoll.
#include "platform/linux/poller.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"
#include "tests/fakes/fake_poller.h"
#include "tests/fakes/fake_stream.h"

namespace cmagent::contract {
namespace {

using platform::Descriptor;
using platform::Interest;
using platform::Rank;

class Recorder final : public platform::Watcher {
  public:
    std::vector<Interest> calls;
    std::function<void()> then = [] {};
    void on_ready(Interest ready) override {
        calls.push_back(ready);
        then();
    }
};

// A connection with room for more, on which the peer has said nothing yet.
class SocketPair {
  public:
    SocketPair() {
        int both[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, both), 0);
        ours_.reset(both[0]);
        theirs_.reset(both[1]);
    }
    [[nodiscard]] int fd() const { return ours_.get(); }
    void say_something() const { EXPECT_EQ(write(theirs_.get(), "x", 1), 1); }
    void hang_up() { theirs_.reset(); }

  private:
    Descriptor ours_;
    Descriptor theirs_;
};

struct Epoll {
    static constexpr const char* kName = "Epoll";
    using Connection = SocketPair;
    platform::EpollPoller poller;
    [[nodiscard]] Connection connection() { return {}; }
};

class FakeConnection {
  public:
    explicit FakeConnection(fakes::FakePoller& poller) : stream_(poller) {
        EXPECT_EQ(stream_.open({}, "localhost"), platform::Stream::Progress::wait);
        EXPECT_EQ(stream_.advance(), platform::Stream::Progress::done);
    }
    [[nodiscard]] int fd() const { return stream_.descriptor(); }
    void say_something() { stream_.send("x"); }
    void hang_up() { stream_.cut(); }

  private:
    fakes::FakeStream stream_;
};

struct Fake {
    static constexpr const char* kName = "Fake";
    using Connection = FakeConnection;
    fakes::FakePoller poller;
    [[nodiscard]] Connection connection() { return Connection(poller); }
};

template <typename Kind>
class PollerContract : public testing::Test {
  protected:
    // One round, without waiting.
    void turn() { poller_.wait(0); }
    bool watch(int fd, Interest interest, Recorder& recorder, Rank rank = Rank::last) {
        watched_.push_back(fd);
        return poller_.watch(fd, interest, recorder, rank);
    }
    void TearDown() override {
        for (const int fd : watched_) poller_.unwatch(fd);
    }

    Kind kind_;
    platform::Poller& poller_ = kind_.poller;
    using Connection = typename Kind::Connection;
    typename Kind::Connection connection_ = kind_.connection();
    typename Kind::Connection other_ = kind_.connection();
    Recorder recorder_;

  private:
    std::vector<int> watched_;
};
using Kinds = testing::Types<Fake, Epoll>;
TYPED_TEST_SUITE(PollerContract, Kinds, KindName);

TYPED_TEST(PollerContract, CallsForWhatIsWatchedOnly) {
    ASSERT_TRUE(this->watch(this->connection_.fd(), platform::kReading, this->recorder_));
    this->turn();
    EXPECT_TRUE(this->recorder_.calls.empty());
    this->connection_.say_something();
    this->turn();
    ASSERT_EQ(this->recorder_.calls.size(), 1U);
    EXPECT_TRUE(this->recorder_.calls[0].read);
    EXPECT_FALSE(this->recorder_.calls[0].write);
}

TYPED_TEST(PollerContract, CallsAgainForWhatWasNotConsumed) {
    ASSERT_TRUE(this->watch(this->connection_.fd(), platform::kReading, this->recorder_));
    this->connection_.say_something();
    this->turn();
    this->turn();
    EXPECT_EQ(this->recorder_.calls.size(), 2U);
}

TYPED_TEST(PollerContract, ChangesWhatIsWatched) {
    ASSERT_TRUE(this->watch(this->connection_.fd(), platform::kReading, this->recorder_));
    this->poller_.change(this->connection_.fd(), platform::kWriting);
    this->connection_.say_something();
    this->turn();
    ASSERT_EQ(this->recorder_.calls.size(), 1U);
    EXPECT_FALSE(this->recorder_.calls[0].read);
    EXPECT_TRUE(this->recorder_.calls[0].write);
    this->poller_.change(this->connection_.fd(), {});
    this->turn();
    EXPECT_EQ(this->recorder_.calls.size(), 1U);
}

TYPED_TEST(PollerContract, ReportsAHangUpAsBoth) {
    ASSERT_TRUE(this->watch(this->connection_.fd(), {}, this->recorder_));
    this->connection_.hang_up();
    this->turn();
    ASSERT_EQ(this->recorder_.calls.size(), 1U);
    EXPECT_TRUE(this->recorder_.calls[0].read);
    EXPECT_TRUE(this->recorder_.calls[0].write);
}

TYPED_TEST(PollerContract, DoesNotCallAfterUnwatchInTheSameRound) {
    const int fds[] = {this->connection_.fd(), this->other_.fd()};
    Recorder recorders[2];
    for (int i = 0; i < 2; i++) {
        ASSERT_TRUE(this->watch(fds[i], platform::kWriting, recorders[i]));
        // The watcher that is called first removes both, and watches the same ones anew.
        recorders[i].then = [&] {
            for (const int fd : fds) {
                this->poller_.unwatch(fd);
                ASSERT_TRUE(this->poller_.watch(fd, platform::kWriting, this->recorder_));
            }
        };
    }
    this->turn();
    EXPECT_EQ(recorders[0].calls.size() + recorders[1].calls.size(), 1U);
    EXPECT_TRUE(this->recorder_.calls.empty()) << "events for the earlier watches";
    this->turn();
    EXPECT_EQ(this->recorder_.calls.size(), 2U) << "these are for the new ones";
}

// Whatever became ready first, and in whatever order the descriptors were watched.
TYPED_TEST(PollerContract, Hazard66CallsRankByRank) {
    constexpr int kAll = 60;  // more than a round used to take
    constexpr Rank kRanks[] = {Rank::last, Rank::second, Rank::first};
    std::vector<std::unique_ptr<typename TestFixture::Connection>> all;
    std::vector<Recorder> recorders(kAll);
    std::vector<Rank> order;
    for (int i = 0; i < kAll; i++) {
        all.emplace_back(new typename TestFixture::Connection(this->kind_.connection()));
        const Rank rank = kRanks[i % 3];
        recorders[i].then = [&order, rank] { order.push_back(rank); };
        ASSERT_TRUE(this->watch(all[i]->fd(), platform::kReading, recorders[i], rank));
        all[i]->say_something();
    }
    this->turn();
    ASSERT_EQ(order.size(), static_cast<std::size_t>(kAll)) << "all in one round";
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
    for (const auto& connection : all) this->poller_.unwatch(connection->fd());
}

// What is called first may put another into the place of one that is yet to be called.
TYPED_TEST(PollerContract, Hazard66DoesNotCallAnewWhatTheFirstRankHasWatchedInThisRound) {
    Recorder later;
    Recorder anew;
    ASSERT_TRUE(
        this->watch(this->connection_.fd(), platform::kReading, this->recorder_, Rank::first));
    ASSERT_TRUE(this->watch(this->other_.fd(), platform::kReading, later));
    this->recorder_.then = [&] {
        this->poller_.unwatch(this->other_.fd());
        ASSERT_TRUE(this->poller_.watch(this->other_.fd(), platform::kReading, anew));
    };
    this->other_.say_something();
    this->connection_.say_something();
    this->turn();
    EXPECT_EQ(this->recorder_.calls.size(), 1U);
    EXPECT_TRUE(later.calls.empty());
    EXPECT_TRUE(anew.calls.empty());
}

TYPED_TEST(PollerContract, RefusesWhatCannotBeWatched) {
    EXPECT_FALSE(this->poller_.watch(-1, platform::kReading, this->recorder_));
    EXPECT_FALSE(this->poller_.watch(999'999'999, platform::kReading, this->recorder_))
        << "not open";
    ASSERT_TRUE(this->watch(this->connection_.fd(), platform::kReading, this->recorder_));
    EXPECT_FALSE(this->poller_.watch(this->connection_.fd(), platform::kReading, this->recorder_));
}

TYPED_TEST(PollerContract, DoesNotMindWhatIsNotWatched) {
    this->poller_.change(this->connection_.fd(), {true, true});
    this->poller_.unwatch(this->connection_.fd());
    this->poller_.unwatch(-1);
    this->turn();
    EXPECT_TRUE(this->recorder_.calls.empty());
}

class EpollPollerTest : public testing::Test {
  protected:
    Loop loop_;
    platform::Poller& poller_ = loop_.poller;
    SocketPair connection_;
    Recorder recorder_;
};

TEST_F(EpollPollerTest, DoesNotCallAnotherWatchInThePlaceOfAnEarlierOne) {
    int pipes[2][2];
    Recorder recorders[2];
    SocketPair other;
    for (int i = 0; i < 2; i++) {
        ASSERT_EQ(pipe2(pipes[i], O_CLOEXEC), 0);
        ASSERT_TRUE(poller_.watch(pipes[i][0], platform::kReading, recorders[i]));
        ASSERT_EQ(write(pipes[i][1], "x", 1), 1);
        // The watcher that is called first removes both, and puts others into their places.
        recorders[i].then = [&] {
            poller_.unwatch(pipes[0][0]);
            poller_.unwatch(pipes[1][0]);
            ASSERT_TRUE(poller_.watch(connection_.fd(), platform::kReading, recorder_));
            ASSERT_TRUE(poller_.watch(other.fd(), platform::kReading, recorder_));
        };
    }
    loop_.turn();
    EXPECT_EQ(recorders[0].calls.size() + recorders[1].calls.size(), 1U);
    EXPECT_TRUE(recorder_.calls.empty()) << "events for the earlier watches";
    for (auto& one : pipes) {
        close(one[0]);
        close(one[1]);
    }
}

TEST_F(EpollPollerTest, RefusesAFile) {
    const Descriptor file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(poller_.watch(file.get(), platform::kReading, recorder_));
}

TEST_F(EpollPollerTest, RefusesMoreThanItsLimitAndNothingBelow) {
    std::vector<Descriptor> many;
    for (std::size_t i = 0; i < platform::EpollPoller::kMaxWatched; i++) {
        many.emplace_back(dup(connection_.fd()));
        ASSERT_TRUE(poller_.watch(many.back().get(), platform::kReading, recorder_)) << i;
    }
    EXPECT_FALSE(poller_.watch(connection_.fd(), platform::kReading, recorder_));
    poller_.unwatch(many.front().get());
    EXPECT_TRUE(poller_.watch(connection_.fd(), platform::kReading, recorder_));
}

TEST_F(EpollPollerTest, WaitsAsLongAsItIsTold) {
    for (const std::int64_t timeout_ms : {20, 1050}) {
        const std::int64_t before_ms = loop_.clock.boot_ms();
        poller_.wait(timeout_ms);
        const std::int64_t waited_ms = loop_.clock.boot_ms() - before_ms;
        EXPECT_GE(waited_ms, timeout_ms - 1);
        EXPECT_LT(waited_ms, timeout_ms + 1000);
    }
}

}  // namespace
}  // namespace cmagent::contract
