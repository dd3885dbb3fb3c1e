// What an answer of CM, and time that passes without one, mean for the lease.

#include "agent/core/lease_event.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

using M = cm::Meaning;
using E = LeaseEvent;

struct LeaseEventTest : testing::Test {
    LeaseEventTest() {
        ledgers->settings = settings.get();
        session.progress.reference = 7;
    }
    LeaseEvent event(M meaning) {
        return lease_event_for(session, cm::no_response(meaning, {}), *ledgers);
    }
    LeaseEvent conflict(const std::string& text) {
        const Body body(text);
        cm::Answer answer = cm::no_response(M::conflict, {});
        answer.evaluation = body.evaluation;
        return lease_event_for(session, answer, *ledgers);
    }
    LeaseEvent listed(const std::string& text) {
        Body body(text);
        cm::Answer answer = cm::no_response(M::listed, {});
        answer.list = body.list();
        return lease_event_for(session, answer, *ledgers);
    }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
    std::unique_ptr<Session> made = std::make_unique<Session>();
    Session& session = *made;
};

TEST_F(LeaseEventTest, StartOnCreditOnlyWhereCmCannotBeReached) {
    EXPECT_EQ(event(M::granted), E::granted);
    EXPECT_EQ(event(M::unreachable), E::tolerated);
    EXPECT_EQ(event(M::not_cm), E::failing);
    EXPECT_EQ(event(M::insecure), E::failing);
    EXPECT_EQ(event(M::clock_not_set), E::failing);
    EXPECT_EQ(event(M::busy), E::failing);
    settings->on_unreachable = OnUnreachable::deny;
    EXPECT_EQ(event(M::unreachable), E::failing);
    settings->on_unreachable = OnUnreachable::allow;
    settings->grace = 0;
    EXPECT_EQ(event(M::unreachable), E::failing);
}

TEST_F(LeaseEventTest, WhatPlaysGetsItsGraceWhateverTheFault) {
    session.progress.lease = Lease::held;
    session.progress.in_flight = cm::Call::heartbeat;
    for (const M fault : {M::unreachable, M::not_cm, M::insecure, M::clock_not_set})
        EXPECT_EQ(event(fault), E::tolerated);
    EXPECT_EQ(event(M::terminated), E::terminated);
    EXPECT_EQ(event(M::revoked), E::revoked);
    EXPECT_EQ(event(M::throttled), E::throttled);
}

TEST_F(LeaseEventTest, FaultCountsTheSecondTime) {
    for (const M fault : {M::unauthorized, M::invalid, M::incomplete}) {
        for (const Lease lease : {Lease::held, Lease::overdue, Lease::assumed, Lease::releasing}) {
            session.progress.lease = lease;
            session.progress.faults = 1;
            EXPECT_EQ(event(fault), E::tolerated);
            session.progress.faults = 2;
            EXPECT_EQ(event(fault), E::faulty);
        }
        session.progress.faults = 1;
        session.progress.lease = Lease::none;
        EXPECT_EQ(event(fault), E::faulty) << "a start is the viewer's to repeat";
    }
}

TEST_F(LeaseEventTest, SilentRestartThatNothingCoversIsNotAskedForOnceMore) {
    session.progress.lease = Lease::renewing;
    session.progress.faults = 1;
    EXPECT_EQ(event(M::unauthorized), E::tolerated);
    settings->on_unreachable = OnUnreachable::deny;
    EXPECT_EQ(event(M::unauthorized), E::faulty);
    session.progress.lease = Lease::held;
    EXPECT_EQ(event(M::unauthorized), E::failing);
}

TEST_F(LeaseEventTest, DeleteThatIsAcceptedEndsIt) {
    session.progress.in_flight = cm::Call::end;
    EXPECT_EQ(event(M::granted), E::ended);
}

TEST_F(LeaseEventTest, SecondLossBeforeThreeHeartbeatsIsAnother) {
    EXPECT_EQ(event(M::vanished), E::vanished);
    session.progress.silent = true;
    EXPECT_EQ(event(M::vanished), E::vanished_again);
    session.progress.accepted = 3;
    EXPECT_EQ(event(M::vanished), E::vanished);
}

TEST_F(LeaseEventTest, LostAnswerIsUnclearWhereTheSessionCanBeFound) {
    EXPECT_EQ(event(M::unclear), E::unclear);
    session.progress.reference = 0;
    EXPECT_EQ(event(M::unclear), E::failing);
}

