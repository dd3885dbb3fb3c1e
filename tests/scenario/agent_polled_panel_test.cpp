// What a panel costs CM that is polled each second for 10 minutes (contract.md, "Outlook").

#include <gtest/gtest.h>

#include "agent/cm/date_time.h"
#include "tests/as_http_date.h"
#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

struct Panel {
    const char* targets[2];
    std::size_t most;
};

class PolledPanel : public testing::TestWithParam<Panel> {
  protected:
    // One stream, whose device says after 51 s of 60 that it goes on.
    void serve() {
        around.cm = [this](const std::string& request) {
            EXPECT_EQ(request.find("GET /v2/runningStreams/acme/a-viewer"), 0U) << request;
            ++calls;
            const std::int64_t now = around.clock.boot_ms();
            return link::response(200,
                                  "Content-Type: application/json\r\nDate: " + date(now) +
                                      "\r\nExpires: " + date(now + 60'000 - now % 51'000) + "\r\n",
                                  R"({"runningStreams":[{"sessionId":"a"}],"otherStreams":0})");
        };
    }

    static std::string date(std::int64_t ms) {
        return as_http_date(cm::write_rfc3339(1'900'000'000'000 + ms).view());
    }

    Surroundings around;
    std::size_t calls = 0;
};

TEST_P(PolledPanel, AsksCmSeldom) {
    serve();
    AgentBox box(around);
    for (int second = 0; second < 600; ++second) {
        for (const char* target : GetParam().targets) {
            const auto ticket = box.ask("GET", target);
            ASSERT_EQ(box.port.answer(ticket).status, 200) << box.port.answer(ticket).body;
        }
        box.pass(1'000);
    }
    EXPECT_GT(calls, 0U);
    EXPECT_LE(calls, GetParam().most);
}

INSTANTIATE_TEST_SUITE_P(
    All, PolledPanel,
    testing::Values(Panel{{"/v1/streams?idp=acme&subject=a-viewer",
                           "/v1/outlook?idp=acme&subject=a-viewer&metadata.channel=news"},
                          13},  // a look lives for 51 s, what is left of the lease when CM is asked
                    Panel{{"/v1/streams?idp=acme&subject=a-viewer&refresh=true",
                           "/v1/outlook?idp=acme&subject=a-viewer&refresh=true"},
                          300}));

}  // namespace
}  // namespace cmagent::daemon
