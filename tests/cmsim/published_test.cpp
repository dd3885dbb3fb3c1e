// The published bodies are replayed byte for byte: by name, and by turn.

#include "tests/cmsim/published.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/cmsim/catalogue.h"
#include "tests/cmsim/json_input.h"
#include "tests/cmsim/simulator.h"

namespace cmagent::cmsim {
namespace {

std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string body_of(const Delivery& delivery) {
    return delivery.bytes.substr(delivery.bytes.find("\r\n\r\n") + 4);
}

std::size_t fitting(CallKind call, int status) {
    std::size_t count = 0;
    for (const PublishedBody& body : published_bodies()) {
        for (const CallKind each : body.calls) {
            count += each == call && body.status == status ? 1 : 0;
        }
    }
    return count;
}

TEST(Published, EveryFileIsThereByteForByteAndItsOriginIsTold) {
    const std::string readme = read(std::filesystem::path(FIXTURES) / "README.md");
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(FIXTURES)) {
        if (entry.path().extension() == ".md") continue;
        const std::string name = entry.path().stem().string();
        const PublishedBody* body = published_body(name);
        ASSERT_NE(body, nullptr) << name;
        EXPECT_EQ(body->text, read(entry.path())) << name;
        EXPECT_TRUE(contains(readme, "`" + name + "`")) << name;
        ++files;
    }
    EXPECT_EQ(published_bodies().size(), files);
}

TEST(Published, TheNameOfAFileTellsWhichCallsItAnswers) {
    const PublishedBody& denial = *published_body("409-guide");
    EXPECT_EQ(denial.status, 409);
    EXPECT_EQ(denial.calls, (std::vector<CallKind>{CallKind::init, CallKind::heartbeat}));
    EXPECT_STREQ(denial.content_type, "application/json");
    const PublishedBody& page = *published_body("503-gateway");
    EXPECT_EQ(page.status, 503);
    EXPECT_EQ(page.calls.size(), 5u);
    EXPECT_STREQ(page.content_type, "text/html");
    EXPECT_EQ(published_body("running-streams")->status, 200);
    EXPECT_EQ(published_body("409"), nullptr);
}

class PublishedTest : public testing::Test {
  protected:
    Delivery ask(CallKind call, const std::string& session = "none") {
        const bool posts = call == CallKind::init || call == CallKind::heartbeat;
        const std::string target = call == CallKind::metadata  ? "metadata"
                                   : call == CallKind::streams ? "runningStreams/idp/me"
                                   : call == CallKind::init    ? "sessions/idp/me"
                                                               : "sessions/idp/me/" + session;
        Request request;
        request.method = call == CallKind::end ? "DELETE" : posts ? "POST" : "GET";
        request.target = "/v2/" + target;
        request.headers = {{"authorization", "Basic ZGVtby1hcHA6"}};
        return simulator.answer(request, 1);
    }
    std::string started() {
        ask(CallKind::init);
        return simulator.journal().entries().back().session;
    }
    void fault(const std::string& text) { simulator.faults().add(text, "test"); }
    Service& service() { return simulator.service(); }

    Millis time = 784'111'777'000;
    Simulator simulator{demo_agreement(), Dialect::published, "/v2", [this] { return time; }, 1};
};

// --- by name ---

TEST_F(PublishedTest, EveryBodyIsTheAnswerToEachCallThatItFits) {
    for (const PublishedBody& body : published_bodies()) {
        simulator.faults().clear();
        fault(R"({"fault":{"published":")" + std::string(body.name) + "\"}}");
        for (const CallKind call : body.calls) {
            const Delivery delivery = ask(call);
            EXPECT_EQ(body_of(delivery), body.text) << body.name;
            EXPECT_TRUE(contains(delivery.bytes, "HTTP/1.1 " + std::to_string(body.status)));
            EXPECT_TRUE(contains(delivery.bytes,
                                 "Content-Type: " + std::string(body.content_type) + "\r\n"));
            EXPECT_EQ(simulator.journal().entries().back().status, body.status) << body.name;
        }
    }
}

