#pragma once
// The local API with a real core behind it and nothing else: the test is the port and CM.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/core.h"
#include "agent/ui/local_api.h"
#include "platform/api/clock.h"
#include "platform/api/http.h"
#include "tests/fixture.h"

namespace cmagent::ui {

using Fields = std::vector<std::pair<std::string, std::string>>;

class TestHeaders final : public platform::HttpHeaders {
  public:
    Fields fields;
    [[nodiscard]] std::string_view get(const char* name) const override;
    [[nodiscard]] std::size_t count(const char* name) const override;
};

struct Answered {
    int status = 0;  // 0: not yet
    std::string body;
    std::map<std::string, std::string> fields;
    platform::HttpSource* source = nullptr;
    platform::HttpTicket ticket = 0;

    [[nodiscard]] bool has(std::string_view part) const {
        return body.find(part) != std::string::npos;
    }
    // A string or number of the body, by its name; the first of that name.
    [[nodiscard]] std::string member(const std::string& name) const;
};

Answered answered(const platform::HttpResponse& response);
// Appends the answer to the file that CMAGENT_ANSWERS names, if any.
void record(const std::string& method, const std::string& path, const Answered& answer);

class TestPort final : public platform::HttpPort {
  public:
    void respond(platform::HttpTicket ticket, const platform::HttpResponse& response) override;
    void wake(platform::HttpSource& source) override { woken.push_back(&source); }

    std::map<platform::HttpTicket, std::pair<std::string, std::string>> asked;
    std::map<platform::HttpTicket, Answered> answers;
    std::vector<platform::HttpSource*> woken;
};

class TestClock final : public platform::Clock {
  public:
    std::int64_t boot_ms() override { return now; }
    std::int64_t wall_ms() override { return wall; }
    std::int64_t now = 1'000'000;
    std::int64_t wall = 1'900'000'000'000;
};

class ApiTest : public testing::Test {
  protected:
    ApiTest();

    // What the UI asks, and what it gets at once or (status 0) later.
    Answered ask(const std::string& method, const std::string& target, const std::string& body = "",
                 const Fields& fields = {});
    // What a request that waited has got by now.
    Answered later(const Answered& waiting) { return port.answers[waiting.ticket]; }
    // Does what the core wants done; exchanges with CM stay open.
    void drain();
    // CM's answer to the oldest open exchange.
    void cm_says(const cm::Answer& answer);
    void cm_grants(std::int64_t lifetime_ms = 60'000);
    void cm_refuses(cm::Meaning meaning, int status, std::string_view body = "");
    void pass(std::int64_t ms);

    // A session that CM has accepted.
    Answered started(const std::string& body = R"({"idp":"mvpd","subject":"home"})");
    std::string start_id() { return started().member("id"); }
    // A conflict of the published sample.
    Answered limited();

    TestClock clock;
    TestPort port;
    core::Settings core_settings;
    std::unique_ptr<core::Core> core = std::make_unique<core::Core>();
    std::unique_ptr<LocalApi> api = std::make_unique<LocalApi>(*core, clock, port);
    ApiSettings settings;
    std::vector<std::uint32_t> exchanges;
    int granted = 0;

  private:
    platform::HttpTicket last_ticket_ = 0;
};

}  // namespace cmagent::ui
