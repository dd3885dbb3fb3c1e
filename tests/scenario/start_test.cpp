// What comes of a start: CM's answers to it, as the UI is told them.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

Outcome start_answered_by(World& world, const Reply& reply) {
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), reply);
    return world.outcome(ticket);
}

TEST(Start, SaysWhatTheViewerWantsAndWhatTheBoxIs) {
    World world;
    ASSERT_TRUE(world.settings.device.set("deviceName", "Living room"));
    ASSERT_TRUE(world.settings.device.set("channel", "none"));
    StartOptions options;
    options.application = 1;
    options.terminate = {"c1", "c2"};
    world.start(options);
    const Call call = world.next(cm::Call::start);
    EXPECT_TRUE(call.urgent);
    EXPECT_EQ(call.application, "news-app");
    EXPECT_EQ(call.idp, "acme");
    EXPECT_EQ(call.subject, "viewer");
    EXPECT_EQ(call.metadata.at("deviceName"), "Living room");
    EXPECT_EQ(call.metadata.at("channel"), "news") << "the request goes before the device";
    EXPECT_EQ(call.metadata.at("agentReference").size(), 16u);
    EXPECT_EQ(call.terminate, (std::vector<std::string>{"c1", "c2"}));
    EXPECT_EQ(call.allowance, 23 * kSecond);
}

TEST(Start, GrantedIsPlaying) {
    World world;
    const Ticket ticket = world.start();
    const Call call = world.next(cm::Call::start);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.answer(call, granted("cm-1", 60));
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
    const core::Session& session = world.session(world.outcome(ticket).session);
    EXPECT_EQ(session.state(), State::active);
    EXPECT_EQ(session.cm_id.view(), "cm-1");
    EXPECT_EQ(world.orders, std::vector<std::string>{"join 0"});
    EXPECT_EQ(world.notices,
              std::vector<std::string>{"session-started " + world.outcome(ticket).session});
}

TEST(Start, RefusedLeavesNothing) {
    struct Case {
        Reply reply;
        Refusal refusal;
    };
    const Case kCases[] = {
        {response(400), Refusal::cm_rejected},
        {response(413, "", "<html></html>", "text/html"), Refusal::cm_rejected},
        {response(401, "", "<html></html>", "text/html"), Refusal::cm_credentials},
        {response(451), Refusal::cm_credentials},
        {response(405), Refusal::cm_protocol},
        {response(401), Refusal::cm_credentials},
        {response(403), Refusal::cm_credentials},
        {response(404), Refusal::cm_protocol},
        {response(410), Refusal::cm_protocol},
        {response(410, "", R"({"associatedAdvice":[{"type":"remote-termination"}]})"),
         Refusal::cm_protocol},
        {response(302), Refusal::cm_protocol},
        {no_tls("certificate-expired"), Refusal::cm_tls},
        {{{}, cm::Meaning::clock_not_set, "clock"}, Refusal::clock_not_set},
    };
    for (const Case& one : kCases) {
        World world;
        const Outcome outcome = start_answered_by(world, one.reply);
        EXPECT_EQ(outcome.kind, Outcome::refused) << one.reply.http;
        EXPECT_EQ(outcome.refusal, one.refusal) << one.reply.http << one.reply.reason;
        EXPECT_TRUE(world.core().idle());
        EXPECT_EQ(world.core().next_deadline(), kNever);
        EXPECT_TRUE(world.orders.empty()) << "no player was told anything";
        EXPECT_EQ(world.notices.size(), world.count("cm")) << "whether CM answers is all there is";
    }
}

TEST(Start, WhatCmRejectsIsToldWithCmsReasonAndWhoCanMendIt) {
    World world;
    const Outcome rejected = start_answered_by(world, fixture(400, "400-error"));
    EXPECT_EQ(rejected.refusal, Refusal::cm_rejected);
    EXPECT_EQ(rejected.reason,
              "INVALID_PARAMETER: The value of channel is longer than 64 characters");
    EXPECT_EQ(rejected.blame, cm::Blame::app);
    EXPECT_EQ(start_answered_by(world, response(503)).blame, cm::Blame::none) << "on credit";
    EXPECT_EQ(start_answered_by(world, response(403)).blame, cm::Blame::service);
    EXPECT_EQ(start_answered_by(world, response(302)).blame, cm::Blame::service);
    EXPECT_EQ(start_answered_by(world, response(511)).blame, cm::Blame::network);
    EXPECT_EQ(start_answered_by(world, response(429)).blame, cm::Blame::app);
}

TEST(Start, WhatCmRejectsTellsNobodyTheSubjectOrTheCodes) {
    World world;
    StartOptions options;
    options.terminate = {"c0de"};
    for (const char* secret : {"viewer", "c0de"}) {
        const Ticket ticket = world.start(options);
        world.answer(world.next(cm::Call::start),
                     response(400, "",
                              std::string(R"({"error":{"code":"BAD","message":"no )") + secret +
                                  R"( here"}})"));
        EXPECT_EQ(world.outcome(ticket).reason, "BAD") << secret;
    }
}

