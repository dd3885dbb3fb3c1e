// Whoever is no longer watching stands on flash no more (contract.md, "Privacy"): whatever CM has
// answered, however the session and its conflict ended, and over a crash and a reboot.

#include <gtest/gtest.h>

#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

constexpr Millis kDay = 24 * 60 * kMinute;

const std::string kJson = "Content-Type: application/json\r\n";
const std::string kAnswers[] = {
    link::kAccepted,
    link::response(202, "", ""),
    link::response(400, kJson, "{}"),
    link::response(401, "", ""),
    link::response(404, "", ""),
    link::response(409, kJson,
                   R"({"associatedAdvice":[{"type":"rule-violation","attribute":"subject",)"
                   R"("threshold":1,"conflicts":{"TV":["code-1"]}}]})"),
    link::response(409, "", ""),
    link::response(410, "", ""),
    link::response(429, "", ""),
    link::response(503, "", ""),
    "no HTTP at all\r\n\r\n",
    "",  // none ever
};

struct Forgets : testing::Test {
    Forgets() { around.processes.ends["stop-it"] = 0; }

    void answer(const std::string& what) {
        around.cm = [what](const std::string&) { return what; };
    }
    // Sessions of one viewer at the player and of another at a page that nobody shows.
    void watch(AgentBox& box) {
        static_cast<void>(box.start());
        static_cast<void>(box.ask("POST", "/v1/sessions",
                                  R"({"idp":"acme","subject":"a-viewer-2","player":"app"})"));
    }
    [[nodiscard]] bool kept() const {
        return around.flash.text.find("viewer") != std::string::npos;
    }
    static void log_out(AgentBox& box) {
        for (const char* viewer : {"a-viewer", "a-viewer-2"}) {
            static_cast<void>(
                box.ask("POST", "/v1/logout",
                        std::string(R"({"idp":"acme","subject":")") + viewer + "\"}"));
        }
    }

    Surroundings around;
};

TEST_F(Forgets, Hazard60WhateverCmAnswers) {
    for (const std::string& first : kAnswers) {
        for (const std::string& later : kAnswers) {
            answer(first);
            AgentBox box(around);
            watch(box);
            EXPECT_TRUE(first != link::kAccepted || kept());
            box.pass(5 * kSecond);
            answer(later);
            watch(box);
            box.pass(10 * kMinute);
            log_out(box);
            box.pass(kDay);
            EXPECT_FALSE(kept()) << first << later << around.flash.text;
        }
    }
}

TEST_F(Forgets, Hazard60OverACrashAndAReboot) {
    for (const std::string& first : kAnswers) {
        for (const std::string& later : kAnswers) {
            for (const bool reboot : {false, true}) {
                answer(first);
                {
                    AgentBox box(around);
                    watch(box);
                    box.pass(100);
                }
                if (reboot) around.flash.boot += "x";
                answer(later);
                AgentBox box(around);
                box.pass(10 * kMinute);
                log_out(box);
                box.pass(kDay);
                EXPECT_FALSE(kept()) << first << later << reboot << around.flash.text;
                around.flash.boot = "boot-1";
            }
        }
    }
}

}  // namespace
}  // namespace cmagent::daemon
