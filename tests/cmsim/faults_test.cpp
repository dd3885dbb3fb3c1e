// The calls that a fault hits, and the changes that it makes to the answer.

#include "tests/cmsim/faults.h"

#include <gtest/gtest.h>

#include "tests/cmsim/catalogue.h"
#include "tests/cmsim/json_input.h"
#include "tests/cmsim/simulator.h"

namespace cmagent::cmsim {
namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// --- matching ---

class MatchTest : public testing::Test {
  protected:
    void add(const std::string& match) {
        faults.add(R"({"match":)" + match + R"(,"fault":{"status":503}})", "test");
    }
    bool hits(std::string_view call, std::string_view subject = "s") {
        return faults.hit({call, "demo-app", "idp", subject, "id"}) != nullptr;
    }
    Faults faults;
};

TEST_F(MatchTest, WithoutAMatchEveryCallIsHitButNoConnection) {
    faults.add(R"({"fault":{"status":503}})", "test");
    for (const char* call : {"init", "heartbeat", "end", "streams", "metadata"}) {
        EXPECT_TRUE(hits(call)) << call;
    }
    EXPECT_FALSE(hits("connect"));
}

TEST_F(MatchTest, ByCallAndSubject) {
    add(R"({"call":"heartbeat","subject":"me"})");
    EXPECT_TRUE(hits("heartbeat", "me"));
    EXPECT_FALSE(hits("heartbeat", "you"));
    EXPECT_FALSE(hits("init", "me"));
}

TEST_F(MatchTest, SkipsFirstThenHitsSoManyAndNoMore) {
    add(R"({"call":"init","skip":2,"count":1})");
    EXPECT_FALSE(hits("init"));
    EXPECT_FALSE(hits("heartbeat"));
    EXPECT_FALSE(hits("init"));
    EXPECT_TRUE(hits("init"));
    EXPECT_FALSE(hits("init"));
    EXPECT_EQ(faults.active().front().seen, 4u);
    EXPECT_EQ(faults.active().front().hits, 1u);
}

TEST_F(MatchTest, TheFirstThatHitsCounts) {
    add(R"({"call":"init","count":1})");
    add(R"({"call":"init"})");
    EXPECT_EQ(faults.hit({"init", {}, {}, {}, {}})->number, 1u);
    EXPECT_EQ(faults.hit({"init", {}, {}, {}, {}})->number, 2u);
    EXPECT_TRUE(faults.remove(2));
    EXPECT_FALSE(faults.remove(2));
    EXPECT_FALSE(hits("init"));
}

TEST_F(MatchTest, WhatIsNotUnderstoodIsRefusedWithItsPlace) {
    const char* const refused[] = {
        "",
        "[]",
        "{}",
        R"({"fault":{"stauts":503}})",
        R"({"fault":{"status":"503"}})",
        R"({"fault":{"status":99}})",
        R"({"fault":{"framing":"wide"}})",
        R"({"fault":{"headers":{"Date":1}}})",
        R"({"match":{"call":"beat"},"fault":{}})",
        R"({"match":{"count":0},"fault":{}})",
        R"({"fault":{},"more":1})",
    };
    for (const char* text : refused) EXPECT_THROW(faults.add(text, "test"), InvalidInput) << text;
    try {
        faults.add("{\"fault\":\n {\"stauts\":503}}", "test");
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "test:2:12: \"stauts\" is not known here");
    }
    EXPECT_TRUE(faults.active().empty());
}

// --- the answer under a fault ---

class DeliverTest : public testing::Test {
  protected:
    Delivery delivery(const std::string& fault) {
        faults.clear();
        faults.add(R"({"fault":)" + fault + "}", "test");
        return deliver(response, faults.active().front().fault);
    }
    Faults faults;
    Response response{202, {{"Date", "D"}, {"Expires", "E"}, {"Location", "id"}}, "body"};
};