TEST_F(PublishedTest, ARefusalIsNotTakenAndASuccessIs) {
    fault(R"({"match":{"count":1},"fault":{"published":"409-guide"}})");
    ask(CallKind::init);
    EXPECT_TRUE(service().sessions().empty());
    fault(R"({"match":{"count":1},"fault":{"published":"success-envelope"}})");
    EXPECT_TRUE(contains(ask(CallKind::init).bytes, "Location: "));
    EXPECT_EQ(service().sessions().size(), 1u);
}

TEST_F(PublishedTest, OtherMembersOfAFaultGoBeforeIt) {
    fault(R"({"fault":{"published":"503-gateway","status":502,"headers":{"Retry-After":"5"}}})");
    const Delivery delivery = ask(CallKind::init);
    EXPECT_TRUE(contains(delivery.bytes, "502 Bad Gateway"));
    EXPECT_TRUE(contains(delivery.bytes, "Retry-After: 5\r\n"));
    EXPECT_EQ(body_of(delivery), published_body("503-gateway")->text);
}

TEST_F(PublishedTest, AnUnknownNameIsRefusedWithItsPlace) {
    try {
        fault("{\"fault\":\n {\"published\":\"409\"}}");
        ADD_FAILURE() << "accepted";
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "test:2:16: published: \"409\" is none of --help");
    }
}

// --- by turn ---

TEST_F(PublishedTest, DenialsGoThroughAllThatFitAndBeginAgain) {
    const std::size_t all = fitting(CallKind::init, 409);
    EXPECT_GE(all, 12u);
    for (int i = 0; i < 3; ++i) started();
    std::set<std::string> bodies;
    const std::string first = body_of(ask(CallKind::init));
    bodies.insert(first);
    for (std::size_t i = 1; i < all; ++i) bodies.insert(body_of(ask(CallKind::init)));
    EXPECT_EQ(bodies.size(), all);
    EXPECT_EQ(body_of(ask(CallKind::init)), first);
}

TEST_F(PublishedTest, EachKindOfAnswerHasItsOwnTurn) {
    const std::string metadata = body_of(ask(CallKind::metadata));
    EXPECT_EQ(body_of(ask(CallKind::streams)), published_body("running-streams-bare")->text);
    EXPECT_NE(body_of(ask(CallKind::metadata)), metadata);
    EXPECT_EQ(body_of(ask(CallKind::init)), published_body("success-envelope")->text);
}

TEST_F(PublishedTest, ADisplacedSessionAndATerminatedOneAreToldInPublishedWords) {
    const std::string displaced = started();
    const std::string terminated = started();
    service().displace(displaced, time);
    service().terminate(terminated, {}, time);
    const Delivery denial = ask(CallKind::heartbeat, displaced);
    EXPECT_TRUE(contains(denial.bytes, "409 Conflict"));
    EXPECT_EQ(body_of(denial), published_body("409-guide-no-conflicts")->text);
    const Delivery end = ask(CallKind::heartbeat, terminated);
    EXPECT_TRUE(contains(end.bytes, "410 Gone"));
    EXPECT_EQ(body_of(end), published_body("410-guide-remote-termination")->text);
}

TEST_F(PublishedTest, ALapsedSessionIsStillToldSoWithoutABody) {
    const std::string id = started();
    service().lapse(id, time);
    EXPECT_EQ(body_of(ask(CallKind::heartbeat, id)), "");
}

TEST_F(PublishedTest, AGatewayMayStandInForAThrottleAndForAFault) {
    fault(R"({"match":{"count":1},"fault":{"status":429,"leaseMs":21000}})");
    EXPECT_EQ(body_of(ask(CallKind::init)), published_body("429-gateway")->text);
    fault(R"({"match":{"count":1},"fault":{"status":503}})");
    EXPECT_EQ(body_of(ask(CallKind::init)), published_body("503-gateway")->text);
}

}  // namespace
}  // namespace cmagent::cmsim
