// Many who ask at once while CM takes its time: own congestion is neither CM's failure nor a permit.

#include <gtest/gtest.h>

#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

constexpr const char* kRefused =
    R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"3 streams cap","threshold":3}]})";

// CM refuses every start with a 409, 2.6 s after it was asked, one call after the other.
class Congested : public testing::Test {
  protected:
    Congested() {
        around.cm = [this](const std::string& request) {
            const std::int64_t now = around.clock.boot_ms();
            if (request != asked_) asked_ = request, answer_at_ = now + 2'600;
            if (now < answer_at_) return std::string();
            asked_.clear();
            const bool start = request.substr(0, 5) == "POST ";
            if (start) ++starts;
            return link::response(start ? 409 : 200, "Content-Type: application/json\r\n",
                                  start ? kRefused : R"({"runningStreams":[]})");
        };
    }
    void pass(AgentBox& box, Millis span) {
        for (; span > 0; span -= 100) box.pass(100);
    }

    Surroundings around;
    int starts = 0;

  private:
    std::string asked_;
    std::int64_t answer_at_ = 0;
};

TEST_F(Congested, NobodyPlaysOnCreditAndCmIsReachable) {
    AgentBox box(around);
    std::vector<platform::HttpTicket> questions;
    std::vector<platform::HttpTicket> viewers;
    for (int i = 0; i < 4; ++i)
        questions.push_back(
            box.ask("GET", "/v1/streams?idp=acme&refresh=true&subject=s" + std::to_string(i)));
    for (int i = 0; i < 5; ++i)
        viewers.push_back(box.ask("POST", "/v1/sessions",
                                  R"({"idp":"acme","subject":"v)" + std::to_string(i) + "\"}"));
    pass(box, 20'000);
    int limited = 0;
    int busy = 0;
    for (const platform::HttpTicket viewer : viewers) {
        const auto& answer = box.port.answer(viewer);
        if (answer.status == 409) ++limited;
        if (answer.status != 503) continue;
        ++busy;
        EXPECT_NE(answer.body.find(R"("code":"busy")"), std::string::npos) << answer.body;
        EXPECT_EQ(answer.fields.at("Retry-After"), "2");
    }
    EXPECT_EQ(limited, 1) << "one question was on the wire, then came the first of the starts";
    EXPECT_EQ(limited + busy, 5);
    EXPECT_EQ(starts, limited) << "a start that was told to come again was not sent";
    EXPECT_NE(box.port.answer(box.ask("GET", "/v1/status")).body.find(R"("reachable":true)"),
              std::string::npos);
}

}  // namespace
}  // namespace cmagent::daemon
