// What cm-api.md says that CM does, in virtual time.

#include "tests/cmsim/service.h"

#include <gtest/gtest.h>

#include "tests/cmsim/catalogue.h"

namespace cmagent::cmsim {
namespace {

constexpr Millis kStart = 1'700'000'000'500;  // some time, not on a whole second
constexpr Millis kTtl = 90'000;
constexpr Caller kNeighbour{"demo-app", "idp", "neighbour"};

class ServiceTest : public testing::Test {
  protected:
    // A household of its own for each application.
    static Caller home(const char* application) { return {application, "idp", "subject"}; }

    Answer start(const char* application, const Metadata& metadata = {},
                 const Names& terminate = {}) {
        return service.init(home(application), metadata, terminate, now);
    }
    std::string started(const char* application, const Metadata& metadata = {}) {
        const Answer answer = start(application, metadata);
        EXPECT_EQ(answer.status, 202);
        return answer.session;
    }
    // demo-app allows three streams: the oldest of them.
    std::string full_house() {
        const std::string oldest = started("demo-app");
        for (int i = 1; i < 3; ++i) started("demo-app");
        return oldest;
    }
    Answer beat(const char* application, const std::string& session,
                const Metadata& metadata = {}) {
        return service.heartbeat(home(application), session, metadata, now);
    }
    std::string code_of(const std::string& session) {
        return service.find(session)->termination_code;
    }
    RunningStreams streams(const char* application) {
        return std::get<RunningStreams>(service.running_streams(home(application), now).body);
    }

