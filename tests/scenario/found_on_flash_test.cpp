// A start whose answer the daemon did not live to write: CM may hold a session, and the picture may
// play (contract.md, "Found on flash"; hazards.md 24 and 33).

#include <gtest/gtest.h>

#include <functional>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

constexpr Millis kLost = 60 * kSecond;

// Killed between CM's grant, of which the viewer was told, and the write. The start's call.
Call killed_after_the_grant(World& world, const StartOptions& options, std::string& id) {
    const Ticket ticket = world.start(options);
    const Call start = world.next(cm::Call::start);
    const std::string written = world.flash;
    world.answer(start, granted("cm-7", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    id = world.outcome(ticket).session;
    world.orders.clear();
    world.begin(written, false);
    return start;
}

// … and found there.
void found(World& world, const StartOptions& options, std::string& id) {
    const Call start = killed_after_the_grant(world, options, id);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
}

TEST(FoundOnFlash, Hazard24And33IsResumedWhateverPlaysIt) {
    for (const std::uint8_t player : {kUiPlayer, kMpvPlayer}) {
        World world;
        std::string id;
        const Call start = killed_after_the_grant(world, of(kApp, player), id);
        EXPECT_EQ(world.session(id).state(), State::starting);
        EXPECT_TRUE(world.orders.empty()) << "nothing is stopped for being unnamed";
        const Time then = world.now;
        const Call look = world.next(cm::Call::running_streams);
        EXPECT_EQ(look.at, then);
        world.answer(look, streams_with("cm-7", start));
        EXPECT_EQ(world.session(id).state(), State::active);
        EXPECT_EQ(world.orders, std::vector<std::string>{"join " + std::to_string(player)});
        EXPECT_EQ(world.notices.back(), "session-started " + id);
        world.call(kApp);
        const Call heartbeat = world.next(cm::Call::heartbeat);
        EXPECT_EQ(heartbeat.session, "cm-7");
        world.answer(heartbeat, accepted(60));
        world.listeners({kApp});
        world.answer_all(accepted(60), 10 * kMinute);
        EXPECT_EQ(world.session(id).state(), State::active);
        world.crash();
        EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-7") << "flash knows it now";
    }
}

// Before CM has the start at all: whatever it then does.
TEST(FoundOnFlash, Hazard24And33BeforeTheAnswerAsWell) {
    World world;
    world.start(of(kApp));
    const Call start = world.next(cm::Call::start);
    world.crash();
    EXPECT_TRUE(world.orders.empty());
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    EXPECT_EQ(world.orders, std::vector<std::string>{"join 0"});
    EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-7");
}

// … and who watches it all the same is told.
TEST(FoundOnFlash, Hazard33WhatCmLacksHasEnded) {
    World world;
    std::string id;
    killed_after_the_grant(world, of(kApp), id);
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.end_of(id), "ui-lost/untouched");
    EXPECT_EQ(world.notices.back(), "session-ended " + id);
    EXPECT_TRUE(world.core().idle());
    EXPECT_TRUE(world.orders.empty());
    EXPECT_EQ(world.flash.find(id), std::string::npos);
}

// Another player than the UI hears no event. But it may show another session by now.
TEST(FoundOnFlash, Hazard33WhatCmLacksIsStoppedWhereOnlyItsPlayerKnows) {
    for (const bool other : {false, true}) {
        World world;
        std::string id;
        killed_after_the_grant(world, of(kApp, kMpvPlayer), id);
        const Call look = world.next(cm::Call::running_streams);
        (void)world.start(on_mpv());
        if (other) world.answer(world.next(cm::Call::start), granted("cm-8", 60));
        world.orders.clear();
        world.answer(look, no_streams());
        const std::vector<std::string> orders = {"join 1", "stop 1"};
        EXPECT_EQ(world.orders, other ? std::vector<std::string>() : orders);
        world.player(kMpvPlayer, What::stopped);
        EXPECT_EQ(world.end_of(id), other ? "ui-lost/untouched" : "ui-lost/stopped");
    }
}

TEST(FoundOnFlash, Hazard33WhatPlaysElsewhereIsNoReasonToLetItPlay) {
    World world;
    std::string id;
    killed_after_the_grant(world, of(kApp, kMpvPlayer), id);
    const Call look = world.next(cm::Call::running_streams);
    (void)world.start();
    world.answer(world.next(cm::Call::start), granted("cm-8", 60));
    world.orders.clear();
    world.answer(look, no_streams());
    EXPECT_EQ(world.orders, (std::vector<std::string>{"join 1", "stop 1"}));
}

// CM cannot be reached: it is asked until it must have forgotten the session.
TEST(FoundOnFlash, Hazard33IsLookedForUntilCmMustHaveForgotten) {
    for (const Reply& reply : {unreachable(), response(500), throttled(20)}) {
        World world;
        std::string id;
        killed_after_the_grant(world, of(kApp), id);
        EXPECT_GT(world.answer_all(reply, 89 * kSecond), 1u);
        EXPECT_EQ(world.session(id).state(), State::starting);
        world.answer_all(reply, 2 * kSecond);
        EXPECT_EQ(world.end_of(id), "ui-lost/untouched");
        EXPECT_TRUE(world.core().idle());
    }
    World world;
    std::string id;
    const Call start = killed_after_the_grant(world, of(kApp), id);
    world.answer_all(unreachable(), 60 * kSecond);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    EXPECT_EQ(world.session(id).state(), State::active);
}

// The last look is in flight when its time is over.
TEST(FoundOnFlash, Hazard33LookThatHangsIsNotWaitedForForEver) {
    World world;
    std::string id;
    const Call start = killed_after_the_grant(world, of(kApp), id);
    const Call look = world.next(cm::Call::running_streams);
    world.advance(91 * kSecond);
    EXPECT_EQ(world.end_of(id), "ui-lost/untouched");
    world.answer(look, streams_with("cm-7", start));
    EXPECT_TRUE(world.core().idle());
}

TEST(FoundOnFlash, Hazard33ItsViewerMayEndItAtAnyTime) {
    {
        World world;
        std::string id;
        const Call start = killed_after_the_grant(world, of(kApp), id);
        EXPECT_EQ(world.release(id, kApp), Refusal::none);
        world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
        EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
        EXPECT_TRUE(world.orders.empty());
    }
    World world;
    std::string id;
    found(world, of(kApp), id);
    EXPECT_EQ(world.release(id, kApp), Refusal::none);
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
}

// CM has allowed it, and its player was busy: its viewer has no answer.
TEST(FoundOnFlash, Hazard33WhatWaitedForItsPlayerIsResumed) {
    World world;
    world.terminated(on_mpv());
    const Ticket waiting = world.start(of(kApp, kMpvPlayer));
    world.answer(world.next(cm::Call::start), granted("cm-7", 60));
    ASSERT_EQ(world.outcome(waiting).kind, Outcome::waiting);
    world.orders.clear();
    world.crash();
    world.answer_all(accepted(60), kSecond);
    std::size_t active = 0;
    for (const core::Session& session : world.core().ledgers().sessions) {
        if (!session.shown() || session.cm_id.view() != "cm-7") continue;
        ++active;
        EXPECT_EQ(session.state(), State::active);
        EXPECT_TRUE(session.progress.unclaimed);
    }
    EXPECT_EQ(active, 1u);
}

TEST(FoundOnFlash, Hazard33WhereSessionsAreToBeEndedItIsStopped) {
    World world;
    const Ticket ticket = world.start(on_mpv());
    const Call start = world.next(cm::Call::start);
    const std::string written = world.flash;
    world.answer(start, granted("cm-7", 60));
    world.begin(written, false, false);
    EXPECT_EQ(world.orders.back(), "stop 1");
    world.player(kMpvPlayer, What::stopped);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
    EXPECT_EQ(world.end_of(world.outcome(ticket).session), "shutdown/stopped");
}

// Nobody can look for it.
TEST(FoundOnFlash, Hazard33WithoutAReferenceItIsStopped) {
    World world;
    world.settings.reference = false;
    const Ticket ticket = world.start(on_mpv());
    const Call start = world.next(cm::Call::start);
    const std::string written = world.flash;
    world.answer(start, granted("cm-7", 60));
    world.begin(written, false);
    EXPECT_EQ(world.orders.back(), "stop 1");
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(world.outcome(ticket).session), "shutdown/stopped");
}

