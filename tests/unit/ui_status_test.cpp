// What GET /v1/status and GET /metrics say of CM and of the box (contract.md, "Status", "Metrics").

#include "agent/cm/remedy.h"
#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

class StatusTest : public ApiTest {
  protected:
    StatusTest() {
        api->facts().host = "cm.example";
        api->facts().state_dir = "/var/lib/cmagent";
    }
    [[nodiscard]] std::string status() { return ask("GET", "/v1/status").body; }
    [[nodiscard]] bool tells(const std::string& part) {
        const std::string body = status();
        EXPECT_NE(body.find(part), std::string::npos) << body;
        return body.find(part) != std::string::npos;
    }
    [[nodiscard]] bool measures(const std::string& line) {
        return CMAGENT_METRICS == 0 || ask("GET", "/metrics").has("\n" + line + "\n");
    }
    void fails(cm::Meaning meaning, std::string_view reason, std::string_view detail) {
        (void)ask("POST", "/v1/sessions",
                  R"({"idp":"mvpd","subject":"home","application":"news"})");
        cm::Answer answer = cm::no_response(meaning, reason);
        answer.detail = detail;
        cm_says(answer);
    }
    void chain_ends_in(std::int64_t seconds) {
        chain_.count = 1;
        EXPECT_TRUE(chain_.certificates[0].subject.assign("cm.example, Example"));
        EXPECT_TRUE(chain_.certificates[0].issuer.assign("Example CA"));
        chain_.certificates[0].ends = clock.wall_ms() / 1000 + seconds;
        api->facts().chain = &chain_;
    }

    platform::ServerChain chain_;
};

TEST_F(StatusTest, Hazard62CmIsUnknownUntilItWasAsked) {
    EXPECT_TRUE(tells(R"("cm":{"host":"cm.example","reachable":"unknown","lastError":null,)"
                      R"("certificate":null,"roots":null,)"
                      R"("applications":{"default":"unknown","news":"unknown"}})"));
    EXPECT_FALSE(ask("GET", "/metrics").has("cmagent_cm_reachable"));
}

