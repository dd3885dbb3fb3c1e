// CM that is asked too often: 429.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

const std::string kDate = "Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n";

TEST(Throttled, Hazard11HeartbeatWaitsAsLongAsCmSays) {
    struct Case {
        std::string fields;
        Millis pause;
    };
    const Case kCases[] = {
        {kDate + "Expires: Mon, 25 Nov 2024 09:00:21 GMT\r\n", 21 * kSecond},
        {kDate + "Expires: Mon, 25 Nov 2024 10:00:00 GMT\r\n", 120 * kSecond},
        {kDate + "Expires: Mon, 25 Nov 2024 08:00:00 GMT\r\n", 60 * kSecond},
        {kDate, 60 * kSecond},
        {"", 60 * kSecond},
    };
    for (const Case& one : kCases) {
        World world;
        const std::string id = world.playing({}, 60);
        world.answer(world.next(cm::Call::heartbeat), response(429, one.fields));
        const Time then = world.now;
        world.advance(one.pause - 1);
        EXPECT_EQ(world.in_flight(), 0u) << one.fields;
        EXPECT_EQ(world.session(id).state(), State::active) << "also past the lease";
        const Call call = world.next(cm::Call::heartbeat);
        EXPECT_EQ(call.at - then, one.pause) << one.fields;
        world.answer(call, accepted(60));
        EXPECT_EQ(world.session(id).state(), State::active);
    }
}

TEST(Throttled, Hazard11AgainIsAMinute) {
    World world;
    const std::string id = world.playing({}, 60);
    const Reply reply = throttled(21);
    world.answer(world.next(cm::Call::heartbeat), reply);
    world.answer(world.next(cm::Call::heartbeat), reply);
    const Time then = world.now;
    const Call call = world.next(cm::Call::heartbeat);
    EXPECT_EQ(call.at - then, 60 * kSecond);
    world.answer(call, accepted(60));
    world.answer(world.next(cm::Call::heartbeat), reply);
    const Time later = world.now;
    EXPECT_EQ(world.next(cm::Call::heartbeat).at - later, 21 * kSecond) << "not in a row";
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Throttled, Hazard11StartSilencesThatSubjectAlone) {
    World world;
    const std::string playing = world.playing();
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), throttled(21));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::throttled);
    EXPECT_EQ(world.outcome(ticket).retry_after, 21 * kSecond);
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::throttled) << "CM does not hear of it";
    EXPECT_EQ(world.throttled_for("viewer"), 21 * kSecond);
    world.start(by("guest"));
    EXPECT_EQ(world.refusal(), Refusal::none);
    world.next(cm::Call::start);
    world.advance(21 * kSecond);
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::none);
    EXPECT_EQ(world.session(playing).state(), State::active);
}

TEST(Throttled, Hazard11StartAgainIsAMinute) {
    World world;
    const Reply reply = throttled(21);
    world.start();
    world.answer(world.next(cm::Call::start), reply);
    world.advance(21 * kSecond);
    const Ticket second = world.start();
    world.answer(world.next(cm::Call::start), reply);
    EXPECT_EQ(world.outcome(second).retry_after, 60 * kSecond);
    world.advance(60 * kSecond);
    world.start();
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    const Ticket fourth = world.start();
    world.answer(world.next(cm::Call::start), reply);
    EXPECT_EQ(world.outcome(fourth).retry_after, 21 * kSecond) << "any other answer between";
}

TEST(Throttled, StartOnCreditWaitsForItsSubjectToo) {
    World world;
    const Ticket credit = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    const Ticket second = world.start();
    world.answer(world.next(cm::Call::start), response(429));
    EXPECT_EQ(world.outcome(second).refusal, Refusal::throttled);
    const Time then = world.now;
    const Call again = world.next(cm::Call::start);
    EXPECT_EQ(again.at - then, 60 * kSecond);
    EXPECT_EQ(world.outcome(credit).kind, Outcome::started);
}

TEST(Throttled, GraceDoesNotRunOut) {
    World world;
    world.settings.grace = 60 * kSecond;
    const std::string id = world.playing({}, 60);
    world.answer_all(unreachable(), 70 * kSecond);
    ASSERT_EQ(world.session(id).state(), State::grace);
    world.answer_all(response(429), 10 * kMinute);
    EXPECT_EQ(world.session(id).state(), State::grace) << "playback goes on while CM throttles";
    world.answer_all(unreachable(), 121 * kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::unreachable);
}

TEST(Throttled, Hazard11DeleteWaitsToo) {
    World world;
    const std::string id = world.playing({}, 60);
    world.release(id);
    world.answer(world.next(cm::Call::end), throttled(21));
    const Time then = world.now;
    const Call call = world.next(cm::Call::end);
    EXPECT_EQ(call.at - then, 21 * kSecond);
    world.answer(call, response(202));
    EXPECT_TRUE(world.core().idle());
}

TEST(Throttled, ViewerWhoLeavesMeanwhileIsHeardAfterwards) {
    World world;
    const std::string id = world.playing();
    world.answer(world.next(cm::Call::heartbeat), response(429));
    world.release(id);
    EXPECT_EQ(world.end_of(id), "user/untouched") << "for the viewer it is over at once";
    EXPECT_EQ(world.in_flight(), 0u) << "CM counts heartbeats and DELETEs together";
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
}

}  // namespace
}  // namespace cmagent::scenario
