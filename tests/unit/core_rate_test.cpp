// The pace of each caller.

#include "agent/core/rate.h"

#include <gtest/gtest.h>

#include <memory>

#include "agent/core/session_table.h"

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};
constexpr Party kUser = Party::of_user(1000);

struct RatesTest : testing::Test {
    [[nodiscard]] Millis take(Party party, Millis later = 0, Rates::Kind kind = Rates::start) {
        return rates->take(kind, party, *settings, *sessions, kNow + later);
    }
    // How many more may go at once.
    int left(Party party, Millis later = 0) {
        int count = 0;
        while (take(party, later) == 0) ++count;
        return count;
    }
    void grant(Party party) { rates->note_granted(party, *sessions, kNow); }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<SessionTable> sessions = std::make_unique<SessionTable>();
    std::unique_ptr<Rates> rates = std::make_unique<Rates>();
};

TEST_F(RatesTest, TenAtOnceThenOneASecond) {
    for (const Party party : {Party(), kUser, Party::of_token(1)}) {
        EXPECT_EQ(left(party), 10);
        EXPECT_EQ(take(party), 1'000);
        EXPECT_EQ(rates->wait(), 1'000);
        EXPECT_EQ(take(party, 400), 600) << "what is refused costs nothing";
        EXPECT_EQ(left(party, 2'500), 2);
        EXPECT_EQ(left(party, 60'000), 10) << "never more than ten at once";
    }
}

TEST_F(RatesTest, PaceIsTheConfigurations) {
    settings->starts_per_minute = 6;
    EXPECT_EQ(left(kUser), 10);
    EXPECT_EQ(take(kUser), 10'000);
    settings->starts_per_minute = 60'000;
    EXPECT_EQ(left(Party::of_user(1)), 1000) << "a second's worth";
}

TEST_F(RatesTest, KnowsAKeyOnceCmHasGrantedItSomething) {
    const Party key = Party::of_key(1);
    EXPECT_TRUE(rates->knows(kUser)) << "whoever is not known by a key alone";
    EXPECT_FALSE(rates->knows(key)) << "never heard of";
    EXPECT_EQ(take(key), 0);
    EXPECT_FALSE(rates->knows(key)) << "it has only asked";
    grant(key);
    EXPECT_TRUE(rates->knows(key));
}

TEST_F(RatesTest, StartsAndQuestionsAreApart) {
    EXPECT_EQ(left(kUser), 10);
    EXPECT_EQ(take(kUser, 0, Rates::question), 0);
}

TEST_F(RatesTest, OneLeavesTheOthersTheirs) {
    EXPECT_EQ(left(kUser), 10);
    EXPECT_EQ(left(Party::of_user(1001)), 10);
    EXPECT_EQ(left(Party::of_token(1)), 10);
    EXPECT_EQ(left({}), 10);
}

TEST_F(RatesTest, KeysThatCmHasGrantedNothingHaveNoMoreThanTheAnonymousOnes) {
    for (std::uint64_t key = 1; key <= 10; ++key) EXPECT_EQ(take(Party::of_key(key)), 0);
    EXPECT_EQ(take(Party::of_key(11)), 1'000);
    EXPECT_EQ(take({}), 1'000);
    EXPECT_EQ(take(kUser), 0) << "a user of the box is no new key";
}

TEST_F(RatesTest, KeyThatCmHasGrantedSomethingHasItsOwn) {
    const Party key = Party::of_key(7);
    EXPECT_EQ(take(key), 0);
    grant(key);
    EXPECT_EQ(left({}), 9);
    EXPECT_EQ(left(key), 9) << "whatever the anonymous ones have taken";
}

TEST_F(RatesTest, FloodOfKeysPushesOutNobodyWhoIsKnown) {
    const Party known = Party::of_key(7);
    grant(known);
    EXPECT_EQ(left(known), 10);
    settings->starts_per_minute = 60'000;
    for (std::uint64_t key = 100; key < 400; ++key) EXPECT_EQ(take(Party::of_key(key)), 0);
    settings->starts_per_minute = 60;
    EXPECT_EQ(take(known), 1'000) << "its bucket is remembered";
}

TEST_F(RatesTest, OfKeysThatAreKnownTheOldestWithoutASessionIsForgotten) {
    Session& session = sessions->place();
    sessions->open(session);
    session.stream.party = Party::of_key(1);
    for (std::uint64_t key = 1; key <= Rates::kParties; ++key) {
        rates->note_granted(Party::of_key(key), *sessions, kNow + static_cast<Millis>(key));
    }
    EXPECT_EQ(left(Party::of_key(1)), 10);
    EXPECT_EQ(left(Party::of_key(2), 100), 10);
    rates->note_granted(Party::of_key(99), *sessions, kNow + 100);
    EXPECT_EQ(take(Party::of_key(1)), 1'000) << "it has a session";
    EXPECT_EQ(take(Party::of_key(2), 100), 1'000) << "it has come later than another";
    EXPECT_EQ(left({}), 10);
    EXPECT_EQ(take(Party::of_key(3)), 1'000) << "forgotten: it is nobody again";
}

}  // namespace
}  // namespace cmagent::core
