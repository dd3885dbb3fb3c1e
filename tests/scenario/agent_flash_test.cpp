// When the flash is written, and what a power cut costs (contract.md, "State on flash").

#include <gtest/gtest.h>

#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

class FlashTest : public testing::Test {
  protected:
    FlashTest() {
        around.cm = [](const std::string&) { return link::kAccepted; };
        around.processes.ends["stop-it"] = 0;
    }
    static void end_all(AgentBox& box) {
        static_cast<void>(box.ask("POST", "/v1/logout", R"({"idp":"acme","subject":"a-viewer"})"));
    }
    [[nodiscard]] bool kept(const char* text) const {
        return around.flash.text.find(text) != std::string::npos;
    }

    Surroundings around;
};

TEST_F(FlashTest, TheFirstChangeIsWrittenAtOnce) {
    AgentBox box(around);
    box.pass(kMinute);
    const unsigned before = around.flash.writes;
    static_cast<void>(box.start());
    EXPECT_EQ(around.flash.writes, before + 1);
    EXPECT_TRUE(kept("a-viewer"));
}

// So is that of a run that has just begun, and has written that it has.
TEST_F(FlashTest, TheFirstChangeAfterTheStartIsWrittenAtOnce) {
    AgentBox box(around);
    static_cast<void>(box.start());
    EXPECT_EQ(around.flash.writes, 2U);
    EXPECT_TRUE(kept("a-viewer"));
}

TEST_F(FlashTest, ALoopOfStartsAndEndsWritesOnceASecond) {
    AgentBox box(around);
    box.pass(kMinute);
    const unsigned before = around.flash.writes;
    for (Millis at = 0; at < 10 * kSecond; at += 50) {
        static_cast<void>(box.start());
        end_all(box);
        box.pass(50);
    }
    EXPECT_LE(around.flash.writes - before, 11U);
    EXPECT_GE(around.flash.writes - before, 10U);
}

TEST_F(FlashTest, WhatIsNewestGoesAndThenThereIsPeace) {
    AgentBox box(around);
    box.pass(kMinute);
    static_cast<void>(box.start());
    end_all(box);
    EXPECT_TRUE(kept("a-viewer")) << "the end waits for its turn";
    box.pass(kSecond);
    EXPECT_FALSE(kept("a-viewer"));
    const unsigned before = around.flash.writes;
    box.pass(kMinute);
    EXPECT_EQ(around.flash.writes, before);
}

// A flash that is mounted late, or was full: nothing else may happen for hours that would be written.
TEST_F(FlashTest, Hazard45WhatTheFlashDidNotTakeIsWrittenWhenItCan) {
    AgentBox box(around);
    box.pass(kMinute);
    around.flash.fault = "open the folder: No such file or directory";
    static_cast<void>(box.start());
    const unsigned before = around.flash.writes;
    box.pass(10 * kMinute);
    EXPECT_FALSE(kept("a-viewer"));
    EXPECT_GE(around.flash.writes - before, 20U) << "every 30 s at the latest";
    EXPECT_LE(around.flash.writes - before, 26U) << "with a back-off";
    around.flash.fault.clear();
    box.pass(31 * kSecond);
    EXPECT_TRUE(kept("a-viewer"));
    const unsigned then = around.flash.writes;
    box.pass(kMinute);
    EXPECT_EQ(around.flash.writes, then);
}

TEST_F(FlashTest, AChangeDoesNotWaitForTheNextAttempt) {
    AgentBox box(around);
    around.flash.fault = "open: Read-only file system";
    box.pass(10 * kMinute);
    around.flash.fault.clear();
    static_cast<void>(box.start());
    EXPECT_TRUE(kept("a-viewer"));
}

TEST_F(FlashTest, AnOrderlyEndLosesNothing) {
    AgentBox box(around);
    box.pass(kMinute);
    static_cast<void>(box.start());
    box.shut_down();
    EXPECT_TRUE(kept("a-viewer"));
    box.keep();
    EXPECT_FALSE(kept("a-viewer"));
    const unsigned before = around.flash.writes;
    box.keep();
    EXPECT_EQ(around.flash.writes, before) << "nothing has changed";
}

// A crash in the second in which the answer of CM waits to be written: that it was asked for is on
// the flash, and CM is asked what came of it.
TEST_F(FlashTest, ACrashWithinThatSecondLeavesNoSessionBehind) {
    std::vector<std::string> requests;
    around.cm = [&requests](const std::string& request) {
        requests.push_back(request.substr(0, request.find(" HTTP")));
        return link::kAccepted;
    };
    {
        AgentBox box(around);
        box.pass(kMinute);
        static_cast<void>(box.start());
    }
    requests.clear();
    AgentBox box(around);
    box.pass(kMinute);
    ASSERT_FALSE(requests.empty());
    EXPECT_EQ(requests[0], "GET /v2/runningStreams/acme/a-viewer");
}

}  // namespace
}  // namespace cmagent::daemon
