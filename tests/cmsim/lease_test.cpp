// How long a session lives without a heartbeat, and how long its slot is counted.

#include "tests/cmsim/service_fixture.h"

namespace cmagent::cmsim {
namespace {

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

// --- counted for longer than it lives ---

class WindowTest : public ServiceTest {
  protected:
    WindowTest() {
        Agreement agreement = demo_agreement();
        agreement.window = kCountingWindow;
        service = Service(agreement);
    }
    static constexpr Millis kLast = kTtl + 1;  // after the lease, within the window
};

TEST_F(WindowTest, ALapsedSessionIsGoneAndItsSlotStillTaken) {
    const std::string lapsed = full_house();
    now += kLast;
    const Answer told = beat("demo-app", lapsed);
    EXPECT_EQ(told.status, 410);
    EXPECT_TRUE(has_no_body(told));
    EXPECT_EQ(service.end(home("demo-app"), lapsed, now).status, 410);
    const Answer denied = start("demo-app");
    EXPECT_EQ(denied.status, 409);
    EXPECT_EQ(evaluation(denied).violations.at(0).conflicts.size(), 3u);
}

TEST_F(WindowTest, TheSlotIsFreeNinetySecondsAfterTheLastEvent) {
    full_house();
    now += kCountingWindow - 1;
    EXPECT_EQ(start("demo-app").status, 409);
    now += 1;
    EXPECT_TRUE(streams("demo-app").streams.empty());
    EXPECT_EQ(start("demo-app").status, 202);
}

TEST_F(WindowTest, AHeartbeatIsAnEvent) {
    const std::string oldest = full_house();
    now += kTtl - 1;
    EXPECT_EQ(beat("demo-app", oldest).status, 202);
    now += kCountingWindow - 1;
    const RunningStreams running = streams("demo-app");
    ASSERT_EQ(running.streams.size(), 1u);
    EXPECT_EQ(running.streams[0].session, oldest);
}

TEST_F(WindowTest, RunningStreamsExpireWithTheSlotOfTheFirstThatHasLapsed) {
    started("demo-app");
    EXPECT_EQ(service.running_streams(home("demo-app"), now).expires, kStart + kTtl);
    now += kLast;
    EXPECT_EQ(service.running_streams(home("demo-app"), now).expires, kStart + kCountingWindow);
}

TEST_F(WindowTest, EndingGivesTheSlotBackAtOnce) {
    const std::string id = full_house();
    EXPECT_EQ(service.end(home("demo-app"), id, now).status, 202);
    EXPECT_EQ(start("demo-app").status, 202);
}

TEST_F(WindowTest, XTerminateFreesASlotThatIsOnlyCounted) {
    const std::string lapsed = full_house();
    const std::string code = code_of(lapsed);
    now += kLast;
    EXPECT_EQ(start("demo-app", {}, {code}).status, 202);
    EXPECT_EQ(streams("demo-app").streams.size(), 3u);
    EXPECT_TRUE(evaluation(beat("demo-app", lapsed)).terminator);
}

TEST_F(WindowTest, TheLatestTakesASlotThatIsOnlyCounted) {
    const std::string lapsed = started("demo-fifo");
    now += kLast;
    const std::string newer = started("demo-fifo");
    EXPECT_EQ(beat("demo-fifo", lapsed).status, 410) << "it had lapsed before it was displaced";
    EXPECT_EQ(streams("demo-fifo").streams.size(), 1u);
    EXPECT_EQ(beat("demo-fifo", newer).status, 202);
}

TEST_F(WindowTest, AnEndFromOutsideIsNotCountedForLonger) {
    const std::string id = full_house();
    EXPECT_TRUE(service.lapse(id, now));
    EXPECT_EQ(start("demo-app").status, 202);
}

}  // namespace
}  // namespace cmagent::cmsim
