// How often the body of one answer of CM is parsed on its way through the whole agent: once by the
// link, which carries what it says to the core, and once more only for what a UI is shown.

#include <gtest/gtest.h>

#include "agent/json/read.h"
#include "tests/fixture.h"
#include "tests/scenario/agent_box.h"

// Every call of json::parse() in this program goes through counted_parse(): see CMakeLists.txt.
#define PARSE \
    "_ZN7cmagent4json5parseESt17basic_string_viewIcSt11char_traitsIcEENS_4SpanI9jsmntok_tEE"

namespace cmagent::daemon {
namespace {

std::vector<std::string>& parsed() {
    static std::vector<std::string> texts;
    return texts;
}

}  // namespace

json::Parsed real_parse(std::string_view text, json::Tokens tokens) __asm__("__real_" PARSE);
json::Parsed counted_parse(std::string_view text, json::Tokens tokens) __asm__("__wrap_" PARSE);

json::Parsed counted_parse(std::string_view text, json::Tokens tokens) {
    parsed().emplace_back(text);
    return real_parse(text, tokens);
}

namespace {

class ParsesTest : public testing::Test {
  protected:
    void cm_says(int status, const std::string& body) {
        around.cm = [status, body](const std::string&) {
            return link::response(status, "Content-Type: application/json\r\n", body);
        };
        parsed().clear();
    }
    [[nodiscard]] static std::size_t parses_of(const std::string& body) {
        return static_cast<std::size_t>(std::count(parsed().begin(), parsed().end(), body));
    }

    Surroundings around;
};

TEST_F(ParsesTest, A409IsParsedOnceForTheCoreAndOnceForTheUi) {
    AgentBox box(around);
    const std::string body = fixture("409-service-streams");
    cm_says(409, body);
    const auto start = box.start();
    EXPECT_EQ(box.port.answer(start).status, 409);
    EXPECT_EQ(parses_of(body), 2U);
}

TEST_F(ParsesTest, A410IsParsedOnce) {
    around.cm = [](const std::string&) { return link::kAccepted; };
    AgentBox box(around);
    const auto events = box.ask("GET", "/v1/events");
    static_cast<void>(box.start());
    const std::string body = fixture("410-service-remote-termination");
    cm_says(410, body);
    around.processes.ends["stop-it"] = 0;
    box.pass(60'000);
    EXPECT_NE(box.port.read(events).find("event: session-ended"), std::string::npos);
    EXPECT_EQ(parses_of(body), 1U);
}

}  // namespace
}  // namespace cmagent::daemon
