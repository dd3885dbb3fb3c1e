// The promises of Timers (platform/api/timers.h): the fake and timerfd.
#include "platform/linux/timers.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"
#include "tests/fakes/fake_timers.h"

namespace cmagent::contract {
namespace {

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
