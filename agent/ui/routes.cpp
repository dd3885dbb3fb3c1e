#include "agent/ui/routes.h"

#include <algorithm>

#include "agent/base/text_writer.h"
#include "agent/ui/guard.h"
#include "agent/ui/refusal.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {
namespace {

// --- the path and the method ---

// Paths are compared as they came, byte by byte: no id of the agent needs an escape, so that %2f
// and .. are just parts of a path that is not there.
bool matches(std::string_view pattern, std::string_view path, std::string_view& id) {
    constexpr std::string_view kPlace = "{id}";
    const std::size_t place = std::min(pattern.find(kPlace), pattern.size());
    if (slice(path, 0, place) != slice(pattern, 0, place)) return false;
    if (place == pattern.size()) return path.size() == pattern.size();
    const std::string_view tail = slice(pattern, place + kPlace.size());
    const std::string_view rest = slice(path, place);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    id = slice(rest, 0, end);
    return !id.empty() && slice(rest, end) == tail;
}

bool is_get(const Route& route) {
    return route.method[0] == 'G';
}

// RFC 9112 §3.2.4: OPTIONS asks about the server as a whole. A path it is for no other method.
constexpr std::string_view kWholeServer = "*";

// RFC 9110 §9.3.2: HEAD is GET without the body, which the port leaves out.
bool serves(const Route& route, std::string_view method) {
    return method == route.method || (method == "HEAD" && is_get(route));
}

// "GET, HEAD, PATCH, OPTIONS" and so on; empty: there is nothing at this path.
using Methods = Text<64>;

Methods methods_of(std::string_view path) {
    Methods methods;
    if (path == kWholeServer) {
        (void)methods.assign("GET, HEAD, POST, PATCH, DELETE, OPTIONS");
        return methods;
    }
    char text[Methods::capacity()];
    TextWriter out(text);
    std::string_view id;
    for (const Route& route : kRoutes) {
        if (!matches(route.path, path, id)) continue;
        out << route.method << (is_get(route) ? ", HEAD, " : ", ");
    }
    if (!out.view().empty()) out << "OPTIONS";
    (void)methods.assign(out.view());
    return methods;
}

// "CORS-preflight request" of the Fetch standard, and Private Network Access, "CORS preflight": the
// guard has found the origin allowed.
void answer_preflight(RequestContext& request, std::string_view methods) {
    Reply& reply = request.reply;
    reply.field("Access-Control-Allow-Methods", methods);
    reply.field("Access-Control-Allow-Headers",
                "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                "Last-Event-ID");
    reply.field("Access-Control-Max-Age", "600");
    const std::string_view private_network =
        request.http.headers->get("Access-Control-Request-Private-Network");
    if (private_network == "true") reply.field("Access-Control-Allow-Private-Network", "true");
    reply.empty(204);
}

void answer_without_route(RequestContext& request) {
    const Methods methods = methods_of(request.http.path);
    if (methods.empty()) return request.reply.problem(Problem::not_found);
    if (is_preflight(request.http) && !request.caller.origin.empty()) {
        return answer_preflight(request, methods.view());
    }
    request.reply.field("Allow", methods.view());
    if (request.http.method == "OPTIONS") return request.reply.empty(204);
    request.reply.problem(Problem::method_not_allowed);
}

// --- the needs of a route; each function is false where it has answered the request ---

bool find_session(ApiState& api, RequestContext& request) {
    request.session = api.find_session(request.id, request.caller);
    if (request.session == nullptr) request.reply.problem(Problem::no_such_session);
    const bool found = request.session != nullptr;
    if (found) api.core.handle(core::Called{{}, request.id}, Time{api.clock.boot_ms()});
    return found;
}

bool find_conflict(const ApiState& api, RequestContext& request) {
    request.conflict = api.find_conflict(request.id, request.caller);
    if (request.conflict == nullptr) request.reply.problem(Problem::no_such_conflict);
    return request.conflict != nullptr;
}

// RFC 9110 §13.1.1.
bool is_unchanged(ApiState& api, RequestContext& request) {
    const std::string_view if_match = request.http.headers->get("If-Match");
    if (if_match.data() == nullptr) return true;
    const ETag tag = request.session != nullptr
                         ? etag(*request.session, api.core, request.caller)
                         : present_tag(*request.conflict, request.caller, api);
    if (names_state(if_match, tag)) return true;
    // With the present state's tag the client knows at once whether its next request would pass.
    request.reply.field("ETag", tag);
    request.reply.problem(Problem::precondition_failed);
    return false;
}

bool find_needed(Needs needs, ApiState& api, RequestContext& request) {
    switch (needs) {
        case Needs::nothing:
            return true;
        case Needs::session:
            return find_session(api, request);
        case Needs::unchanged_session:
            return find_session(api, request) && is_unchanged(api, request);
        case Needs::conflict:
            return find_conflict(api, request);
        case Needs::unchanged_conflict:
            return find_conflict(api, request) && is_unchanged(api, request);
    }
    return false;
}

bool read_form(const RequestForm& form, ApiState& api, RequestContext& request,
               ParsedRequest& into) {
    const core::Settings& settings = api.core.settings();
    const Decoded fault =
        form.source == RequestForm::Source::body
            ? decode_body(request.http.body, form, settings, request.caller, api.tokens, into)
            : decode_query(request.http.query, form, settings, request.caller, into);
    if (!fault) return true;
    if (fault->problem == Problem::invalid_field) {
        request.reply.invalid(fault->field.view(), fault->why());
    } else {
        request.reply.problem(fault->problem, fault->why());
    }
    return false;
}

void serve(const Route& route, ApiState& api, RequestContext& request) {
    if (!find_needed(route.needs, api, request)) return;
    if (route.form.source == RequestForm::Source::none) return route.handler(api, request);
    ParsedRequest parsed;
    parsed.stream.owner = request.caller.owner;
    if (!read_form(route.form, api, request, parsed)) return;
    request.reply.name_caller(parsed.stream.owner, parsed.observer);
    parsed.stream.party = request.caller.share();
    // `parsed` ends here and the caller's context lives on, so that only a copy refers to it.
    RequestContext with_form = request;
    with_form.parsed = &parsed;
    route.handler(api, with_form);
}

}  // namespace

void dispatch(ApiState& api, RequestContext& request) {
    for (const Route& route : kRoutes) {
        if (!serves(route, request.http.method)) continue;
        if (matches(route.path, request.http.path, request.id)) return serve(route, api, request);
    }
    answer_without_route(request);
}

bool not_modified(RequestContext& request, const ETag& tag) {
    if (!names_text(request.http.headers->get("If-None-Match"), tag)) return false;
    request.reply.field("ETag", tag);
    request.reply.empty(304);
    return true;
}

}  // namespace cmagent::ui
