// The composition root passes events and actions on between the core, the link, the local API, the
// players, the flash and the log. Their decisions are told by the other stories.

#include <gtest/gtest.h>

#include "tests/fixture.h"
#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

class AgentTest : public testing::Test {
  protected:
    // CM's answer to every call from now on.
    void cm_grants() {
        around.cm = [this](const std::string& request) {
            requests.push_back(request.substr(0, request.find(" HTTP")));
            return link::kAccepted;
        };
    }
    void cm_terminates() {
        around.cm = [](const std::string&) {
            return link::response(410, "Content-Type: application/json\r\n",
                                  fixture("410-service-remote-termination"));
        };
    }
    // How many lines of the log have this part.
    [[nodiscard]] std::size_t logged(const std::string& part) const {
        return static_cast<std::size_t>(std::count_if(
            around.log.lines.begin(), around.log.lines.end(),
            [&part](const std::string& line) { return line.find(part) != std::string::npos; }));
    }

    Surroundings around;
    std::vector<std::string> requests;
};

TEST_F(AgentTest, AStartGoesFromTheUiToCmAndBack) {
    cm_grants();
    AgentBox box(around);
    const auto start = box.start();
    EXPECT_EQ(requests, std::vector<std::string>{"POST /v2/sessions/acme/a-viewer"});
    EXPECT_EQ(box.port.answer(start).status, 201);
    EXPECT_EQ(logged("debug cm: start of default to cm.example: granted, status 202"), 1U);
    EXPECT_EQ(logged("lease none -> held (granted)"), 1U);
}

TEST_F(AgentTest, ThatNobodyIsMissedIsSaidOnceAndOfUisAlone) {
    cm_grants();
    AgentBox box(around);
    const auto start_in_app = [&](const char* more) {
        box.ask("POST", "/v1/sessions",
                R"({"idp":"acme","subject":"a-viewer","player":"app")" + std::string(more) + "}");
    };
    box.start();
    start_in_app(R"(,"clientKey":"0123456789abcdef")");
    EXPECT_EQ(logged("without a clientKey"), 0U);
    start_in_app("");
    start_in_app("");
    EXPECT_EQ(logged("without a clientKey"), 1U);
}