TEST_F(StatusTest, CmThatHasAnsweredIsReachableSinceThen) {
    (void)started();
    pass(5'000);
    EXPECT_TRUE(tells(R"("reachable":true,"since":"2030-03-17T17:46:)"));
    EXPECT_TRUE(tells(R"("default":"known","news":"unknown")"));
    EXPECT_TRUE(measures("cmagent_cm_reachable 1"));
}

TEST_F(StatusTest, Hazard62TheNewestFailureSaysWhatToDo) {
    fails(cm::Meaning::insecure, "certificate-expired", "192.0.2.1:443: certificate 0 (x): 1");
    const std::string message(cm::remedy_for(cm::Meaning::insecure, "certificate-expired"));
    ASSERT_FALSE(message.empty());
    EXPECT_TRUE(tells(R"("reachable":false,)"));
    EXPECT_TRUE(tells(R"("lastError":{"code":"cm-tls","reason":"certificate-expired","message":")" +
                      message + R"(","application":"news","host":"cm.example",)" +
                      R"("address":"192.0.2.1:443","detail":"certificate 0 (x): 1","at":"2030-)"));
    EXPECT_TRUE(tells(R"("agoMs":0,"count":1},)"));
    EXPECT_TRUE(measures("cmagent_cm_reachable 0"));
    EXPECT_TRUE(measures(R"(cmagent_cm_failures_total{reason="certificate-expired"} 1)"));
    EXPECT_TRUE(measures(R"(cmagent_cm_calls_total{call="start",outcome="unreachable"} 1)"));
}

TEST_F(StatusTest, AFailureWithoutAnAddressHasNone) {
    fails(cm::Meaning::clock_not_set, "clock-not-set", "Temporary failure in name resolution");
    EXPECT_TRUE(
        tells(R"("host":"cm.example","detail":"Temporary failure in name resolution","at")"));
    fails(cm::Meaning::clock_not_set, "clock-not-set", "[2001:db8::1]:443");
    EXPECT_TRUE(tells(R"("address":"[2001:db8::1]:443","at")"));
    fails(cm::Meaning::clock_not_set, "clock-not-set", "");
    EXPECT_TRUE(tells(R"("host":"cm.example","at")"));
}

TEST_F(StatusTest, ARefusalHasItsStatus) {
    (void)ask("GET", "/v1/metadata?application=news");
    cm_refuses(cm::Meaning::unauthorized, 401);
    EXPECT_TRUE(tells(R"("code":"cm-credentials","reason":"unauthorized","status":401,)"));
    EXPECT_TRUE(tells(R"("default":"unknown","news":"refused")"));
    EXPECT_TRUE(measures("cmagent_cm_refused_applications 1"));
}

TEST_F(StatusTest, ABoxWithoutAClockTellsNoMoment) {
    clock.set_wall(0);
    fails(cm::Meaning::clock_not_set, "clock-not-set", "");
    chain_ends_in(864'000);
    const std::string body = status();
    EXPECT_EQ(body.find("\"at\""), std::string::npos);
    EXPECT_EQ(body.find("\"since\""), std::string::npos);
    EXPECT_EQ(body.find("\"daysLeft\""), std::string::npos);
    EXPECT_TRUE(measures("cmagent_start_time_seconds 0"));
}

TEST_F(StatusTest, TheStartHasOneTimeWhateverTheClockDoesLater) {
    EXPECT_TRUE(measures("cmagent_start_time_seconds 1900000000"));
    clock.advance(2'700);
    clock.set_wall(clock.wall_ms() + 3'600'000);
    EXPECT_TRUE(measures("cmagent_start_time_seconds 1900000000"));
}

TEST_F(StatusTest, TheCertificateThatEndsFirstIsTold) {
    chain_ends_in(10 * 86'400 + 5);
    EXPECT_TRUE(tells(R"("certificate":{"subject":"cm.example, Example","issuer":"Example CA",)"
                      R"("notAfter":"2030-03-27T)"));
    EXPECT_TRUE(tells(R"("daysLeft":10})"));
    EXPECT_TRUE(measures("cmagent_cm_certificate_end_time_seconds 1900864005"));
    chain_ends_in(-5);
    EXPECT_TRUE(tells(R"("daysLeft":-1})"));
}

TEST_F(StatusTest, RootsStateLogAndConfigurationAreTold) {
    const platform::Roots roots{140, 2};
    DaemonFacts& facts = api->facts();
    facts.roots = &roots;
    facts.ca_file = "/etc/roots.pem";
    facts.dropped_lines = 3;
    const char* const files[] = {"/etc/cmagent/cmagent.json", "/etc/cmagent/conf.d/1.json"};
    facts.configuration.files = files;
    facts.configuration.read_at = Time{clock.boot_ms()};
    facts.configuration.taken = 2;
    facts.configuration.refused = 1;
    EXPECT_TRUE(tells(R"("roots":{"file":"/etc/roots.pem","trusted":140,"unreadable":2})"));
    EXPECT_TRUE(tells(R"("state":{"dir":"/var/lib/cmagent","onFlash":false,"lastError":null})"));
    EXPECT_TRUE(tells(R"("log":{"droppedLines":3})"));
    EXPECT_TRUE(tells(R"("configuration":{"files":["/etc/cmagent/cmagent.json",)"
                      R"("/etc/cmagent/conf.d/1.json"],"readAt":"2030)"));
    EXPECT_TRUE(tells(R"("reloads":2,"refused":null})"));
    EXPECT_TRUE(measures("cmagent_log_dropped_lines_total 3"));
    EXPECT_TRUE(measures(R"(cmagent_reloads_total{outcome="taken"} 2)"));
    EXPECT_TRUE(measures(R"(cmagent_reloads_total{outcome="refused"} 1)"));
    EXPECT_TRUE(measures("cmagent_state_on_flash 0"));
    EXPECT_TRUE(facts.configuration.fault.assign("line 3: wrong"));
    EXPECT_TRUE(facts.state.error.assign("write: No space left on device"));
    facts.state.since = Time{clock.boot_ms()};
    EXPECT_TRUE(tells(R"("refused":"line 3: wrong")"));
    EXPECT_TRUE(tells(R"("lastError":"write: No space left on device","since":"2030)"));
    facts.state.on_flash = true;
    EXPECT_TRUE(measures("cmagent_state_on_flash 1"));
}

TEST_F(StatusTest, TheHistogramOfCallsIsCumulative) {
    CMAGENT_NEEDS(CMAGENT_METRICS);
    cm::CallTimes times[kCountOf<cm::Call>];
    for (const Millis took : {40, 250, 251, 20'000}) times[0].note(took);
    api->facts().call_times = times;
    const std::string body = ask("GET", "/metrics").body;
    const std::string expected =
        "# TYPE cmagent_cm_call_seconds histogram\n"
        "cmagent_cm_call_seconds_bucket{call=\"start\",le=\"0.100\"} 1\n"
        "cmagent_cm_call_seconds_bucket{call=\"start\",le=\"0.300\"} 3\n"
        "cmagent_cm_call_seconds_bucket{call=\"start\",le=\"1.000\"} 3\n"
        "cmagent_cm_call_seconds_bucket{call=\"start\",le=\"3.000\"} 3\n"
        "cmagent_cm_call_seconds_bucket{call=\"start\",le=\"10.000\"} 3\n"
        "cmagent_cm_call_seconds_bucket{call=\"start\",le=\"+Inf\"} 4\n"
        "cmagent_cm_call_seconds_sum{call=\"start\"} 20.541\n"
        "cmagent_cm_call_seconds_count{call=\"start\"} 4\n";
    EXPECT_NE(body.find(expected), std::string::npos) << body;
}

TEST_F(StatusTest, CountersOfOneNameHaveOneHead) {
    CMAGENT_NEEDS(CMAGENT_METRICS);
    const std::uint64_t full = 5;
    const std::uint64_t resumed = 6;
    const DaemonCounter counters[] = {{"x_total", "What it is.", &full, "kind=\"full\""},
                                      {"x_total", "", &resumed, "kind=\"resumed\""}};
    api->facts().counters = counters;
    EXPECT_TRUE(
        ask("GET", "/metrics")
            .has("# HELP cmagent_x_total What it is.\n# TYPE cmagent_x_total counter\n"
                 "cmagent_x_total{kind=\"full\"} 5\ncmagent_x_total{kind=\"resumed\"} 6\n"));
}

}  // namespace
}  // namespace cmagent::ui
