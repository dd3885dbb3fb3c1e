// Whoever waits is answered, whatever CM says to whatever is asked (agent/core/README.md, "Invariants
// of a session", 16). The world checks the invariant after every step; here every answer meets every
// call, two and three deep.

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

// `start` is the last start that went out: what was lost of it may be found.
using MakeReply = Reply (*)(const Call& start);

constexpr MakeReply kReplies[] = {
    [](const Call&) { return granted("cm-a", 60); },
    [](const Call&) { return accepted(60); },  // to a start: without a name
    [](const Call&) { return no_streams(); },
    [](const Call& start) { return streams_with("cm-b", start); },
    [](const Call&) { return response(200, "", R"({"streams":7})"); },
    [](const Call&) { return response(200, "", R"(["a","b"])"); },
    [](const Call&) { return refresh(); },
    [](const Call&) { return response(400); },
    [](const Call&) { return response(401); },
    [](const Call&) { return response(404); },
    [](const Call&) { return limit(); },
    [](const Call&) { return response(410); },
    [](const Call&) { return fixture(410, "410-service-remote-termination"); },
    [](const Call&) { return fixture(403, "403-service-logout"); },
    [](const Call&) { return throttled(20); },
    [](const Call&) { return response(503); },
    [](const Call&) { return response(200, "", "a portal", "text/html"); },
    [](const Call&) { return lost(); },
    [](const Call&) { return unreachable(); },
    [](const Call&) { return no_tls("certificate-expired"); },
};

// Who waits, and for what.
using Begin = Ticket (*)(World& world);

Ticket start_in_place_of(World& world, const std::string& old) {
    return world.start(instead_of(old));
}

constexpr Begin kBeginnings[] = {
    [](World& world) { return world.start(); },
    [](World& world) { return start_in_place_of(world, world.playing()); },
    [](World& world) { return start_in_place_of(world, world.playing(on_mpv())); },
    [](World& world) { return start_in_place_of(world, world.vanished()); },
    [](World& world) {
        world.settings.zap = core::Zap::atomic;
        const std::string id = world.playing();
        world.answer(world.next(cm::Call::running_streams),
                     streams(R"([{"sessionId":"cm-1","terminationCode":"own"}])", 60));
        return start_in_place_of(world, id);
    },
    [](World& world) {
        (void)world.start();
        const Ticket first = world.start();
        world.abandon(first);
        return world.start();
    },
    [](World& world) { return world.resolve(world.limited(), {"51fd351f"}); },
    [](World& world) { return world.resolve(world.limited()); },
    [](World& world) {
        (void)world.playing();
        return world.end_stream("cm-1");
    },
    [](World& world) {
        const Ticket ticket = world.end_stream("elsewhere");
        world.answer(world.next(cm::Call::running_streams),
                     streams(R"([{"sessionId":"elsewhere","terminationCode":"code"}])", 60));
        return ticket;
    },
    [](World& world) { return world.end_stream("elsewhere"); },
    [](World& world) {  // behind a stop that runs on its player
        world.settings.players[kMpvPlayer].exclusive = true;
        (void)world.terminated(on_mpv());
        return world.start(on_mpv());
    },
    [](World& world) {  // … of the same account, which is throttled a moment later
        (void)world.start();
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), throttled(20));
        return ticket;
    },
    [](World& world) { return world.ask(cm::Call::metadata); },
    [](World& world) { return world.look(); },
};

// What happens between two answers.
using Happens = void (*)(World& world);

constexpr Happens kIncidents[] = {
    [](World&) {},
    [](World& world) { world.logout(); },
    [](World& world) { world.shut_down(); },
    [](World& world) { world.wake_at(world.now + 10 * kMinute); },  // a standby
    [](World& world) {                                              // SIGHUP
        world.settings.on_unreachable = core::OnUnreachable::deny;
        world.settings.grace = 0;
        world.settings.zap = core::Zap::atomic;
        world.settings.max_sessions = 1;
    },
};

// After `first`, every two answers with the incident between them, and then no connection any more.
void play(Begin begin, const std::vector<MakeReply>& first, Happens happens) {
    for (const MakeReply& second : kReplies) {
        for (const MakeReply& third : kReplies) {
            World world;
            const Ticket ticket = begin(world);
            ASSERT_EQ(world.refusal(), Refusal::none);
            Call start;
            start.metadata["agentReference"] = "none yet";
            std::vector<MakeReply> replies = first;
            replies.push_back(second);
            replies.push_back(third);
            for (const MakeReply& reply : replies) {
                const cm::Call due = world.first_due();
                if (world.in_flight() == 0) break;
                const Call call = world.next(due);
                if (call.kind == cm::Call::start) start = call;
                world.answer(call, reply(start));
                if (&reply == &replies[replies.size() - 2]) happens(world);
            }
            world.answer_all(unreachable(), 90 * kSecond);
            ASSERT_NE(world.outcome(ticket).kind, Outcome::waiting)
                << "after answers " << &second - kReplies << ", " << &third - kReplies;
        }
    }
}

class HangFrom : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {};
TEST_P(HangFrom, NoTwoAnswersLeaveAnybodyWaiting) {
    const auto [beginning, incident] = GetParam();
    play(kBeginnings[beginning], {}, kIncidents[incident]);
}
INSTANTIATE_TEST_SUITE_P(EveryBeginningAndIncident, HangFrom,
                         testing::Combine(testing::Range(std::size_t{0}, std::size(kBeginnings)),
                                          testing::Range(std::size_t{0}, std::size(kIncidents))));

class HangStart : public testing::TestWithParam<std::size_t> {};
TEST_P(HangStart, NoThreeAnswersLeaveAStartWaiting) {
    play(kBeginnings[0], {kReplies[GetParam()]}, kIncidents[0]);
}
INSTANTIATE_TEST_SUITE_P(EveryFirstAnswer, HangStart,
                         testing::Range(std::size_t{0}, std::size(kReplies)));

}  // namespace
}  // namespace cmagent::scenario
