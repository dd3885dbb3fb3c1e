// The invariants that stories and the simulation check can fail, each by its number.
#include "tests/invariants.h"

#include <gtest/gtest.h>

#include <memory>

namespace cmagent::core {
namespace {

Session::Progress ended() {
    Session::Progress progress;
    progress.used = true;
    progress.lease = Lease::gone;
    progress.playback = Playback::stopped;
    progress.end_reason = EndReason::user;
    return progress;
}

TEST(Invariants, HoldForAStartThatIsBeingAskedAndCanEachFail) {
    struct Case {
        int number;
        void (*breaks)(Session&);
    };
    constexpr Case kCases[] = {
        {0, [](Session&) {}},
        {1, [](Session& one) { one.progress.exchange_at = Time{1}; }},
        {2, [](Session& one) { one.progress.exchange = Exchange::idle; }},
        {3, [](Session& one) { one.progress.playback = Playback::untouched; }},
        {4, [](Session& one) { one.progress.lease = Lease::renewing; }},
        {5, [](Session& one) { one.progress.playback_at = Time{1}; }},
        {6, [](Session& one) { one.progress.end_reason = EndReason::user; }},
        {7,
         [](Session& one) {
             one.progress.lease = Lease::gone;
             one.progress.exchange = Exchange::idle;
             one.progress.ticket = 1;
         }},
        {8, [](Session& one) { one.progress.lease = Lease::unclear, one.progress.after = 1; }},
        {9, [](Session& one) { one.progress.hidden = true; }},
        {10, [](Session& one) { one.progress.lease = Lease::releasing; }},
        {11, [](Session& one) { one.progress.grace_at = Time{1}; }},
        {12, [](Session& one) { one.progress.forgotten_at = Time{1}; }},
        {13, [](Session& one) { one.progress.pause_at = Time{1}; }},
        {14, [](Session& one) { (void)one.conflict.assign("a conflict"); }},
        {15, [](Session& one) { one.progress = ended(), one.progress.resolves = 1; }},
    };
    for (const Case& one : kCases) {
        const auto session = std::make_unique<Session>();
        session->progress.used = true;
        session->progress.exchange = Exchange::in_flight;
        one.breaks(*session);
        EXPECT_EQ(broken_invariant(*session), one.number);
    }
}

// Each is found by the name of who waits, where the link has lost every request.
TEST(Invariants, WhoWaitsForNothingIsFound) {
    const auto nothing_flies = [](ExchangeId) { return false; };
    const auto ledgers = std::make_unique<Ledgers>();
    const auto settings = std::make_unique<Settings>();
    ledgers->settings = settings.get();
    ledgers->now = Time{1};
    Session& session = ledgers->sessions[0];
    ledgers->sessions.open(session);
    Session::Progress& now = session.progress;
    EXPECT_EQ(who_hangs(*ledgers, nothing_flies), nullptr);

    now.exchange = Exchange::in_flight;
    EXPECT_STREQ(who_hangs(*ledgers, nothing_flies), "a session, for an answer that nobody gives");
    now.exchange = Exchange::idle;
    now.ticket = 1;
    EXPECT_STREQ(who_hangs(*ledgers, nothing_flies), "the caller of a session");
    now.after = 7;
    EXPECT_STREQ(who_hangs(*ledgers, nothing_flies), "a zap, for an end that never comes");
    now.after = now.ticket = 0;

    const StreamRequest nobody;
    EXPECT_EQ(ledgers->queries.ask({2, cm::Call::metadata, false, &nobody}, *ledgers),
              Refusal::none);
    EXPECT_STREQ(who_hangs(*ledgers, nothing_flies), "the caller of a query");
    ledgers->queries.abandon(2, ledgers->outbox);

    StreamEnds::Record& end = *ledgers->stream_ends.find_free();
    end.ticket = 3;
    EXPECT_STREQ(who_hangs(*ledgers, nothing_flies), "who ends a stream");
    end.ticket = 0;

    Conflict& conflict = *ledgers->conflicts.begin();
    conflict.used = true;
    conflict.wait.until = Time{2};
    EXPECT_STREQ(who_hangs(*ledgers, nothing_flies), "who waits for a place");
    conflict.used = false;

    EXPECT_NE(ledgers->looks.ask(nobody, *settings, false, ledgers->now, ledgers->outbox), nullptr);
    EXPECT_STREQ(who_hangs(*ledgers, nothing_flies), "a look");
}

}  // namespace
}  // namespace cmagent::core
