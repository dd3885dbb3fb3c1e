// A session of this box that a start of this box ends: chosen among what was in the way.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using Strings = std::vector<std::string>;

// A 409 that lists the session of that name with its code.
Reply limit_by(const std::string& cm_id, const std::string& code) {
    return limit(R"({")" + cm_id + R"(":[{"terminationCode":")" + code + R"("}]})");
}

Reply look(const std::string& cm_id, const std::string& code) {
    return response(200, "",
                    R"({"runningStreams":[{"sessionId":")" + cm_id + R"(","terminationCode":")" +
                        code + R"("}]})");
}

StartOptions ending(const std::string& code) {
    StartOptions options;
    options.terminate = {code};
    return options;
}

// One session plays on mpv, and another start has met it as what is in the way.
struct InTheWay {
    explicit InTheWay(World& world) : playing(world.playing(on_mpv())) {
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), limit_by("cm-1", "a"));
        conflict = world.outcome(ticket).conflict;
    }
    // The viewer chooses it.
    Ticket choose(World& world) const { return world.resolve(conflict, {"a"}); }

    std::string playing;
    std::string conflict;
};

TEST(EndedHere, IsStoppedAtTheGrantAndVerified) {
    World world;
    const InTheWay in_the_way(world);
    const Ticket ticket = in_the_way.choose(world);
    EXPECT_EQ(world.orders, (Strings{"join 1"})) << "not before CM has granted the start";
    const Time then = world.now;
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.now, then);
    EXPECT_EQ(world.orders, (Strings{"join 1", "stop 1", "join 0"})) << "before the new one plays";
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(in_the_way.playing), "ended-here/stopped");
    EXPECT_TRUE(world.session(in_the_way.playing).terminator.empty());
    EXPECT_EQ(world.core().ledgers().counters.remote_terminations, 0u);
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "cm-1") << "a code does not always end a stream";
    world.answer(end, response(410));
    EXPECT_EQ(world.count("playback-stop"), 1u);
    EXPECT_EQ(world.count("session-ended"), 1u);
    EXPECT_EQ(world.session(world.outcome(ticket).session).state(), State::active);
}

TEST(EndedHere, PlayerThatDoesNotConfirmIsForced) {
    World world;
    const InTheWay in_the_way(world);
    in_the_way.choose(world);
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    world.answer(world.next(cm::Call::end), response(202));
    world.advance(2 * kSecond);
    EXPECT_EQ(world.orders.back(), "force 1");
    world.player(kMpvPlayer, What::forced);
    EXPECT_EQ(world.end_of(in_the_way.playing), "ended-here/forced");
}

TEST(EndedHere, AllSessionsOfOneCode) {
    World world;
    const std::string first = world.playing(on_mpv());
    StartOptions other = on_mpv();
    other.player = kUiPlayer;
    const std::string second = world.playing(other);
    const Ticket ticket = world.start();
    world.answer(
        world.next(cm::Call::start),
        limit(
            R"({"box":[{"sessionId":"cm-1","terminationCode":"a"},{"sessionId":"cm-2","terminationCode":"a"}]})"));
    world.resolve(world.outcome(ticket).conflict, {"a"});
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    for (const std::string& id : {first, second})
        EXPECT_EQ(world.session(id).state(), State::stopping);
}

TEST(EndedHere, KnownByItsReferenceWhereCmGivesNoId) {
    World world;
    const Ticket first = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, granted("cm-1", 60));
    const Ticket second = world.start();
    world.answer(world.next(cm::Call::start),
                 limit(R"({"stb-1":[{"terminationCode":"a","metadata":{"agentReference":")" +
                       start.metadata.at("agentReference") + R"("}}]})"));
    world.resolve(world.outcome(second).conflict, {"a"});
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(world.outcome(first).session).state(), State::stopping);
}

TEST(EndedHere, ByACodeThatALookHasTold) {
    World world;
    const std::string first = world.playing();
    world.ask(cm::Call::running_streams);
    world.answer(world.next(cm::Call::running_streams), look("cm-1", "a"));
    world.start(ending("a"));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(first).state(), State::stopping);
    EXPECT_EQ(world.session(first).progress.end_reason, core::EndReason::ended_here);
}

TEST(EndedHere, TakenOverByTheAgent) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const std::string first = world.playing();
    world.start();
    world.answer(world.next(cm::Call::start), limit_by("cm-1", "a"));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(first).state(), State::stopping);
}

TEST(EndedHere, WhereTheGrantIsFoundLater) {
    World world;
    const InTheWay in_the_way(world);
    in_the_way.choose(world);
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    EXPECT_EQ(world.session(in_the_way.playing).state(), State::active);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-2", start));
    EXPECT_EQ(world.session(in_the_way.playing).state(), State::stopping);
}

TEST(EndedHere, WhereTheGrantOfAStartOnCreditComesLater) {
    World world;
    const std::string first = world.playing({}, 600);
    world.ask(cm::Call::running_streams);
    world.answer(world.next(cm::Call::running_streams), look("cm-1", "a"));
    world.start(ending("a"));
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.session(first).state(), State::active);
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(first).state(), State::stopping);
}

TEST(EndedHere, WhereTheStartIsNotWantedAnyMore) {
    World world;
    const InTheWay in_the_way(world);
    const Ticket ticket = in_the_way.choose(world);
    const Call start = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(start, granted("cm-2", 60));
    EXPECT_EQ(world.session(in_the_way.playing).state(), State::stopping) << "CM has ended it";
}

