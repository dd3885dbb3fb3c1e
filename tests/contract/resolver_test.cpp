// The promises of Resolver (platform/api/resolver.h): the fake and the system's.
#include "platform/linux/resolver.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/linux/socket_address.h"
#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"
#include "tests/fakes/fake_resolver.h"

namespace cmagent::contract {
namespace {

// The system's resolver, as far as this program is concerned: it knows `names`, and takes as long
// as `gate` is locked for slow.example.
std::map<std::string, std::vector<std::string>> names;
std::atomic<int> asked{0};
std::mutex gate;

}  // namespace
}  // namespace cmagent::contract

extern "C" int getaddrinfo(const char* host, const char*, const addrinfo*, addrinfo** found) {
    using namespace cmagent::contract;
    asked++;
    if (std::string(host) == "slow.example") std::lock_guard<std::mutex> wait(gate);
    *found = nullptr;
    addrinfo** end = found;
    for (const std::string& name : names[host]) {
        const bool six = name.find(':') != std::string::npos;
        const auto address =
            cmagent::platform::parse_socket_address(six ? "[" + name + "]:0" : name + ":0");
        auto* const one = new addrinfo{};
        one->ai_family = address.family();
        one->ai_addrlen = address.size;
        auto* const storage = new sockaddr_storage(address.storage);
        one->ai_addr = reinterpret_cast<sockaddr*>(storage);
        *end = one;
        end = &one->ai_next;
    }
    return *found != nullptr ? 0 : EAI_NONAME;
}

extern "C" void freeaddrinfo(addrinfo* list) noexcept {
    while (list != nullptr) {
        addrinfo* const next = list->ai_next;
        delete reinterpret_cast<sockaddr_storage*>(list->ai_addr);
        delete list;
        list = next;
    }
}

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
        while (resolver.turn()) continue;
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
    EXPECT_STRNE(this->asker_.answer->problem, "") << "in the system's words";
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

// Of the real one alone: the system's resolver may take its time. That resolver is ours here.
class SystemResolverTest : public testing::Test {
  protected:
    void SetUp() override {
        names.clear();
        asked = 0;
        gate.lock();
        ASSERT_TRUE(worker_.start());
    }
    void TearDown() override { release(); }
    void release() {
        if (released_) return;
        gate.unlock();
        released_ = true;
    }
    // The helper has begun with so many questions.
    bool begun(int count) {
        return loop_.until([&] { return asked >= count; });
    }

    bool released_ = false;
    Loop loop_;
    platform::Worker worker_{loop_.poller};
    platform::SystemResolver resolver_{worker_};
    Asker asker_;
};

std::string text(const Address& address) {
    char host[INET6_ADDRSTRLEN];
    const bool six = address.family == Address::Family::ipv6;
    return inet_ntop(six ? AF_INET6 : AF_INET, address.bytes, host, sizeof host);
}

TEST_F(SystemResolverTest, AlternatesTheFamiliesIpv6First) {
    std::vector<std::string> more_than_are_told;
    for (std::size_t i = 0; i <= platform::kMaxAddresses; i++) {
        more_than_are_told.push_back("192.0.2." + std::to_string(i));
    }
    const struct {
        std::vector<std::string> found;
        std::vector<std::string> answer;
    } kCases[] = {
        {{"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"},
         {"2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"}},
        {{"2001:db8::1", "2001:db8::2", "192.0.2.1"}, {"2001:db8::1", "192.0.2.1", "2001:db8::2"}},
        {{"192.0.2.2", "192.0.2.1"}, {"192.0.2.2", "192.0.2.1"}},
        {{"::1", "::2", "::3", "::4", "::5", "::6", "::7", "::8", "::9"},
         {"::1", "::2", "::3", "::4", "::5", "::6", "::7", "::8", "::9"}},
        {more_than_are_told, {more_than_are_told.begin(), more_than_are_told.end() - 1}},
    };
    for (const auto& one : kCases) {
        names["streams.example"] = one.found;
        asker_.answer.reset();
        ASSERT_TRUE(resolver_.resolve("streams.example", 8443, asker_));
        ASSERT_TRUE(loop_.until([this] { return asker_.answer.has_value(); }));
        std::vector<std::string> answer;
        for (std::size_t i = 0; i < asker_.answer->count; i++) {
            answer.push_back(text(asker_.answer->list[i]));
            EXPECT_EQ(asker_.answer->list[i].port, 8443);
        }
        EXPECT_EQ(answer, one.answer);
    }
}

