// The program as its users meet it: command line, sockets, faults on the wire, the control port.

#include <gtest/gtest.h>
#include <signal.h>

#include "tests/cmsim/running_cmsim.h"
#include "tests/fixture.h"

namespace cmagent::cmsim {
namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string init() {
    return request_text("POST", "/v2/sessions/idp/me");
}

std::string session_in(const std::string& answer) {
    const std::string mark = "Location: ";
    const std::size_t at = answer.find(mark);
    return at == std::string::npos ? "" : answer.substr(at + mark.size(), 36);
}

// --- the command line ---

TEST(CommandLine, HelpAndVersionAreShownAndThatIsAll) {
    const Ended help = run_to_the_end({"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_TRUE(contains(help.out, "--policies FILE"));
    EXPECT_TRUE(contains(help.out, "demo-devices"));
    EXPECT_TRUE(contains(help.out, "leavesOut"));
    EXPECT_TRUE(contains(help.out, "410-service-empty"));
    EXPECT_EQ(run_to_the_end({"--version"}).out.substr(0, 6), "cmsim ");
}

TEST(CommandLine, MistakesAreUsageErrors) {
    const std::vector<std::vector<std::string>> mistakes = {
        {"--nonsense"},     {"--ttl"},           {"--ttl", "x"},  {"--ttl", "0"}, {"file"},
        {"--dialect", "x"}, {"--bad-cert", "x"}, {"--cert", "x"}, {"--plain=1"},
    };
    for (const auto& arguments : mistakes) {
        const Ended ended = run_to_the_end(arguments);
        EXPECT_EQ(ended.status, 64) << arguments[0];
        EXPECT_TRUE(contains(ended.err, "cmsim: ")) << arguments[0];
    }
}

TEST(CommandLine, WhatCannotBeReadIsAConfigurationError) {
    EXPECT_EQ(run_to_the_end({"--policies", "/nowhere"}).status, 78);
    EXPECT_EQ(run_to_the_end({"--cert", "/nowhere", "--key", "/nowhere"}).status, 78);
    EXPECT_EQ(run_to_the_end({"--client-ca", "/nowhere"}).status, 78);
    EXPECT_EQ(run_to_the_end({"--write-ca", "/nowhere/ca.pem"}).status, 78);
    const Ended fault = run_to_the_end({"--fault", "{\"fault\":{\"x\":1}}"});
    EXPECT_EQ(fault.status, 78);
    EXPECT_TRUE(contains(fault.err, "--fault:1:"));
}

TEST(CommandLine, APortInUseIsUnavailable) {
    const RunningCmsim first({"--plain"});
    const std::string taken = "127.0.0.1:" + std::to_string(first.port());
    const Ended second = run_to_the_end({"--plain", "--listen", taken, "--control", "0"});
    EXPECT_EQ(second.status, 69);
    EXPECT_TRUE(contains(second.err, taken));
    EXPECT_EQ(run_to_the_end({"--plain", "--listen", "127.0.0.1:x"}).status, 69);
}

TEST(CommandLine, SigtermEndsItInOrder) {
    RunningCmsim cmsim({"--plain"});
    kill(cmsim.process(), SIGTERM);
    EXPECT_EQ(cmsim.wait(), 0);
}

// --- serving ---

TEST(Program, AConnectionServesManyRequestsAndPipelinedOnesInTheirOrder) {
    const RunningCmsim cmsim({"--plain"});
    Client client(cmsim.port());
    client.send(init());
    const std::string first = client.receive_answer();
    EXPECT_TRUE(contains(first, "HTTP/1.1 202 Accepted"));
    const std::string beat = "/v2/sessions/idp/me/" + session_in(first);
    client.send(request_text("POST", beat, "show=News") + request_text("DELETE", beat));
    EXPECT_TRUE(contains(client.receive_answer(), "Expires: "));
    EXPECT_FALSE(contains(client.receive_answer(), "Expires: "));
    client.send(request_text("GET", "/v2/metadata"));
    EXPECT_TRUE(contains(client.receive_answer(), "\r\n\r\n[]"));
    const std::string status = cmsim.control("GET", "/status");
    EXPECT_TRUE(contains(status, "\"connectionsOpened\":1,\"connectionsOpen\":1,")) << status;
}

TEST(Program, AMalformedRequestIsRefusedCountedAndTheEndOfTheConnection) {
    const RunningCmsim cmsim({"--plain"});
    Client client(cmsim.port());
    client.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(contains(client.receive_all(), "HTTP/1.1 400"));
    EXPECT_TRUE(contains(cmsim.control("GET", "/status"), "\"requestsMalformed\":1,"));
}

TEST(Program, TheClientsCloseIsHonoured) {
    const RunningCmsim cmsim({"--plain"});
    Client client(cmsim.port());
    std::string request = request_text("GET", "/v2/metadata");
    request.insert(request.find("Host"), "Connection: close\r\n");
    client.send(request);
    EXPECT_TRUE(contains(client.receive_all(), "200 OK"));
}

TEST(Program, IdleConnectionsAreClosedWhereAskedFor) {
    const RunningCmsim cmsim({"--plain", "--idle-close", "0.05"});
    Client client(cmsim.port());
    client.send(request_text("GET", "/v2/metadata"));
    EXPECT_TRUE(contains(client.receive_all(), "200 OK"));
    EXPECT_FALSE(client.was_reset());
}

TEST(Program, PoliciesAndDialectAreChosenOnTheCommandLine) {
    const std::string sample = std::string(FIXTURES) + "/../cmsim/policies.json";
    const RunningCmsim cmsim({"--plain", "--policies", sample, "--dialect=guide"});
    const std::string names = cmsim.call(request_text("GET", "/v2/metadata"));
    EXPECT_TRUE(contains(names, "[\"deviceId\"]")) << names;
    for (const char* device : {"A", "B"}) {
        const std::string form = "deviceId=" + std::string(device);
        cmsim.call(request_text("POST", "/v2/sessions/idp/me", form));
    }
    const std::string denied =
        cmsim.call(request_text("POST", "/v2/sessions/idp/me", "deviceId=C"));
    EXPECT_TRUE(contains(denied, "409 Conflict"));
    EXPECT_TRUE(contains(denied, "\"decision\":\"DENY\""));
}

TEST(Program, PublishedBodiesAreReplayedByTurn) {
    const RunningCmsim cmsim({"--plain", "--dialect", "published"});
    const std::string first = cmsim.call(request_text("GET", "/v2/metadata"));
    const std::string second = cmsim.call(request_text("GET", "/v2/metadata"));
    EXPECT_EQ(first.substr(first.find("\r\n\r\n") + 4), fixture("metadata-demo-app-2"));
    EXPECT_EQ(second.substr(second.find("\r\n\r\n") + 4), fixture("metadata-dictionary"));
}

// cm-api.md, "Further findings": a lease of 60 s, and 90 s in which a stream counts.
TEST(Program, ALeaseIsSixtySecondsAndASlotIsCountedForNinety) {
    const RunningCmsim cmsim({"--plain"});
    std::string last;
    for (int i = 0; i < 3; ++i) last = session_in(cmsim.call(init()));
    const std::string beat = request_text("POST", "/v2/sessions/idp/me/" + last);
    cmsim.control("POST", "/clock", R"({"advanceMs":60000})");
    EXPECT_TRUE(contains(cmsim.call(beat), "410 Gone"));
    EXPECT_TRUE(contains(cmsim.call(init()), "409 Conflict"));
    cmsim.control("POST", "/clock", R"({"advanceMs":30000})");
    EXPECT_TRUE(contains(cmsim.call(init()), "202 Accepted"));
}

TEST(Program, ALeaseThatIsChosenIsTheWindowTooUnlessThatIsChosenToo) {
    for (const bool chosen : {false, true}) {
        std::vector<std::string> options = {"--plain", "--ttl", "10"};
        if (chosen) options.insert(options.end(), {"--window", "20"});
        const RunningCmsim cmsim(options);
        for (int i = 0; i < 3; ++i) cmsim.call(init());
        cmsim.control("POST", "/clock", R"({"advanceMs":10000})");
        EXPECT_TRUE(contains(cmsim.call(init()), chosen ? "409 Conflict" : "202 Accepted"));
    }
}

// --- faults on the wire ---

class WireFault : public testing::Test {
  protected:
    // The connection after the first request has gone out to a cmsim with this fault.
    Client& send_under(const std::string& fault) {
        EXPECT_TRUE(
            contains(cmsim.control("POST", "/faults", "{\"fault\":" + fault + "}"), "\"id\""));
        client.send(init());
        return client;
    }
    bool was_taken() {
        return contains(cmsim.control("GET", "/sessions"), "\"state\":\"running\"");
    }
    RunningCmsim cmsim{{"--plain"}};
    Client client{cmsim.port()};
};

TEST_F(WireFault, AResetLeavesNoAnswer) {
    EXPECT_EQ(send_under(R"({"reset":true})").receive_all(), "");
    EXPECT_TRUE(client.was_reset());
    EXPECT_TRUE(was_taken());
}

TEST_F(WireFault, TruncationEndsTheConnectionWithoutAReset) {
    EXPECT_EQ(send_under(R"({"truncateAfter":12})").receive_all(), "HTTP/1.1 202");
    EXPECT_FALSE(client.was_reset());
}

TEST_F(WireFault, SilenceLeavesNoAnswer) {
    EXPECT_TRUE(send_under(R"({"silence":true})").is_silent(150));
    EXPECT_TRUE(was_taken());
}

TEST_F(WireFault, ADelayHoldsTheAnswerBackNotTheCall) {
    EXPECT_TRUE(send_under(R"({"delayMs":200})").is_silent(50));
    EXPECT_TRUE(was_taken());
    EXPECT_TRUE(contains(client.receive_answer(), "202"));
}

TEST_F(WireFault, BytesComeOneAfterTheOther) {
    send_under(R"({"bytesPerSecond":20})");
    EXPECT_EQ(client.receive(2), "HT");
    EXPECT_TRUE(client.is_silent(10));
    EXPECT_EQ(client.receive(2), "TP");
}

TEST_F(WireFault, AnEndlessBodyGoesOnUntilTheClientLeaves) {
    constexpr std::size_t kEnough = 1'000'000;
    EXPECT_EQ(send_under(R"({"endless":"body"})").receive(kEnough).size(), kEnough);
    EXPECT_TRUE(contains(cmsim.control("GET", "/status"), "\"connectionsOpen\":1,"));
}

TEST_F(WireFault, ClosingAfterEachAnswer) {
    EXPECT_TRUE(contains(send_under(R"({"then":"close"})").receive_all(), "202 Accepted"));
}

TEST_F(WireFault, AWelcomeCanStallOrReset) {
    cmsim.control("POST", "/faults",
                  R"({"match":{"call":"connect","count":1},"fault":{"welcome":"stall"}})");
    Client stalled(cmsim.port());
    stalled.send(init());
    EXPECT_TRUE(stalled.is_silent(100));
    EXPECT_FALSE(was_taken());
    cmsim.control("POST", "/faults",
                  R"({"match":{"call":"connect","count":1},"fault":{"welcome":"reset"}})");
    Client reset(cmsim.port());
    EXPECT_EQ(reset.receive_all(), "");
    EXPECT_TRUE(reset.was_reset());
}

TEST_F(WireFault, AClosedPortRefusesAndOpensAgain) {
    cmsim.control("PUT", "/port", R"({"open":false})");
    EXPECT_FALSE(Client(cmsim.port()).connected());
    cmsim.control("PUT", "/port", R"({"open":true})");
    EXPECT_TRUE(contains(cmsim.call(init()), "202"));
}

TEST(Program, FaultsCanBeGivenAtTheStart) {
    const RunningCmsim cmsim({"--plain", "--fault", R"({"fault":{"status":503}})"});
    EXPECT_TRUE(contains(cmsim.call(init()), "503 Service Unavailable"));
}

// --- the control port ---

TEST(Control, SessionsAreListedAndEndedAsIfByOthers) {
    const RunningCmsim cmsim({"--plain"});
    const std::string id = session_in(cmsim.call(request_text("POST", "/v2/sessions/a%2Fb/me")));
    const std::string shown = cmsim.control("GET", "/sessions/" + id);
    EXPECT_TRUE(contains(shown, "\"state\":\"running\"")) << shown;
    EXPECT_TRUE(contains(shown, "\"idp\":\"a/b\"")) << shown;
    EXPECT_EQ(cmsim.control("POST", "/sessions/" + id + "/terminate", R"({"deviceName":"Attic"})"),
              "");
    const std::string told = cmsim.call(request_text("POST", "/v2/sessions/a%2Fb/me/" + id));
    EXPECT_TRUE(contains(told, "410 Gone"));
    EXPECT_TRUE(contains(told, "\"deviceName\":\"Attic\"")) << told;
    EXPECT_TRUE(contains(cmsim.control("POST", "/sessions/" + id + "/lapse"), "no such session"));
    cmsim.control("DELETE", "/sessions");
    EXPECT_EQ(cmsim.control("GET", "/sessions"), "{\"sessions\":[]}\n");
}

TEST(Control, TheClockCanBeAdvanced) {
    const RunningCmsim cmsim({"--plain", "--ttl", "3600"});
    const std::string id = session_in(cmsim.call(init()));
    cmsim.control("POST", "/clock", R"({"advanceMs":3600000})");
    EXPECT_TRUE(contains(cmsim.control("GET", "/sessions/" + id), "\"state\":\"lapsed\""));
}

TEST(Control, RequestsAreRemembered) {
    const RunningCmsim cmsim({"--plain"});
    cmsim.call(init());
    cmsim.call(request_text("POST", "/v2/sessions/idp/you", "show=News"));
    const std::string later = cmsim.control("GET", "/requests?after=1");
    EXPECT_FALSE(contains(later, "\"number\":1,"));
    EXPECT_TRUE(contains(later, "\"connection\":2,")) << later;
    EXPECT_TRUE(contains(later, "\"metadata\":{\"show\":\"News\"}")) << later;
    cmsim.control("DELETE", "/requests");
    EXPECT_EQ(cmsim.control("GET", "/requests"), "{\"requests\":[]}\n");
}

TEST(Control, FaultsAreListedAndRemoved) {
    const RunningCmsim cmsim({"--plain"});
    const std::string fault = R"({"fault":{"status":503}})";
    EXPECT_EQ(cmsim.control("POST", "/faults", fault), "{\"id\":1}\n");
    EXPECT_EQ(cmsim.control("GET", "/faults"),
              R"({"faults":[{"id":1,"seen":0,"hits":0,"given":)" + fault + "}]}\n");
    EXPECT_TRUE(contains(cmsim.control("POST", "/faults", "{\"fault\":1}"), "body:1:10: "));
    cmsim.control("DELETE", "/faults/1");
    EXPECT_TRUE(contains(cmsim.control("DELETE", "/faults/1"), "no such fault"));
    EXPECT_TRUE(contains(cmsim.call(init()), "202"));
}

TEST(Control, PublishedBodiesAreListed) {
    const RunningCmsim cmsim({"--plain"});
    const std::string listed = cmsim.control("GET", "/published");
    EXPECT_TRUE(contains(listed, R"({"name":"410-service-empty","status":410,"calls":)"
                                 R"(["heartbeat","end"]})"))
        << listed;
}

TEST(Control, ConnectionsCanBeClosedAndTheProgramShutDown) {
    RunningCmsim cmsim({"--plain"});
    Client client(cmsim.port());
    client.send(request_text("GET", "/v2/metadata"));
    client.receive_answer();
    cmsim.control("DELETE", "/connections");
    EXPECT_EQ(client.receive_all(), "");
    cmsim.control("POST", "/shutdown");
    EXPECT_EQ(cmsim.wait(), 0);
}

TEST(Control, UnknownRoutesAndMethodsAreRefused) {
    const RunningCmsim cmsim({"--plain"});
    EXPECT_TRUE(contains(cmsim.control("GET", "/nothing"), "no such route"));
    EXPECT_TRUE(contains(cmsim.control("PUT", "/status"), "method not allowed"));
    EXPECT_TRUE(contains(cmsim.control("GET", "/sessions/none"), "no such session"));
}

}  // namespace
}  // namespace cmagent::cmsim
