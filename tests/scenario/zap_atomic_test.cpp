// session.zap `atomic`: a start ends what it replaces by its code, in one call.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using Strings = std::vector<std::string>;

Reply look(const std::string& cm_id, const std::string& code) {
    return response(200, "",
                    R"({"runningStreams":[{"sessionId":")" + cm_id + R"(","terminationCode":")" +
                        code + R"("}]})");
}

// A session plays, and its code is known.
std::string playing(World& world, const StartOptions& options = {}) {
    world.settings.zap = core::Zap::atomic;
    const std::string id = world.playing(options);
    world.answer(world.next(cm::Call::running_streams), look("cm-1", "a"));
    return id;
}

TEST(AtomicZap, IsOneCall) {
    World world;
    const std::string old = playing(world);
    world.advance(2 * kSecond);
    const std::size_t before = world.sent;
    const Ticket ticket = world.start(instead_of(old));
    EXPECT_EQ(world.end_of(old), "user/untouched") << "the UI has stopped it";
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(start.terminate, Strings{"a"});
    world.answer(start, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.first_due(), cm::Call::running_streams) << "for the next zap";
    world.answer(world.next(cm::Call::running_streams), look("cm-2", "b"));
    EXPECT_EQ(world.sent - before, 2u) << "the start and the look: nobody has waited for a DELETE";
    world.advance(30 * kSecond);
    EXPECT_EQ(world.in_flight(), 0u);
    EXPECT_EQ(world.count("playback-stop"), 0u);
    EXPECT_EQ(world.core().ledgers().counters.zaps, 1u);
}

TEST(AtomicZap, WhereALookComesTooSoonTheFirstHeartbeatIsFollowedByOne) {
    World world;
    world.start(instead_of(playing(world)));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    world.answer(world.next(cm::Call::running_streams), no_streams());
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.first_due(), cm::Call::heartbeat) << "no third attempt";
}

TEST(AtomicZap, WhoseCodeIsKnownIsNotLookedForAgain) {
    World world;
    playing(world);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.first_due(), cm::Call::heartbeat);
}

TEST(AtomicZap, CodeOfTheRequestGoesAlong) {
    World world;
    StartOptions zap = instead_of(playing(world));
    zap.terminate = {"x"};
    world.start(zap);
    EXPECT_EQ(world.next(cm::Call::start).terminate, (Strings{"x", "a"}));
}

TEST(AtomicZap, WithoutACodeTheDeleteGoesFirst) {
    World world;
    world.settings.zap = core::Zap::atomic;
    const std::string old = world.playing();
    const Call look = world.next(cm::Call::running_streams);
    world.start(instead_of(old));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
    EXPECT_EQ(world.in_flight(), 0u);
    world.answer(look, no_streams());
}

TEST(AtomicZap, NotWhereTheCodeIsOfAnotherAccountOrChosenOrOneTooMany) {
    StartOptions another = by("other");
    StartOptions app;
    app.application = 1;
    StartOptions chosen;
    chosen.terminate = {"a"};
    StartOptions full;
    full.terminate = {"1", "2", "3", "4", "5", "6", "7", "8"};
    for (StartOptions zap : {another, app, chosen, full}) {
        World world;
        zap.replaces = playing(world);
        world.start(zap);
        EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
        EXPECT_EQ(world.in_flight(), 0u);
    }
}

