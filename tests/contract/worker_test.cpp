// The promises of the helper thread (platform/linux/worker.h): order, and that the loop never waits
// for it.
#include "platform/linux/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "tests/contract/loop.h"

namespace cmagent::contract {
namespace {

class Recorded final : public platform::Job {
  public:
    Recorded(char name, std::string& order) : name_(name), order_(order) {}
    std::function<void()> body = [] {};
    std::thread::id ran_on;
    unsigned done = 0;
    [[nodiscard]] char name() const { return name_; }

    void run() override {
        ran_on = std::this_thread::get_id();
        body();
    }
    void on_done() override {
        done++;
        order_ += name_;
    }

  private:
    char name_;
    std::string& order_;
};

class WorkerTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(worker_.start()); }
    // Keeps the helper busy until release_ is fulfilled.
    void occupy() {
        a_.body = [this] {
            begun_.set_value();
            release_.get_future().wait();
        };
        worker_.submit(a_);
        begun_.get_future().wait();
    }

    Loop loop_;
    std::promise<void> begun_;
    std::promise<void> release_;
    std::string order_;
    Recorded a_{'a', order_};
    Recorded b_{'b', order_};
    Recorded c_{'c', order_};
    platform::Worker worker_{loop_.poller};
};

TEST_F(WorkerTest, RunsOnTheHelperAndReportsOnTheLoop) {
    worker_.submit(a_);
    EXPECT_FALSE(worker_.idle(a_));
    ASSERT_TRUE(loop_.until([this] { return a_.done == 1; }));
    EXPECT_NE(a_.ran_on, std::this_thread::get_id());
    EXPECT_TRUE(worker_.idle(a_));
}

TEST_F(WorkerTest, RunsInOrderButWhatIsLaterLast) {
    worker_.submit_later(c_);
    worker_.submit(a_);
    worker_.submit(b_);
    ASSERT_TRUE(loop_.until([this] { return order_.size() == 3; }));
    EXPECT_EQ(order_, "abc");
}

TEST_F(WorkerTest, ReportsASkippedJobWithoutRunningIt) {
    worker_.skip(a_);
    EXPECT_EQ(a_.done, 0U) << "not from within skip()";
    ASSERT_TRUE(loop_.until([this] { return a_.done == 1; }));
    EXPECT_EQ(a_.ran_on, std::thread::id());
}

TEST_F(WorkerTest, GivesBackWhatHasNotBegun) {
    occupy();
    worker_.submit(b_);
    worker_.submit_later(c_);
    EXPECT_FALSE(worker_.withdraw(a_)) << "it runs";
    EXPECT_TRUE(worker_.withdraw(b_));
    EXPECT_TRUE(worker_.withdraw(c_));
    EXPECT_FALSE(worker_.withdraw(b_)) << "it is not in a queue";
    release_.set_value();
    ASSERT_TRUE(loop_.until([this] { return a_.done == 1; }));
    EXPECT_EQ(order_, "a");
}

TEST_F(WorkerTest, KeepsTheOthersWhenItGivesOneBack) {
    for (Recorded* given_back : {&a_, &b_, &c_}) {
        Recorded hanging('-', order_);
        std::promise<void> begun;
        std::promise<void> release;
        hanging.body = [&] {
            begun.set_value();
            release.get_future().wait();
        };
        worker_.submit(hanging);
        begun.get_future().wait();
        for (Recorded* job : {&a_, &b_, &c_}) worker_.submit(*job);
        EXPECT_TRUE(worker_.withdraw(*given_back));
        worker_.submit(*given_back);
        release.set_value();
        ASSERT_TRUE(loop_.until([this] { return order_.size() == 4; }));
        EXPECT_EQ(order_.back(), given_back->name()) << order_;
        order_.clear();
    }
}

TEST_F(WorkerTest, WaitsForARunningJobNoLongerThanItIsTold) {
    EXPECT_FALSE(worker_.busy());
    occupy();
    EXPECT_TRUE(worker_.busy());
    EXPECT_FALSE(worker_.wait_for(a_, 10));
    release_.set_value();
    EXPECT_TRUE(worker_.wait_for(a_, 10'000));
    EXPECT_FALSE(worker_.busy());
    EXPECT_EQ(a_.done, 0U) << "on_done() comes from the loop";
    ASSERT_TRUE(loop_.until([this] { return a_.done == 1; }));
}

TEST_F(WorkerTest, DropsAJobInAnyState) {
    occupy();
    worker_.submit(b_);
    worker_.drop(b_);
    release_.set_value();
    worker_.drop(a_);
    worker_.skip(c_);
    worker_.drop(c_);
    loop_.turn();
    EXPECT_EQ(order_, "");
}

TEST_F(WorkerTest, TakesAJobAgainFromItsOwnReport) {
    std::atomic<int> runs{0};
    a_.body = [&] { runs++; };
    worker_.submit(a_);
    ASSERT_TRUE(loop_.until([this] { return a_.done == 1; }));
    worker_.submit(a_);
    ASSERT_TRUE(loop_.until([this] { return a_.done == 2; }));
    EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace cmagent::contract