TEST_F(SystemResolverTest, AnswersLiteralsAndLocalhostWhateverTheSystemDoes) {
    Asker slow;
    ASSERT_TRUE(resolver_.resolve("slow.example", 443, slow));
    ASSERT_TRUE(begun(1));
    const struct {
        const char* host;
        const char* first;
    } kCases[] = {{"192.0.2.7", "192.0.2.7"},
                  {"2001:db8::7", "2001:db8::7"},
                  {"LocalHost", "::1"},
                  {"box.localhost", "::1"}};
    for (const auto& one : kCases) {
        asker_.answer.reset();
        ASSERT_TRUE(resolver_.resolve(one.host, 8443, asker_));
        ASSERT_TRUE(loop_.until([this] { return asker_.answer.has_value(); })) << one.host;
        ASSERT_GE(asker_.answer->count, 1U);
        EXPECT_EQ(text(asker_.answer->list[0]), one.first);
        EXPECT_EQ(asker_.answer->list[0].port, 8443);
    }
    EXPECT_EQ(asked, 1) << "the system was not asked";
}

TEST_F(SystemResolverTest, AsksTheSystemForWhatOnlyLooksLikeLocalhost) {
    names["notlocalhost"] = {"192.0.2.1"};
    ASSERT_TRUE(resolver_.resolve("notlocalhost", 443, asker_));
    ASSERT_TRUE(loop_.until([this] { return asker_.answer.has_value(); }));
    EXPECT_EQ(text(asker_.answer->list[0]), "192.0.2.1");
}

TEST_F(SystemResolverTest, AQuestionJoinsOneForTheSameNameThatWasGivenUp) {
    names["slow.example"] = {"192.0.2.1"};
    ASSERT_TRUE(resolver_.resolve("slow.example", 443, asker_));
    ASSERT_TRUE(begun(1));
    resolver_.cancel(asker_);
    Asker second;
    ASSERT_TRUE(resolver_.resolve("slow.example", 443, second));
    release();
    ASSERT_TRUE(loop_.until([&] { return second.answers == 1; }));
    EXPECT_EQ(text(second.answer->list[0]), "192.0.2.1");
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(asker_.answers, 0U);
}

TEST_F(SystemResolverTest, DoesNotRunOutOfQuestionsWhenTheyAreGivenUp) {
    Asker slow;
    ASSERT_TRUE(resolver_.resolve("slow.example", 443, slow));
    ASSERT_TRUE(begun(1));
    for (int i = 0; i < 20; i++) {
        ASSERT_TRUE(resolver_.resolve(std::to_string(i) + ".example", 443, asker_)) << i;
        resolver_.cancel(asker_);
    }
    release();
    ASSERT_TRUE(loop_.until([&] { return slow.answers == 1; }));
    EXPECT_EQ(asker_.answers, 0U);
    EXPECT_EQ(asked, 1);
}

TEST_F(SystemResolverTest, RefusesMoreThanItsLimit) {
    Asker askers[platform::SystemResolver::kMaxQuestions + 1];
    for (std::size_t i = 0; i < platform::SystemResolver::kMaxQuestions; i++) {
        ASSERT_TRUE(resolver_.resolve("slow.example", 443, askers[i]));
    }
    EXPECT_FALSE(
        resolver_.resolve("slow.example", 443, askers[platform::SystemResolver::kMaxQuestions]));
    for (Asker& asker : askers) resolver_.cancel(asker);
}

TEST_F(SystemResolverTest, BoundsTheSystemsRetries) {
    EXPECT_STREQ(getenv("RES_OPTIONS"), "timeout:2 attempts:2");
}

}  // namespace
}  // namespace cmagent::contract
