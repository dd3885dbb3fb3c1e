// Runs of the daemon that were cut short.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

// --- the daemon was killed, the box was not ---

TEST(Crash, Hazard24SessionIsResumedAndAskedForAtOnce) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.crash();
    const Time then = world.now;
    EXPECT_EQ(world.session(id).state(), State::active);
    EXPECT_EQ(world.orders.back(), "join 1");
    const Call heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(heartbeat.at, then);
    EXPECT_EQ(heartbeat.session, "cm-1");
    EXPECT_EQ(heartbeat.subject, "viewer");
    world.answer(heartbeat, response(410));
    EXPECT_EQ(world.next(cm::Call::start).metadata.at("channel"), "news")
        << "what it showed is known";
}

TEST(Crash, Hazard24ToBeEndedWhereSoConfigured) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.begin(world.flash, false, false);
    EXPECT_EQ(world.orders.back(), "stop 1");
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "shutdown/stopped");
}

TEST(Crash, Hazard23UiThatDoesNotComeBackIsMissed) {
    World world;
    world.listeners({kApp});
    const std::string id = world.playing(of(kApp));
    world.answer_all(accepted(60), 10 * kMinute);
    world.crash();
    world.answer_all(accepted(60), 59 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::active) << "the time begins anew";
    world.answer_all(accepted(60), kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::ui_lost);
}

TEST(Crash, Hazard24WhileStoppingStopsOnceMore) {
    World world;
    const std::string id = world.terminated(on_mpv());
    world.crash();
    EXPECT_EQ(world.orders.back(), "stop 1");
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
}

TEST(Crash, Hazard24OnCreditGoesOnAskingWithinGrace) {
    World world;
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    const std::string id = world.outcome(ticket).session;
    world.crash();
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer(world.next(cm::Call::running_streams), no_streams());
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer_all(unreachable(), 180 * kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::unreachable);
}

TEST(Crash, Hazard24DuringASilentRestart) {
    World world;
    const std::string id = world.vanished(on_mpv());
    const Call start = world.next(cm::Call::start);
    world.crash();
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-2", start));
    EXPECT_EQ(world.session(id).state(), State::active);
    EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-2");
}

// The write that tells of the new session was under way when the daemon was killed (simulation,
// seed 1085 of 24 hours).
TEST(Crash, Hazard24And26SilentRestartThatFlashMissedIsReplacedWithoutAsking) {
    World world;
    const std::string id = world.playing(on_mpv());
    const std::string missed = world.flash;
    world.answer(world.next(cm::Call::heartbeat), response(410));
    const Call lost = world.next(cm::Call::start);
    world.answer(lost, granted("cm-2", 60));
    world.flash = missed;
    world.crash();
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start),
                 limit(R"({"cm-2":[{"terminationCode":"own","metadata":{"agentReference":")" +
                       lost.metadata.at("agentReference") +
                       R"("}}],"cm-9":[{"terminationCode":"foreign","metadata":{)"
                       R"("agentReference":"0123456789abcdef"}}]})"));
    const Call again = world.next(cm::Call::start);
    EXPECT_EQ(again.terminate, std::vector<std::string>{"own"}) << "and nobody else's";
    world.answer(again, granted("cm-3", 60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Crash, Hazard24AfterTheViewersEndOnlyTheDeleteIsLeft) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.release(id);
    world.crash();
    EXPECT_EQ(world.core().ledgers().sessions.find(id), nullptr);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
}

TEST(Crash, NothingIsKeptOfWhatIsOver) {
    World world;
    world.release(world.playing());
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.flash.find("viewer"), std::string::npos);
    world.crash();
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Crash, FlashIsWrittenFourTimesASession) {
    World world;
    const std::string id = world.playing(on_mpv());
    EXPECT_EQ(world.saves, 2u) << "asked for, open";
    world.answer_all(accepted(60), 60 * kMinute);
    EXPECT_EQ(world.saves, 2u) << "never per heartbeat";
    world.answer(world.next(cm::Call::heartbeat), fixture(410, "410-service-remote-termination"));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    EXPECT_EQ(world.saves, 4u);
}

TEST(Crash, DamagedOrForeignTextIsNothing) {
    for (const char* text :
         {"", "{", "[]", R"({"sessions":{}})", R"({"sessions":[1,{}],"conflicts":[7]})",
          R"({"sessions":[{"id":"a","idp":"b","subject":"c"}]})"}) {
        World world;
        world.begin(text, false);
        EXPECT_TRUE(world.core().idle()) << text;
    }
}