TEST_F(DeliverTest, WithoutAFaultTheAnswerIsWhole) {
    const Delivery whole = delivery("{}");
    EXPECT_EQ(whole.bytes, wire(response));
    EXPECT_EQ(whole.then, Then::next_request);
}

TEST_F(DeliverTest, StatusBodyAndContentTypeAreReplaced) {
    const Delivery result = delivery(R"({"status":403,"contentType":"text/plain","body":"no"})");
    EXPECT_TRUE(contains(result.bytes, "HTTP/1.1 403 Forbidden\r\n"));
    EXPECT_TRUE(contains(result.bytes, "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nno"));
}

TEST_F(DeliverTest, HeadersAreRemovedReplacedAndDoubled) {
    const Delivery result =
        delivery(R"({"headers":{"expires":null,"Location":"../a\r\nX: y","Date":["one","two"]}})");
    EXPECT_FALSE(contains(result.bytes, "Expires"));
    EXPECT_TRUE(contains(result.bytes, "Location: ../a\r\nX: y\r\n"));
    EXPECT_TRUE(contains(result.bytes, "Date: one\r\nDate: two\r\n"));
}

TEST_F(DeliverTest, APortalIsHtmlWhateverItsStatus) {
    for (const char* status : {"200", "302", "409", "511"}) {
        const std::string bytes = delivery(R"({"portal":)" + std::string(status) + "}").bytes;
        EXPECT_TRUE(contains(bytes, "HTTP/1.1 " + std::string(status)));
        EXPECT_TRUE(contains(bytes, "Content-Type: text/html"));
        EXPECT_TRUE(contains(bytes, "<html>"));
        EXPECT_EQ(contains(bytes, "Location: http"), std::string(status) == "302");
    }
}

TEST_F(DeliverTest, EveryFramingIsWritten) {
    EXPECT_TRUE(contains(delivery(R"({"framing":"chunked"})").bytes,
                         "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"));
    const std::string both = delivery(R"({"framing":"both"})").bytes;
    EXPECT_TRUE(contains(both, "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"));
    const Delivery closed = delivery(R"({"framing":"close"})");
    EXPECT_FALSE(contains(closed.bytes, "Content-Length"));
    EXPECT_EQ(closed.then, Then::hang_up);
}

TEST_F(DeliverTest, TruncationSilenceAndResetAreDelivered) {
    const Delivery cut = delivery(R"({"truncateAfter":10})");
    EXPECT_EQ(cut.bytes, "HTTP/1.1 2");
    EXPECT_EQ(cut.then, Then::hang_up);
    const Delivery silent = delivery(R"({"silence":true})");
    EXPECT_EQ(silent.bytes, "");
    EXPECT_EQ(silent.then, Then::silence);
    const Delivery reset = delivery(R"({"reset":true})");
    EXPECT_EQ(reset.bytes, "");
    EXPECT_EQ(reset.then, Then::reset);
    const Delivery late_reset = delivery(R"({"then":"reset"})");
    EXPECT_EQ(late_reset.bytes, wire(response));
    EXPECT_EQ(late_reset.then, Then::reset);
}

TEST_F(DeliverTest, PaceAndDelayAreKept) {
    const Delivery slow = delivery(R"({"bytesPerSecond":1,"delayMs":250})");
    EXPECT_EQ(slow.bytes_per_second, 1u);
    EXPECT_EQ(slow.delay, 250);
}

TEST_F(DeliverTest, FloodsHaveNoEnd) {
    EXPECT_TRUE(contains(delivery(R"({"endless":"headers"})").forever, "X-Padding: x"));
    EXPECT_FALSE(contains(delivery(R"({"endless":"headers"})").bytes, "\r\n\r\n"));
    EXPECT_TRUE(contains(delivery(R"({"endless":"body"})").bytes, "chunked\r\n\r\n"));
    EXPECT_EQ(delivery(R"({"endless":"interim"})").forever, "HTTP/1.1 102 Processing\r\n\r\n");
    const std::string bytes = delivery(R"({"interim":2})").bytes;
    EXPECT_EQ(bytes.find("HTTP/1.1 202"),
              2 * std::string("HTTP/1.1 102 Processing\r\n\r\n").size());
}

