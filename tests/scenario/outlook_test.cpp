// Limits that CM's own answers show, as sessions come and go (contract.md, "Outlook").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

const std::string kTwo = R"([{"sessionId":"a"},{"sessionId":"b"}])";
// Two streams are the limit, and both are listed.
const std::string kLimit =
    R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"2 streams","threshold":2,)"
    R"("conflicts":[{"sessionId":"a","terminationCode":"ca"},{"sessionId":"b","terminationCode":"cb"}]}]})";

// "rule least-most" of each that is known.
std::vector<std::string> known(World& world) {
    std::vector<std::string> list;
    for (const core::LearntLimit& limit : world.core().ledgers().limits) {
        if (!limit.used) continue;
        list.push_back(std::string(limit.rule.view()) + ' ' + std::to_string(limit.at_least) + '-' +
                       std::to_string(limit.at_most) + (limit.displaces ? " displaces" : ""));
    }
    return list;
}
using List = std::vector<std::string>;

void look(World& world, const std::string& list = kTwo) {
    world.look(true);
    world.answer(world.next(cm::Call::running_streams), streams(list, 60));
}

TEST(Limits, StartThatIsRefusedShowsOne) {
    World world;
    world.start();
    world.answer(world.next(cm::Call::start), response(409, "", kLimit));
    EXPECT_EQ(known(world), List{"2 streams 2-2"});
}

TEST(Limits, StartThatIsGrantedBesideANewLookShowsOne) {
    World world;
    look(world);
    world.playing();
    EXPECT_EQ(known(world), List{" 3-0"});
}

TEST(Limits, ALookThatMayNotHoldAnyMoreShowsNone) {
    World world;
    world.playing();
    EXPECT_EQ(known(world), List{}) << "no look";
    look(world);
    world.advance(11 * kSecond);
    world.playing();
    EXPECT_EQ(known(world), List{}) << "an old look";
    world.advance(2 * kSecond);
    look(world);
    world.release(world.playing());
    EXPECT_EQ(known(world), List{" 3-0"});
}

TEST(Limits, StartThatHasEndedOthersShowsNone) {
    World world;
    look(world);
    StartOptions options;
    options.terminate = {"ca"};
    world.playing(options);
    EXPECT_EQ(known(world), List{});
}

TEST(Limits, HeartbeatIsNoStart) {
    World world;
    world.playing();
    const Call heartbeat = world.next(cm::Call::heartbeat);
    look(world);
    world.answer(heartbeat, accepted(60));
    EXPECT_EQ(known(world), List{});
}

TEST(Limits, SessionThatIsDisplacedShowsThatTheLatestWins) {
    World world;
    world.playing();
    world.answer(world.next(cm::Call::heartbeat), response(409, "", kLimit));
    EXPECT_EQ(known(world), List{"2 streams 2-2 displaces"});
}

TEST(Limits, SessionWhoseLeaseWasOverWasNotDisplaced) {
    World world;
    world.playing();
    const Call heartbeat = world.next(cm::Call::heartbeat);
    world.answer(heartbeat, unreachable());
    world.answer_all(unreachable(), kMinute);
    world.answer(world.await(cm::Call::heartbeat), response(409, "", kLimit));
    EXPECT_EQ(known(world), List{"2 streams 2-2"});
}

TEST(Limits, SurviveAPowerCut) {
    World world;
    world.core().set_clock(1'900'000'000'000, world.now);
    world.start();
    world.answer(world.next(cm::Call::start), response(409, "", kLimit));
    world.reboot();
    EXPECT_EQ(known(world), List{"2 streams 2-2"});
    const std::size_t from = world.flash.find("\"limits\":");
    const std::string kept = world.flash.substr(from, world.flash.find(']', from) - from);
    EXPECT_NE(kept.find("2 streams"), std::string::npos);
    EXPECT_EQ(kept.find("viewer"), std::string::npos) << "no subject";
}

TEST(Limits, CostNoWriteOfTheirOwn) {
    World world;
    world.core().set_clock(1'900'000'000'000, world.now);
    const std::size_t before = world.saves;
    look(world);
    EXPECT_EQ(world.saves, before);
    world.playing();
    const std::size_t with_limit = world.saves - before;
    World other;
    const std::size_t start = other.saves;
    other.playing();
    EXPECT_EQ(other.saves - start, with_limit);
}

}  // namespace
}  // namespace cmagent::scenario
