// What is counted and kept of what happened, for support and operators (contract.md, "History",
// "Metrics").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using core::Counters;
using core::EndReason;
using core::Outcome;
using Kind = core::History::Kind;

// The entries as "kind endReason/playback".
std::vector<std::string> history(World& world) {
    std::vector<std::string> list;
    const core::History& kept = world.core().ledgers().history;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const core::History::Entry& entry = kept[i];
        list.push_back(std::string(name(entry.kind)) + " " + std::string(name(entry.end_reason)) +
                       "/" + std::string(name(entry.playback)));
    }
    return list;
}

using List = std::vector<std::string>;

// In the words of CM's usage reports: "starts zaps failed dismissed killed completed".
std::string counted(World& world) {
    const Counters& counters = world.core().ledgers().counters;
    std::string text;
    for (const std::uint32_t count : {counters.starts, counters.zaps, counters.failed_attempts,
                                      counters.dismissed, counters.killed, counters.completed}) {
        text += (text.empty() ? "" : " ") + std::to_string(count);
    }
    return text;
}

void stop(World& world) {
    world.player(kMpvPlayer, What::stopped);
}

// --- the history ---

TEST(Evidence, ALimitToAStartIsOneEntryWithWhatCmSays) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    ASSERT_EQ(world.outcome(ticket).kind, scenario::Outcome::limited);
    EXPECT_EQ(history(world), List{"denied /idle"});
    const core::History::Entry& entry = world.latest_entry();
    EXPECT_EQ(entry.rule.view(), "3 streams cap");
    EXPECT_EQ(entry.threshold.value(), 4);
    EXPECT_EQ(entry.listed, 3);
    EXPECT_EQ(entry.attempt, 1);
    EXPECT_EQ(entry.outcome, Outcome::open);
    EXPECT_EQ(entry.wall_ms, 1'700'000'000'000);
}

TEST(Evidence, ATerminationTellsHowFastPlaybackWasOff) {
    World world;
    world.player_takes = 3;
    world.terminated(on_mpv());
    world.advance(40);
    stop(world);
    EXPECT_EQ(history(world), List{"terminated remote-termination/stopped"});
    EXPECT_EQ(world.latest_entry().heard_to_stop_ms.value(), 3);
    EXPECT_EQ(world.latest_entry().stop_to_verified_ms.value(), 40);
}

TEST(Evidence, AStopBesideACmThatIsSilentWasHeardFromNobody) {
    World world;
    world.playing(on_mpv());
    world.answer_all(unreachable(), 10 * kMinute);
    EXPECT_EQ(history(world), (List{"on-credit unreachable/unconfirmed"}))
        << "credit that ends goes on in its entry";
    EXPECT_FALSE(world.latest_entry().heard_to_stop_ms);
}

TEST(Evidence, AStopThatNothingConfirmsIsInTheEntryOfItsCause) {
    World world;
    world.terminated(on_mpv());
    world.advance(10 * kSecond);
    EXPECT_EQ(history(world), List{"terminated remote-termination/unconfirmed"});
    EXPECT_FALSE(world.latest_entry().stop_to_verified_ms);
}

TEST(Evidence, AStopThatNothingConfirmsHasAnEntryWhereItsCauseHasNone) {
    World world;
    world.playing(on_mpv());
    world.logout();
    world.advance(10 * kSecond);
    EXPECT_EQ(history(world), List{"stop-unconfirmed logout/unconfirmed"});
}

TEST(Evidence, WhatTheViewerEndsIsNotInTheHistory) {
    World world;
    world.release(world.playing());
    world.answer(world.next(cm::Call::end), response(202));
    world.stopped(world.playing());
    EXPECT_EQ(history(world), List{});
}

TEST(Evidence, ADenialWithoutALimitIsAnEntryToo) {
    World world;
    world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    for (int i = 0; i < 2; ++i) world.answer(world.next(cm::Call::start), response(403));
    stop(world);
    EXPECT_EQ(history(world), (List{"on-credit /idle", "denied denied/stopped"}));
    EXPECT_EQ(world.latest_entry().outcome, Outcome::none);
}

TEST(Evidence, ASilentRestartIsAnEntryAndTheEndAfterItIsNot) {
    World world;
    const std::string id = world.vanished();
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    world.release(id);
    EXPECT_EQ(history(world), List{"re-started /idle"});
}

TEST(Evidence, CreditThatWasMadeGoodHasNoEnd) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    world.release(world.outcome(ticket).session);
    EXPECT_EQ(history(world), List{"on-credit /idle"});
}

