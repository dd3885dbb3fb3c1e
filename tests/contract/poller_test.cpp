// What Poller and Timers promise, on the real ones; the fake timers are held to the same.
#include "platform/linux/poller.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <vector>

#include "platform/linux/timers.h"
#include "tests/contract/fakes/fake_timers.h"
#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"

namespace cmagent::contract {
namespace {

using platform::Descriptor;
using platform::Interest;

class Recorder final : public platform::Watcher {
  public:
    std::vector<Interest> calls;
    std::function<void()> then = [] {};
    void on_ready(Interest ready) override {
        calls.push_back(ready);
        then();
    }
};

class PollerTest : public testing::Test {
  protected:
    PollerTest() {
        int both[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, both), 0);
        ours_.reset(both[0]);
        theirs_.reset(both[1]);
    }
    void say(char byte = 'x') { ASSERT_EQ(write(theirs_.get(), &byte, 1), 1); }

    Loop loop_;
    platform::Poller& poller_ = loop_.poller;
    Descriptor ours_;
    Descriptor theirs_;
    Recorder recorder_;
};

TEST_F(PollerTest, CallsForWhatIsWatchedOnly) {
    ASSERT_TRUE(poller_.watch(ours_.get(), {true, false}, recorder_));
    loop_.turn();
    EXPECT_TRUE(recorder_.calls.empty());
    say();
    loop_.turn();
    ASSERT_EQ(recorder_.calls.size(), 1U);
    EXPECT_TRUE(recorder_.calls[0].read);
    EXPECT_FALSE(recorder_.calls[0].write);
}

TEST_F(PollerTest, CallsAgainForWhatWasNotConsumed) {
    ASSERT_TRUE(poller_.watch(ours_.get(), {true, false}, recorder_));
    say();
    loop_.turn();
    loop_.turn();
    EXPECT_EQ(recorder_.calls.size(), 2U);
}

TEST_F(PollerTest, ChangesWhatIsWatched) {
    ASSERT_TRUE(poller_.watch(ours_.get(), {true, false}, recorder_));
    poller_.change(ours_.get(), {false, true});
    say();
    loop_.turn();
    ASSERT_EQ(recorder_.calls.size(), 1U);
    EXPECT_FALSE(recorder_.calls[0].read);
    EXPECT_TRUE(recorder_.calls[0].write);
    poller_.change(ours_.get(), {});
    loop_.turn();
    EXPECT_EQ(recorder_.calls.size(), 1U);
}

TEST_F(PollerTest, ReportsAHangUpAsBoth) {
    ASSERT_TRUE(poller_.watch(ours_.get(), {}, recorder_));
    theirs_.reset();
    loop_.turn();
    ASSERT_EQ(recorder_.calls.size(), 1U);
    EXPECT_TRUE(recorder_.calls[0].read);
    EXPECT_TRUE(recorder_.calls[0].write);
}

TEST_F(PollerTest, DoesNotCallAfterUnwatchInTheSameRound) {
    int pipes[2][2];
    Recorder recorders[2];
    for (int i = 0; i < 2; i++) {
        ASSERT_EQ(pipe2(pipes[i], O_CLOEXEC), 0);
        ASSERT_TRUE(poller_.watch(pipes[i][0], {true, false}, recorders[i]));
        ASSERT_EQ(write(pipes[i][1], "x", 1), 1);
        // Whoever comes first removes both, and puts others into their places.
        recorders[i].then = [&] {
            poller_.unwatch(pipes[0][0]);
            poller_.unwatch(pipes[1][0]);
            ASSERT_TRUE(poller_.watch(ours_.get(), {true, false}, recorder_));
            ASSERT_TRUE(poller_.watch(theirs_.get(), {true, false}, recorder_));
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

TEST_F(PollerTest, RefusesWhatCannotBeWatched) {
    EXPECT_FALSE(poller_.watch(-1, {true, false}, recorder_));
    const Descriptor file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(poller_.watch(file.get(), {true, false}, recorder_));
}

TEST_F(PollerTest, RefusesMoreThanItsLimitAndNothingBelow) {
    std::vector<Descriptor> many;
    for (std::size_t i = 0; i < platform::EpollPoller::kMaxWatched; i++) {
        many.emplace_back(dup(ours_.get()));
        ASSERT_TRUE(poller_.watch(many.back().get(), {true, false}, recorder_)) << i;
    }
    EXPECT_FALSE(poller_.watch(ours_.get(), {true, false}, recorder_));
    poller_.unwatch(many.front().get());
    EXPECT_TRUE(poller_.watch(ours_.get(), {true, false}, recorder_));
}

TEST_F(PollerTest, WaitsAsLongAsItIsTold) {
    for (const std::int64_t timeout_ms : {20, 1050}) {
        const std::int64_t before_ms = loop_.clock.boot_ms();
        poller_.wait(timeout_ms);
        const std::int64_t waited_ms = loop_.clock.boot_ms() - before_ms;
        EXPECT_GE(waited_ms, timeout_ms - 1);
        EXPECT_LT(waited_ms, timeout_ms + 1000);
    }
}

struct RealTimers {
    static constexpr const char* kName = "Timerfd";
    Loop loop;
    platform::TimerfdTimers timers{loop.poller, loop.clock};
    void pass(std::int64_t ms) {
        const std::int64_t until_ms = loop.clock.boot_ms() + ms;
        ASSERT_TRUE(loop.until([&] { return loop.clock.boot_ms() >= until_ms; }));
        loop.turn();
    }
};

struct FakeOnes {
    static constexpr const char* kName = "Fake";
    fakes::FakeClock clock;
    fakes::FakeTimers timers{clock};
    void pass(std::int64_t ms) { timers.advance(ms); }
};

class Alarm final : public platform::TimerListener {
  public:
    unsigned rung = 0;
    std::function<void()> then = [] {};
    void on_time() override {
        rung++;
        then();
    }
};

template <typename Kind>
class TimersContract : public testing::Test {
  protected:
    Kind kind_;
    Alarm first_;
    Alarm second_;
};
using TimerKinds = testing::Types<FakeOnes, RealTimers>;
TYPED_TEST_SUITE(TimersContract, TimerKinds, KindName);

TYPED_TEST(TimersContract, CallsOnceAndNotBeforeItsTime) {
    this->kind_.timers.set(this->first_, 300);
    EXPECT_EQ(this->first_.rung, 0U) << "never from within set()";
    this->kind_.pass(10);
    EXPECT_EQ(this->first_.rung, 0U);
    this->kind_.pass(350);
    EXPECT_EQ(this->first_.rung, 1U);
    this->kind_.pass(350);
    EXPECT_EQ(this->first_.rung, 1U);
}

TYPED_TEST(TimersContract, CallsOnTheNextTurn) {
    this->kind_.timers.set(this->first_, 0);
    EXPECT_EQ(this->first_.rung, 0U);
    this->kind_.pass(1);
    EXPECT_EQ(this->first_.rung, 1U);
}

TYPED_TEST(TimersContract, MovesATimerThatIsSetAgain) {
    this->kind_.timers.set(this->first_, 1);
    this->kind_.timers.set(this->first_, 10'000);
    this->kind_.pass(20);
    EXPECT_EQ(this->first_.rung, 0U);
}

TYPED_TEST(TimersContract, DoesNotCallAfterUnset) {
    this->kind_.timers.unset(this->first_);
    this->kind_.timers.set(this->first_, 1);
    this->kind_.timers.set(this->second_, 1);
    this->first_.then = [this] { this->kind_.timers.unset(this->second_); };
    this->second_.then = [this] { this->kind_.timers.unset(this->first_); };
    this->kind_.pass(20);
    EXPECT_EQ(this->first_.rung + this->second_.rung, 1U) << "not even when due in the same turn";
}

TYPED_TEST(TimersContract, DoesNotCallForATimerThatWasMovedMeanwhile) {
    this->kind_.timers.set(this->first_, 1);
    this->kind_.timers.set(this->second_, 1);
    this->first_.then = [this] { this->kind_.timers.set(this->second_, 10'000); };
    this->second_.then = [this] { this->kind_.timers.set(this->first_, 10'000); };
    this->kind_.pass(20);
    EXPECT_EQ(this->first_.rung + this->second_.rung, 1U);
}

TYPED_TEST(TimersContract, CanBeSetFromTheCall) {
    this->first_.then = [this] {
        if (this->first_.rung < 3) this->kind_.timers.set(this->first_, 0);
    };
    this->kind_.timers.set(this->first_, 0);
    this->kind_.pass(20);
    EXPECT_EQ(this->first_.rung, 3U);
}

}  // namespace
}  // namespace cmagent::contract
