#include "tests/unit/ui_fixture.h"

#include <cstdlib>
#include <fstream>

namespace cmagent::ui {

std::string Answered::member(const std::string& name) const {
    const std::string key = "\"" + name + "\":";
    std::size_t at = body.find(key);
    if (at == std::string::npos) return "";
    at += key.size();
    const bool quoted = body[at] == '"';
    if (quoted) ++at;
    return body.substr(at, body.find_first_of(quoted ? "\"" : ",}]", at) - at);
}

ApiTest::ApiTest() {
    core_settings.starts_per_minute = 60'000;  // the pace has tests of its own
    EXPECT_TRUE(core_settings.applications[0].id.assign("demo-app"));
    EXPECT_TRUE(core_settings.applications[1].name.assign("news"));
    EXPECT_TRUE(core_settings.applications[1].id.assign("demo-app-2"));
    core_settings.application_count = 2;
    EXPECT_TRUE(core_settings.players[1].name.assign("bedroom"));
    core_settings.player_count = 2;
    core->configure(core_settings);
    core->seed({1, {1, 1}});
    core->set_clock(clock.wall_ms(), now());
    core->handle(core::Begin{}, now());
    api->configure(settings);
    port.start(*api);
    api->start(0x123456789abcdef0, now());
    drain();
}

Answered ApiTest::ask(const std::string& method, const std::string& target, const std::string& body,
                      const Fields& fields) {
    fakes::FakeHttpRequest request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.fields = fields;
    request.local_socket = user.has_value();
    request.user = user.value_or(0);
    const fakes::FakeHttpHeaders given(fields);
    if (given.count("Host") == 0) request.fields.emplace_back("Host", "127.0.0.1:8790");
    if (!body.empty() && given.count("Content-Type") == 0) {
        request.fields.emplace_back("Content-Type", "application/json");
    }
    const platform::HttpTicket ticket = port.ask(request);
    const Answered at_once = answered(ticket);
    unanswered_[ticket] = {method, target.substr(0, target.find('?'))};
    drain();
    return at_once;
}

Answered ApiTest::refused_by_port(platform::HttpRefusal why, const Fields& fields) {
    const platform::HttpTicket ticket = port.refuse(why, fakes::FakeHttpHeaders(fields));
    unanswered_[ticket] = {"POST", "/v1/sessions"};
    record();
    return answered(ticket);
}

Answered ApiTest::answered(platform::HttpTicket ticket) {
    Answered result;
    static_cast<fakes::FakeHttpAnswer&>(result) = port.answer(ticket);
    result.ticket = ticket;
    return result;
}

// For check_answers.py, which holds every answer to openapi.yaml: the request and its answer.
void ApiTest::record() {
    const char* const file = std::getenv("CMAGENT_ANSWERS");
    for (auto each = unanswered_.begin(); each != unanswered_.end();) {
        const auto [ticket, asked] = *each;
        const Answered answer = answered(ticket);
        each = answer.status == 0 ? std::next(each) : unanswered_.erase(each);
        if (file == nullptr || answer.status == 0) continue;
        std::vector<char> text(2 * 1024 * 1024);
        json::Writer writer({text.data(), text.size()});
        writer.begin_object();
        writer.key("method").string(asked.first).key("path").string(asked.second);
        writer.key("status").number(answer.status).key("body").string(answer.body);
        writer.key("fields").begin_object();
        for (const auto& [name, value] : answer.fields) writer.key(name).string(value);
        writer.end_object().end_object();
        std::ofstream(file, std::ios::app) << writer.view() << '\n';
    }
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
            case core::ActionKind::done:
            case core::ActionKind::looked:
                api->on_action(action, now());
                break;
            default:
                break;
        }
    }
    api->on_time(now());
    record();
}

void ApiTest::cm_says(const cm::Answer& answer) {
    ASSERT_FALSE(exchanges.empty()) << "nothing is being asked of CM";
    const std::uint32_t exchange = exchanges.front();
    exchanges.erase(exchanges.begin());
    cm::Request request;
    ASSERT_TRUE(core->describe(exchange, request));
    core->handle(core::Answered{exchange, &answer}, now());
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
    answer.blame = cm::blame_of(meaning, cm::Channel::verified);
    answer.status = status;
    answer.body = body;
    std::vector<json::Token> tokens(cm::kMaxBodyTokens);
    answer.evaluation = cm::Evaluation::read(body, {tokens.data(), tokens.size()});
    cm_says(answer);
}

void ApiTest::cm_lists(std::string_view body, std::int64_t lifetime_ms) {
    cm::Answer answer;
    answer.meaning = cm::Meaning::listed;
    answer.status = 200;
    answer.lifetime_ms = lifetime_ms;
    answer.body = body;
    std::vector<json::Token> tokens(cm::kMaxBodyTokens);
    answer.list = json::parse(body, {tokens.data(), tokens.size()}).root;
    cm_says(answer);
}

void ApiTest::pass(std::int64_t ms) {
    clock.advance(ms);
    core->handle_timeout(now());
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
