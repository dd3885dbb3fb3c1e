// Answers of CM that are valid, and not what one expects.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

// A session whose DELETE did not get through: CM knows of what this box no longer plays.
void forget_one(World& world) {
    const std::string id = world.playing();
    world.release(id);
    world.answer(world.next(cm::Call::end), unreachable());
}

// --- 409 ---

TEST(OwnSlots, AllThatAreForgottenAreEndedAtOnce) {
    World world;
    forget_one(world);  // cm-1
    forget_one(world);  // cm-2
    StartOptions options;
    options.terminate = {"chosen"};
    world.start(options);
    world.answer(world.await(cm::Call::start), limit(R"({"cm-1":[{"terminationCode":"a"}],)"
                                                     R"("cm-2":[{"terminationCode":"b"}]})"));
    EXPECT_EQ(world.await(cm::Call::start).terminate, (std::vector<std::string>{"a", "b"}))
        << "in place of what the viewer had chosen";
}

TEST(OwnSlots, WithoutACodeTheyCannotBeEnded) {
    World world;
    forget_one(world);
    const Ticket ticket = world.start();
    world.answer(world.await(cm::Call::start), limit(R"({"cm-1":[{"deviceName":"this one"}]})"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::limited);
}

TEST(OwnSlots, ThoseWithoutANameAreNotOurs) {
    World world;
    const Ticket undecided = world.start(by("another"));
    world.abandon(undecided);  // nobody knows yet what CM calls it
    (void)world.next(cm::Call::start);
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limit(R"([{"terminationCode":"a"}])"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::limited);
    const Ticket another = world.start();
    world.answer(world.next(cm::Call::start), limit(R"({"cm-9":[{"terminationCode":"a"}]})"));
    EXPECT_EQ(world.outcome(another).kind, Outcome::limited);
}

TEST(Conflicts, ThoseThatAreOverMakeRoomFirst) {
    World world;
    std::vector<std::string> kept;
    std::size_t turn = 0;
    const auto offered = [&world, &turn] {
        const Ticket ticket = world.start(by_turns(turn++));
        world.answer(world.next(cm::Call::start), limit());
        return world.outcome(ticket).conflict;
    };
    for (std::size_t i = 0; i < core::kMaxConflicts; ++i) kept.push_back(offered());
    world.give_up(kept[5]);
    world.give_up(kept[3]);
    (void)offered();
    EXPECT_EQ(world.core().ledgers().conflicts.find(kept[3]), nullptr);
    EXPECT_NE(world.core().ledgers().conflicts.find(kept[0]), nullptr);
    EXPECT_NE(world.core().ledgers().conflicts.find(kept[5]), nullptr);
    (void)offered();
    EXPECT_EQ(world.core().ledgers().conflicts.find(kept[5]), nullptr);
    (void)offered();
    EXPECT_EQ(world.core().ledgers().conflicts.find(kept[0]), nullptr) << "then the oldest";
}

// --- 410 ---

TEST(Terminator, IsFoundBehindOtherAdviceAndKeptAsFarAsItFits) {
    World world;
    const std::string id = world.playing();
    world.answer(world.next(cm::Call::heartbeat),
                 response(410, "",
                          R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"r"},)"
                          R"({"type":"remote-termination","terminator":{"deviceName":")" +
                              std::string(1000, 'x') + R"(","channel":"News"}}]})"));
    const core::Session& session = world.session(id);
    EXPECT_EQ(session.progress.end_reason, core::EndReason::remote_termination);
    EXPECT_TRUE(session.terminator.device_name.empty()) << "left out rather than cut";
}

TEST(Terminator, MayBeNobody) {
    World world;
    const std::string id = world.playing();
    cm::Answer answer;
    answer.meaning = cm::Meaning::terminated;
    const Call heartbeat = world.next(cm::Call::heartbeat);
    world.core().handle(core::Answered{heartbeat.exchange, &answer}, world.now);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::remote_termination);
    EXPECT_TRUE(world.session(id).terminator.empty());
}