TEST(Evidence, TheHistorySurvivesAndAnOpenConflictOfAnotherBootHasExpired) {
    World world;
    world.terminated();
    world.start();
    world.answer(world.next(cm::Call::start), limit());
    const std::uint32_t last = world.core().ledgers().history.last();
    world.reboot();
    EXPECT_EQ(history(world), (List{"terminated remote-termination/idle", "denied /idle"}));
    EXPECT_EQ(world.latest_entry().id, last);
    EXPECT_EQ(world.latest_entry().outcome, Outcome::expired);
    EXPECT_GT(world.core().ledgers().history.last(), last) << "no id is given twice";
}

TEST(Evidence, WithoutAClockAnEntryHasNoTime) {
    World world;
    world.core().set_clock(0, world.now);
    world.terminated();
    EXPECT_EQ(world.latest_entry().wall_ms, 0);
}

TEST(Evidence, TheTextOnFlashNamesNobodyInItsHistory) {
    World world;
    world.start(by("a-viewer"));
    world.answer(world.next(cm::Call::start),
                 limit(R"({"cm-9":[{"terminationCode":"a-code","deviceName":"a-device"}]})"));
    EXPECT_NE(world.flash.find("\"denied\""), std::string::npos);
    const std::string before_conflicts =
        world.flash.substr(0, world.flash.find(R"(,"conflicts":[{)"));
    EXPECT_LT(before_conflicts.size(), world.flash.size());
    for (const char* secret : {"a-viewer", "a-code", "a-device"})
        EXPECT_EQ(before_conflicts.find(secret), std::string::npos) << secret;
}

// --- the outcome of a conflict ---

// Each conflict's outcome is told once, for one line of the log; row by row how it comes about.
TEST(Outcomes, EveryConflictComesToOne) {
    struct Row {
        const char* outcome;
        int attempts;
        void (*story)(World&, const std::string& conflict);
    };
    const Row rows[] = {
        {"chosen", 1,
         [](World& world, const std::string& conflict) {
             world.resolve(conflict, {"a"});
             world.answer(world.next(cm::Call::start), granted("cm-1", 60));
         }},
        {"chosen", 2,
         [](World& world, const std::string& conflict) {
             world.resolve(conflict, {"a"});
             world.answer(world.next(cm::Call::start), limit());
             world.resolve(conflict, {"a"});
             world.answer(world.next(cm::Call::start), granted("cm-1", 60));
         }},
        {"granted", 1,
         [](World& world, const std::string& conflict) {
             world.resolve(conflict, {});
             world.answer(world.next(cm::Call::start), granted("cm-1", 60));
         }},
        {"gave-up", 1, [](World& world, const std::string& conflict) { world.give_up(conflict); }},
        {"gave-up", 1, [](World& world, const std::string&) { world.logout(); }},
        {"expired", 1, [](World& world, const std::string&) { world.advance(11 * kMinute); }},
        {"expired", 1, [](World& world, const std::string&) { world.reboot(); }},
    };
    for (const Row& row : rows) {
        World world;
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), limit());
        EXPECT_EQ(world.outcomes, List{}) << row.outcome;
        row.story(world, world.outcome(ticket).conflict);
        EXPECT_EQ(world.outcomes, List{std::string("one: ") + row.outcome});
        const core::History& kept = world.core().ledgers().history;
        ASSERT_EQ(kept.size(), 1u) << row.outcome;
        EXPECT_EQ(name(kept[0].outcome), row.outcome);
        EXPECT_EQ(kept[0].attempt, row.attempts) << row.outcome;
        world.give_up(world.outcome(ticket).conflict);
        EXPECT_EQ(world.outcomes.size(), 1u) << "the first outcome counts";
    }
}

TEST(Outcomes, TheAgentsOwnChoiceIsOne) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    world.start();
    world.answer(world.next(cm::Call::start), limit());
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(world.outcomes, List{"one: taken-over"});
    EXPECT_EQ(history(world), List{"denied /idle"});
    EXPECT_EQ(counted(world), "1 0 1 0 1 0");
}

TEST(Outcomes, ALimitThatEndedPlaybackHasOneEntryForBoth) {
    World world;
    world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(409, "409-service-streams"));
    world.advance(30);
    stop(world);
    EXPECT_EQ(history(world), List{"displaced displaced/stopped"});
    const core::History::Entry& entry = world.latest_entry();
    EXPECT_EQ(entry.rule.view(), "3 streams cap");
    EXPECT_EQ(entry.outcome, Outcome::open);
    EXPECT_EQ(entry.heard_to_stop_ms.value(), 0);
    EXPECT_EQ(entry.stop_to_verified_ms.value(), 30);
}

TEST(Outcomes, ALimitToASilentRestartHasOneEntryForBoth) {
    World world;
    world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), limit());
    stop(world);
    EXPECT_EQ(history(world), (List{"re-started /idle", "denied denied/stopped"}));
    EXPECT_EQ(world.latest_entry().outcome, Outcome::open);
    EXPECT_EQ(counted(world), "1 0 1 0 0 1");
}

