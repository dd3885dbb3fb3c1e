// What the household watches now: one look at CM for all who ask (contract.md, "Outlook").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

const std::string kOne = R"([{"sessionId":"a"}])";

// Answers the look that is due now; false: none is.
bool looked(World& world, const Reply& reply = streams(kOne, 60)) {
    if (world.in_flight() == 0) return false;
    const Call call = world.next(cm::Call::running_streams);
    world.answer(call, reply);
    return true;
}

TEST(Looks, AllWhoAskShareOneCall) {
    World world;
    const Ticket first = world.look();
    const Ticket second = world.look(true);
    EXPECT_EQ(world.in_flight(), 1u);
    ASSERT_TRUE(looked(world));
    EXPECT_EQ(world.outcome(first).kind, Outcome::listed);
    EXPECT_EQ(world.outcome(second).kind, Outcome::listed);
    EXPECT_EQ(world.outcome(world.look()).kind, Outcome::listed) << "at once";
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Looks, CallGoesOnWhenNobodyWaitsForItAnyMore) {
    World world;
    world.abandon(world.look());
    EXPECT_EQ(world.in_flight(), 1u);
    ASSERT_TRUE(looked(world));
    EXPECT_EQ(world.outcome(world.look()).kind, Outcome::listed);
}

// contract.md: at most one call each 2 s where the UI asks to refresh, else one for each lease.
struct Panel {
    bool refresh;
    std::size_t most;
};
class PolledPanel : public testing::TestWithParam<Panel> {};

TEST_P(PolledPanel, AsksCmSeldom) {
    World world;
    std::size_t calls = 0;
    Time last{};
    for (int second = 0; second < 600; ++second) {
        const Ticket ticket = world.look(GetParam().refresh);
        if (looked(world)) {
            ++calls;
            EXPECT_GE(world.now - last, 2 * kSecond);
            last = world.now;
        }
        ASSERT_EQ(world.outcome(ticket).kind, Outcome::listed);
        world.advance(kSecond);
    }
    EXPECT_EQ(calls, GetParam().most);
}
INSTANTIATE_TEST_SUITE_P(All, PolledPanel, testing::Values(Panel{true, 300}, Panel{false, 10}));

TEST(Looks, PolledWhileCmFailsAskSeldomToo) {
    World world;
    const Reply down = unreachable();  // its reason stands for a literal of the link
    std::size_t calls = 0;
    for (int second = 0; second < 600; ++second) {
        const Ticket ticket = world.look(true);
        calls += looked(world, down) ? 1 : 0;
        ASSERT_EQ(world.outcome(ticket).refusal, Refusal::cm_unreachable);
        EXPECT_EQ(world.outcome(ticket).reason, "no-connection");
        world.advance(kSecond);
    }
    EXPECT_GE(calls, 20u);
    EXPECT_LE(calls, 75u) << "a back-off of 16 s in the mean";
    ASSERT_EQ(world.throttled_for("viewer"), 0);
}

TEST(Looks, ThrottledOnesAreNotMadeAndNoStartWaitsForThem) {
    World world;
    const Ticket ticket = world.look();
    ASSERT_TRUE(looked(world, throttled(21)));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::throttled);
    EXPECT_EQ(world.outcome(ticket).retry_after, 21 * kSecond);
    world.advance(20 * kSecond);
    EXPECT_EQ(world.outcome(world.look(true)).retry_after, kSecond);
    EXPECT_EQ(world.in_flight(), 0u);
    world.playing();
    world.advance(kSecond);
    world.look(true);
    EXPECT_TRUE(looked(world));
}

TEST(Looks, SessionOfThisBoxMakesThemOldWhenItBeginsAndWhenItIsOver) {
    World world;
    const auto is_old = [&] {
        world.advance(2 * kSecond);
        world.look();
        return looked(world);
    };
    ASSERT_TRUE(is_old());
    ASSERT_FALSE(is_old());
    const std::string id = world.playing();
    EXPECT_TRUE(is_old());
    EXPECT_FALSE(is_old());
    world.release(id);
    EXPECT_FALSE(world.in_flight() == 0);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(is_old());
    EXPECT_FALSE(is_old());
    world.terminated();
    EXPECT_TRUE(is_old());
    EXPECT_FALSE(is_old());
}

// Of a household without a session on this box: somebody else has taken the last place.
TEST(Looks, LimitMakesThemOldWhateverPlaysHere) {
    World world;
    world.look();
    ASSERT_TRUE(looked(world));
    world.advance(2 * kSecond);
    world.start();
    world.answer(world.next(cm::Call::start), limit(R"({"b":[{"terminationCode":"c"}]})"));
    world.look();
    EXPECT_TRUE(looked(world)) << "it told of a place that CM has just refused";
    world.advance(2 * kSecond);
    world.look();
    EXPECT_FALSE(looked(world));
}

TEST(Looks, LogoutTakesThemAway) {
    World world;
    const Ticket ticket = world.look();
    world.logout();
    EXPECT_EQ(world.in_flight(), 0u);
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    world.look();
    EXPECT_TRUE(looked(world)) << "another user of the same name";
}

TEST(Looks, SessionsOwnLookUpIsOneOfThem) {
    World world;
    world.look();
    ASSERT_TRUE(looked(world));
    const Ticket start = world.start();
    const Call call = world.next(cm::Call::start);
    world.answer(call, lost());
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", call));
    EXPECT_EQ(world.outcome(start).kind, Outcome::started);
    EXPECT_NE(world.outcome(world.look(true)).body.find("cm-7"), std::string::npos);
}

}  // namespace
}  // namespace cmagent::scenario
