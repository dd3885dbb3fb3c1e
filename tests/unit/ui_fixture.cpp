#include "tests/unit/ui_fixture.h"

#include <algorithm>
#include <deque>
#include <fstream>

namespace cmagent::platform {

std::int64_t build_date_ms() {
    return 1'700'000'000'000;
}

}  // namespace cmagent::platform

namespace cmagent::ui {
namespace {

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

Answered answered(const platform::HttpResponse& response) {
    Answered result;
    result.status = response.status;
    result.body = response.body;
    result.source = response.source;
    for (std::size_t i = 0; i < response.field_count; ++i) {
        result.fields[std::string(response.fields[i].name)] = response.fields[i].value;
    }
    return result;
}

// For check_answers.py, which holds every answer to openapi.yaml: what was asked, and what came.
void record(const std::string& method, const std::string& path, const Answered& answer) {
    const char* const file = std::getenv("CMAGENT_ANSWERS");
    if (file == nullptr || answer.status == 0) return;
    std::vector<char> text(2 * 1024 * 1024);
    json::Writer writer({text.data(), text.size()});
    writer.begin_object();
    writer.key("method").string(method).key("path").string(path);
    writer.key("status").number(answer.status).key("body").string(answer.body);
    writer.key("fields").begin_object();
    for (const auto& [name, value] : answer.fields) writer.key(name).string(value);
    writer.end_object().end_object();
    std::ofstream(file, std::ios::app) << writer.view() << '\n';
}

std::string_view TestHeaders::get(const char* name) const {
    for (const auto& [field, value] : fields) {
        if (same(field, name)) return value;
    }
    return {};
}

std::size_t TestHeaders::count(const char* name) const {
    return static_cast<std::size_t>(std::count_if(
        fields.begin(), fields.end(), [&](const auto& field) { return same(field.first, name); }));
}

std::string Answered::member(const std::string& name) const {
    const std::string key = "\"" + name + "\":";
    std::size_t at = body.find(key);
    if (at == std::string::npos) return "";
    at += key.size();
    const bool quoted = body[at] == '"';
    if (quoted) ++at;
    return body.substr(at, body.find_first_of(quoted ? "\"" : ",}]", at) - at);
}

void TestPort::respond(platform::HttpTicket ticket, const platform::HttpResponse& response) {
    answers[ticket] = answered(response);
    answers[ticket].ticket = ticket;
    record(asked[ticket].first, asked[ticket].second, answers[ticket]);
}

ApiTest::ApiTest() {
    EXPECT_TRUE(core_settings.applications[0].id.assign("demo-app"));
    EXPECT_TRUE(core_settings.applications[1].name.assign("news"));
    EXPECT_TRUE(core_settings.applications[1].id.assign("demo-app-2"));
    core_settings.application_count = 2;
    EXPECT_TRUE(core_settings.players[1].name.assign("bedroom"));
    core_settings.player_count = 2;
    core->configure(core_settings);
    core->seed(1);
    core->handle(core::Begin{}, {clock.now});
    api->configure(settings);
    api->start(0x123456789abcdef0, {clock.now});
    drain();
}

Answered ApiTest::ask(const std::string& method, const std::string& target, const std::string& body,
                      const Fields& fields) {
    // What waits keeps its views, as with the real port.
    struct Kept {
        std::string method, path, query, body;
        TestHeaders headers;
    };
    static std::deque<Kept> kept;
    const std::size_t mark = target.find('?');
    kept.push_back({method,
                    target.substr(0, mark),
                    mark == std::string::npos ? "" : target.substr(mark + 1),
                    body,
                    {}});
    Kept& own = kept.back();
    own.headers.fields = fields;
    const auto add = [&](const char* name, const char* value) {
        if (own.headers.count(name) == 0) own.headers.fields.emplace_back(name, value);
    };
    add("Host", "127.0.0.1:8790");
    if (!body.empty()) add("Content-Type", "application/json");

    platform::HttpRequest request;
    request.method = own.method;
    request.path = own.path;
    request.query = own.query;
    request.body = own.body;
    request.headers = &own.headers;
    platform::HttpResponse response;
    Answered result;
    const platform::HttpTicket ticket = ++last_ticket_;
    if (api->on_request(request, ticket, response)) result = answered(response);
    result.ticket = ticket;
    record(method, own.path, result);
    if (result.status == 0) port.asked[ticket] = {method, own.path};
    drain();
    return result;
}

void ApiTest::drain() {
    core::Action action;
    while (core->poll_action(action)) {
        switch (action.kind) {
            case core::ActionKind::send:
                exchanges.push_back(action.exchange);
                break;
            case core::ActionKind::notify:
            case core::ActionKind::started:
            case core::ActionKind::refused:
            case core::ActionKind::limited:
            case core::ActionKind::listed:
                api->on_action(action, {clock.now});
                break;
            default:
                break;
        }
    }
    api->on_time({clock.now});
}

void ApiTest::cm_says(const cm::Answer& answer) {
    ASSERT_FALSE(exchanges.empty()) << "nothing is being asked of CM";
    const std::uint32_t exchange = exchanges.front();
    exchanges.erase(exchanges.begin());
    cm::Request request;
    ASSERT_TRUE(core->describe(exchange, request));
    core->handle(core::Answered{exchange, &answer}, {clock.now});
    drain();
}

void ApiTest::cm_grants(std::int64_t lifetime_ms) {
    cm::Answer answer;
    answer.meaning = cm::Meaning::granted;
    answer.status = 202;
    EXPECT_TRUE(answer.session.assign("cm-" + std::to_string(++granted)));
    answer.lifetime_ms = lifetime_ms;
    cm_says(answer);
}

void ApiTest::cm_refuses(cm::Meaning meaning, int status, std::string_view body) {
    cm::Answer answer;
    answer.meaning = meaning;
    answer.status = status;
    answer.body = body;
    cm_says(answer);
}

void ApiTest::pass(std::int64_t ms) {
    clock.now += ms;
    core->handle_timeout({clock.now});
    drain();
}

Answered ApiTest::started(const std::string& body) {
    const Answered waiting = ask("POST", "/v1/sessions", body);
    EXPECT_EQ(waiting.status, 0) << waiting.body;
    cm_grants();
    return later(waiting);
}

Answered ApiTest::limited() {
    const Answered waiting = ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})");
    const std::string body = fixture("409-service-streams");
    cm_refuses(cm::Meaning::conflict, 409, body);
    return later(waiting);
}

}  // namespace cmagent::ui
