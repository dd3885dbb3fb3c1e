// Whose share: one caller leaves the others theirs (contract.md, "Shares").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

constexpr core::Party kHonest = core::Party::of_user(1);
constexpr core::Party kFlood = core::Party::of_user(2);

StartOptions of(core::Party party, const std::string& subject = "viewer") {
    StartOptions options = by(subject);
    options.party = party;
    return options;
}

struct Paced : testing::Test {
    Paced() { world.settings.starts_per_minute = 60; }
    // A start that CM takes, and that is ended again.
    void come_and_go(core::Party party) {
        const Ticket ticket = world.start(of(party));
        world.answer(world.next(cm::Call::start), granted("cm-1", 60));
        world.release(world.outcome(ticket).session);
        world.answer(world.next(cm::Call::end), response(202));
    }

    World world;
};

// --- pace ---

TEST_F(Paced, ALoopOfStartsIsTenAndThenOneASecondAtCm) {
    for (int i = 0; i < 10; ++i) come_and_go(kFlood);
    const std::size_t before = world.sent;
    for (int i = 0; i < 1000; ++i) {
        world.start(of(kFlood));
        EXPECT_EQ(world.refusal(), Refusal::too_many_requests);
    }
    EXPECT_EQ(world.core().ledgers().rates.wait(), 1'000);
    EXPECT_EQ(world.sent, before) << "CM hears nothing of it";
    come_and_go(kHonest);
    world.advance(kSecond);
    come_and_go(kFlood);
    world.start(of(kFlood));
    EXPECT_EQ(world.refusal(), Refusal::too_many_requests);
}

TEST_F(Paced, AZapWaitsForItsTurnAndOnlyTheLastIsStarted) {
    const Ticket first = world.start(of(kHonest));
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    const std::string on_screen = world.outcome(first).session;
    for (int i = 0; i < 9; ++i) come_and_go(kHonest);
    const std::size_t before = world.sent;
    std::vector<Ticket> zaps;
    for (int i = 0; i < 5; ++i) {
        StartOptions zap = of(kHonest);
        zap.replaces = on_screen;
        zaps.push_back(world.start(zap));
        EXPECT_EQ(world.refusal(), Refusal::none);
    }
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.in_flight(), 0u) << "it is not its turn";
    const Time asked = world.now;
    world.answer(world.next(cm::Call::start), granted("cm-last", 60));
    EXPECT_EQ(world.now - asked, 1'000);
    EXPECT_EQ(world.sent - before, 2u) << "one DELETE, one start";
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(world.outcome(zaps[i]).refusal, Refusal::replaced);
    EXPECT_EQ(world.outcome(zaps[4]).kind, Outcome::started);
}

TEST_F(Paced, TwoZapsThatWaitForTheSameTurnGoOneAfterTheOther) {
    std::vector<std::string> on_screen;
    for (int i = 0; i < 2; ++i) {
        const Ticket ticket = world.start(of(kHonest));
        world.answer(world.next(cm::Call::start), granted("cm-" + std::to_string(i), 60));
        on_screen.push_back(world.outcome(ticket).session);
    }
    for (int i = 0; i < 8; ++i) come_and_go(kHonest);
    for (const std::string& old : on_screen) {
        StartOptions zap = of(kHonest);
        zap.replaces = old;
        world.start(zap);
        world.answer(world.next(cm::Call::end), response(202));
    }
    const Time asked = world.now;
    world.answer(world.next(cm::Call::start), granted("cm-a", 60));
    EXPECT_EQ(world.now - asked, 1'000);
    world.answer(world.next(cm::Call::start), granted("cm-b", 60));
    EXPECT_EQ(world.now - asked, 2'000);
}

TEST_F(Paced, AChoiceIsAStartOfWhoeverChooses) {
    const std::string conflict = world.limited(of(kHonest));
    for (int i = 0; i < 9; ++i) come_and_go(kHonest);
    world.resolve(conflict, {}, {}, kHonest);
    EXPECT_EQ(world.refusal(), Refusal::too_many_requests);
    world.resolve(conflict, {}, {}, kFlood);
    EXPECT_EQ(world.refusal(), Refusal::none);
    world.resolve(conflict, {}, {}, kHonest);
    EXPECT_EQ(world.refusal(), Refusal::none) << "the same choice again is no second start";
}

TEST_F(Paced, EndingAStreamIsAStart) {
    for (int i = 0; i < 10; ++i) come_and_go(kFlood);
    world.end_stream("cm-elsewhere", kFlood);
    EXPECT_EQ(world.refusal(), Refusal::too_many_requests);
    world.end_stream("cm-elsewhere", kHonest);
    EXPECT_EQ(world.refusal(), Refusal::none);
}

TEST_F(Paced, QuestionsCountWhereCmIsAsked) {
    world.settings.starts_per_minute = 1;
    const std::size_t before = world.sent;
    for (int i = 0; i < 10; ++i) {
        world.look(true, "viewer", 0, kFlood);
        world.look(true, "viewer", 0, kFlood);
        EXPECT_EQ(world.refusal(), Refusal::none) << "a call in flight is joined";
        world.answer(world.next(cm::Call::running_streams), streams("[]", 60));
        world.look(true, "viewer", 0, kFlood);
        EXPECT_EQ(world.refusal(), Refusal::none) << "it is known";
        world.advance(2 * kSecond);
    }
    world.look(true, "viewer", 0, kFlood);
    EXPECT_EQ(world.refusal(), Refusal::too_many_requests);
    EXPECT_EQ(world.sent - before, 10u);
    world.look(true, "viewer", 0, kHonest);
    EXPECT_EQ(world.refusal(), Refusal::none);
}

// --- places ---

TEST(Shares, OfEightSessionsOneCallerHasSix) {
    World world;
    for (int i = 0; i < 6; ++i) {
        world.start(of(kFlood));
        EXPECT_EQ(world.refusal(), Refusal::none);
    }
    world.start(of(kFlood));
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions);
    for (int i = 0; i < 2; ++i) {
        world.start(of(kHonest));
        EXPECT_EQ(world.refusal(), Refusal::none);
    }
    world.start(of(kHonest));
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions) << "all are taken";
}

TEST(Shares, OfOneSessionWhoeverComesHasIt) {
    World world;
    world.settings.max_sessions = 1;
    world.start(of(kFlood));
    EXPECT_EQ(world.refusal(), Refusal::none);
}

TEST(Shares, AZapKeepsItsPlace) {
    World world;
    std::string last;
    for (int i = 0; i < 6; ++i) {
        const Ticket ticket = world.start(of(kFlood));
        world.answer(world.next(cm::Call::start), granted("cm-" + std::to_string(i), 60));
        last = world.outcome(ticket).session;
    }
    StartOptions zap = of(kFlood);
    zap.replaces = last;
    world.start(zap);
    EXPECT_EQ(world.refusal(), Refusal::none);
}

TEST(Shares, ConflictsOfOneCallerPushOutItsOwn) {
    World world;
    const std::string honest = world.limited(of(kHonest));
    const std::string first = world.limited(of(kFlood));
    for (int i = 0; i < 20; ++i) world.limited(of(kFlood));
    EXPECT_FALSE(world.conflict(honest).over());
    EXPECT_EQ(world.core().ledgers().conflicts.find(first), nullptr);
}

TEST(Shares, SurviveACrash) {
    World world;
    for (int i = 0; i < 6; ++i) {
        world.start(of(kFlood));
        world.answer(world.next(cm::Call::start), granted("cm-" + std::to_string(i), 60));
    }
    world.crash();
    world.start(of(kFlood));
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions);
    world.start(of(kHonest));
    EXPECT_EQ(world.refusal(), Refusal::none);
}

}  // namespace
}  // namespace cmagent::scenario