TEST_F(LeaseEventTest, LookUpFindsTheReference) {
    const auto stream = [](const std::string& id, const std::string& reference) {
        return R"({"runningStreams":[{"sessionId":")" + id + R"(","metadata":{"agentReference":")" +
               reference + R"("}}]})";
    };
    session.progress.in_flight = cm::Call::running_streams;
    EXPECT_EQ(listed(stream("cm-1", "0000000000000007")), E::found);
    EXPECT_EQ(listed(stream("cm-1", "0000000000000008")), E::untaken);
    session.progress.once_more = true;
    EXPECT_EQ(listed(stream("cm-1", "0000000000000008")), E::not_found);
    EXPECT_EQ(listed(stream("cm/1", "0000000000000007")), E::look_failed)
        << "taken, without a name";
    EXPECT_EQ(event(M::unreachable), E::look_failed);
    session.progress.lease = Lease::renewing;
    EXPECT_EQ(event(M::unreachable), E::tolerated) << "a silent re-start ends in grace";
}

// What came instead of an answer decides whether a start is let in, not how the look went.
TEST_F(LeaseEventTest, Hazard32OnlyAServersFaultLetsAnUnclearStartInOnCredit) {
    session.progress.in_flight = cm::Call::running_streams;
    session.progress.lease = Lease::unclear;
    session.progress.once_more = true;
    for (const M lost : {M::unclear, M::not_cm, M::insecure, M::unreachable}) {
        session.progress.lost.meaning = lost;
        const bool fault = lost == M::unreachable;
        EXPECT_EQ(event(M::unreachable), fault ? E::tolerated : E::look_failed);
        EXPECT_EQ(listed(R"({"runningStreams":[]})"), fault ? E::tolerated : E::not_found);
        session.progress.resolves = 1;
        EXPECT_EQ(event(M::unreachable), E::look_failed) << "nothing of a conflict is let in";
        session.progress.resolves = 0;
    }
}

TEST_F(LeaseEventTest, Hazard32WhatNobodyWantsDoesNotGoOnceMore) {
    const std::string nothing = R"({"runningStreams":[]})";
    session.progress.in_flight = cm::Call::running_streams;
    for (const Lease lease : {Lease::unclear, Lease::assumed, Lease::renewing}) {
        session.progress.lease = lease;
        EXPECT_EQ(listed(nothing), E::untaken);
    }
    session.progress.lease = Lease::withdrawn;
    EXPECT_EQ(listed(nothing), E::not_found);
    session.progress.ticket = 1;
    EXPECT_EQ(listed(nothing), E::untaken) << "who ends a stream waits for it";
    ledgers->throttle.silence(session.stream, ledgers->now + kMinute);
    EXPECT_EQ(listed(nothing), E::not_found) << "CM throttles";
}

TEST_F(LeaseEventTest, ConflictIsTheViewersUnlessConfiguredOtherwise) {
    const std::string text = fixture("409-service-streams");
    EXPECT_EQ(conflict(text), E::conflict);
    settings->on_conflict = OnConflict::terminate_oldest;
    EXPECT_EQ(conflict(text), E::own_conflict);
    session.progress.took_over = true;
    EXPECT_EQ(conflict(text), E::conflict) << "once";
    session.progress.took_over = false;
    session.progress.silent = true;
    EXPECT_EQ(conflict(text), E::conflict) << "a silent re-start takes nobody's place";
    session.progress.silent = false;
    session.progress.in_flight = cm::Call::heartbeat;
    EXPECT_EQ(conflict(text), E::conflict);
}

TEST_F(LeaseEventTest, ViewersCodesStayTheViewers) {
    settings->on_conflict = OnConflict::terminate_oldest;
    ASSERT_TRUE(session.terminate.add("chosen"));
    EXPECT_EQ(conflict(fixture("409-service-streams")), E::conflict);
    EXPECT_EQ(session.terminate.count, 1u) << "nothing is changed";
}

TEST_F(LeaseEventTest, LapseIsToleratedUnlessCmHasRefusedForGood) {
    session.progress.lease = Lease::held;
    EXPECT_EQ(lapse_event_for(session, *ledgers), E::lapsed_tolerated);
    session.progress.faults = 1;
    EXPECT_EQ(lapse_event_for(session, *ledgers), E::lapsed_tolerated);
    session.progress.faults = 2;
    EXPECT_EQ(lapse_event_for(session, *ledgers), E::lapsed);
    session.progress.faults = 0;
    settings->grace = 0;
    EXPECT_EQ(lapse_event_for(session, *ledgers), E::lapsed);
}

}  // namespace
}  // namespace cmagent::core
