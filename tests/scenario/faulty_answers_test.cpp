// A faulty answer, CM's own or of who stands between, to a session that plays: it is asked once
// more before it counts.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

Reply page(int status) {
    return response(status, "", "<html>Access denied</html>", "text/html");
}

struct Faulty {
    Reply reply;
    const char* name;
};

// What CM says itself, and what only others say: the second kind is as if nothing had come.
const Faulty kRefusals[] = {
    {response(400), "400"}, {response(401), "401"},   {response(402), "402"},
    {response(403), "403"}, {page(401), "401, page"}, {page(403), "403, page"},
    {response(413), "413"}, {response(451), "451"},   {response(422), "422"}};
const Faulty kOthers[] = {
    {response(405), "405"},   {response(406), "406"},   {response(407), "407"},
    {response(411), "411"},   {response(412), "412"},   {response(415), "415"},
    {response(417), "417"},   {response(421), "421"},   {response(426), "426"},
    {response(428), "428"},   {page(200), "200, page"}, {page(400), "400, page"},
    {page(404), "404, page"}, {page(410), "410, page"}, {response(302), "302"},
    {response(511), "511"}};

TEST(FaultyAnswer, Hazard34OneOfThemStopsNoPicture) {
    for (const Faulty& faulty : kRefusals) {
        for (const bool tolerant : {true, false}) {
            World world;
            if (!tolerant) world.settings.on_unreachable = core::OnUnreachable::deny;
            const std::string id = world.playing(on_mpv(), 60);
            const Time expires = world.now + 60 * kSecond;
            world.answer(world.next(cm::Call::heartbeat), faulty.reply);
            world.answer(world.next(cm::Call::heartbeat), accepted(60));
            EXPECT_LT(world.now, expires) << faulty.name;
            world.answer_all(accepted(60), 10 * kMinute);
            EXPECT_EQ(world.session(id).state(), State::active) << faulty.name;
            EXPECT_EQ(world.count("session-updated"), 0u) << "nobody has seen anything";
        }
    }
}

TEST(FaultyAnswer, Hazard34TwoOfCmsOwnEndItWithTheLeaseAndWithoutGrace) {
    for (const Faulty& faulty : kRefusals) {
        World world;
        const std::string id = world.playing(on_mpv(), 60);
        const Time expires = world.now + 60 * kSecond;
        world.answer(world.next(cm::Call::heartbeat), faulty.reply);
        world.answer(world.next(cm::Call::heartbeat), faulty.reply);
        EXPECT_LT(world.now, expires);
        EXPECT_EQ(world.session(id).state(), State::active) << faulty.name;
        EXPECT_EQ(world.answer_all(faulty.reply, expires - world.now - 1), 0u) << "no loop";
        EXPECT_EQ(world.session(id).state(), State::active) << faulty.name;
        world.advance(1);
        EXPECT_EQ(world.session(id).state(), State::stopping) << faulty.name;
        world.player(kMpvPlayer, What::stopped);
        EXPECT_EQ(world.end_of(id), "denied/stopped");
    }
}

TEST(FaultyAnswer, Hazard34WordsThatAreNotCmsHaveGrace) {
    for (const Faulty& faulty : kOthers) {
        World world;
        const std::string id = world.playing(on_mpv(), 60);
        world.answer_all(faulty.reply, 90 * kSecond);
        EXPECT_EQ(world.session(id).state(), State::grace) << faulty.name;
        world.answer(world.next(cm::Call::heartbeat), accepted(60));
        EXPECT_EQ(world.session(id).state(), State::active) << faulty.name;
        world.answer_all(faulty.reply, 250 * kSecond);
        EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::unreachable)
            << faulty.name;
    }
}

