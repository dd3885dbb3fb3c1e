// CM's behaviour by cm-api.md, in virtual time.

#include "tests/cmsim/service_fixture.h"

namespace cmagent::cmsim {
namespace {

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

TEST_F(ServiceTest, XTerminateMayEndStreamsTooLateForTheNewcomer) {
    const std::string victim = full_house();
    const Names codes = {code_of(victim)};
    const Answer late = service.init(home("demo-app"), {}, codes, now, Ending::after_the_verdict);
    EXPECT_EQ(late.status, 409);
    EXPECT_EQ(evaluation(late).violations.at(0).conflicts.size(), 3u) << "as if it still ran";
    EXPECT_TRUE(evaluation(beat("demo-app", victim)).terminator);
    EXPECT_EQ(start("demo-app").status, 202) << "the slot is free by now";
}

// --- latest wins ---

Agreement demo_where_the_latest_wins() {
    Agreement agreement = demo_agreement();
    for (Policy& policy : agreement.policies) policy.rules[0].precedence = Precedence::latest;
    return agreement;
}

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

// cm-api.md, "Further findings": a 409 on a heartbeat is as full as one on init.
TEST_F(ServiceTest, ADisplacedSessionIsToldAllThatPlayOnWithTheirCodes) {
    service = Service(demo_where_the_latest_wins());
    const Names ids = {started("demo-app"), started("demo-app"), started("demo-app"),
                       started("demo-app")};
    const Answer told = beat("demo-app", ids[0]);
    const Violation& violation = evaluation(told).violations.at(0);
    EXPECT_EQ(violation.current, 4u);
    ASSERT_EQ(violation.conflicts.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(violation.conflicts[i].value, ids[i + 1]);
        EXPECT_EQ(violation.conflicts[i].streams.at(0).termination_code, code_of(ids[i + 1]));
    }
}

TEST_F(ServiceTest, LatestWinsTakesTheOldestSlotAndNoMore) {
    service = Service(demo_where_the_latest_wins());
    const Names ids = {started("demo-app"), started("demo-app"), started("demo-app"),
                       started("demo-app")};
    EXPECT_EQ(beat("demo-app", ids[0]).status, 409);
    for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_EQ(beat("demo-app", ids[i]).status, 202);
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

// With leases that outlive the minute of a throttle.
class ThrottleTest : public ServiceTest {
  protected:
    ThrottleTest() {
        Agreement agreement = demo_agreement();
        agreement.ttl = 90'000;
        service = Service(agreement);
    }
};

TEST_F(ThrottleTest, TwoHundredStartsAMinuteAndSubject) {
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

TEST_F(ThrottleTest, TwoHundredHeartbeatsAndDeletesAMinuteAndSession) {
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

TEST_F(ServiceTest, ASessionDisplacedFromOutsideIsToldAllThatPlayOn) {
    const std::string displaced = full_house();
    EXPECT_TRUE(service.displace(displaced, now));
    const Answer told = beat("demo-app", displaced);
    const Violation& violation = evaluation(told).violations.at(0);
    EXPECT_EQ(violation.rule.name, "3 streams cap");
    ASSERT_EQ(violation.conflicts.size(), 2u);
    const Stream& other = violation.conflicts[0].streams.at(0);
    EXPECT_EQ(other.termination_code, code_of(other.session));
}

}  // namespace
}  // namespace cmagent::cmsim