    Millis now = kStart;
    Service service{demo_agreement()};
};

const Evaluation& evaluation(const Answer& answer) {
    return std::get<Evaluation>(answer.body);
}
bool has_no_body(const Answer& answer) {
    return std::holds_alternative<std::monostate>(answer.body);
}

// --- admission ---

TEST_F(ServiceTest, AStartIsAcceptedUntilItsLeaseEnds) {
    const Answer answer = start("demo-app");
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.date, now);
    EXPECT_EQ(answer.expires, now + kTtl);
    EXPECT_FALSE(answer.session.empty());
    EXPECT_TRUE(has_no_body(answer));
}

TEST_F(ServiceTest, AnUnknownApplicationIsNotAuthorised) {
    EXPECT_EQ(start("nobody").status, 401);
    EXPECT_EQ(service.metadata("nobody", now).status, 401);
    EXPECT_EQ(service.running_streams(home("nobody"), now).status, 401);
    EXPECT_EQ(beat("nobody", "s").status, 401);
    EXPECT_EQ(service.end(home("nobody"), "s", now).status, 401);
}

TEST_F(ServiceTest, TheFourthStreamOfThreeIsDeniedWithAllThreeToChooseFrom) {
    const Names ids = {started("demo-app", {{"channel", "One"}, {"deviceName", "Kitchen"}}),
                       started("demo-app"), started("demo-app")};
    const Answer answer = start("demo-app");
    EXPECT_EQ(answer.status, 409);
    EXPECT_FALSE(answer.expires);
    ASSERT_EQ(evaluation(answer).violations.size(), 1u);
    const Violation& violation = evaluation(answer).violations[0];
    EXPECT_EQ(violation.policy, "demo-policy");
    EXPECT_EQ(violation.rule.name, "3 streams cap");
    EXPECT_EQ(violation.current, 4u);
    ASSERT_EQ(violation.conflicts.size(), 3u);
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(violation.conflicts[i].value, ids[i]);
    EXPECT_EQ(violation.conflicts[0].streams[0].termination_code, code_of(ids[0]));
    EXPECT_EQ(violation.conflicts[0].streams[0].metadata.at("deviceName"), "Kitchen");
}

TEST_F(ServiceTest, HouseholdsDoNotCountForEachOther) {
    full_house();
    EXPECT_EQ(service.init(kNeighbour, {}, {}, now).status, 202);
    EXPECT_EQ(service.init({"demo-app", "other idp", "subject"}, {}, {}, now).status, 202);
}

TEST_F(ServiceTest, ApplicationsThatShareAPolicyShareItsLimit) {
    for (int i = 0; i < 3; ++i) started("demo-partner");
    EXPECT_EQ(start("demo-app").status, 409);
    EXPECT_EQ(start("demo-fifo").status, 202);
}

TEST_F(ServiceTest, TwoAChannelCountsEachChannelByItself) {
    started("demo-app-2", {{"channel", "One"}});
    started("demo-app-2", {{"channel", "One"}});
    EXPECT_EQ(start("demo-app-2", {{"channel", "One"}}).status, 409);
    EXPECT_EQ(start("demo-app-2", {{"channel", "Two"}}).status, 202);
}

TEST_F(ServiceTest, RequiredMetadataIsNamedAndMissingItIsAnObligationToRefresh) {
    EXPECT_EQ(std::get<Names>(service.metadata("demo-app", now).body), Names{});
    EXPECT_EQ(std::get<Names>(service.metadata("demo-app-2", now).body), Names{"channel"});
    EXPECT_EQ(std::get<Names>(service.metadata("demo-devices", now).body), Names{"deviceId"});

    const Answer answer = start("demo-app-2");
    EXPECT_EQ(answer.status, 400);
    ASSERT_EQ(evaluation(answer).obligations.size(), 1u);
    EXPECT_EQ(evaluation(answer).obligations[0].space, "adobe.primetime.cm");
    EXPECT_EQ(evaluation(answer).obligations[0].action, "refresh");
    EXPECT_EQ(evaluation(answer).obligations[0].arguments, Names{"metadata"});
    EXPECT_EQ(start("demo-app-2", {{"Channel", "One"}}).status, 400) << "names are case-sensitive";
}

TEST_F(ServiceTest, TwoDevicesMayHaveManyStreamsEach) {
    const std::string a1 = started("demo-devices", {{"deviceId", "A"}});
    const std::string a2 = started("demo-devices", {{"deviceId", "A"}});
    const std::string b1 = started("demo-devices", {{"deviceId", "B"}});
    EXPECT_EQ(start("demo-devices", {{"deviceId", "B"}}).status, 202);

    const Answer answer = start("demo-devices", {{"deviceId", "C"}});
    EXPECT_EQ(answer.status, 409);
    const Violation& violation = evaluation(answer).violations.at(0);
    ASSERT_EQ(violation.conflicts.size(), 2u);
    EXPECT_EQ(violation.conflicts[0].value, "A");
    ASSERT_EQ(violation.conflicts[0].streams.size(), 2u);
    EXPECT_EQ(violation.conflicts[0].streams[0].session, a1);

    const Answer one_is_not_enough = start("demo-devices", {{"deviceId", "C"}}, {code_of(a1)});
    EXPECT_EQ(one_is_not_enough.status, 409);
    EXPECT_EQ(start("demo-devices", {{"deviceId", "C"}}, {code_of(a2)}).status, 202);
    EXPECT_EQ(beat("demo-devices", b1).status, 202);
}

// --- X-Terminate ---

TEST_F(ServiceTest, XTerminateMakesRoomAndTheOtherIsToldByWhom) {
    const std::string victim = full_house();
    const Answer answer = start("demo-app", {{"deviceName", "Bedroom"}}, {code_of(victim)});
    EXPECT_EQ(answer.status, 202);

    const Answer told = beat("demo-app", victim);
    EXPECT_EQ(told.status, 410);
    ASSERT_TRUE(evaluation(told).terminator);
    EXPECT_EQ(evaluation(told).terminator->session, answer.session);
    EXPECT_EQ(evaluation(told).terminator->metadata.at("deviceName"), "Bedroom");
    EXPECT_EQ(beat("demo-app", victim).status, 410) << "asked again, it is told again";
    const Answer ended = service.end(home("demo-app"), victim, now);
    EXPECT_EQ(ended.status, 410);
    EXPECT_TRUE(evaluation(ended).terminator);
}

TEST_F(ServiceTest, ANewcomerByTerminationIsMarkedSuperseded) {
    const std::string victim = full_house();
    const std::string code = code_of(victim);
    const std::string id = start("demo-app", {}, {code}).session;
    EXPECT_EQ(service.find(id)->metadata.at("superseded"), code);
}

TEST_F(ServiceTest, XTerminatePassesOverWhatIsNotThereAndReachesNoOtherHousehold) {
    const std::string stranger = service.init(kNeighbour, {}, {}, now).session;
    full_house();
    EXPECT_EQ(start("demo-app", {}, {"00000000", code_of(stranger)}).status, 409);
    EXPECT_EQ(service.heartbeat(kNeighbour, stranger, {}, now).status, 202);
}

TEST_F(ServiceTest, XTerminateReachesNoStreamUnderPoliciesThatAreNotShared) {
    const std::string other = started("demo-fifo");
    EXPECT_EQ(start("demo-app", {}, {code_of(other)}).status, 202);
    EXPECT_EQ(beat("demo-fifo", other).status, 202);
}

// --- latest wins ---

TEST_F(ServiceTest, LatestWinsLetsTheNewcomerInAndTellsTheOlderOneOnce) {
    const std::string older = started("demo-fifo");
    const std::string newer = started("demo-fifo", {{"deviceName", "Bedroom"}});
    EXPECT_EQ(streams("demo-fifo").streams.size(), 1u);

    const Answer told = beat("demo-fifo", older);
    EXPECT_EQ(told.status, 409);
    const Violation& violation = evaluation(told).violations.at(0);
    EXPECT_EQ(violation.rule.name, "1 stream");
    EXPECT_EQ(violation.conflicts.at(0).value, newer);
    EXPECT_EQ(violation.conflicts.at(0).streams.at(0).metadata.at("deviceName"), "Bedroom");

    const Answer again = beat("demo-fifo", older);
    EXPECT_EQ(again.status, 410) << "an earlier conflict whose 409 got lost";
    EXPECT_TRUE(has_no_body(again));
    EXPECT_EQ(beat("demo-fifo", newer).status, 202);
}

TEST_F(ServiceTest, ADisplacedSessionThatNeverAsksLapses) {
    const std::string older = started("demo-fifo");
    now += 1000;
    const std::string newer = started("demo-fifo");
    now = kStart + kTtl;
    const Answer answer = beat("demo-fifo", older);
    EXPECT_EQ(answer.status, 410);
    EXPECT_TRUE(has_no_body(answer));
    EXPECT_EQ(beat("demo-fifo", newer).status, 202);
}

TEST_F(ServiceTest, LatestWinsTakesTheOldestSlotAndNoMore) {
    Agreement agreement = demo_agreement();
    for (Policy& policy : agreement.policies) policy.rules[0].precedence = Precedence::latest;
    service = Service(agreement);
    const Names ids = {started("demo-app"), started("demo-app"), started("demo-app"),
                       started("demo-app")};
    EXPECT_EQ(beat("demo-app", ids[0]).status, 409);
    for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_EQ(beat("demo-app", ids[i]).status, 202);
}

// --- the lease ---

TEST_F(ServiceTest, HeartbeatsKeepASessionAlive) {
    const std::string id = started("demo-app");
    for (int i = 0; i < 10; ++i) {
        now += kTtl - 1;
        const Answer answer = beat("demo-app", id);
        EXPECT_EQ(answer.status, 202);
        EXPECT_EQ(answer.expires, now + kTtl);
    }
    EXPECT_EQ(service.find(id)->heartbeats, 10u);
}

TEST_F(ServiceTest, WithoutAHeartbeatASessionLapsesAndItsSlotIsFree) {
    const std::string id = full_house();
    now += kTtl;
    const Answer answer = beat("demo-app", id);
    EXPECT_EQ(answer.status, 410);
    EXPECT_TRUE(has_no_body(answer));
    EXPECT_TRUE(streams("demo-app").streams.empty());
    EXPECT_EQ(start("demo-app").status, 202);
}

TEST_F(ServiceTest, LeasesLapseInTheOrderOfTheirLastHeartbeats) {
    const std::string first = started("demo-app");
    now += 1000;
    const std::string second = started("demo-app");
    now += 1000;
    EXPECT_EQ(beat("demo-app", first).status, 202);
    now = kStart + 1000 + kTtl;  // the end of the second's lease
    EXPECT_EQ(beat("demo-app", second).status, 410);
    EXPECT_EQ(beat("demo-app", first).status, 202);
}

TEST_F(ServiceTest, EndingGivesTheSlotBackAndIsAcceptedOnce) {
    const std::string id = full_house();
    EXPECT_EQ(service.end(home("demo-app"), id, now).status, 202);
    EXPECT_EQ(start("demo-app").status, 202);
    EXPECT_EQ(service.end(home("demo-app"), id, now).status, 410);
    EXPECT_EQ(beat("demo-app", id).status, 410);
}

TEST_F(ServiceTest, AnIdThatCmNeverMadeIsNotFound) {
    const std::string id = started("demo-app");
    EXPECT_EQ(beat("demo-app", "nonsense").status, 404);
    EXPECT_EQ(beat("demo-app", "00000193-6292-4357-2768-f1575e82306a").status, 404);
    EXPECT_EQ(service.end(home("demo-app"), "nonsense", now).status, 404);
    EXPECT_EQ(service.heartbeat(kNeighbour, id, {}, now).status, 404);
    EXPECT_EQ(beat("demo-fifo", id).status, 403) << "of another application";
}

TEST_F(ServiceTest, AnIdOfOursIsGoneForEverEvenWhenAllElseIsForgotten) {
    const std::string id = started("demo-app");
    service.end(home("demo-app"), id, now);
    now += Service::kRemembered;
    const Answer answer = beat("demo-app", id);
    EXPECT_EQ(service.find(id), nullptr);
    EXPECT_EQ(answer.status, 410);
    EXPECT_TRUE(has_no_body(answer));
}

TEST_F(ServiceTest, AfterForgettingEverythingOldIdsAreUnknown) {
    const std::string id = started("demo-app");
    service.forget_everything();
    EXPECT_TRUE(service.sessions().empty());
    EXPECT_EQ(beat("demo-app", id).status, 404);
    EXPECT_EQ(start("demo-app").status, 202);
}

// --- metadata ---

TEST_F(ServiceTest, AHeartbeatAddsAndChangesMetadata) {
    const std::string id = started("demo-app", {{"show", "Friends"}});
    EXPECT_EQ(beat("demo-app", id, {{"show", "News"}, {"genre", "talk"}}).status, 202);
    EXPECT_EQ(service.find(id)->metadata, (Metadata{{"genre", "talk"}, {"show", "News"}}));
}

TEST_F(ServiceTest, ImmutableMetadataMayBeSetOnceAndRepeatedButNotChanged) {
    for (const char* name : {"package", "channel", "platform", "assetId", "idp", "mvpd",
                             "hba_status", "hba", "mobileDevice"}) {
        const Caller caller{"demo-app", "idp", name};
        const std::string id = service.init(caller, {}, {}, now).session;
        EXPECT_EQ(service.heartbeat(caller, id, {{name, "1"}}, now).status, 202) << name;
        EXPECT_EQ(service.heartbeat(caller, id, {{name, "1"}}, now).status, 202) << name;
        const Answer answer = service.heartbeat(caller, id, {{name, "2"}}, now);
        EXPECT_EQ(answer.status, 400) << name;
        EXPECT_TRUE(evaluation(answer).obligations.empty()) << name;
        EXPECT_EQ(service.heartbeat(caller, id, {}, now).status, 202) << "it goes on";
    }
}

TEST_F(ServiceTest, AHeartbeatThatBreaksARuleIsDeniedAndEndsTheSession) {
    const std::string id = started("demo-devices", {{"deviceId", "A"}});
    started("demo-devices", {{"deviceId", "A"}});
    started("demo-devices", {{"deviceId", "B"}});
    EXPECT_EQ(beat("demo-devices", id, {{"deviceId", "B"}}).status, 202);
    const Answer answer = beat("demo-devices", id, {{"deviceId", "C"}});
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(evaluation(answer).violations.at(0).conflicts.size(), 2u);
    EXPECT_EQ(beat("demo-devices", id).status, 410);
}

TEST_F(ServiceTest, ASessionDoesNotCountAgainstItselfWhenItsMetadataChange) {
    const std::string id = started("demo-devices", {{"deviceId", "A"}});
    started("demo-devices", {{"deviceId", "B"}});
    EXPECT_EQ(beat("demo-devices", id, {{"deviceId", "C"}}).status, 202);
    for (int i = 0; i < 2; ++i) started("demo-app");
    EXPECT_EQ(beat("demo-app", started("demo-app"), {{"show", "News"}}).status, 202);
}

// --- running streams ---

TEST_F(ServiceTest, RunningStreamsExpireWithTheFirstOfThem) {
    const Answer none = service.running_streams(home("demo-app"), now);
    EXPECT_EQ(none.status, 200);
    EXPECT_FALSE(none.expires);
    started("demo-app");
    now += 5000;
    started("demo-partner");
    started("demo-fifo");
    const Answer answer = service.running_streams(home("demo-app"), now);
    EXPECT_EQ(answer.expires, kStart + kTtl);
    const auto& running = std::get<RunningStreams>(answer.body);
    ASSERT_EQ(running.streams.size(), 2u) << "those of others that share the policy are listed";
    EXPECT_EQ(running.streams[1].application, "demo-partner");
    EXPECT_EQ(running.others, 1u);
}

// --- throttling ---

TEST_F(ServiceTest, TwoHundredStartsAMinuteAndSubject) {
    for (int i = 0; i < 200; ++i) EXPECT_NE(start("demo-app").status, 429);
    now += 39'000;
    const Answer answer = start("demo-app");
    EXPECT_EQ(answer.status, 429);
    EXPECT_TRUE(has_no_body(answer));
    EXPECT_EQ(*answer.expires - answer.date, 21'000);
    EXPECT_EQ(service.init(kNeighbour, {}, {}, now).status, 202);
    now += 21'000;
    EXPECT_EQ(start("demo-app").status, 409) << "the limit of streams counts again";
}

TEST_F(ServiceTest, TwoHundredHeartbeatsAndDeletesAMinuteAndSession) {
    const std::string id = started("demo-app");
    const std::string other = started("demo-app");
    for (int i = 0; i < 200; ++i) EXPECT_EQ(beat("demo-app", id).status, 202);
    EXPECT_EQ(beat("demo-app", id).status, 429);
    EXPECT_EQ(service.end(home("demo-app"), id, now).status, 429);
    EXPECT_EQ(beat("demo-app", other).status, 202);
    EXPECT_EQ(start("demo-app").status, 202);
    now += 60'000;
    EXPECT_EQ(beat("demo-app", id).status, 202);
}

// --- behind the box's back ---

TEST_F(ServiceTest, SessionsCanBeEndedFromOutside) {
    const std::string terminated = started("demo-app");
    const std::string displaced = started("demo-app");
    const std::string lapsed = started("demo-app");
    Stream somebody;
    somebody.application_name = "Somebody";
    EXPECT_TRUE(service.terminate(terminated, somebody, now));
    EXPECT_TRUE(service.displace(displaced, now));
    EXPECT_TRUE(service.lapse(lapsed, now));
    EXPECT_FALSE(service.lapse(lapsed, now));
    EXPECT_TRUE(streams("demo-app").streams.empty());
    EXPECT_EQ(evaluation(beat("demo-app", terminated)).terminator->application_name, "Somebody");
    EXPECT_EQ(beat("demo-app", displaced).status, 409);
    EXPECT_TRUE(has_no_body(beat("demo-app", lapsed)));
}

}  // namespace
}  // namespace cmagent::cmsim