// A minute's pause protects nothing where twenty milliseconds are left.
TEST(FaultyAnswer, Hazard34HoweverShortTheRestOfTheLeaseIs) {
    for (const Millis rest : {5'000, 1'000, 20, 1}) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            World world(seed);
            world.settings.on_unreachable = core::OnUnreachable::deny;
            const std::string id = world.playing({}, 60);
            const Time expires = world.now + 60 * kSecond;
            const Call first = world.next(cm::Call::heartbeat);
            world.advance((expires - world.now) - rest);
            world.answer(first, response(403));
            const Call second = world.next(cm::Call::heartbeat);
            EXPECT_LT(second.at, expires) << rest;
            world.advance(2 * rest);
            EXPECT_EQ(world.session(id).state(), State::active) << "its answer is still due";
            world.answer(second, accepted(60));
            EXPECT_EQ(world.session(id).state(), State::active) << rest;
        }
    }
}

TEST(FaultyAnswer, WithAnOutageInBetweenTheyAreTwoAllTheSame) {
    World world;
    const std::string id = world.playing({}, 60);
    world.answer(world.next(cm::Call::heartbeat), response(401));
    world.answer(world.next(cm::Call::heartbeat), response(503));
    world.answer(world.next(cm::Call::heartbeat), response(401));
    world.answer_all(response(503), kMinute);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::denied);
}

TEST(FaultyAnswer, AnAcceptedHeartbeatForgetsIt) {
    World world;
    const std::string id = world.playing({}, 60);
    for (int i = 0; i < 20; ++i) {
        world.answer(world.next(cm::Call::heartbeat), response(401));
        world.answer(world.next(cm::Call::heartbeat), accepted(60));
    }
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(FaultyAnswer, OneAloneHasGraceWhenTheLeaseEndsBeforeTheSecond) {
    World world;
    const std::string id = world.playing({}, 60);
    world.answer(world.next(cm::Call::heartbeat), response(401));
    world.answer_all(unreachable(), 30 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

// --- past the lease, and in a silent re-start ---

TEST(FaultyAnswer, OneOfThemPastTheLeaseIsAskedOnceMoreToo) {
    World world;
    const std::string id = world.playing(on_mpv(), 60);
    world.answer_all(unreachable(), 70 * kSecond);
    ASSERT_EQ(world.session(id).state(), State::grace);
    world.answer(world.next(cm::Call::heartbeat), response(403));
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer_all(unreachable(), 70 * kSecond);
    world.answer(world.next(cm::Call::heartbeat), response(403));
    world.answer(world.next(cm::Call::heartbeat), response(403));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "denied/stopped");
}

TEST(FaultyAnswer, ASilentRestartIsAskedForOnceMore) {
    World world;
    const std::string id = world.vanished();
    world.answer(world.next(cm::Call::start), response(403));
    EXPECT_TRUE(world.session(id).on_screen());
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(FaultyAnswer, ButTwiceNot) {
    World world;
    const std::string id = world.vanished();
    world.answer(world.next(cm::Call::start), response(403));
    world.answer(world.next(cm::Call::start), response(403));
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::denied);
}

TEST(FaultyAnswer, WithoutToleranceARestartThatIsRefusedIsDeniedAtOnce) {
    World world;
    world.settings.on_unreachable = core::OnUnreachable::deny;
    const std::string id = world.vanished();
    world.answer(world.next(cm::Call::start), response(403));
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::denied)
        << "nothing covers the picture";
}

TEST(FaultyAnswer, AStartOnCreditIsAskedForOnceMore) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    const std::string id = world.outcome(ticket).session;
    world.answer(world.next(cm::Call::start), response(401));
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

// --- what is owed to CM ---

// Else CM counts a stream that nobody watches, for as long as its lease lasts.
TEST(FaultyAnswer, ADeleteThatIsRefusedGoesOnceMore) {
    for (const Faulty& faulty : kRefusals) {
        World world;
        const std::string id = world.playing();
        world.release(id);
        world.answer(world.next(cm::Call::end), faulty.reply);
        world.answer(world.next(cm::Call::end), faulty.reply);
        EXPECT_TRUE(world.core().idle()) << "no retry loop";
    }
}

// --- a start for which a viewer waits ---

TEST(FaultyAnswer, AStartIsTheViewersToRepeat) {
    for (const Faulty& faulty : kRefusals) {
        World world;
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), faulty.reply);
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::refused) << faulty.name;
        EXPECT_TRUE(world.core().idle());
    }
}

}  // namespace
}  // namespace cmagent::scenario