TEST_F(DeliverTest, GarbageIsNoHttp) {
    EXPECT_FALSE(contains(delivery(R"({"garbage":true})").bytes, "HTTP/"));
}

// --- with CM behind ---

class SimulatorTest : public testing::Test {
  protected:
    Delivery start(const std::string& codes = "") { return post("/v2/sessions/idp/me", codes); }
    Delivery post(const std::string& target, const std::string& codes = "") {
        Request request;
        request.method = "POST";
        request.target = target;
        request.headers = {{"authorization", "Basic ZGVtby1hcHA6"}, {"x-terminate", codes}};
        return simulator.answer(request, 1);
    }
    // demo-app allows three streams: their codes, as X-Terminate has them.
    std::string full_house() {
        for (int i = 0; i < 3; ++i) start();
        std::string codes;
        for (const Session* session : simulator.service().sessions()) {
            codes += session->termination_code + ",";
        }
        return codes;
    }
    std::size_t running() {
        std::size_t count = 0;
        for (const Session* session : simulator.service().sessions()) {
            count += session->state == State::running ? 1 : 0;
        }
        return count;
    }
    std::size_t sessions() { return simulator.service().sessions().size(); }
    void fault(const std::string& text) { simulator.faults().add(text, "test"); }

    Millis time = 784'111'777'000;
    Simulator simulator{demo_agreement(), Dialect::service, "/v2", [this] { return time; }, 1};
};

TEST_F(SimulatorTest, ALostAnswerIsTakenByCmAndAnAnswerOfSomebodyElseIsNot) {
    fault(R"({"match":{"count":1},"fault":{"silence":true}})");
    start();
    EXPECT_EQ(sessions(), 1u);
    fault(R"({"match":{"count":1},"fault":{"status":503}})");
    EXPECT_TRUE(contains(start().bytes, "503 Service Unavailable"));
    EXPECT_EQ(sessions(), 1u);
    fault(R"({"match":{"count":1},"fault":{"status":502,"taken":true}})");
    start();
    EXPECT_EQ(sessions(), 2u);
    fault(R"({"match":{"count":1},"fault":{"silence":true,"taken":false}})");
    start();
    EXPECT_EQ(sessions(), 2u);
}

TEST_F(SimulatorTest, CmsClockAndLeaseCanBeWrong) {
    fault(R"({"match":{"count":1},"fault":{"dateOffsetMs":3600000}})");
    const std::string ahead = start().bytes;
    EXPECT_TRUE(contains(ahead, "Date: Sun, 06 Nov 1994 09:49:37 GMT"));
    EXPECT_TRUE(contains(ahead, "Expires: Sun, 06 Nov 1994 09:50:37 GMT"));
    fault(R"({"match":{"count":1},"fault":{"leaseMs":-9000}})");
    EXPECT_TRUE(contains(start().bytes, "Expires: Sun, 06 Nov 1994 08:49:28 GMT"));
}