// --- what CM requires ---

TEST(Refresh, NamesAreReadInEveryForm) {
    for (const char* name : {"metadata-demo-app-2", "metadata-objects", "metadata-dictionary"}) {
        World world;
        const Ticket lacks = world.start(with({{"a", "1"}}));
        world.answer(world.next(cm::Call::start), refresh());
        world.answer(world.next(cm::Call::metadata), fixture(200, name));
        EXPECT_EQ(world.outcome(lacks).refusal, Refusal::missing_metadata) << name;
        const Ticket has = world.start(with({{"channel", "news"}}));
        world.answer(world.next(cm::Call::start), refresh());
        world.answer(world.next(cm::Call::metadata), fixture(200, name));
        world.answer(world.next(cm::Call::start), granted("cm-1", 60));
        EXPECT_EQ(world.outcome(has).kind, Outcome::started) << name;
    }
}

TEST(Refresh, NamesThatCannotBeReadAreNotNone) {
    World world;
    const Ticket ticket = world.start(with({{"a", "1"}}));
    world.answer(world.next(cm::Call::start), refresh());
    world.answer(world.next(cm::Call::metadata), fixture(200, "metadata-unreadable"));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_protocol);
    EXPECT_EQ(world.outcome(ticket).reason, "no-list");
    EXPECT_TRUE(world.core().idle());
    EXPECT_FALSE(world.core().ledgers().required_names.of(0).known);
}

TEST(Refresh, NamesThatCannotBeReadStopNoPicture) {
    World world;
    const std::string id = world.playing(with({{"a", "1"}}));
    world.answer(world.next(cm::Call::heartbeat), refresh());
    world.answer(world.next(cm::Call::metadata), fixture(200, "metadata-unreadable"));
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);

    World restarted;
    const std::string other = restarted.vanished();
    restarted.answer(restarted.next(cm::Call::start), refresh());
    restarted.answer(restarted.next(cm::Call::metadata), fixture(200, "metadata-unreadable"));
    restarted.answer(restarted.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(restarted.session(other).state(), State::active);
}

TEST(LookUp, InAListThatCannotBeReadHasFoundNothingOut) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), response(200, "", R"({"streams":7})"));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    EXPECT_FALSE(world.core().idle()) << "CM may hold the session: it is looked for again";
    (void)world.next(cm::Call::running_streams);
}

TEST(LookUp, ThatIsTakenToLackMetadataAnswersTheViewer) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), refresh());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
}

TEST(Refresh, ThatFailsAsksOnceMore) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), refresh());
    world.answer(world.next(cm::Call::metadata), unreachable());
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

TEST(Refresh, MoreNamesThanARequestCanCarryAreNotKept) {
    World world;
    std::string list = R"(["n")";
    for (std::size_t i = 0; i <= cm::kMaxRequestPairs; ++i)
        list += ",\"n" + std::to_string(i) + "\"";
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), refresh());
    world.answer(world.next(cm::Call::metadata), response(200, "", list + "]"));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::missing_metadata);
}

TEST(Refresh, WhileTheViewerLeavesGivesTheSlotBack) {
    World world;
    const std::string id = world.playing(with({{"a", "1"}}));
    world.answer(world.next(cm::Call::heartbeat), refresh());
    const Call names = world.next(cm::Call::metadata);
    world.release(id);
    world.answer(names, response(200, "", R"(["a"])"));
    const Call end = world.next(cm::Call::end);
    world.answer(end, refresh());
    EXPECT_TRUE(world.core().idle()) << "a DELETE needs no metadata";
}

TEST(Refresh, OfAStartThatIsNoLongerWantedLeavesNothing) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), refresh());
    const Call names = world.next(cm::Call::metadata);
    world.abandon(ticket);
    world.answer(names, response(200, "", R"(["channel"])"));
    EXPECT_EQ(world.in_flight(), 0u);
    EXPECT_TRUE(world.core().idle());
}

