// What the log says, how grave each line is, and that it stays short (contract.md, "Log").

#include <gtest/gtest.h>

#include "agent/daemon/folded_log.h"
#include "tests/fixture.h"
#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

using platform::LogLevel;

constexpr Millis kHour = 60 * kMinute;
const fakes::FakePeer kRefuses{fakes::FakePeer::Manner::refuses_later};

class AgentLogTest : public testing::Test {
  protected:
    AgentLogTest() {
        around.cm = [](const std::string&) { return link::kAccepted; };
        around.processes.ends["stop-it"] = 0;
    }
    // The first line with this part, or what there is instead.
    [[nodiscard]] std::string line(const std::string& part) const {
        std::string all;
        for (const std::string& line : around.log.lines) {
            if (line.find(part) != std::string::npos) return line;
            all += line + "\n";
        }
        return "none with " + part + " in:\n" + all;
    }
    [[nodiscard]] std::size_t count(const std::string& part) const {
        std::size_t count = 0;
        for (const std::string& line : around.log.lines) {
            count += line.find(part) != std::string::npos ? 1 : 0;
        }
        return count;
    }
    static void start(AgentBox& box, int viewer) {
        static_cast<void>(box.ask("POST", "/v1/sessions",
                                  R"({"idp":"acme","subject":"viewer-)" + std::to_string(viewer) +
                                      R"(","player":"app"})"));
    }
    // Sixteen who watch, and then a day on which CM is not there. `patience`: how often each of them
    // tries anew; 0: never.
    std::size_t lines_of_a_day(Millis patience) {
        FoldedLog folded(around.log, around.clock, LogLevel::info);
        around.written = &folded;
        AgentBox box(around);
        for (int viewer = 0; viewer < 16; ++viewer) start(box, viewer);
        box.pass(10 * kMinute);
        around.log.lines.clear();
        box.network(kRefuses, "192.0.2.1:443: Connection refused");
        around.cm = [](const std::string&) { return link::response(503, "Connection: close\r\n"); };
        for (Millis at = 0; at < 24 * kHour; at += patience == 0 ? kHour : patience) {
            for (int viewer = 0; patience > 0 && viewer < 16; ++viewer) start(box, viewer);
            box.pass(patience == 0 ? kHour : patience);
        }
        folded.finish();
        return around.log.lines.size();
    }
    std::string all() const {
        std::string all;
        for (const std::string& line : around.log.lines) all += line + "\n";
        return all;
    }

    Surroundings around;
};

TEST_F(AgentLogTest, AFailureNamesCallApplicationHostAddressAndReason) {
    AgentBox box(around);
    box.network(kRefuses, "192.0.2.1:443: Connection refused");
    static_cast<void>(box.start());
    EXPECT_EQ(
        line("cm: start"),
        "warning cm: start of default to cm.example: unreachable, connect-failed "
        "(192.0.2.1:443: Connection refused); let network, firewall and proxy pass the box to "
        "CM, and see that cm.url is right");
}

TEST_F(AgentLogTest, AnOutageIsToldInGrowingDistancesAndOnceWhenItIsOver) {
    AgentBox box(around);
    static_cast<void>(box.start());
    box.network(kRefuses, "192.0.2.1:443: Connection refused");
    around.cm = [](const std::string&) { return link::response(503, "Connection: close\r\n"); };
    box.pass(170 * kSecond);
    EXPECT_EQ(count("warning cm: heartbeat of default to cm.example: unreachable"), 2U)
        << "the answer that broke the connection, and that there is no other\n"
        << all();
    EXPECT_EQ(count("warning cm: still unreachable for 1 min, "), 1U) << all();
    EXPECT_EQ(count("info cm: "), 0U);
    box.network({}, "192.0.2.1:443");
    around.cm = [](const std::string&) { return link::kAccepted; };
    box.pass(60 * kSecond);
    EXPECT_EQ(count("info cm: cm.example is reachable again, after "), 1U) << all();
}

TEST_F(AgentLogTest, ADayWithoutCmIsFewLines) {
    EXPECT_LE(lines_of_a_day(0), 500U) << all();
}

TEST_F(AgentLogTest, ADayWithoutCmIsFewLinesThoughSixteenUisTryOnEveryMinute) {
    EXPECT_LE(lines_of_a_day(kMinute), 500U) << all();
}

TEST_F(AgentLogTest, ARemoteTerminationIsNoTrouble) {
    AgentBox box(around);
    static_cast<void>(box.start());
    around.cm = [](const std::string&) {
        return link::response(410, "Content-Type: application/json\r\n",
                              fixture("410-service-remote-termination"));
    };
    box.pass(kMinute);
    EXPECT_EQ(line("terminated").substr(0, 5), "info ");
    EXPECT_EQ(count("warning"), 0U) << all();
}

TEST_F(AgentLogTest, AStopThatIsNotConfirmedIsAWarning) {
    AgentBox box(around);
    start(box, 1);
    around.cm = [](const std::string&) {
        return link::response(410, "Content-Type: application/json\r\n",
                              fixture("410-service-remote-termination"));
    };
    box.pass(2 * kMinute);
    EXPECT_EQ(line("-> unconfirmed").substr(0, 16), "warning session ");
}

TEST_F(AgentLogTest, WhatAPlayersCommandPrintsBearsThePlayersName) {
    around.processes.ends["stop-it"] = 3;
    around.processes.prints["stop-it"] = {"no socket /run/player"};
    AgentBox box(around);
    static_cast<void>(box.start());
    box.shut_down();
    EXPECT_EQ(line("no socket"), "info player default: no socket /run/player");
    EXPECT_EQ(line("status 3"), "info player default: stop: status 3");
    EXPECT_EQ(line("did not reach"),
              "warning player default: an order did not reach it; start it; else correct its "
              "place, or give the daemon's user the right");
}

TEST_F(AgentLogTest, ACommandThatASignalEndsIsToldWithIt) {
    around.processes.ends["stop-it"] = -9;
    AgentBox box(around);
    static_cast<void>(box.start());
    box.shut_down();
    EXPECT_EQ(line("signal"), "info player default: stop: ended by signal 9");
}

TEST_F(AgentLogTest, AFlashThatCannotBeWrittenNeedsAHuman) {
    around.flash.fault = "write: No space left on device";
    AgentBox box(around);
    static_cast<void>(box.start());
    box.pass(2 * kHour);
    EXPECT_EQ(line("state: kept").substr(0, 6), "error ");
    EXPECT_EQ(count("error state: kept in memory only for "), 6U) << all();
    around.flash.fault.clear();
    box.pass(kMinute);
    EXPECT_EQ(count("info state: on flash again, after 120 min, "), 0U);
    EXPECT_EQ(count("info state: on flash again, after 2 h, "), 1U) << all();
}

}  // namespace
}  // namespace cmagent::daemon