TEST(Start, ReasonOfATlsFailureReachesTheIntegrator) {
    World world;
    EXPECT_EQ(start_answered_by(world, no_tls("certificate-expired")).reason,
              "certificate-expired");
}

TEST(Start, Hazard6CaptivePortalIsNeverAPermit) {
    for (const int status : {200, 302, 409, 511}) {
        World world;
        const std::string location = status == 302 ? "Location: login\r\n" : "";
        const Ticket ticket = world.start();
        world.answer_start(response(status, location, "<html></html>", "text/html"));
        EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_protocol) << status;
        EXPECT_TRUE(world.core().idle());
    }
}

// --- 409 ---

TEST(Start, LimitKeepsWhatTheViewerWantedToWatch) {
    World world;
    StartOptions films = on_mpv();
    films.application = 1;
    films.metadata["channel"] = "films";
    const Ticket first = world.start(films);
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    ASSERT_EQ(world.outcome(first).kind, Outcome::limited);
    EXPECT_EQ(world.count("conflict"), 1u);
    EXPECT_TRUE(world.core().idle());

    const core::Conflict* conflict =
        world.core().ledgers().conflicts.find(world.outcome(first).conflict);
    ASSERT_NE(conflict, nullptr);
    EXPECT_NE(conflict->text().find("associatedAdvice"), std::string_view::npos);

    const std::string code = "51fd351f";
    const Ticket second = world.resolve(world.outcome(first).conflict, {code});
    ASSERT_EQ(world.refusal(), Refusal::none);
    const Call call = world.next(cm::Call::start);
    EXPECT_EQ(call.terminate, std::vector<std::string>{code});
    EXPECT_EQ(call.metadata.at("channel"), "films");
    EXPECT_EQ(call.application, "news-app");
    world.answer(call, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(second).kind, Outcome::started);
    EXPECT_EQ(world.session(world.outcome(second).session).stream.player, kMpvPlayer);
    world.resolve(world.outcome(first).conflict, {code});
    EXPECT_EQ(world.refusal(), Refusal::conflict_over);
}

TEST(Start, OnlyOfferedCodesResolve) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    world.resolve(world.outcome(ticket).conflict, {"invented"});
    EXPECT_EQ(world.refusal(), Refusal::code_not_offered);
    world.resolve("nonsense", {"51fd351f"});
    EXPECT_EQ(world.refusal(), Refusal::no_such_conflict);
    world.resolve(world.outcome(ticket).conflict, {"51fd351f"});
    EXPECT_EQ(world.refusal(), Refusal::none) << "a mistake does not end the conflict";
}

TEST(Start, ConflictsAreKeptForTenMinutesAndEightOfThem) {
    World world;
    std::vector<std::string> ids;
    for (int i = 0; i < 9; ++i) {
        const Ticket ticket = world.start(by_turns(ids.size()));
        world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
        ids.push_back(world.outcome(ticket).conflict);
        world.advance(kSecond);
    }
    EXPECT_EQ(world.core().ledgers().conflicts.find(ids[0]), nullptr) << "the oldest goes first";
    ASSERT_NE(world.core().ledgers().conflicts.find(ids[1]), nullptr);
    world.advance(10 * kMinute - 8 * kSecond);
    EXPECT_TRUE(world.core().ledgers().conflicts.find(ids[1])->over());
    EXPECT_FALSE(world.core().ledgers().conflicts.find(ids[8])->over());
}

TEST(Start, GivenUpConflictIsOver) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.core().handle(core::GiveUp{world.outcome(ticket).conflict, {}}, world.now),
              Refusal::none);
    world.resolve(world.outcome(ticket).conflict, {"51fd351f"});
    EXPECT_EQ(world.refusal(), Refusal::conflict_over);
}

TEST(Start, Hazard5LimitWithoutConflictsIsDenied) {
    const Reply kReplies[] = {fixture(409, "409-guide-no-conflicts"), response(409),
                              response(409, "", "{broken"),
                              response(409, "", std::string(70'000, ' '))};
    for (const Reply& reply : kReplies) {
        World world;
        world.settings.on_conflict = core::OnConflict::terminate_oldest;
        EXPECT_EQ(start_answered_by(world, reply).kind, Outcome::limited);
        EXPECT_EQ(world.in_flight(), 0u) << "there is nothing that could be ended";
    }
}

TEST(Start, TerminateOldestEndsItOnceWithoutAsking) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    const Call again = world.next(cm::Call::start);
    EXPECT_EQ(again.terminate.size(), 1u);
    world.answer(again, fixture(409, "409-service-streams"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::limited) << "a second 409 is the user's";
}

TEST(Start, TerminateOldestLeavesTheViewersOwnChoiceAlone) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    StartOptions options;
    options.terminate = {"chosen"};
    const Ticket ticket = world.start(options);
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::limited);
}

// --- 400 ---

TEST(Start, MissingMetadataIsAskedForAndNamed) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), refresh());
    world.answer(world.next(cm::Call::metadata), response(200, "", R"(["channel","hba"])"));
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::refused);
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::missing_metadata);
    const core::RequiredNames::List& required = world.core().ledgers().required_names.of(0);
    ASSERT_TRUE(required.known);
    ASSERT_EQ(required.count, 2u);
    EXPECT_EQ(required.names[1].view(), "hba");
    EXPECT_TRUE(world.core().idle());
}

