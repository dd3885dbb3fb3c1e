#include "tests/cmsim/control.h"

#include <cstdlib>
#include <string_view>

#include "tests/cmsim/date.h"
#include "tests/cmsim/json_input.h"
#include "tests/cmsim/json_text.h"

namespace cmagent::cmsim {
namespace {

std::int64_t count(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

Response json_response(JsonText& json, int status = 200) {
    return {status, {{"Content-Type", "application/json"}}, json.finish() + "\n"};
}

Response done() {
    return {204, {}, ""};
}

Response refused(int status, std::string_view why) {
    JsonText json;
    json.object().member("error", why);
    return json_response(json, status);
}

const char* name_of(State state) {
    switch (state) {
        case State::running:
            return "running";
        case State::displaced:
            return "displaced";
        case State::terminated:
            return "terminated";
        case State::lapsed:
            return "lapsed";
        case State::ended:
            return "ended";
    }
    return "";
}

// --- GET /control/status ---

void write_sessions_by_state(JsonText& json, const Service& service) {
    std::map<std::string, std::int64_t> states;
    for (const Session* session : service.sessions()) ++states[name_of(session->state)];
    json.key("sessions").object();
    for (const auto& [state, sessions] : states) json.member(state, sessions);
    json.close();
}

void write_requests_by_status(JsonText& json, const Journal& journal) {
    json.key("requests").object();
    for (const auto& [call, statuses] : journal.statuses()) {
        json.key(call.empty() ? "other" : call).object();
        for (const auto& [status, requests] : statuses) {
            json.member(std::to_string(status), count(requests));
        }
        json.close();
    }
    json.close();
}

Response status(const Request&, Stage& stage, const std::string&) {
    stage.simulator.service().advance(stage.simulator.now());
    JsonText json;
    json.object().member("url", stage.url);
    if (!stage.pin.empty()) json.member("pin", stage.pin);
    json.member("now", rfc3339(stage.simulator.now()));
    json.key("accepting").boolean(stage.server->accepting());
    json.member("connectionsOpened", count(stage.server->opened()));
    json.member("connectionsOpen", count(stage.server->open()));
    json.member("handshakesFailed", count(stage.handshakes_failed));
    json.member("requestsMalformed", count(stage.requests_malformed));
    write_sessions_by_state(json, stage.simulator.service());
    write_requests_by_status(json, stage.simulator.journal());
    return json_response(json);
}

// --- /control/sessions ---

void write_session(JsonText& json, const Session& session) {
    json.object().member("sessionId", session.id).member("state", name_of(session.state));
    json.member("terminationCode", session.termination_code);
    json.member("application", session.application->id);
    json.member("idp", session.household->idp).member("subject", session.household->subject);
    json.member("startedAt", rfc3339(session.started)).member("until", rfc3339(session.until));
    json.member("heartbeats", count(session.heartbeats));
    json.member("metadata", session.metadata);
    json.close();
}

Response list_sessions(const Request&, Stage& stage, const std::string&) {
    stage.simulator.service().advance(stage.simulator.now());
    JsonText json;
    json.object().key("sessions").array();
    for (const Session* session : stage.simulator.service().sessions()) {
        write_session(json, *session);
    }
    return json_response(json);
}

Response show_session(const Request&, Stage& stage, const std::string& id) {
    stage.simulator.service().advance(stage.simulator.now());
    const Session* session = stage.simulator.service().find(id);
    if (session == nullptr) return refused(404, "no such session");
    JsonText json;
    write_session(json, *session);
    return json_response(json);
}

Response forget_sessions(const Request&, Stage& stage, const std::string&) {
    stage.simulator.service().forget_everything();
    return done();
}

Response alive_or_refused(bool was_alive) {
    return was_alive ? done() : refused(404, "no such session is running");
}

// {"deviceName","channel","applicationName","sessionId"}, all optional: the terminator as the box
// is told of it.
Stream read_terminator(const Request& request, Millis now) {
    Stream terminator;
    terminator.started = now;
    terminator.application_name = "cmsim control";
    if (request.body.empty()) return terminator;
    const Document document(request.body, "body");
    Members members(document, document.root());
    terminator.session = members.text("sessionId").value_or("");
    terminator.application_name =
        members.text("applicationName").value_or(terminator.application_name);
    for (const char* name : {"deviceName", "channel"}) {
        if (const auto value = members.text(name)) terminator.metadata[name] = *value;
    }
    members.expect_no_more();
    return terminator;
}

Response terminate_session(const Request& request, Stage& stage, const std::string& id) {
    const Millis now = stage.simulator.now();
    return alive_or_refused(
        stage.simulator.service().terminate(id, read_terminator(request, now), now));
}

Response displace_session(const Request&, Stage& stage, const std::string& id) {
    return alive_or_refused(stage.simulator.service().displace(id, stage.simulator.now()));
}

Response lapse_session(const Request&, Stage& stage, const std::string& id) {
    return alive_or_refused(stage.simulator.service().lapse(id, stage.simulator.now()));
}

// --- /control/requests ---

void write_entry(JsonText& json, const Entry& entry) {
    json.object().member("number", count(entry.number)).member("time", rfc3339(entry.time));
    json.member("timeMs", entry.time).member("connection", count(entry.connection));
    json.member("method", entry.method).member("path", entry.path);
    if (!entry.call.empty()) {
        json.member("call", entry.call).member("application", entry.application);
        json.member("idp", entry.idp).member("subject", entry.subject);
        json.member("sessionId", entry.session);
        json.member("metadata", entry.metadata);
        json.key("terminate").array();
        for (const std::string& code : entry.terminate) json.text(code);
        json.close();
    }
    json.member("status", entry.status);
    if (entry.fault != 0) json.member("fault", count(entry.fault));
    json.close();
}

Response list_requests(const Request& request, Stage& stage, const std::string&) {
    constexpr std::string_view kAfter = "?after=";
    const std::size_t query = request.target.find(kAfter);
    const std::uint64_t after =
        query == std::string::npos
            ? 0
            : std::strtoull(request.target.c_str() + query + kAfter.size(), nullptr, 10);
    JsonText json;
    json.object().key("requests").array();
    for (const Entry& entry : stage.simulator.journal().entries()) {
        if (entry.number > after) write_entry(json, entry);
    }
    return json_response(json);
}

Response forget_requests(const Request&, Stage& stage, const std::string&) {
    stage.simulator.journal().clear();
    return done();
}

// --- /control/faults ---

Response list_faults(const Request&, Stage& stage, const std::string&) {
    JsonText json;
    json.object().key("faults").array();
    for (const ActiveFault& active : stage.simulator.faults().active()) {
        json.object().member("id", count(active.number));
        json.member("seen", count(active.seen)).member("hits", count(active.hits));
        json.key("given").verbatim(active.text).close();
    }
    return json_response(json);
}

Response add_fault(const Request& request, Stage& stage, const std::string&) {
    const FaultNumber number = stage.simulator.faults().add(request.body, "body");
    JsonText json;
    json.object().member("id", count(number));
    return json_response(json, 201);
}

Response clear_faults(const Request&, Stage& stage, const std::string&) {
    stage.simulator.faults().clear();
    return done();
}

Response remove_fault(const Request&, Stage& stage, const std::string& id) {
    const bool removed = stage.simulator.faults().remove(std::strtoull(id.c_str(), nullptr, 10));
    return removed ? done() : refused(404, "no such fault");
}

// --- GET /control/published ---

Response list_published(const Request&, Stage&, const std::string&) {
    JsonText json;
    json.object().key("published").array();
    for (const PublishedBody& body : published_bodies()) {
        json.object().member("name", body.name).member("status", body.status);
        json.key("calls").array();
        for (const CallKind call : body.calls) json.text(name_of(call));
        json.close().close();
    }
    return json_response(json);
}

// --- the rest ---

Response advance_clock(const Request& request, Stage& stage, const std::string&) {
    constexpr Millis kMost = 366 * 86'400'000LL;
    const Document document(request.body, "body");
    Members members(document, document.root());
    const Millis by = members.required(members.integer("advanceMs", 0, kMost), "advanceMs");
    members.expect_no_more();
    stage.simulator.advance(by);
    return done();
}

Response set_port(const Request& request, Stage& stage, const std::string&) {
    const Document document(request.body, "body");
    Members members(document, document.root());
    const bool open = members.required(members.boolean("open"), "open");
    members.expect_no_more();
    stage.server->set_accepting(open);
    return done();
}

Response close_connections(const Request&, Stage& stage, const std::string&) {
    stage.server->close_connections();
    return done();
}

Response shut_down(const Request&, Stage& stage, const std::string&) {
    stage.shut_down();
    return done();
}

struct Route {
    const char* method;
    const char* path;  // "*" stands for one segment, which the function gets
    Response (*answer)(const Request&, Stage&, const std::string& segment);
};

constexpr Route kRoutes[] = {
    {"GET", "/control/status", status},
    {"GET", "/control/sessions", list_sessions},
    {"DELETE", "/control/sessions", forget_sessions},
    {"GET", "/control/sessions/*", show_session},
    {"POST", "/control/sessions/*/terminate", terminate_session},
    {"POST", "/control/sessions/*/displace", displace_session},
    {"POST", "/control/sessions/*/lapse", lapse_session},
    {"GET", "/control/requests", list_requests},
    {"DELETE", "/control/requests", forget_requests},
    {"GET", "/control/faults", list_faults},
    {"POST", "/control/faults", add_fault},
    {"DELETE", "/control/faults", clear_faults},
    {"DELETE", "/control/faults/*", remove_fault},
    {"GET", "/control/published", list_published},
    {"POST", "/control/clock", advance_clock},
    {"PUT", "/control/port", set_port},
    {"DELETE", "/control/connections", close_connections},
    {"POST", "/control/shutdown", shut_down},
};

// Whether `path` is `pattern`; `segment` is then the part that the "*" stands for.
bool matches(std::string_view pattern, std::string_view path, std::string& segment) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == path;
    const std::string_view rest = pattern.substr(star + 1);
    if (path.size() <= star + rest.size() || path.substr(0, star) != pattern.substr(0, star)) {
        return false;
    }
    if (path.substr(path.size() - rest.size()) != rest) return false;
    segment = path.substr(star, path.size() - rest.size() - star);
    return segment.find('/') == std::string::npos;
}

}  // namespace

Response control(const Request& request, Stage& stage) {
    const std::string_view path =
        std::string_view(request.target).substr(0, request.target.find('?'));
    bool path_is_known = false;
    for (const Route& route : kRoutes) {
        std::string segment;
        if (!matches(route.path, path, segment)) continue;
        path_is_known = true;
        if (request.method != route.method) continue;
        try {
            return route.answer(request, stage, segment);
        } catch (const InvalidInput& error) {
            return refused(400, error.what());
        } catch (const CannotListen& error) {
            return refused(503, error.what());
        }
    }
    return path_is_known ? refused(405, "method not allowed") : refused(404, "no such route");
}

}  // namespace cmagent::cmsim