TEST(AtomicZap, IsNotHowItGoesUnlessConfigured) {
    World world;
    const std::string old = playing(world);
    world.settings.zap = core::Zap::delete_first;
    world.start(instead_of(old));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(AtomicZap, LimitAllTheSameGoesOnAsWithTheDeleteFirst) {
    World world;
    StartOptions zap = instead_of(playing(world));
    zap.terminate = {"x"};
    const Ticket ticket = world.start(zap);
    world.answer(world.next(cm::Call::start), limit(R"({"cm-1":[{"terminationCode":"a"}]})"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.answer(world.next(cm::Call::end), response(202));
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(start.terminate, Strings{"x"}) << "what the viewer has chosen";
    world.answer(start, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.count("conflict"), 0u) << "nobody has to choose";
}

TEST(AtomicZap, SecondLimitIsTheViewers) {
    World world;
    const Ticket ticket = world.start(instead_of(playing(world)));
    world.answer(world.next(cm::Call::start), limit());
    world.answer(world.next(cm::Call::end), response(410));
    world.answer(world.next(cm::Call::start), limit());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::limited);
    EXPECT_EQ(world.count("conflict"), 1u);
    EXPECT_TRUE(world.core().idle()) << "the viewer has left the old one: it is given back";
}

TEST(AtomicZap, LimitAfterTheOldOneHasGoneByItself) {
    World world;
    const std::string old = playing(world);
    const Call heartbeat = world.next(cm::Call::heartbeat);
    const Ticket ticket = world.start(instead_of(old));
    const Call start = world.next(cm::Call::start);
    world.answer(heartbeat, response(410));
    world.answer(start, limit());
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

TEST(AtomicZap, OldOneIsGivenBackWhereTheStartComesToNothing) {
    for (const Reply& reply : {response(401), response(429), response(400), lost()}) {
        World world;
        world.start(instead_of(playing(world)));
        world.answer(world.next(cm::Call::start), reply);
        const Time then = world.now;
        EXPECT_EQ(world.first_due() == cm::Call::running_streams, reply.http.empty());
        if (reply.http.empty()) world.answer(world.next(cm::Call::running_streams), no_streams());
        EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
        EXPECT_EQ(world.now, then);
    }
}

TEST(AtomicZap, OldOneIsGivenBackWhereTheStartIsLetInOnCredit) {
    World world;
    const Ticket ticket = world.start(instead_of(playing(world)));
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(AtomicZap, OldOneIsGivenBackWhereNobodyWantsTheStartAnyMore) {
    World world;
    const Ticket ticket = world.start(instead_of(playing(world)));
    const Call start = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(start, granted("cm-2", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
}

TEST(AtomicZap, OldOneIsGivenBackInTimeWhereTheStartHangs) {
    World world;
    world.start(instead_of(playing(world)));
    (void)world.next(cm::Call::start);
    const Time then = world.now;
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
    EXPECT_EQ(world.now - then, 23 * kSecond);
}

TEST(AtomicZap, HeartbeatThatIsOutDoesNotHoldItUp) {
    World world;
    const std::string old = playing(world);
    const Call heartbeat = world.next(cm::Call::heartbeat);
    const Ticket ticket = world.start(instead_of(old));
    const Call start = world.next(cm::Call::start);
    world.answer(heartbeat, accepted(60));
    EXPECT_EQ(world.in_flight(), 0u) << "no DELETE while the start is decided";
    world.answer(start, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.first_due(), cm::Call::running_streams);
}

TEST(AtomicZap, Hazard29TenZapsAreTwoStarts) {
    World world;
    const std::string on_screen = playing(world);
    world.advance(2 * kSecond);
    std::vector<Ticket> tickets;
    for (int i = 0; i < 10; ++i) tickets.push_back(world.start(instead_of(on_screen)));
    const Call first = world.next(cm::Call::start);
    EXPECT_EQ(first.terminate, Strings{"a"});
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.in_flight(), 0u);
    world.answer(first, granted("cm-2", 60));
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(world.next(cm::Call::start), granted("cm-last", 60));
    EXPECT_EQ(world.outcome(tickets[9]).kind, Outcome::started);
    for (std::size_t i = 0; i < 9; ++i)
        EXPECT_EQ(world.outcome(tickets[i]).refusal, Refusal::replaced);
    world.answer(world.next(cm::Call::running_streams), no_streams());
    world.release(world.outcome(tickets[9]).session);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle()) << "no slot leaked";
}

TEST(AtomicZap, CrashInTheMiddleGivesTheOldOneBack) {
    World world;
    world.start(instead_of(playing(world)));
    (void)world.next(cm::Call::start);
    world.crash();
    Strings ended;
    for (int i = 0; i < 2; ++i) {
        if (world.first_due() == cm::Call::end)
            ended.push_back(world.next(cm::Call::end).session);
        else
            world.answer(world.next(cm::Call::running_streams), no_streams());
    }
    EXPECT_EQ(ended, Strings{"cm-1"});
}

}  // namespace
}  // namespace cmagent::scenario
