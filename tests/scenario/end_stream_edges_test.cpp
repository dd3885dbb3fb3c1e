// Ending a stream of the household (contract.md, "Ending a stream"): what is easily taken for
// something else.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

std::string listed(const std::string& id, const std::string& code, const std::string& metadata) {
    return R"({"sessionId":")" + id + R"(","terminationCode":")" + code + R"(","metadata":{)" +
           metadata + "}}";
}

// Two rooms and a stream without a name, which nobody can ask for.
Reply household() {
    return streams(R"([{"terminationCode":"c-nameless"},)" + listed("kitchen", "c-kitchen", "") +
                       "," + listed("attic", "c-attic", "") + "]",
                   60);
}

Call start_to_end(World& world, const Reply& list = household()) {
    world.answer(world.next(cm::Call::running_streams), list);
    return world.next(cm::Call::start);
}

std::string cm_id_of(World& world, const std::string& id) {
    return std::string(world.session(id).cm_id.view());
}

// --- whose it is ---

TEST(EndStream, OfThisBoxThatCmHasEndedIsNotOursAnyMore) {
    World world;
    const std::string id = world.terminated();
    const std::string cm_id = cm_id_of(world, id);
    ASSERT_NE(cm_id, "");
    const Ticket ticket = world.end_stream(cm_id);
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::no_such_stream);
}

TEST(EndStream, OfAnAppThatTheCallerMayNotSeeIsNotOurs) {
    World world;
    const std::string id = world.playing();
    const core::StreamRequest account = world.session(id).stream;
    const std::string cm_id = cm_id_of(world, id);
    const std::uint8_t others = core::kEveryApplication & ~1U;
    EXPECT_EQ(world.core().handle(core::EndStream{99, cm_id, &account, others}, world.now),
              Refusal::none);
    world.listeners({});  // what the core wants done is done
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(99).refusal, Refusal::no_such_stream);
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(EndStream, OfOneAccountGoesOnWhenAnotherLogsOut) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.logout("other");
    world.answer(start_to_end(world), granted("mine", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
}

TEST(EndStream, WaitsForTheLookAtItsOwnAccount) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    const Call own = world.next(cm::Call::running_streams);
    world.look(false, "other");
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.answer(own, household());
    EXPECT_EQ(world.next(cm::Call::start).terminate, std::vector<std::string>{"c-kitchen"});
}

// --- which start ends it already ---

TEST(EndStream, DoesNotWaitForTheEndOfAnotherStream) {
    World world;
    const Ticket kitchen = world.end_stream("kitchen");
    const Call first = start_to_end(world);
    const Ticket attic = world.end_stream("attic");
    const Call second = world.next(cm::Call::start);
    EXPECT_EQ(second.terminate, std::vector<std::string>{"c-attic"});
    world.answer(first, granted("mine", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(kitchen).kind, Outcome::done);
    EXPECT_EQ(world.outcome(attic).kind, Outcome::waiting);
}

// A picture, a start without a code, and a start of another account with the very code.
TEST(EndStream, DoesNotWaitForOtherSessions) {
    World world;
    world.playing();
    world.abandon(world.start());
    (void)world.next(cm::Call::start);
    StartOptions other = by("other");
    other.terminate = {"c-kitchen"};
    world.abandon(world.start(other));
    (void)world.next(cm::Call::start);
    world.end_stream("kitchen");
    const Call start = start_to_end(world);
    EXPECT_EQ(start.subject, "viewer");
    EXPECT_EQ(start.terminate, std::vector<std::string>{"c-kitchen"});
}

// --- what its start says ---

TEST(EndStream, StartsWithWhatOfTheStreamCanBeSaidAgain) {
    World world;
    world.end_stream("kitchen");
    const std::string long_name(cm::kMaxName + 1, 'n');
    const std::string long_value(cm::kMaxValue + 1, 'v');
    const Call start = start_to_end(
        world, streams("[" +
                           listed("kitchen", "c-kitchen",
                                  '"' + long_name + R"(":"x","long":")" + long_value +
                                      R"(","empty":"","":"nameless","channel":"films")") +
                           "]",
                       60));
    EXPECT_EQ(start.metadata.size(), 2u) << "the channel and the agent's reference";
    EXPECT_EQ(start.metadata.at("channel"), "films");
}

TEST(EndStream, WithoutReferencesIsEndedToo) {
    World world;
    world.settings.reference = false;
    const Ticket ticket = world.end_stream("kitchen");
    const Call start = start_to_end(world);
    EXPECT_EQ(start.metadata.count("agentReference"), 0u);
    world.answer(start, granted("mine", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
}

// --- CM does not do it ---

TEST(EndStream, OfThisBoxIsOverWhenCmThrottlesItsEnd) {
    World world;
    const std::string id = world.playing();
    const Ticket ticket = world.end_stream(cm_id_of(world, id));
    world.stopped(id);
    world.answer(world.next(cm::Call::end), throttled(21));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
}

TEST(EndStream, IsRefusedWhereTooManyAccountsAreLookedAt) {
    World world;
    for (std::size_t i = 0; i < core::Looks::kMaxLooks; ++i)
        world.look(false, "viewer-" + std::to_string(i));
    world.end_stream("kitchen");
    EXPECT_EQ(world.refusal(), Refusal::too_many_queries);
}

}  // namespace
}  // namespace cmagent::scenario
