// Every request of a UI whose answer comes later has one, whatever CM does: the whole agent
// (agent/core/README.md, "Invariants of a session", 16, up to the local API).

#include <gtest/gtest.h>

#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

using Tickets = std::vector<platform::HttpTicket>;

// One of each kind that may wait.
Tickets ask_everything(AgentBox& box) {
    const std::string account = "?idp=acme&subject=a-viewer";
    return {box.start(),
            box.ask("GET", "/v1/streams" + account),
            box.ask("GET", "/v1/outlook" + account),
            box.ask("GET", "/v1/metadata"),
            box.ask("DELETE", "/v1/streams/elsewhere" + account),
            box.ask("GET", "/v1/events?since=0&timeoutSeconds=60")};
}

std::vector<int> unanswered(AgentBox& box, const Tickets& tickets) {
    std::vector<int> waiting;
    for (std::size_t i = 0; i < tickets.size(); ++i) {
        if (box.port.answer(tickets[i]).status == 0) waiting.push_back(static_cast<int>(i));
    }
    return waiting;
}

TEST(Waits, EndWhereCmIsSilent) {
    Surroundings around;
    AgentBox box(around);
    const Tickets tickets = ask_everything(box);
    box.pass(70'000);
    EXPECT_EQ(unanswered(box, tickets), std::vector<int>());
}

TEST(Waits, EndWhereCmAnswersEachCallInTheSameWay) {
    const std::string kJson = "Content-Type: application/json\r\n";
    for (const std::string& answer :
         {link::response(400, kJson,
                         R"({"obligations":[{"namespace":"adobe.primetime.cm",)"
                         R"("action":"refresh","arguments":["metadata"]}]})"),
          link::response(400, kJson, "{}"), link::response(401, "", ""),
          link::response(404, "", ""), link::response(409, "", ""), link::response(410, "", ""),
          link::response(429, "", ""), link::response(503, "", ""), link::response(202, "", ""),
          link::response(200, kJson, "[]"), std::string("no HTTP at all\r\n\r\n")}) {
        Surroundings around;
        around.cm = [&](const std::string&) { return answer; };
        AgentBox box(around);
        const Tickets tickets = ask_everything(box);
        box.pass(70'000);
        EXPECT_EQ(unanswered(box, tickets), std::vector<int>()) << answer;
    }
}

TEST(Waits, EndWithTheAgent) {
    Surroundings around;
    AgentBox box(around);
    Tickets tickets = ask_everything(box);
    tickets.pop_back();  // the port closes what waits for events
    box.shut_down();
    EXPECT_EQ(unanswered(box, tickets), std::vector<int>());
}

}  // namespace
}  // namespace cmagent::daemon
