// What Resolver promises, on the system's and on the fake.
#include "platform/linux/resolver.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>

#include "tests/contract/fakes/fake_resolver.h"
#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"

namespace cmagent::contract {
namespace {

using platform::Address;
using platform::Addresses;

class Asker final : public platform::ResolverListener {
  public:
    std::optional<Addresses> answer;
    unsigned answers = 0;
    void on_resolved(const Addresses& addresses) override {
        answer = addresses;
        answers++;
    }
};

Addresses loopback() {
    Addresses addresses;
    addresses.count = 2;
    addresses.list[0].family = Address::Family::ipv6;
    addresses.list[0].bytes[15] = 1;
    addresses.list[1].bytes[0] = 127;
    addresses.list[1].bytes[3] = 1;
    return addresses;
}

struct System {
    static constexpr const char* kName = "System";
    Loop loop;
    platform::Worker worker{loop.poller};
    platform::SystemResolver resolver{worker};
    System() { EXPECT_TRUE(worker.start()); }
    template <typename Happened>
    bool until(Happened happened) {
        return loop.until(happened);
    }
};

struct Fake {
    static constexpr const char* kName = "Fake";
    fakes::FakeResolver resolver;
    Fake() { resolver.know("localhost", loopback()); }
    template <typename Happened>
    bool until(Happened happened) {
        resolver.answer();
        return happened();
    }
};

template <typename Kind>
class ResolverContract : public testing::Test {
  protected:
    Kind kind_;
    Asker asker_;
};
using Kinds = testing::Types<Fake, System>;
TYPED_TEST_SUITE(ResolverContract, Kinds, KindName);

TYPED_TEST(ResolverContract, KnowsLocalhostIpv6First) {
    ASSERT_TRUE(this->kind_.resolver.resolve("localhost", 443, this->asker_));
    EXPECT_FALSE(this->asker_.answer) << "not from within resolve()";
    ASSERT_TRUE(this->kind_.until([this] { return this->asker_.answer.has_value(); }));
    const Addresses& answer = *this->asker_.answer;
    ASSERT_EQ(answer.count, 2U);
    EXPECT_EQ(answer.list[0].family, Address::Family::ipv6);
    EXPECT_EQ(answer.list[0].bytes[15], 1);
    EXPECT_EQ(answer.list[1].family, Address::Family::ipv4);
    EXPECT_EQ(answer.list[1].bytes[0], 127);
    EXPECT_EQ(answer.list[1].port, 443);
}

TYPED_TEST(ResolverContract, AnswersWithNothingForAnUnknownName) {
    ASSERT_TRUE(this->kind_.resolver.resolve("no such name", 443, this->asker_));
    ASSERT_TRUE(this->kind_.until([this] { return this->asker_.answer.has_value(); }));
    EXPECT_EQ(this->asker_.answer->count, 0U);
}

TYPED_TEST(ResolverContract, RefusesASecondQuestionAndWhatIsTooLong) {
    ASSERT_TRUE(this->kind_.resolver.resolve("localhost", 443, this->asker_));
    EXPECT_FALSE(this->kind_.resolver.resolve("localhost", 80, this->asker_));
    Asker other;
    EXPECT_FALSE(this->kind_.resolver.resolve("", 443, other));
    EXPECT_FALSE(this->kind_.resolver.resolve(std::string(254, 'a'), 443, other));
}

TYPED_TEST(ResolverContract, DoesNotAnswerAfterCancel) {
    Asker other;
    ASSERT_TRUE(this->kind_.resolver.resolve("localhost", 443, this->asker_));
    ASSERT_TRUE(this->kind_.resolver.resolve("localhost", 443, other));
    this->kind_.resolver.cancel(this->asker_);
    ASSERT_TRUE(this->kind_.until([&] { return other.answers == 1; }));
    EXPECT_EQ(this->asker_.answers, 0U);
}

TYPED_TEST(ResolverContract, CanBeAskedAgain) {
    for (unsigned i = 1; i <= 10; i++) {
        ASSERT_TRUE(this->kind_.resolver.resolve("localhost", 443, this->asker_)) << i;
        ASSERT_TRUE(this->kind_.until([&] { return this->asker_.answers == i; }));
    }
}

// What only the real one has: a helper that may be stuck.
class SystemResolverTest : public testing::Test {
  protected:
    class Stuck final : public platform::Job {
      public:
        std::promise<void> release;
        void run() override { release.get_future().wait(); }
        void on_done() override {}
    };
    void SetUp() override { ASSERT_TRUE(worker_.start()); }

    Loop loop_;
    Stuck stuck_;
    platform::Worker worker_{loop_.poller};
    platform::SystemResolver resolver_{worker_};
    Asker asker_;
};

TEST_F(SystemResolverTest, AnswersLiteralsAndLocalhostAlthoughTheHelperIsStuck) {
    worker_.submit(stuck_);
    const struct {
        const char* host;
        Address::Family family;
        std::uint8_t first;
    } kCases[] = {{"192.0.2.7", Address::Family::ipv4, 192},
                  {"2001:db8::7", Address::Family::ipv6, 0x20},
                  {"LocalHost", Address::Family::ipv6, 0},
                  {"box.localhost", Address::Family::ipv6, 0}};
    for (const auto& one : kCases) {
        asker_.answer.reset();
        ASSERT_TRUE(resolver_.resolve(one.host, 8443, asker_));
        ASSERT_TRUE(loop_.until([this] { return asker_.answer.has_value(); })) << one.host;
        ASSERT_GE(asker_.answer->count, 1U);
        EXPECT_EQ(asker_.answer->list[0].family, one.family) << one.host;
        EXPECT_EQ(asker_.answer->list[0].bytes[0], one.first) << one.host;
        EXPECT_EQ(asker_.answer->list[0].port, 8443);
    }
    stuck_.release.set_value();
    worker_.drop(stuck_);
}

TEST_F(SystemResolverTest, DoesNotRunOutOfQuestionsWhenTheyAreGivenUp) {
    worker_.submit(stuck_);
    for (int i = 0; i < 20; i++) {
        ASSERT_TRUE(resolver_.resolve("streams.invalid", 443, asker_)) << i;
        resolver_.cancel(asker_);
    }
    stuck_.release.set_value();
    worker_.drop(stuck_);
    loop_.turn();
    EXPECT_EQ(asker_.answers, 0U);
}

TEST_F(SystemResolverTest, RefusesMoreThanItsLimit) {
    worker_.submit(stuck_);
    Asker askers[platform::SystemResolver::kMaxQuestions + 1];
    for (std::size_t i = 0; i < platform::SystemResolver::kMaxQuestions; i++) {
        ASSERT_TRUE(resolver_.resolve("streams.invalid", 443, askers[i]));
    }
    EXPECT_FALSE(
        resolver_.resolve("streams.invalid", 443, askers[platform::SystemResolver::kMaxQuestions]));
    for (Asker& asker : askers) resolver_.cancel(asker);
    stuck_.release.set_value();
    worker_.drop(stuck_);
}

TEST_F(SystemResolverTest, BoundsTheSystemsRetries) {
    EXPECT_STREQ(getenv("RES_OPTIONS"), "timeout:2 attempts:2");
}

}  // namespace
}  // namespace cmagent::contract