// --- unclaimed ---

TEST(FoundOnFlash, Hazard33NobodyComesBackForIt) {
    const struct {
        StartOptions options;
        const char* order;
    } kRows[] = {{of(kApp), "force 0"},
                 {{}, "force 0"},
                 {of(kApp, kMpvPlayer), "stop 1"},
                 {on_mpv(), "stop 1"}};
    for (const auto& row : kRows) {
        World world;
        std::string id;
        found(world, row.options, id);
        world.call(kOtherApp);
        world.listeners({kOtherApp});
        world.answer_all(accepted(60), kLost - 1);
        EXPECT_EQ(world.session(id).state(), State::active);
        world.answer_all(accepted(60), 1);
        EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::ui_lost);
        EXPECT_EQ(world.orders.back(), row.order);
    }
}

// By its owner's call or event stream, or by anybody's call that names it.
TEST(FoundOnFlash, Hazard33WhoeverIsHeardOfItClaimsIt) {
    const auto name_it = [](World& world, const std::string& id) { world.call({}, id); };
    const auto call = [](World& world, const std::string&) { world.call(kApp); };
    const auto listen = [](World& world, const std::string&) { world.listeners({kApp}); };
    const auto nobody = [](World& world, const std::string&) { world.listeners({{}}); };
    const struct {
        StartOptions options;
        std::function<void(World&, const std::string&)> claim;
        bool judged;  // as any other of its owner's, from then on
    } kRows[] = {{of(kApp), call, true},    {of(kApp), listen, false},
                 {of(kApp), name_it, true}, {{}, name_it, false},
                 {{}, nobody, false},       {of(kApp, kMpvPlayer), call, false},
                 {on_mpv(), name_it, false}};
    for (const bool early : {true, false}) {
        for (const auto& row : kRows) {
            World world;
            std::string id;
            const Call start = killed_after_the_grant(world, row.options, id);
            const Call look = world.next(cm::Call::running_streams);
            if (early) row.claim(world, id);
            world.answer(look, streams_with("cm-7", start));
            if (!early) row.claim(world, id);
            EXPECT_FALSE(world.session(id).progress.unclaimed);
            world.answer_all(accepted(60), 2 * kLost);
            EXPECT_EQ(world.session(id).state() == State::active, !row.judged);
            const std::size_t saves = world.saves;
            row.claim(world, id);
            EXPECT_EQ(world.saves, saves) << "it is claimed once";
        }
    }
}