TEST(EndedHere, HeartbeatThatLearnsItFirstSaysTheSame) {
    for (const Reply& answer :
         {fixture(410, "410-service-remote-termination"), fixture(410, "410-service-empty"),
          response(410), response(404), limit()}) {
        World world;
        const InTheWay in_the_way(world);
        const Call heartbeat = world.next(cm::Call::heartbeat);
        in_the_way.choose(world);
        const Call start = world.next(cm::Call::start);
        world.answer(heartbeat, answer);
        EXPECT_EQ(world.orders.back(), "stop 1");
        world.player(kMpvPlayer, What::stopped);
        EXPECT_EQ(world.end_of(in_the_way.playing), "ended-here/stopped");
        EXPECT_TRUE(world.session(in_the_way.playing).terminator.empty());
        world.answer(start, granted("cm-2", 60));
        EXPECT_EQ(world.count("playback-stop"), 1u);
        EXPECT_EQ(world.core().ledgers().counters.silent_restarts, 0u);
    }
}

TEST(EndedHere, ARefusedStartMayHaveEndedItAllTheSame) {
    World world;
    const InTheWay in_the_way(world);
    in_the_way.choose(world);
    const Time then = world.now;
    world.answer(world.next(cm::Call::start), limit(R"({"other":[{"terminationCode":"b"}]})"));
    const Call heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(world.now, then) << "CM is asked at once";
    world.answer(heartbeat, fixture(410, "410-service-remote-termination"));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(in_the_way.playing), "ended-here/stopped");
}

TEST(EndedHere, PlaysOnWhereTheStartWasRefusedAndCmStillCountsIt) {
    World world;
    const InTheWay in_the_way(world);
    in_the_way.choose(world);
    world.answer(world.next(cm::Call::start), limit_by("cm-1", "a"));
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(in_the_way.playing).state(), State::active);
    world.answer(world.next(cm::Call::heartbeat), fixture(410, "410-service-remote-termination"));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(in_the_way.playing), "remote-termination/stopped") << "much later";
}

TEST(EndedHere, StartThatNamesItselfAsTheTerminatorIsOfThisBox) {
    World world;
    const std::string first = world.playing(on_mpv());
    const std::string second = world.playing({}, 600);
    const std::string body = R"({"adviceType":"remote-termination","attributes":{"terminatedBy":")";
    world.answer(world.next(cm::Call::heartbeat), response(410, "", body + "cm-2\"}}"));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(first), "ended-here/stopped") << "by a code that nobody had told us";
    world.answer(world.await(cm::Call::heartbeat), response(410, "", body + "cm-9\"}}"));
    EXPECT_EQ(world.session(second).progress.end_reason, core::EndReason::remote_termination);
}

TEST(EndedHere, NotWhereCmNamesTheSessionItself) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(
        world.next(cm::Call::heartbeat),
        response(410, "",
                 R"({"adviceType":"remote-termination","attributes":{"terminatedBy":"cm-1"}})"));
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::remote_termination);
}

TEST(EndedHere, WhatHasEndedMeanwhileIsNotAskedFor) {
    World world;
    const InTheWay in_the_way(world);
    in_the_way.choose(world);
    const Call start = world.next(cm::Call::start);
    world.release(in_the_way.playing);
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(start, limit());
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(EndedHere, WhatEndsAlreadyIsNotStoppedTwice) {
    World world;
    const InTheWay in_the_way(world);
    in_the_way.choose(world);
    const Call start = world.next(cm::Call::start);
    world.logout("nobody");
    world.release(in_the_way.playing);
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(start, granted("cm-2", 60));
    EXPECT_EQ(world.end_of(in_the_way.playing), "user/untouched");
    EXPECT_EQ(world.count("playback-stop"), 0u);
}

TEST(EndedHere, CodeOfWhatCmHeldBeforeASilentRestartIsForgotten) {
    World world;
    const std::string first = world.playing();
    world.ask(cm::Call::running_streams);
    world.answer(world.next(cm::Call::running_streams), look("cm-1", "a"));
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), granted("cm-1b", 60));
    world.start(ending("a"));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(first).state(), State::active);
}

TEST(EndedHere, WhereTheDaemonHasCrashedBeforeTheChoice) {
    World world;
    const InTheWay in_the_way(world);
    world.crash();
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    in_the_way.choose(world);
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(in_the_way.playing).state(), State::stopping);
}

TEST(EndedHere, OnlyStreamsElsewhereCountAsKilled) {
    World world;
    const std::string first = world.playing();
    world.ask(cm::Call::running_streams);
    world.answer(world.next(cm::Call::running_streams), look("cm-1", "a"));
    StartOptions start = ending("a");
    start.terminate.push_back("b");
    world.start(start);
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.core().ledgers().counters.killed, 1u);
}

TEST(EndedHere, OnThePlayerThatTheNewOneTakes) {
    World world;
    const std::string first = world.playing(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), limit_by("cm-1", "a"));
    const Ticket chosen = world.resolve(world.outcome(ticket).conflict, {"a"});
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(chosen).kind, Outcome::waiting) << "the order could hit the new one";
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.end_of(first), "ended-here/stopped");
    EXPECT_EQ(world.orders, (Strings{"join 1", "stop 1", "leave 1", "join 1"}));
    EXPECT_EQ(world.session(world.outcome(chosen).session).state(), State::active);
}

}  // namespace
}  // namespace cmagent::scenario