TEST(Refresh, OfASilentRestartOrAStartOnCreditAsksForASessionAgain) {
    World restarted;
    const std::string id = restarted.vanished();
    restarted.answer(restarted.next(cm::Call::start), refresh());
    restarted.answer(restarted.next(cm::Call::metadata), response(200, "", R"(["channel"])"));
    restarted.answer(restarted.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(restarted.session(id).state(), State::active);

    World credit;
    const Ticket ticket = credit.start();
    credit.answer(credit.next(cm::Call::start), unreachable());
    credit.answer(credit.next(cm::Call::start), refresh());
    credit.answer(credit.next(cm::Call::metadata), response(200, "", R"(["channel"])"));
    credit.answer(credit.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(credit.session(credit.outcome(ticket).session).state(), State::active);
}

// --- never well again ---

TEST(Faulty, HeartbeatsThatCmDoesNotTakeEndItWithTheLease) {
    for (const bool incomplete : {false, true}) {
        World world;
        const std::string id = world.playing();
        const Time end = world.now + 10 * kMinute;
        while (world.session(id).state() != State::stopping && world.now < end) {
            const cm::Call call = world.first_due();
            world.answer(world.next(call), call == cm::Call::metadata
                                               ? response(200, "", R"(["channel"])")
                                           : incomplete ? refresh()
                                                        : response(400));
        }
        EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::denied) << incomplete;
    }
}

// CM has the session: to start once more would take a second slot.
TEST(Streams, WithoutAUsableNameIsNotTakenUp) {
    for (const std::string& name :
         {std::string(R"("")"), std::string("null"), '"' + std::string(1000, 'x') + '"'}) {
        World world;
        const Ticket ticket = world.start();
        const Call start = world.next(cm::Call::start);
        world.answer(start, lost());
        world.answer(world.next(cm::Call::running_streams),
                     response(200, "",
                              R"({"runningStreams":[{"sessionId":)" + name +
                                  R"(,"metadata":{"agentReference":")" +
                                  start.metadata.at("agentReference") + R"("}}]})"));
        EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout) << name;
    }
}

TEST(Heartbeat, ThatPlaysForDaysMayStillBeRestarted) {
    World world;
    const std::string id = world.playing(on_mpv(), 1);
    EXPECT_GT(world.answer_all(accepted(1), 300 * 790), std::size_t{UINT8_MAX});
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Lease, ALongOneIsOwedItsEndForAsLong) {
    World world;
    const std::string id = world.playing({}, 600);
    world.release(id);
    world.answer(world.next(cm::Call::end), unreachable());
    world.answer_all(unreachable(), 599 * kSecond);
    EXPECT_FALSE(world.core().idle());
    world.answer_all(unreachable(), 2 * kSecond);
    EXPECT_TRUE(world.core().idle());
}

TEST(Lease, ALookThatIsNeverAnsweredIsCancelledWhenTheSessionMustHaveLapsed) {
    World world;
    const Ticket ticket = world.start();
    (void)world.first_due();
    world.abandon(ticket);
    EXPECT_EQ(world.in_flight(), 1u);
    world.advance(91 * kSecond);
    EXPECT_EQ(world.in_flight(), 0u);
    EXPECT_TRUE(world.core().idle());
}

TEST(Throttled, SilentRestartOfASubjectThatIsSilencedWaits) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.start();
    world.answer(world.next(cm::Call::start), response(429));
    world.answer(world.next(cm::Call::heartbeat), response(410));
    const Time silenced = world.now;
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_GT(world.now - silenced, kSecond);
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Player, ThatIsNotReachedWithoutAnOrderChangesNothing) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.player(kMpvPlayer, What::unreachable);
    EXPECT_EQ(world.session(id).state(), State::active);
    world.release(id);
    world.player(kMpvPlayer, What::exited);
    EXPECT_EQ(world.end_of(id), "user/untouched");
}

}  // namespace
}  // namespace cmagent::scenario
