// CM is asked for each application after the start, before a viewer has to find out that it does not
// know one (contract.md, "Applications at CM").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using core::Registration;
using core::Registrations;

class RegistrationsTest : public testing::Test {
  protected:
    RegistrationsTest() {
        world.introduce = true;
        begin();
    }
    void begin(bool rebooted = false) {
        world.begin("", rebooted);
        begun = world.now;
    }
    [[nodiscard]] Registration of(std::size_t index) {
        return world.core().ledgers().registrations[index];
    }
    // The next question, and how long after the begin of this test, or the last one, it came.
    Millis answer(const Reply& reply) {
        const Time before = world.now;
        const Call call = world.next(cm::Call::metadata);
        EXPECT_FALSE(call.urgent);
        application = call.application;
        world.answer(call, reply);
        return call.at - before;
    }
    [[nodiscard]] static Reply list() { return response(200, "", R"(["channel"])"); }

    World world;
    Time begun{};
    std::string application;
};

TEST_F(RegistrationsTest, EachApplicationIsAskedForOnce) {
    EXPECT_EQ(of(0), Registration::unknown);
    const Millis first = answer(list());
    EXPECT_GE(first, Registrations::kSettling);
    EXPECT_LE(first, Registrations::kSettling + 10 * kSecond);
    EXPECT_EQ(application, world.settings.applications[0].id.view());
    EXPECT_EQ(of(0), Registration::known);
    EXPECT_EQ(answer(list()), Registrations::kBetween);
    EXPECT_EQ(application, world.settings.applications[1].id.view());
    EXPECT_EQ(of(1), Registration::known);
    const std::size_t sent = world.sent;
    world.advance(48 * 60 * kMinute);
    EXPECT_EQ(world.sent, sent);
}

TEST_F(RegistrationsTest, AfterARebootTheyAreAskedForBehindTheHerd) {
    Millis latest = 0;
    for (int i = 0; i < 40; ++i) {
        begin(true);
        latest = std::max(latest, answer(list()));
    }
    EXPECT_GT(latest, 30 * kSecond);
    EXPECT_LE(latest, Registrations::kSettling + 60 * kSecond);
}

TEST_F(RegistrationsTest, Hazard61ADaemonThatIsStartedAgainAndAgainAsksNothing) {
    for (int i = 0; i < 100; ++i) {
        begin();
        world.advance(Registrations::kSettling - 1);
    }
    EXPECT_EQ(world.sent, 0U);
}

TEST_F(RegistrationsTest, Hazard61AWrongIdIsFoundBeforeTheFirstViewerAndAskedForAgain) {
    (void)answer(response(401));
    EXPECT_EQ(of(0), Registration::refused);
    EXPECT_EQ(world.core().ledgers().calls.newest_failure().reason, "unauthorized");
    (void)answer(list());
    EXPECT_EQ(of(1), Registration::known) << "the others are asked for as well";
    EXPECT_EQ(answer(response(401)), Registrations::kAgain);
    EXPECT_EQ(application, world.settings.applications[0].id.view());
    (void)answer(list());
    EXPECT_EQ(of(0), Registration::known) << "somebody has mended it";
    const std::size_t sent = world.sent;
    world.advance(48 * 60 * kMinute);
    EXPECT_EQ(world.sent, sent);
}

TEST_F(RegistrationsTest, AnOutageIsNotMadeWorse) {
    const std::size_t asked = world.answer_all(unreachable(), 24 * 60 * kMinute);
    EXPECT_GE(asked, 24U) << "CM is found again";
    EXPECT_LE(asked, 110U);
    EXPECT_EQ(of(0), Registration::unknown);
    (void)answer(list());
    EXPECT_EQ(answer(list()), Registrations::kBetween) << "the pause is forgotten";
}