TEST(Crash, ApplicationThatIsNoLongerConfiguredFallsBackToTheDefault) {
    World world;
    StartOptions options;
    options.application = 1;
    world.playing(options);
    world.settings.application_count = 1;
    world.crash();
    EXPECT_EQ(world.next(cm::Call::heartbeat).application, "demo-app");
}

// --- the box was booted ---

TEST(Reboot, Hazard24And27SessionsAreEndedAndTheirEndIsSpread) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.orders.clear();
    world.reboot();
    const Time booted = world.now;
    EXPECT_EQ(world.core().ledgers().sessions.find(id), nullptr) << "nothing plays";
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "cm-1");
    EXPECT_LE(end.at - booted, 60 * kSecond);
    EXPECT_TRUE(world.orders.empty());
    world.answer(end, response(202));
    EXPECT_TRUE(world.core().idle());
}

TEST(Reboot, Hazard27StartsAreSpreadOverTenSeconds) {
    Millis earliest = kMinute;
    Millis latest = 0;
    World world;
    for (int i = 0; i < 200; ++i) {
        world.begin("", true);
        const Time booted = world.now;
        world.start();
        const Millis delay = world.next(cm::Call::start).at - booted;
        earliest = std::min(earliest, delay);
        latest = std::max(latest, delay);
    }
    EXPECT_LT(earliest, kSecond);
    EXPECT_GT(latest, 9 * kSecond);
    EXPECT_LE(latest, 10 * kSecond);
    world.advance(11 * kSecond);
    const Time then = world.now;
    world.start();
    EXPECT_EQ(world.next(cm::Call::start).at, then) << "later starts go at once";
}

TEST(Reboot, Hazard26OwnForgottenSessionIsReplacedWithoutAsking) {
    World world;
    world.playing();
    world.reboot();
    const Call end = world.next(cm::Call::end);
    world.answer(end, unreachable());
    const Ticket ticket = world.start();
    const std::string body =
        R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"one","attribute":"streamId",)"
        R"("conflicts":{"cm-1":[{"terminationCode":"own","startedAt":"2024-11-25T09:06:12.951Z"}],)"
        R"("cm-9":[{"terminationCode":"foreign"}]}}]})";
    world.answer(world.await(cm::Call::start), response(409, "", body));
    const Call again = world.await(cm::Call::start);
    EXPECT_EQ(again.terminate, std::vector<std::string>{"own"}) << "and nobody else's";
    world.answer(again, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

TEST(Reboot, Hazard26OwnSessionOnTheScreenIsNotForgotten) {
    World world;
    world.playing();
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limit(R"({"cm-1":[{"terminationCode":"own"}]})"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::limited);
}

TEST(Reboot, ConflictsOfEarlierRunsAreInTheHistory) {
    World world;
    (void)world.limited();
    EXPECT_NE(world.flash.find("3 streams cap"), std::string::npos);
    world.reboot();
    world.release(world.playing());
    EXPECT_NE(world.flash.find("3 streams cap"), std::string::npos);
}

TEST(ClientVersion, IsTheAppsWithEveryCallOfItsSessionAlsoAfterACrash) {
    World world;
    StartOptions options;
    options.client_version = "news/7.1";
    const Ticket ticket = world.start(options);
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(start.client_version, "news/7.1");
    world.answer(start, granted("cm-1", 60));
    const std::string id = world.outcome(ticket).session;
    const Call heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(heartbeat.client_version, "news/7.1");
    world.answer(heartbeat, accepted(60));
    world.crash();
    const Call resumed = world.next(cm::Call::heartbeat);
    EXPECT_EQ(resumed.client_version, "news/7.1");
    world.answer(resumed, accepted(60));
    world.release(id);
    EXPECT_EQ(world.next(cm::Call::end).client_version, "news/7.1");
    const Ticket limited = world.start(options);
    world.answer(world.next(cm::Call::start), limit());
    world.resolve(world.outcome(limited).conflict, {"a"});
    EXPECT_EQ(world.next(cm::Call::start).client_version, "news/7.1") << "the same start";
    world.start();
    EXPECT_EQ(world.next(cm::Call::start).client_version, "") << "the agent's own";
}

}  // namespace
}  // namespace cmagent::scenario