TEST_F(AgentTest, ATerminationStopsThePlayerAndIsAnEvent) {
    cm_grants();
    AgentBox box(around);
    const auto events = box.ask("GET", "/v1/events");
    static_cast<void>(box.start());
    cm_terminates();
    around.processes.ends["stop-it"] = 0;
    box.pass(60'000);
    EXPECT_EQ(around.processes.started, std::vector<std::string>{"stop-it"});
    const std::string heard = box.port.read(events);
    EXPECT_NE(heard.find("event: playback-stop"), std::string::npos) << heard;
    EXPECT_NE(heard.find("event: session-ended"), std::string::npos) << heard;
    EXPECT_NE(heard.find("\"playback\":\"stopped\""), std::string::npos) << heard;
}

TEST_F(AgentTest, ThePlayersWordReachesTheCore) {
    cm_grants();
    AgentBox box(around);
    const auto events = box.ask("GET", "/v1/events");
    static_cast<void>(box.start());
    around.processes.missing = {"stop-it"};
    cm_terminates();
    box.pass(60'000);
    EXPECT_TRUE(around.processes.started.empty());
    EXPECT_EQ(logged("warning player default: an order did not reach it; start it; else correct "
                     "its place, or give the daemon's user the right"),
              2U);
    EXPECT_EQ(logged(": playback forcing -> unconfirmed"), 1U);
    EXPECT_EQ(logged("warning session "), 2U) << "neither stop nor force reached it";
    EXPECT_EQ(box.port.read(events).find("\"playback\":\"stopped\""), std::string::npos);
}

TEST_F(AgentTest, TheNextRunTakesUpWhatIsOnFlash) {
    cm_grants();
    {
        AgentBox box(around);
        static_cast<void>(box.start());
        box.pass(kSecond);  // until the flash has it
    }
    EXPECT_EQ(around.flash.text.substr(0, 7), "boot-1\n");
    requests.clear();
    AgentBox box(around);
    box.pass(60'000);
    EXPECT_EQ(requests.at(0), "POST /v2/sessions/acme/a-viewer/id") << "a heartbeat of the session";
}

TEST_F(AgentTest, AnotherBootEndsWhatIsOnFlash) {
    cm_grants();
    {
        AgentBox box(around);
        static_cast<void>(box.start());
        box.pass(kSecond);  // until the flash has it
    }
    requests.clear();
    around.flash.boot = "boot-2";
    AgentBox box(around);
    box.pass(60'000);
    const std::string asks_for_the_application = "GET /v2/metadata";
    requests.erase(std::remove(requests.begin(), requests.end(), asks_for_the_application),
                   requests.end());
    EXPECT_EQ(requests, std::vector<std::string>{"DELETE /v2/sessions/acme/a-viewer/id"});
    EXPECT_EQ(around.flash.text.substr(0, 7), "boot-2\n");
}

TEST_F(AgentTest, AnOrderlyEndEndsEverySessionAtCm) {
    cm_grants();
    AgentBox box(around);
    static_cast<void>(box.start());
    requests.clear();
    around.processes.ends["stop-it"] = 0;
    box.shut_down();
    EXPECT_EQ(requests, std::vector<std::string>{"DELETE /v2/sessions/acme/a-viewer/id"});
    EXPECT_TRUE(box.idle());
}

TEST_F(AgentTest, AFlashThatFailsIsLoggedOnceAndOnceWhenItWorksAgain) {
    cm_grants();
    around.flash.fault = "write: No space left on device";
    AgentBox box(around);
    static_cast<void>(box.start());
    box.pass(kSecond);
    EXPECT_EQ(logged("error state: kept in memory only: write: No space left on device; give "
                     "state.dir room, and the daemon's user the right to write"),
              1U);
    around.flash.fault.clear();
    static_cast<void>(box.start());
    box.pass(kSecond);
    EXPECT_EQ(logged("info state: on flash again"), 1U);
}

TEST_F(AgentTest, Hazard24ADamagedStateIsLoggedAndSetAside) {
    around.flash = {"boot-1\nnonsense", "boot-1", true, ""};
    AgentBox box(around);
    EXPECT_EQ(logged("warning state: a damaged file was set aside"), 1U);
    EXPECT_EQ(around.flash.text.substr(0, 7), "boot-1\n");
}

TEST_F(AgentTest, AStateThatOthersCouldReadIsLogged) {
    around.flash.exposed = true;
    AgentBox box(around);
    EXPECT_EQ(logged("warning state: others could read or replace what is kept"), 1U);
}

TEST_F(AgentTest, CmThatCannotBeReachedIsAWarning) {
    AgentBox box(around);  // CM is silent
    static_cast<void>(box.start());
    box.pass(60'000);
    EXPECT_EQ(logged("warning cm: start of default to cm.example: unclear, timed-out"), 1U);
}

// A 409 of CM with names that nobody expects; the viewer then gives up.
TEST_F(AgentTest, AConflictIsOneLineOfTheLogWithItsOutcome) {
    around.cm = [](const std::string&) {
        return link::response(409, "Content-Type: application/json\r\n",
                              R"({"associatedAdvice":[{"type":"rule-violation","policyName":"p",)"
                              R"("ruleName":"\"a\\b\"\nc","threshold":3,"attribute":"streamId",)"
                              R"("conflicts":{"s-1":{"terminationCode":"a-code"}}}]})");
    };
    AgentBox box(around);
    const std::string location = box.port.answer(box.start()).fields.at("Location");
    EXPECT_EQ(logged("info conflict: "), 0U) << "it has no outcome yet";
    static_cast<void>(box.ask("DELETE", location));
    EXPECT_EQ(logged("info conflict: gave-up, listed 1, threshold 3, rule \"\\\"a\\\\b\\\"?c\", "
                     "policy \"p\", attribute \"streamId\""),
              1U);
    EXPECT_EQ(logged("a-code"), 0U);
    EXPECT_EQ(logged("a-viewer"), 0U);
}

TEST_F(AgentTest, TheHistorySaysHowFastAPlayerWasStopped) {
    cm_grants();
    around.clock.set_wall(1'900'000'000'000);
    AgentBox box(around);
    static_cast<void>(box.start());
    cm_terminates();
    around.processes.ends["stop-it"] = 0;
    box.pass(60'000);
    const std::string body = box.port.answer(box.ask("GET", "/v1/history")).body;
    EXPECT_NE(body.find(R"("kind":"terminated","endReason":"remote-termination",)"
                        R"("playback":"stopped","heardToStopMs":0,"stopToVerifiedMs":0})"),
              std::string::npos)
        << body;
    EXPECT_NE(body.find(R"("at":"2030-)"), std::string::npos) << body;
}

// design.md, rule 8.
TEST_F(AgentTest, TheLogNamesNoViewer) {
    cm_grants();
    AgentBox box(around);
    static_cast<void>(box.start());
    box.shut_down();
    EXPECT_FALSE(around.log.lines.empty());
    EXPECT_EQ(logged("a-viewer"), 0U);
    EXPECT_EQ(logged("acme"), 0U);
}

}  // namespace
}  // namespace cmagent::daemon