TEST_F(RegistrationsTest, Hazard61WhatNobodyHasAskedForSpendsNobodysCredit) {
    (void)world.answer_all(unreachable(), 10 * kMinute);
    EXPECT_EQ(world.count("cm-unreachable"), 1U) << "told all the same";
    const core::Ticket ticket = world.start();
    (void)world.answer_start(unreachable());
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
    const std::string id = world.outcome(ticket).session;
    (void)world.answer_all(unreachable(), 170 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::grace);
    (void)world.answer_all(unreachable(), 11 * kSecond);
    EXPECT_NE(world.session(id).state(), State::grace);
}

TEST_F(RegistrationsTest, Hazard61CmThatIsHeardIsHeardForAll) {
    const core::Ticket ticket = world.ask(cm::Call::metadata);
    const Call viewers = world.next(cm::Call::metadata);
    world.answer(viewers, unreachable());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::refused);
    EXPECT_TRUE(world.core().ledgers().credit.outage());
    (void)answer(list());
    EXPECT_FALSE(world.core().ledgers().credit.outage());
}

TEST_F(RegistrationsTest, AThrottleIsWaitedOut) {
    (void)answer(throttled(600));
    EXPECT_GE(answer(list()), 600 * kSecond);
    EXPECT_EQ(of(0), Registration::known);
}

TEST_F(RegistrationsTest, WhatIsNoListSaysNothingOfTheApplication) {
    (void)answer(response(200, "", "<html>", "text/html"));
    EXPECT_EQ(of(0), Registration::unknown);
    (void)answer(response(400));
    EXPECT_EQ(of(0), Registration::unknown) << "it is at fault, whatever it is";
}

TEST_F(RegistrationsTest, AViewersSessionShowsThatCmKnowsTheApplication) {
    (void)world.playing();
    EXPECT_EQ(of(0), Registration::known);
    (void)answer(list());
    EXPECT_EQ(application, world.settings.applications[1].id.view());
}

TEST_F(RegistrationsTest, NothingIsAskedThatViewersHaveFoundOut) {
    StartOptions news;
    news.application = 1;
    (void)world.playing();
    (void)world.playing(news);
    while (world.now < begun + kMinute) {
        const Call call = world.next(cm::Call::heartbeat);
        world.answer(call, accepted(60));
    }
    EXPECT_EQ(world.in_flight(), 0U);
}

TEST_F(RegistrationsTest, AHouseholdThatCmRefusesIsNoWrongId) {
    (void)world.start();
    (void)world.answer_start(response(403));
    EXPECT_EQ(of(0), Registration::unknown);
}

TEST_F(RegistrationsTest, AViewersCallBesideTheQuestionIsTheViewers) {
    const Call question = world.next(cm::Call::metadata);
    const core::Ticket ticket = world.start();
    (void)world.answer_start(response(403));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::refused);
    EXPECT_EQ(of(0), Registration::unknown);
    world.answer(question, list());
    EXPECT_EQ(of(0), Registration::known) << "it was waited for all the same";
}

TEST_F(RegistrationsTest, TheNamesThatCmRequiresAreKnownThen) {
    (void)answer(list());
    const std::size_t sent = world.sent;
    EXPECT_EQ(world.outcome(world.ask(cm::Call::metadata)).kind, Outcome::listed);
    EXPECT_EQ(world.sent, sent);
}

TEST_F(RegistrationsTest, NothingIsAskedWhenTheDaemonEnds) {
    world.shut_down();
    world.advance(60 * kMinute);
    EXPECT_EQ(world.sent, 0U);
}

TEST_F(RegistrationsTest, OneUnderWayIsDescribedAsLongAsItIsAwaited) {
    const Call call = world.next(cm::Call::metadata);
    cm::Request request;
    EXPECT_TRUE(world.core().describe(call.exchange, request));
    world.answer(call, list());
    EXPECT_FALSE(world.core().describe(call.exchange, request));
}

TEST(Registration, HasNames) {
    EXPECT_EQ(core::name(Registration::unknown), "unknown");
    EXPECT_EQ(core::name(Registration::known), "known");
    EXPECT_EQ(core::name(Registration::refused), "refused");
}

}  // namespace
}  // namespace cmagent::scenario
