// Several sessions, applications and subjects at once, and what all of it costs.

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/scenario/allocation_trap.h"
#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

TEST(Sessions, LiveSideBySide) {
    World world;
    StartOptions news = by("guest");
    news.application = 1;
    const std::string a = world.playing();
    const std::string b = world.playing(news);
    world.answer_all(accepted(60), 10 * kMinute);
    const Call first = world.next(cm::Call::heartbeat);
    const Call second = world.next(cm::Call::heartbeat);
    EXPECT_NE(first.application, second.application);
    const bool first_is_a = first.application == "demo-app";
    world.answer(first_is_a ? first : second, fixture(410, "410-service-remote-termination"));
    world.answer(first_is_a ? second : first, accepted(60));
    EXPECT_EQ(world.session(a).state(), State::stopping);
    EXPECT_EQ(world.session(b).state(), State::active);
    EXPECT_EQ(world.session(b).stream.subject.view(), "guest");
}

// Who watched, and the codes with which others could be ended, go with the session.
TEST(Sessions, NoSecretOutlivesThem) {
    World world;
    StartOptions options = by("household");
    const std::string over = world.playing(options);
    const std::string plays = world.playing(options);
    const Ticket refused = world.start(options);
    world.answer(world.next(cm::Call::start), no_tls("expired"));
    EXPECT_EQ(world.outcome(refused).kind, Outcome::refused);
    world.release(over);
    EXPECT_EQ(world.session(over).stream.subject.view(), "household") << "CM must be told yet";
    world.answer(world.next(cm::Call::end), accepted(60));
    EXPECT_EQ(world.session(over).state(), State::ended);
    EXPECT_EQ(world.session(over).stream.subject.view(), "");
    EXPECT_EQ(world.session(plays).stream.subject.view(), "household");
    std::size_t knowing = 0;
    for (core::SessionIndex i = 0; i < core::SessionTable::kRecords; ++i) {
        knowing += world.core().ledgers().sessions[i].stream.subject.empty() ? 0 : 1;
    }
    EXPECT_EQ(knowing, 1U) << "nor that of the start that was refused";
}

TEST(Sessions, SixteenPlayAtOnce) {
    World world;
    world.settings.max_sessions = core::kMaxSessions;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < core::kMaxSessions; ++i)
        ids.push_back(world.playing(by_turns(i, on_mpv())));
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions);
    world.answer_all(accepted(60), 60 * kMinute);
    for (const std::string& id : ids) EXPECT_EQ(world.session(id).state(), State::active);
    world.logout();
    world.player(kMpvPlayer, What::stopped);
    world.answer_all(response(202), kMinute);
    for (const std::string& id : ids) EXPECT_EQ(world.end_of(id), "logout/stopped");
    EXPECT_TRUE(world.core().idle());
    world.playing();
}

TEST(Sessions, SixteenOfThemSurviveACrashWithAllTheirMetadata) {
    World world;
    world.settings.max_sessions = core::kMaxSessions;
    std::map<std::string, std::string> much;
    for (int i = 0; i < 10; ++i) much["name" + std::to_string(i)] = std::string(100, 'x');
    for (std::size_t i = 0; i < core::kMaxSessions; ++i) world.playing(by_turns(i, with(much)));
    world.crash();
    EXPECT_EQ(world.in_flight(), core::kMaxSessions);
    world.answer(world.next(cm::Call::heartbeat), response(410));
    while (world.first_due() == cm::Call::heartbeat)
        world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.next(cm::Call::start).metadata.at("name9"), std::string(100, 'x'));
}

TEST(Sessions, LastSixteenEndedOnesCanBeRead) {
    World world;
    std::vector<std::string> ids;
    for (int i = 0; i < 100; ++i) {
        ids.push_back(world.playing());
        world.release(ids.back());
        world.answer(world.next(cm::Call::end), response(202));
    }
    for (std::size_t i = ids.size() - core::kKeptEnded; i < ids.size(); ++i)
        EXPECT_EQ(world.end_of(ids[i]), "user/untouched");
    EXPECT_EQ(world.core().ledgers().sessions.find(ids[0]), nullptr);
}

TEST(Sessions, EveryTransitionIsToldOfBothOfItsEnds) {
    World world;
    const std::string id = world.playing();
    world.release(id);
    world.answer(world.next(cm::Call::end), response(202));
    const std::vector<std::string> lease = {
        id + " lease none -> held (granted)",
        id + " lease held -> releasing (released)",
        id + " lease releasing -> gone (ended)",
    };
    std::vector<std::string> told;
    for (const std::string& transition : world.transitions) {
        if (transition.find(" lease ") != std::string::npos) told.push_back(transition);
    }
    EXPECT_EQ(told, lease);
}

TEST(Queries, RunningStreamsAreHandedOnAsTheyCome) {
    World world;
    const Ticket ticket = world.ask(cm::Call::running_streams);
    const Call call = world.next(cm::Call::running_streams);
    EXPECT_TRUE(call.urgent);
    EXPECT_EQ(call.subject, "viewer");
    world.answer(call, fixture(200, "running-streams"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::listed);
    EXPECT_NE(world.outcome(ticket).body.find("runningStreams"), std::string::npos);
}

TEST(Queries, RefusedAsAStartWouldBe) {
    World world;
    const Ticket ticket = world.ask(cm::Call::running_streams);
    world.answer(world.next(cm::Call::running_streams), response(401));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_credentials);
}

TEST(Queries, AbandonedOneIsTakenBack) {
    World world;
    const Ticket ticket = world.ask(cm::Call::metadata);
    EXPECT_EQ(world.in_flight(), 1u);
    world.abandon(ticket);
    EXPECT_EQ(world.in_flight(), 0u);
    for (int i = 0; i < 8; ++i) {
        world.ask(cm::Call::running_streams);
        EXPECT_EQ(world.refusal(), Refusal::none);
    }
    world.ask(cm::Call::running_streams);
    EXPECT_EQ(world.refusal(), Refusal::too_many_queries);
}

TEST(Queries, LateAnswerToWhatNobodyWaitsForIsNothing) {
    World world;
    const Ticket ticket = world.ask(cm::Call::running_streams);
    const Call call = world.next(cm::Call::running_streams);
    world.abandon(ticket);
    world.answer(call, fixture(200, "running-streams"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    const std::string id = world.playing();
    const Call heartbeat = world.next(cm::Call::heartbeat);
    world.answer(heartbeat, accepted(60));
    world.answer(heartbeat, fixture(410, "410-service-remote-termination"));
    EXPECT_EQ(world.session(id).state(), State::active) << "answered already";
}

// Every story is told with the trap set: see ~World. This one holds a whole life cycle.
TEST(Memory, NothingIsAllocatedInCoreCmAndJson) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    world.answer_all(accepted(60), 60 * kMinute);
    world.change(world.outcome(ticket).session, {{"show", "b"}});
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), fixture(200, "running-streams"));
    world.answer_all(unreachable(), kMinute);
    world.crash();
    world.shut_down();
}

TEST(Memory, TrapCatchesEveryAllocation) {
    const std::size_t before = AllocationTrap::caught();
    {
        const AllocationTrap trap;
        void* volatile memory = std::malloc(1);
        std::free(memory);
        int* volatile number = new int(1);
        delete number;
    }
    EXPECT_EQ(AllocationTrap::caught(), before + 2);
}

}  // namespace
}  // namespace cmagent::scenario