TEST_F(SimulatorTest, ADateCanComeTwice) {
    fault(R"({"fault":{"secondDateMs":-2000}})");
    const std::string twice = start().bytes;
    EXPECT_TRUE(contains(twice, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    EXPECT_TRUE(contains(twice, "Date: Sun, 06 Nov 1994 08:49:35 GMT\r\n"));
    EXPECT_TRUE(contains(twice, "Expires: Sun, 06 Nov 1994 08:50:37 GMT\r\n"));
}

TEST_F(SimulatorTest, OfTheCodesOnlyTheFirstFewMayWork) {
    const std::string codes = full_house();
    fault(R"({"match":{"count":1},"fault":{"codesHeeded":0}})");
    EXPECT_TRUE(contains(start(codes).bytes, "409 Conflict"));
    EXPECT_EQ(running(), 3u);
    fault(R"({"match":{"count":1},"fault":{"codesHeeded":1}})");
    EXPECT_TRUE(contains(start(codes).bytes, "202 Accepted"));
    EXPECT_EQ(running(), 3u) << "one was ended, and one has come";
    EXPECT_EQ(simulator.journal().entries().back().terminate.size(), 3u) << "as they were sent";
}

TEST_F(SimulatorTest, AShortListOffersOneCodeAndItWorks) {
    const std::string codes = full_house();
    const std::string first = codes.substr(0, codes.find(','));
    fault(R"({"match":{"count":1},"fault":{"listed":1}})");
    const std::string bytes = start().bytes;
    EXPECT_TRUE(contains(bytes, "\"terminationCode\":\"" + first + "\""));
    EXPECT_EQ(bytes.find("terminationCode"), bytes.rfind("terminationCode"));
    EXPECT_TRUE(contains(start(first).bytes, "202 Accepted"));
}

TEST_F(SimulatorTest, EndingMayFreeNothing) {
    const std::string codes = full_house();
    fault(R"({"match":{"count":1},"fault":{"freesTooLate":true}})");
    EXPECT_TRUE(contains(start(codes).bytes, "409 Conflict"));
    EXPECT_EQ(running(), 0u);
}

TEST_F(SimulatorTest, AThrottleCanBeMadeUp) {
    fault(R"({"fault":{"status":429,"leaseMs":21000}})");
    const std::string throttled = start().bytes;
    EXPECT_TRUE(contains(throttled, "HTTP/1.1 429 Too Many Requests"));
    EXPECT_TRUE(contains(throttled, "Date: Sun, 06 Nov 1994 08:49:37 GMT"));
    EXPECT_TRUE(contains(throttled, "Expires: Sun, 06 Nov 1994 08:49:58 GMT"));
    EXPECT_EQ(sessions(), 0u);
}

TEST_F(SimulatorTest, TheJournalHasWhatWasSentAndWhatWasAnswered) {
    fault(R"({"match":{"call":"heartbeat"},"fault":{"portal":511}})");
    start();
    post("/v2/sessions/idp/me/x?show=News");
    post("/elsewhere");
    const auto& entries = simulator.journal().entries();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].call, "init");
    EXPECT_EQ(entries[0].status, 202);
    EXPECT_EQ(entries[0].session, simulator.service().sessions().at(0)->id);
    EXPECT_EQ(entries[1].call, "heartbeat");
    EXPECT_EQ(entries[1].status, 511);
    EXPECT_EQ(entries[1].fault, 1u);
    EXPECT_EQ(entries[1].metadata, (Metadata{{"show", "News"}}));
    EXPECT_EQ(entries[2].call, "");
    EXPECT_EQ(entries[2].status, 404);
    EXPECT_EQ(simulator.journal().statuses().at("heartbeat").at(511), 1u);
}

TEST_F(SimulatorTest, AdvancingTheClockLetsLeasesLapse) {
    start();
    simulator.advance(90'000);
    simulator.service().advance(simulator.now());
    EXPECT_EQ(simulator.service().sessions().at(0)->state, State::lapsed);
    EXPECT_TRUE(contains(start().bytes, "Date: Sun, 06 Nov 1994 08:51:07 GMT"));
}

TEST_F(SimulatorTest, AConnectionCanBeWelcomedBadly) {
    EXPECT_EQ(simulator.welcome(), Welcome::serve);
    fault(R"({"match":{"call":"connect","count":1},"fault":{"welcome":"stall"}})");
    EXPECT_EQ(simulator.welcome(), Welcome::stall);
    EXPECT_EQ(simulator.welcome(), Welcome::serve);
}

}  // namespace
}  // namespace cmagent::cmsim
