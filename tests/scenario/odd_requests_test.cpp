// What the UI asks for at a moment when it makes little sense, or asks too much.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

std::map<std::string, std::string> many(std::size_t count, const std::string& prefix) {
    std::map<std::string, std::string> pairs;
    for (std::size_t i = 0; i < count; ++i) pairs[prefix + std::to_string(i)] = "x";
    return pairs;
}

// What is not shown any more is known to nobody.
TEST(Unknown, SessionsAndConflictsAreRefused) {
    World world;
    EXPECT_EQ(world.release("nobody"), Refusal::no_such_session);
    EXPECT_EQ(world.stopped("nobody"), Refusal::no_such_session);
    EXPECT_EQ(world.change("nobody", {{"a", "b"}}), Refusal::no_such_session);
    world.give_up("nothing");
    EXPECT_EQ(world.refusal(), Refusal::no_such_conflict);
    const std::string id = world.playing();
    world.release(id);
    EXPECT_EQ(world.change(id, {{"a", "b"}}), Refusal::no_such_session) << "it has ended";
}

TEST(Metadata, OfBoxAndStartTogetherHaveALimit) {
    World world;
    for (const auto& [name, value] : many(32, "device"))
        ASSERT_TRUE(world.settings.device.set(name, value));
    world.start(with(many(32, "start")));
    EXPECT_EQ(world.refusal(), Refusal::invalid_field);
    const std::string id = world.playing(with(many(10, "start")));
    EXPECT_EQ(world.change(id, many(32, "change")), Refusal::invalid_field);
    EXPECT_EQ(world.change(id, many(6, "change")), Refusal::invalid_field) << "no place for ours";
}

TEST(Start, WithoutCodesTerminatesNobody) {
    World world;
    core::StreamRequest stream;
    (void)stream.idp.assign("acme");
    (void)stream.subject.assign("viewer");
    EXPECT_EQ(world.core().handle(core::Start{1, &stream, nullptr, ""}, world.now), Refusal::none);
    core::Action action;
    cm::Request request;
    while (world.core().poll_action(action) && action.kind != core::ActionKind::send) {
    }
    ASSERT_TRUE(world.core().describe(action.exchange, request));
    EXPECT_EQ(request.terminate->count, 0u);
}

TEST(Conflicts, StayOpenWhileTheSubjectIsSilenced) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limit());
    world.start();
    world.answer(world.next(cm::Call::start), response(429));
    world.resolve(world.outcome(ticket).conflict, {"a"});
    EXPECT_EQ(world.refusal(), Refusal::throttled);
    world.advance(61 * kSecond);
    world.resolve(world.outcome(ticket).conflict, {"a"});
    EXPECT_EQ(world.refusal(), Refusal::none);
}

TEST(Zap, FromASessionOnCreditWaitsForNobody) {
    World world;
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    world.start(instead_of(world.outcome(ticket).session));
    EXPECT_EQ(world.in_flight(), 1u);
    EXPECT_EQ(world.end_of(world.outcome(ticket).session), "user/untouched");
}

TEST(Zap, FindsWhatItReplacesBehindFreePlaces) {
    World world;
    world.start();
    world.start();
    const Ticket ticket = world.start();
    const Call first = world.next(cm::Call::start);
    const Call second = world.next(cm::Call::start);
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    world.answer(first, limit());
    world.answer(second, limit());
    world.start(instead_of(world.outcome(ticket).session));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.next(cm::Call::start).session, "");
}

TEST(Release, OfAStartThatIsNotDecidedTakesItBack) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(world.release(std::string(world.core().ledgers().sessions[0].id.view())),
              Refusal::none);
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    world.answer(start, granted("cm-1", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(Stopped, WhileCmIsStillOwedTheEndEndsItOnce) {
    World world;
    world.settings.on_unreachable = core::OnUnreachable::deny;
    const std::string id = world.playing();
    world.answer_all(unreachable(), 61 * kSecond);
    ASSERT_EQ(world.session(id).state(), State::stopping);
    EXPECT_EQ(world.stopped(id), Refusal::none);
    EXPECT_EQ(world.end_of(id), "unreachable/stopped");
}

TEST(Logout, ReachesTheSubjectsOwnAlone) {
    World world;
    const std::string ended = world.playing();
    world.release(ended);
    world.answer(world.next(cm::Call::end), response(202));
    const std::string another = world.playing(by("another"));
    const std::string other_app = world.playing();
    const Ticket ticket = world.start(by("another"));
    world.answer(world.next(cm::Call::start), limit());
    (void)world.core().handle(core::Logout{"acme", "viewer", 2}, world.now);
    EXPECT_EQ(world.session(other_app).state(), State::active) << "application 0 is not meant";
    (void)world.core().handle(core::Logout{"elsewhere", "viewer"}, world.now);
    EXPECT_EQ(world.session(other_app).state(), State::active) << "another provider's viewer";
    world.logout();
    EXPECT_EQ(world.end_of(ended), "user/untouched");
    EXPECT_EQ(world.session(another).state(), State::active);
    EXPECT_FALSE(world.core().ledgers().conflicts.find(world.outcome(ticket).conflict)->over());
    EXPECT_EQ(world.session(other_app).progress.end_reason, core::EndReason::logout);
}

TEST(Logout, OfAStartThatWasGivenUpChangesNothing) {
    World world;
    world.abandon(world.start());
    const Call start = world.next(cm::Call::start);
    world.logout();
    world.answer(start, granted("cm-1", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(Shutdown, LeavesAloneWhatHasEndedAndAnswersNoQuestion) {
    World world;
    const std::string id = world.playing();
    world.release(id);
    world.shut_down();
    EXPECT_EQ(world.end_of(id), "user/untouched");
    world.ask(cm::Call::running_streams);
    EXPECT_EQ(world.refusal(), Refusal::shutting_down);
}

// The link may answer late, after the core has given up.
TEST(LateAnswers, AreForNobody) {
    World world;
    const std::string id = world.playing();
    const Call old = world.next(cm::Call::heartbeat);
    world.answer(old, accepted(60));
    const Call current = world.next(cm::Call::heartbeat);
    world.answer(old, response(409));
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer(current, accepted(60));
    world.answer(current, response(409));
    EXPECT_EQ(world.session(id).state(), State::active);

    world.ask(cm::Call::running_streams);
    const Call query = world.next(cm::Call::running_streams);
    world.answer(query, unreachable());
    world.answer(query, unreachable());
    world.advance(30 * kSecond);
    const Ticket again = world.ask(cm::Call::running_streams);
    world.answer(query, unreachable());
    EXPECT_EQ(world.outcome(again).kind, Outcome::waiting);

    cm::Request request;
    for (const std::uint32_t nobody : {std::uint32_t{0xff}, std::uint32_t{7}, old.exchange})
        EXPECT_FALSE(world.core().describe(nobody, request)) << nobody;
}

TEST(LateAnswers, ToADeleteThatNeedsMetadataEndIt) {
    World world;
    world.release(world.playing());
    world.answer(world.next(cm::Call::end), refresh());
    world.answer(world.next(cm::Call::end), refresh());
    EXPECT_TRUE(world.core().idle()) << "it has no metadata that could be mended";
}

}  // namespace
}  // namespace cmagent::scenario