TEST(FoundOnFlash, Hazard33IsUnclaimedStillAfterASecondCrash) {
    World world;
    std::string id;
    found(world, {}, id);
    world.crash();
    EXPECT_TRUE(world.session(id).progress.unclaimed);
    world.call({}, id);
    world.crash();
    EXPECT_FALSE(world.session(id).progress.unclaimed);
}

// The viewer presses again: his own box's session is in the way, and he never saw it.
TEST(FoundOnFlash, Hazard26And33AStartThatMeetsItReplacesItWithoutAsking) {
    World world;
    std::string id;
    found(world, of(kApp, kMpvPlayer), id);
    const Ticket ticket = world.start(of(kOtherApp));
    world.answer(world.next(cm::Call::start), limit(R"({"cm-7":[{"terminationCode":"own"}]})"));
    const Call again = world.next(cm::Call::start);
    EXPECT_EQ(again.terminate, std::vector<std::string>{"own"});
    world.answer(again, granted("cm-8", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::ended_here);
    EXPECT_EQ(world.count("conflict"), 0u) << "nobody is asked";
}

TEST(FoundOnFlash, Hazard33ClaimedItIsAStreamLikeAnyOther) {
    World world;
    std::string id;
    found(world, of(kApp, kMpvPlayer), id);
    world.call(kApp);
    const Ticket ticket = world.start(of(kOtherApp));
    world.answer(world.next(cm::Call::start), limit(R"({"cm-7":[{"terminationCode":"own"}]})"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::limited);
}

TEST(FoundOnFlash, Hazard33IsNotCountedAgainstAStart) {
    for (const bool looked : {false, true}) {
        World world;
        world.settings.max_sessions = 1;
        std::string id;
        looked ? found(world, of(kApp), id) : void(killed_after_the_grant(world, of(kApp), id));
        const Ticket ticket = world.start(of(kOtherApp, kMpvPlayer));
        ASSERT_EQ(world.refusal(), Refusal::none);
        world.answer(world.await(cm::Call::start), granted("cm-8", 60));
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
        (void)world.start(of(kApp));
        EXPECT_EQ(world.refusal(), Refusal::too_many_sessions) << "what is known is counted";
    }
}

}  // namespace
}  // namespace cmagent::scenario