TEST(Start, MetadataThatIsThereGoesOutOnceMoreAndNoMore) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), refresh());
    world.answer(world.next(cm::Call::metadata), response(200, "", R"(["channel"])"));
    world.answer(world.next(cm::Call::start), refresh());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_rejected)
        << "CM names nothing that is missing";
    EXPECT_EQ(world.outcome(ticket).reason, "status 400");
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Start, RequiredNamesAreRememberedUntilCmCallsThemStale) {
    World world;
    const Ticket asked = world.ask(cm::Call::metadata);
    world.answer(world.next(cm::Call::metadata), response(200, "", R"(["channel"])"));
    EXPECT_EQ(world.outcome(asked).kind, Outcome::listed);
    const auto& required = world.core().ledgers().required_names.of(0);
    ASSERT_EQ(required.count, 1u);
    EXPECT_EQ(required.names[0].view(), "channel");
    const Ticket again = world.ask(cm::Call::metadata);
    EXPECT_EQ(world.outcome(again).kind, Outcome::listed);
    EXPECT_EQ(world.in_flight(), 0u) << "cached";
    world.start();
    world.answer(world.next(cm::Call::start), refresh());
    EXPECT_FALSE(world.core().ledgers().required_names.of(0).known);
}

// --- CM cannot be reached ---

TEST(Start, UnreachableIsAStartOnCredit) {
    for (const Reply& reply : {unreachable(), response(503), response(500, "", "{}")}) {
        World world;
        const Ticket ticket = world.start();
        world.answer_start(reply);
        ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
        const std::string id = world.outcome(ticket).session;
        EXPECT_EQ(world.session(id).state(), State::grace);
        EXPECT_GE(world.count("cm-unreachable"), 1u);
        world.answer(world.next(cm::Call::start), granted("cm-1", 60));
        EXPECT_EQ(world.session(id).state(), State::active);
        EXPECT_EQ(world.count("cm-reachable"), world.count("cm-unreachable"));
    }
}

TEST(Start, CreditEndsWithADenial) {
    World world;
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.count("playback-stop"), 1u);
    world.player(kMpvPlayer, core::PlayerSaid::What::stopped);
    EXPECT_EQ(world.end_of(world.outcome(ticket).session), "denied/stopped");
}

TEST(Start, CreditEndsWithGrace) {
    World world;
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    const std::string id = world.outcome(ticket).session;
    world.answer_all(unreachable(), 180 * kSecond - 1);
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.advance(1);
    EXPECT_EQ(world.session(id).state(), State::stopping);
    world.player(kMpvPlayer, core::PlayerSaid::What::stopped);
    EXPECT_EQ(world.end_of(id), "unreachable/stopped");
    EXPECT_TRUE(world.core().idle());
}

TEST(Start, UnreachableIsARefusalWhereSoConfigured) {
    World world;
    world.settings.on_unreachable = core::OnUnreachable::deny;
    EXPECT_EQ(start_answered_by(world, unreachable()).refusal, Refusal::cm_unreachable);
    World without_grace;
    without_grace.settings.grace = 0;
    EXPECT_EQ(start_answered_by(without_grace, unreachable()).refusal, Refusal::cm_unreachable);
}

// --- limits of the box ---

TEST(Start, OneSessionTooManyIsRefused) {
    World world;
    world.settings.max_sessions = 2;
    const std::string first = world.playing(by_turns(0));
    world.playing(by_turns(1));
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions);
    world.start(instead_of(first));
    EXPECT_EQ(world.refusal(), Refusal::none) << "what is replaced does not count";
}

TEST(Start, AbandonedStartIsGivenBackUnderItsName) {
    World world;
    const Ticket ticket = world.start();
    const Call call = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(call, granted("cm-9", 60));
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "cm-9");
    world.answer(end, response(202));
    EXPECT_TRUE(world.core().idle());
    EXPECT_TRUE(world.notices.empty()) << "nobody ever saw it";
    EXPECT_TRUE(world.orders.empty());
}

TEST(Start, NothingIsAbandonedByATicketThatNobodyHas) {
    World world;
    const std::string id = world.playing();
    world.abandon(0);
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Start, MetadataBeyondItsRoomIsRefused) {
    World world;
    for (int i = 0; i < 16; ++i)
        ASSERT_TRUE(world.settings.device.set("device" + std::to_string(i), "x"));
    StartOptions options;
    options.metadata.clear();
    for (int i = 0; i < 32; ++i) options.metadata["name" + std::to_string(i)] = "x";
    world.start(options);
    EXPECT_EQ(world.refusal(), Refusal::invalid_field) << "the reference needs a place too";
    options.metadata.erase("name0");
    world.start(options);
    EXPECT_EQ(world.refusal(), Refusal::none);
    EXPECT_EQ(world.next(cm::Call::start).metadata.count("agentReference"), 1u);
}

}  // namespace
}  // namespace cmagent::scenario
