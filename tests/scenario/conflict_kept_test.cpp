// What is kept of a conflict: over a crash of the daemon, and in an outage (contract.md, "Conflict",
// "Credit").

#include <gtest/gtest.h>

#include "tests/scenario/told_conflicts.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

StartOptions in_news() {
    StartOptions options;
    options.application = 1;
    return options;
}

// --- it survives a crash of the daemon ---

TEST(Conflict, SurvivesACrashWithAllThatTheViewerNeeds) {
    World world;
    StartOptions films = in_news();
    films.player = kMpvPlayer;
    films.metadata["channel"] = "films";
    const std::string session = world.playing(films);
    world.answer(world.next(cm::Call::heartbeat), limited_again());
    world.player(kMpvPlayer, What::stopped);
    const std::string id = told(world);
    const Ticket lost = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), limited_again());
    EXPECT_EQ(world.outcome(lost).kind, Outcome::limited);
    const core::Conflict before = world.conflict(id);
    world.advance(kMinute);
    world.crash();
    const core::Conflict& conflict = world.conflict(id);
    EXPECT_EQ(conflict.text(), before.text());
    EXPECT_EQ(conflict.attempt, 2u);
    EXPECT_EQ(conflict.failed.list[0].view(), kCode);
    EXPECT_EQ(conflict.session.view(), session);
    EXPECT_EQ(conflict.heard_wall_ms, before.heard_wall_ms);
    EXPECT_EQ(Time(conflict.until), Time(before.until));
    EXPECT_NE(conflict.version, before.version) << "what plays here is another";
    EXPECT_TRUE(conflict.told);
    const Ticket ticket = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    EXPECT_EQ(call.application, "news-app");
    EXPECT_EQ(call.metadata.at("channel"), "films");
    world.answer(call, granted("cm-2", 60));
    EXPECT_EQ(world.session(world.outcome(ticket).session).stream.player, kMpvPlayer);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
    EXPECT_EQ(entries(world), 1u) << "one conflict, over a crash";
    const core::History& history = world.core().ledgers().history;
    EXPECT_EQ(history[history.size() - 1].outcome, core::Outcome::chosen);
}

TEST(Conflict, OfASessionThatWasBeingStoppedIsNamedAfterACrash) {
    World world;
    const std::string session = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), limited_again());
    const std::string id = told(world);
    world.crash();
    EXPECT_EQ(world.orders.back(), "stop 1");
    EXPECT_EQ(world.session(session).conflict.view(), id);
    EXPECT_EQ(world.session(session).progress.end_reason, core::EndReason::displaced);
}

TEST(Conflict, ExpiresAfterACrashWhenItWouldHave) {
    World world;
    const std::string id = world.limited();
    world.advance(9 * kMinute);
    world.crash();
    EXPECT_FALSE(world.conflict(id).over());
    world.advance(kMinute);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::expired);
    world.crash();
    EXPECT_EQ(world.core().ledgers().conflicts.find(id), nullptr);
}

TEST(Conflict, DoesNotSurviveAReboot) {
    World world;
    const std::string id = world.limited();
    world.reboot();
    EXPECT_EQ(world.core().ledgers().conflicts.find(id), nullptr);
}

TEST(Conflict, UnderAChoiceSurvivesACrashAndIsOpen) {
    World world;
    const std::string id = world.limited();
    world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    world.crash();
    EXPECT_FALSE(world.conflict(id).over());
    // CM may have taken the start, whose viewer is gone with the connection.
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-2", call));
    EXPECT_FALSE(world.conflict(id).over());
}

TEST(Conflict, LeavesNothingOfTheAccountOnTheFlash) {
    for (const bool given_up : {true, false}) {
        World world;
        const std::string id = world.limited(by("a-viewer"));
        EXPECT_NE(world.flash.find("a-viewer"), std::string::npos);
        if (given_up) world.give_up(id);
        world.advance(10 * kMinute);
        EXPECT_EQ(world.flash.find("a-viewer"), std::string::npos);
    }
    World world;
    (void)world.limited(by("a-viewer"));
    world.logout("a-viewer");
    EXPECT_EQ(world.flash.find("a-viewer"), std::string::npos);
}

// --- a limit is not forgotten in an outage ---

TEST(Conflict, LimitThatIsKnownLetsNoStartInOnCredit) {
    struct Case {
        const char* what;
        void (*then)(World& world, const std::string& conflict);
        bool known;
    };
    const Case kCases[] = {
        {"it is open", [](World&, const std::string&) {}, true},
        {"given up", [](World& w, const std::string& id) { w.give_up(id); }, true},
        {"given up, and time goes on",
         [](World& w, const std::string& id) { w.give_up(id), w.advance(15 * kMinute - 1); }, true},
        {"expired", [](World& w, const std::string&) { w.advance(15 * kMinute - 1); }, true},
        {"long ago", [](World& w, const std::string&) { w.advance(15 * kMinute); }, false},
        {"a choice was granted",
         [](World& w, const std::string& id) {
             const Ticket ticket = w.resolve(id, {kCode});
             w.answer(w.next(cm::Call::start), granted("cm-2", 60));
             w.release(w.outcome(ticket).session);
             w.answer(w.next(cm::Call::end), response(202));
         },
         false},
        {"another start was granted",
         [](World& w, const std::string&) { w.release(w.playing()), w.next(cm::Call::end); },
         false},
        {"another application's start was granted",
         [](World& w, const std::string&) {
             w.release(w.playing(in_news())), w.next(cm::Call::end);
         },
         true},
        {"the daemon crashed", [](World& w, const std::string&) { w.crash(); }, true},
        {"given up before the daemon crashed",
         [](World& w, const std::string& id) { w.give_up(id), w.crash(); }, true},
        {"logged out", [](World& w, const std::string&) { w.logout(); }, true},
        {"the box was booted again", [](World& w, const std::string&) { w.reboot(); }, true},
    };
    for (const Case& one : kCases) {
        World world;
        const std::string id = world.limited();
        one.then(world, id);
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), unreachable());
        EXPECT_EQ(world.outcome(ticket).kind, one.known ? Outcome::refused : Outcome::started)
            << one.what;
        if (!one.known) continue;
        EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_unreachable) << one.what;
        EXPECT_EQ(world.outcome(ticket).reason, "limit-known") << one.what;
        const Ticket other = world.start(by("another"));
        world.answer(world.await(cm::Call::start), unreachable());
        EXPECT_EQ(world.outcome(other).kind, Outcome::started) << one.what;
    }
}

TEST(Conflict, ChoiceIsNeverLetInOnCredit) {
    World world;
    const std::string id = world.limited();
    world.release(world.playing());  // a start was granted meanwhile: the limit is not known now
    (void)world.next(cm::Call::end);
    const Ticket ticket = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_unreachable);
    EXPECT_EQ(world.outcome(ticket).reason, "limit-known");
    EXPECT_FALSE(world.conflict(id).over());
}

TEST(Conflict, WhatPlaysKeepsItsGrace) {
    World world;
    const std::string id = world.playing();
    (void)world.limited();
    world.answer_all(unreachable(), 70 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::grace);
}

}  // namespace
}  // namespace cmagent::scenario