TEST(Outcomes, ADisplacedViewerWatchesHereAgain) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), limit());
    stop(world);
    world.resolve(std::string(world.session(id).conflict.view()), {"a"});
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcomes, List{"one: chosen"});
    EXPECT_EQ(history(world), List{"displaced displaced/stopped"});
    EXPECT_EQ(counted(world), "2 0 0 1 1 0");
}

// --- the metrics ---

TEST(Counted, AStartAndItsEndByTheViewer) {
    World world;
    const std::string id = world.playing();
    EXPECT_EQ(counted(world), "1 0 0 0 0 0");
    world.release(id);
    EXPECT_EQ(counted(world), "1 0 0 0 0 1");
    world.answer_all(accepted(60), kMinute);
    EXPECT_EQ(counted(world), "1 0 0 0 0 1");
}

TEST(Counted, EveryWayToAnEnd) {
    struct Row {
        const char* name;
        void (*end)(World&, const std::string&);
        const char* counts;
    };
    const Row rows[] = {
        {"player", [](World& world, const std::string&) { world.player(kMpvPlayer, What::exited); },
         "1 0 0 0 0 1"},
        {"logout", [](World& world, const std::string&) { world.logout(); }, "1 0 0 0 0 1"},
        {"limit",
         [](World& world, const std::string&) {
             world.answer(world.next(cm::Call::heartbeat), limit());
         },
         "1 0 0 1 0 0"},
        {"terminated",
         [](World& world, const std::string&) {
             world.answer(world.next(cm::Call::heartbeat),
                          fixture(410, "410-service-remote-termination"));
         },
         "1 0 0 0 0 0"},
        {"silence",
         [](World& world, const std::string&) { world.answer_all(unreachable(), 10 * kMinute); },
         "1 0 0 0 0 1"},
        {"shut down", [](World& world, const std::string&) { world.shut_down(); }, "1 0 0 0 0 1"},
    };
    for (const Row& row : rows) {
        World world;
        row.end(world, world.playing(on_mpv()));
        world.advance(10 * kSecond);
        EXPECT_EQ(counted(world), row.counts) << row.name;
    }
}

TEST(Counted, AZapIsAStartAndAnEnd) {
    World world;
    const Ticket ticket = world.start(instead_of(world.playing()));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(counted(world), "1 0 0 0 0 1");
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(counted(world), "2 1 0 0 0 1");
    (void)ticket;
}

TEST(Counted, ADeniedStartIsAFailedAttemptAndSoIsTheNext) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limit());
    EXPECT_EQ(counted(world), "0 0 1 0 0 0");
    world.resolve(world.outcome(ticket).conflict, {"a"});
    world.answer(world.next(cm::Call::start), limit());
    EXPECT_EQ(counted(world), "0 0 2 0 0 0");
}

TEST(Counted, WhatAStartEndsIsKilledOnceItIsGranted) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limit());
    const Ticket again = world.resolve(world.outcome(ticket).conflict, {"a"});
    EXPECT_EQ(counted(world), "0 0 1 0 0 0");
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(counted(world), "1 0 1 0 1 0");
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(counted(world), "1 0 1 0 1 0") << "a silent re-start is no start of a viewer";
    (void)again;
}

TEST(Counted, AStartOnCreditCountsWhenCmGrantsIt) {
    World world;
    world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(counted(world), "0 0 0 0 0 0");
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(counted(world), "1 0 0 0 0 0");
}

TEST(Counted, AStartOnCreditThatNeverWasGrantedIsNothing) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    world.release(world.outcome(ticket).session);
    EXPECT_EQ(counted(world), "0 0 0 0 0 0");
}

TEST(Counted, AStartThatNobodyWantsAnyMoreIsOneAndCompleted) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(start, granted("cm-1", 60));
    EXPECT_EQ(counted(world), "1 0 0 0 0 1");
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(counted(world), "1 0 0 0 0 1");
}

TEST(Counted, AHeartbeatBehindAnEndCompletesNothing) {
    World world;
    const std::string id = world.playing();
    const Call heartbeat = world.next(cm::Call::heartbeat);
    world.release(id);
    world.answer(heartbeat, accepted(60));
    EXPECT_EQ(counted(world), "1 0 0 0 0 1");
}

TEST(Counted, ASessionOfTheRunBeforeIsCompletedInThisOne) {
    World world;
    const std::string id = world.playing();
    world.crash();
    world.release(id);
    EXPECT_EQ(counted(world), "0 0 0 0 0 1");
}

}  // namespace
}  // namespace cmagent::scenario
