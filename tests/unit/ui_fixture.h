#pragma once
// The local API with a real core behind it and nothing else: the test is the port and CM.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/core.h"
#include "agent/ui/local_api.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_http_port.h"
#include "tests/fixture.h"

namespace cmagent::ui {

// For a test of what a build may do without (toolchains/features.cmake): it is then left out, and says so.
#define CMAGENT_NEEDS(feature) \
    if ((feature) == 0) GTEST_SKIP() << "a build without " #feature

using Fields = fakes::HttpFields;

// The answer that has reached a client by now.
struct Answered : fakes::FakeHttpAnswer {
    platform::HttpTicket ticket = 0;

    [[nodiscard]] bool has(std::string_view part) const {
        return body.find(part) != std::string::npos;
    }
    // A string or number of the body, by its name; the first of that name.
    [[nodiscard]] std::string member(const std::string& name) const;
};

class ApiTest : public testing::Test {
  protected:
    ApiTest();

    // A request of the UI, and its answer; status 0: the answer comes later.
    Answered ask(const std::string& method, const std::string& target, const std::string& body = "",
                 const Fields& fields = {});
    // The answer that a request which waited has got by now.
    Answered later(const Answered& waiting) { return answered(waiting.ticket); }
    // A refusal of the port's own, in the handler's words.
    Answered refused_by_port(platform::HttpRefusal why, const Fields& fields);
    // The part of an event stream that its client has not read yet.
    std::string read(const Answered& stream, std::size_t portion = 4096) {
        return port.read(stream.ticket, portion);
    }
    // The client closes its connection.
    void leave(const Answered& client) { port.leave(client.ticket); }
    // Carries out the core's actions; exchanges with CM stay open.
    void drain();
    // CM's answer to the oldest open exchange.
    void cm_says(const cm::Answer& answer);
    void cm_grants(std::int64_t lifetime_ms = 60'000);
    void cm_refuses(cm::Meaning meaning, int status, std::string_view body = "");
    void cm_lists(std::string_view body, std::int64_t lifetime_ms = cm::kUnknownLifetime);
    void pass(std::int64_t ms);

    // A session that CM has accepted.
    Answered started(const std::string& body = R"({"idp":"mvpd","subject":"home"})");
    std::string start_id() { return started().member("id"); }
    // A conflict of the published sample.
    Answered limited();

    fakes::FakeClock clock{1'900'000'000'000};
    fakes::FakeHttpPort port;
    core::Settings core_settings;
    std::unique_ptr<core::Core> core = std::make_unique<core::Core>();
    std::unique_ptr<LocalApi> api = std::make_unique<LocalApi>(*core, clock, port);
    ApiSettings settings;
    std::vector<std::uint32_t> exchanges;
    std::optional<std::uint32_t> user;  // who asks on a unix socket; none: a client of the network
    int granted = 0;

  private:
    [[nodiscard]] Time now() { return {clock.boot_ms()}; }
    [[nodiscard]] Answered answered(platform::HttpTicket ticket);
    // Appends the answers that have come meanwhile to the file that CMAGENT_ANSWERS names, if any.
    void record();

    // Method and path of each request that has no answer yet.
    std::map<platform::HttpTicket, std::pair<std::string, std::string>> unanswered_;
};

}  // namespace cmagent::ui
