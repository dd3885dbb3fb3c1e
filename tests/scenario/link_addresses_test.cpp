// From a name to a peer: each step has a time of its own, and what is known of the addresses is used
// (contract.md, "Connections to CM"; hazards.md 36).

#include <gtest/gtest.h>

#include "tests/scenario/link_world.h"

namespace cmagent::link {
namespace {

using cm::Call;
using cm::Meaning;
using Manner = FakePeer::Manner;
using Attempts = std::vector<int>;

class Reaching : public LinkTest {
  protected:
    Reaching() { cm.accepts(); }

    // The name has addresses 1 to `count`.
    void publish(int count) { publish(1, count); }
    void publish(int first, int last) {
        platform::Addresses addresses;
        for (int i = first; i <= last; ++i) {
            addresses.list[addresses.count++].bytes[3] = static_cast<std::uint8_t>(i);
        }
        resolver.know("cm.example", addresses);
    }
    void unpublish() { resolver.know("cm.example", {}); }
    void all(int first, int last, Manner manner) {
        for (int i = first; i <= last; ++i) one.peers[i].manner = manner;
    }
    void start() { send(1, Call::start, true, 30'000); }
    // A connection that is opened and over, so that the next call needs another one.
    void open_and_close() {
        ASSERT_EQ(call(900, Call::heartbeat).meaning, Meaning::granted);
        pass(kIdleTimeout);
        told.clear();
        one.attempts.clear();
    }
    // A start while the resolver is silent and the first address does this; then so much time passes.
    void start_in_silence(Manner manner, Millis passed) {
        all(1, 1, manner);
        resolver.silent = true;
        start();
        pass(passed);
    }
    [[nodiscard]] bool granted() const {
        return !told.empty() && told.back().meaning == Meaning::granted;
    }
};

// --- each step has its own time ---

TEST_F(Reaching, Hazard36TheNextIsTriedAQuarterOfASecondLaterAndTheEarlierGoOn) {
    publish(3);
    all(1, 3, Manner::is_silent);
    start();
    pass(249);
    EXPECT_EQ(one.attempts, Attempts{1});
    pass(1);
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
    pass(100);
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted()) << "the first one is slow, and not lost";
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

TEST_F(Reaching, Hazard36EightAddressesAndASlowHandshake) {
    publish(8);
    all(1, 8, Manner::hangs);
    start();
    pass(700);
    all(1, 8, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
    EXPECT_EQ(one.attempts, Attempts{1}) << "it has answered: no other is tried";
}

TEST_F(Reaching, Hazard36TheNamesTimeIsNotTheConnections) {
    start_in_silence(Manner::is_silent, settings.connect_timeout - 1);
    resolver.silent = false;
    pass(settings.connect_timeout - 1);
    all(1, 1, Manner::hangs);
    pass(cm::kShortestHandshake - 1);
    EXPECT_TRUE(told.empty());
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
}

TEST_F(Reaching, Hazard36ARequestThatHasWaitedIsNoShorterForIt) {
    cm = [](const std::string&) { return ""; };
    all(1, 1, Manner::hangs);
    send(1, Call::heartbeat, false, 3'000);
    pass(2'900);
    all(1, 1, Manner::accepts);
    pass(2'900);
    EXPECT_TRUE(told.empty()) << "its time begins when it is written";
    cm.accepts();
    run_loop();
    EXPECT_TRUE(granted());
}

TEST_F(Reaching, AHandshakeHasWhatIsLeftAndAtLeastThreeSeconds) {
    for (const Millis reached_after : {Millis{0}, Millis{4'000}}) {
        told.clear();
        all(1, 1, Manner::is_silent);
        start();
        pass(reached_after);
        all(1, 1, Manner::hangs);
        pass(std::max(settings.connect_timeout - reached_after, cm::kShortestHandshake) - 1);
        EXPECT_TRUE(told.empty());
        pass(1);
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, Meaning::unreachable);
        EXPECT_EQ(told[0].reason, "connect-timed-out");
        EXPECT_EQ(poller.watched(), 0U);
    }
}

TEST_F(Reaching, EveryWordOfAHandshakeIsNoTimeOfItsOwn) {
    all(1, 1, Manner::hangs);
    start();
    for (int i = 0; i < 3; ++i) {
        pass(settings.connect_timeout / 4);
        one.stir();
    }
    pass(settings.connect_timeout / 4 - 1);
    EXPECT_TRUE(told.empty());
    pass(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].reason, "connect-timed-out");
}

TEST_F(Reaching, OneThatFailsLeavesTheEarlierOneItsTime) {
    int first = 1;  // nothing is known of those that come next
    for (const Manner dead : {Manner::refuses, Manner::refuses_later}) {
        publish(first, first + 1);
        all(first, first, Manner::is_silent);
        all(first + 1, first + 1, dead);
        start();
        pass(Connector::kBetween);
        EXPECT_EQ(one.attempts, (Attempts{first, first + 1}));
        pass(settings.connect_timeout - Connector::kBetween - 1);
        EXPECT_TRUE(told.empty());
        all(first, first, Manner::accepts);
        run_loop();
        EXPECT_TRUE(granted());
        pass(kIdleTimeout);
        told.clear();
        one.attempts.clear();
        first += 2;
    }
}

// --- an attempt may end before its connection is open ---

TEST_F(Reaching, Hazard36AnOpeningOutlivesTheAttemptsOfAHeartbeat) {
    all(1, 1, Manner::hangs);
    on_told = [this](const Told& each) {
        if (each.meaning != Meaning::granted) {
            send(each.exchange + 1, Call::heartbeat, false, 1'000);
        }
    };
    send(1, Call::heartbeat, false, 1'000);
    pass(4'500);
    EXPECT_EQ(told.size(), 4U);
    EXPECT_EQ(one.attempts, Attempts{1}) << "it is the same opening";
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(Reaching, SoDoesOneForAConnectionThatHadDied) {
    keep_one();
    one.attempts.clear();
    all(1, 1, Manner::hangs);
    one.fail_writes();
    send(1, Call::heartbeat, false, 1'000);
    pass(1'000);
    ASSERT_EQ(answered(), Ids{1});
    EXPECT_EQ(told[0].reason, "timed-out");
    EXPECT_FALSE(other.is_open());
    cm.accepts();
    send(2, Call::heartbeat, false, 1'000);
    pass(500);
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
    EXPECT_EQ(one.attempts, Attempts{1}) << "it is the same opening";
    EXPECT_EQ(other.attempts, Attempts{});
}

TEST_F(Reaching, AnOpeningThatOutlivesItsCallIsKeptForTheNext) {
    keep_one();
    all(1, 1, Manner::hangs);
    one.fail_writes();
    send(1, Call::heartbeat, false, 1'000);
    pass(1'000);
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(one.is_open());
    cm.accepts();
    EXPECT_EQ(call(2, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(Reaching, OrFailsAloneAndTellsNobodyElse) {
    keep_one();
    all(1, 1, Manner::hangs);
    one.fail_writes();
    send(1, Call::heartbeat, false, 1'000);
    pass(20'000);
    EXPECT_EQ(answered(), Ids{1});
    EXPECT_EQ(link->counters().failures, 1U);
    EXPECT_EQ(link->next_deadline(), kNever);
}

// --- more addresses than are tried at once ---

TEST_F(Reaching, Hazard36TheTwelfthOfTwelve) {
    int first = 1;  // nothing is known of those that come next
    for (const Manner dead : {Manner::refuses, Manner::refuses_later, Manner::is_silent}) {
        publish(first, first + 11);
        all(first, first + 10, dead);
        start();
        pass(11 * Connector::kBetween);
        EXPECT_TRUE(granted());
        EXPECT_EQ(one.attempts.size(), 12U);
        pass(kIdleTimeout);
        one.attempts.clear();
        told.clear();
        first += 12;
    }
}

TEST_F(Reaching, ThoseThatWereNotReachedGoFirstNextTime) {
    settings.connect_timeout = 1'000;
    publish(20);
    all(1, 18, Manner::is_silent);
    for (std::uint32_t attempt = 1; !granted(); ++attempt) {
        ASSERT_LE(attempt, 5U);
        send(attempt, Call::heartbeat);
        pass(1'000);
    }
    EXPECT_EQ(told.size(), 5U) << "four addresses a second";
}

// --- what is known of them ---

TEST_F(Reaching, WhatWorkedIsFirstWhatHasFailedLastIsLast) {
    publish(4);
    all(1, 2, Manner::refuses);
    open_and_close();
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, Attempts{3});
    pass(kIdleTimeout);
    one.attempts.clear();
    all(3, 4, Manner::refuses);
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::unreachable);
    EXPECT_EQ(one.attempts, (Attempts{3, 4, 1, 2}));
}

TEST_F(Reaching, BothConnectionsLearnFromEachOther) {
    publish(2);
    all(1, 1, Manner::is_silent);
    other.peers = one.peers;
    send(1, Call::heartbeat);
    pass(Connector::kBetween);
    cm = [](const std::string&) { return ""; };
    send(2, Call::heartbeat);
    run_loop();
    send(3, Call::start, true);
    run_loop();
    EXPECT_EQ(other.attempts, Attempts{2});
}

TEST_F(Reaching, AHandshakeThatHangsCostsOneAttempt) {
    publish(2);
    all(1, 1, Manner::hangs);
    start();
    pass(settings.connect_timeout);
    EXPECT_EQ(told.back().reason, "connect-timed-out");
    one.attempts.clear();
    EXPECT_EQ(call(2, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, Attempts{2});
}

TEST_F(Reaching, ThoseThatWereLetGoHaveTheirTurnAfterAHandshakeThatIsCut) {
    publish(2);
    all(1, 1, Manner::is_silent);
    one.peers[2] = {Manner::refuses_later, platform::StreamFault::handshake_cut};
    start();
    pass(Connector::kBetween);
    EXPECT_EQ(one.attempts, (Attempts{1, 2, 1}));
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
}

TEST_F(Reaching, ACertificateThatFailedSendsTheNextAttemptToAnother) {
    publish(2);
    one.peers[1] = {Manner::refuses_later, platform::StreamFault::certificate_expired};
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::insecure);
    EXPECT_EQ(call(2, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

TEST_F(Reaching, APeerThatDoesNotAnswerIsLeftForAnother) {
    publish(2);
    cm = [](const std::string&) { return ""; };
    send(1, Call::heartbeat, false, 3'000);
    pass(3'000);
    EXPECT_EQ(told.back().reason, "timed-out");
    cm.accepts();
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

TEST_F(Reaching, APeerThatWasNotUsedForLongIsNoWorseForIt) {
    publish(2);
    open_and_close();
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, Attempts{1});
}

TEST_F(Reaching, APeerThatSaysThatItIsTheWrongOneIsLeftForAnother) {
    publish(2);
    bool first = true;
    cm = [&first](const std::string&) {
        const bool wrong = first;
        first = false;
        return wrong ? response(421) : kAccepted;
    };
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

// --- the name ---

TEST_F(Reaching, Hazard37AnEarlierAnswerServesWhenTheNameCannotBeResolved) {
    open_and_close();
    unpublish();
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    pass(kIdleTimeout);
    resolver.refuses = true;
    EXPECT_EQ(call(2, Call::start, true).meaning, Meaning::granted);
}

TEST_F(Reaching, ForAnHour) {
    open_and_close();
    unpublish();
    pass(AddressBook::kKept - kIdleTimeout - 1);
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    pass(kIdleTimeout);
    const Told failure = call(2, Call::start, true);
    EXPECT_EQ(failure.meaning, Meaning::unreachable);
    EXPECT_EQ(failure.reason, "not-resolved");
    EXPECT_EQ(failure.detail, "no such name");
}

TEST_F(Reaching, Hazard37AnEarlierAnswerServesWhileTheResolverIsSlow) {
    open_and_close();
    resolver.silent = true;
    start();
    pass(Connector::kPatience - 1);
    EXPECT_TRUE(one.attempts.empty());
    pass(1);
    EXPECT_TRUE(granted());
    EXPECT_EQ(resolver.open_questions(), 0U) << "a late answer comes to nobody";
}

TEST_F(Reaching, AnAnswerThatComesLateIsTriedBesideTheEarlierOne) {
    open_and_close();
    start_in_silence(Manner::is_silent, 4'000);
    EXPECT_EQ(one.attempts, Attempts{1});
    publish(1, 2);
    resolver.silent = false;
    run_loop();
    EXPECT_TRUE(granted());
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

TEST_F(Reaching, AnAnswerThatBringsNoOtherLeavesTheAttemptAsItIs) {
    open_and_close();
    all(1, 1, Manner::is_silent);
    resolver.silent = true;
    start();
    pass(2'000);
    resolver.silent = false;
    run_loop();
    EXPECT_TRUE(told.empty());
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
    EXPECT_EQ(one.attempts, Attempts{1});
}

TEST_F(Reaching, AnEarlierAnswerThatComesToNothingLeavesTheNameItsTime) {
    open_and_close();
    start_in_silence(Manner::refuses, 4'000);
    EXPECT_TRUE(told.empty());
    publish(2, 2);
    resolver.silent = false;
    run_loop();
    EXPECT_TRUE(granted());
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

TEST_F(Reaching, WhereTheNameHasNoneThenItIsTheEarlierOnesFailure) {
    one.words = "192.0.2.1:443: Connection refused";
    open_and_close();
    all(1, 1, Manner::refuses);
    resolver.silent = true;
    start();
    pass(2'000);
    EXPECT_TRUE(told.empty());
    unpublish();
    resolver.silent = false;
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "connect-failed");
    EXPECT_EQ(told[0].detail, "192.0.2.1:443: Connection refused");
}

TEST_F(Reaching, AndNoMore) {
    for (const bool answers : {true, false}) {
        publish(1);
        all(1, 1, Manner::accepts);
        open_and_close();
        start_in_silence(Manner::refuses, 4'000);
        resolver.silent = !answers;
        pass(answers ? 0 : 1'000);
        ASSERT_EQ(told.size(), 1U) << "the resolver knows no other address";
        EXPECT_EQ(told[0].meaning, Meaning::unreachable);
        EXPECT_EQ(resolver.open_questions(), 0U);
        resolver.silent = false;
        told.clear();
    }
}

TEST_F(Reaching, AnEarlierAnswerThatFailsAfterTheNamesTimeIsTheEnd) {
    open_and_close();
    start_in_silence(Manner::is_silent, settings.connect_timeout);
    all(1, 1, Manner::refuses_later);
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].reason, "connect-failed");
}

TEST_F(Reaching, AnAnswerThatComesDuringTheHandshakeIsForTheNextAttempt) {
    open_and_close();
    start_in_silence(Manner::hangs, 2'000);
    publish(2, 2);
    resolver.silent = false;
    pass(100);
    EXPECT_TRUE(told.empty());
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
    pass(kIdleTimeout);
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

TEST_F(Reaching, AnAnswerThatComesLateAndSaysNothingNewChangesNothing) {
    open_and_close();
    start_in_silence(Manner::is_silent, 4'000);
    resolver.silent = false;
    run_loop();
    EXPECT_TRUE(told.empty());
    all(1, 1, Manner::accepts);
    run_loop();
    EXPECT_TRUE(granted());
    EXPECT_EQ(one.attempts, Attempts{1});
}

TEST_F(Reaching, APeerThatIsNoLongerTheNamesIsForgotten) {
    open_and_close();
    start_in_silence(Manner::hangs, 2'000);
    publish(2, 2);
    resolver.silent = false;
    pass(settings.connect_timeout);
    EXPECT_EQ(told.back().reason, "connect-timed-out");
    EXPECT_EQ(call(2, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

// --- a session of TLS that the peer does not want to resume after all ---

TEST_F(Reaching, Hazard37WhatBreaksOnAResumedSessionIsRepeatedOnANewOne) {
    using platform::StreamFault;
    const struct {
        Call call;
        StreamFault fault;
        Meaning meaning;
    } kRows[] = {
        {Call::heartbeat, StreamFault::closed, Meaning::granted},
        {Call::heartbeat, StreamFault::handshake_failed, Meaning::granted},
        // Who finds fault with the handshake has read nothing of the request.
        {Call::start, StreamFault::handshake_failed, Meaning::granted},
        {Call::start, StreamFault::closed, Meaning::unclear},
    };
    for (const auto& row : kRows) {
        cm = [](const std::string&) { return ""; };
        one.resumes = true;
        send(1, row.call, row.call == Call::start);
        run_loop();
        static_cast<void>(one.take_received());
        one.cut(row.fault);
        cm.accepts();
        run_loop();
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, row.meaning);
        told.clear();
        link->close();
    }
    EXPECT_EQ(link->counters().repetitions, 3U);
}

TEST_F(Reaching, NeitherALongAnswerNorOneWithRepetitionsIsTooMuch) {
    platform::Addresses twice;
    for (int i = 0; i < 4; ++i) {
        twice.list[twice.count++].bytes[3] = static_cast<std::uint8_t>(1 + i % 2);
    }
    resolver.know("cm.example", twice);
    all(1, 2, Manner::refuses);
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::unreachable);
    EXPECT_EQ(one.attempts, (Attempts{1, 2}));
}

TEST_F(Reaching, AnAttemptHasNoMoreAddressesThanAnAnswer) {
    const int most = platform::kMaxAddresses;
    publish(most);
    open_and_close();
    all(1, most, Manner::is_silent);
    resolver.silent = true;
    start();
    pass(4'000);
    publish(most + 1, most + 2);
    resolver.silent = false;
    pass(5'000);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(call(2, Call::start, true).meaning, Meaning::granted) << "the next has them";
}

}  // namespace
}  // namespace cmagent::link
