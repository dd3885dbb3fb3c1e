#include "agent/ui/routes.h"

#include <algorithm>
#include <iterator>

#include "agent/ui/guard.h"

namespace cmagent::ui {
namespace {

constexpr Route kRoutes[] = {
    {"POST", "/v1/sessions", start_session},
    {"GET", "/v1/sessions", list_sessions},
    {"GET", "/v1/sessions/{id}", show_session},
    {"PATCH", "/v1/sessions/{id}", change_session},
    {"DELETE", "/v1/sessions/{id}", end_session},
    {"POST", "/v1/sessions/{id}/stopped", confirm_stopped},
    {"GET", "/v1/conflicts/{id}", show_conflict},
    {"POST", "/v1/conflicts/{id}", resolve_conflict},
    {"DELETE", "/v1/conflicts/{id}", give_up_conflict},
    {"POST", "/v1/logout", log_out},
    {"GET", "/v1/streams", show_streams},
    {"GET", "/v1/metadata", show_required_metadata},
    {"GET", "/v1/status", show_status},
    {"GET", "/v1/events", show_events},
    {"GET", "/healthz", show_health},
    {"GET", "/metrics", show_metrics},
#if CMAGENT_ASSETS
    {"GET", "/v1/openapi.json", show_description},
    {"GET", "/", show_page},
#endif
};

constexpr std::string_view kPlace = "{id}";

// Paths are compared as they came, byte by byte: no id of ours needs an escape, so %2f or .. are just
// parts of a path that is not there.
bool matches(std::string_view pattern, std::string_view path, std::string_view& id) {
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

// RFC 9110 §9.3.2: HEAD is GET without the body, which the port leaves out.
bool serves(const Route& route, std::string_view method) {
    return method == route.method || (method == "HEAD" && is_get(route));
}

// "CORS-preflight request" of the Fetch standard, and Private Network Access, "CORS preflight": the
// guard has found the origin allowed.
void answer_preflight(RequestContext& request, std::string_view methods) {
    request.reply.field("Access-Control-Allow-Methods", methods);
    request.reply.field("Access-Control-Allow-Headers",
                        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                        "Last-Event-ID");
    request.reply.field("Access-Control-Max-Age", "600");
    const std::string_view wish =
        request.http.headers->get("Access-Control-Request-Private-Network");
    if (wish == "true") request.reply.field("Access-Control-Allow-Private-Network", "true");
    request.reply.empty(204);
}

Outcome answer_without_route(RequestContext& request) {
    const Methods methods = methods_of(request.http.path);
    if (methods.empty()) {
        request.reply.problem(Problem::not_found);
    } else if (is_preflight(request.http) && !request.caller.origin.empty()) {
        answer_preflight(request, methods.view());
    } else if (request.http.method == "OPTIONS") {
        request.reply.field("Allow", methods.view());
        request.reply.empty(204);
    } else {
        request.reply.field("Allow", methods.view());
        request.reply.problem(Problem::method_not_allowed);
    }
    return Outcome::answered;
}

}  // namespace

Routes routes() {
    return {kRoutes, std::size(kRoutes)};
}

Methods methods_of(std::string_view path) {
    char text[Methods::capacity()];
    std::size_t size = 0;
    const auto append = [&](std::string_view part) {
        part = slice(part, 0, sizeof text - size);
        std::copy(part.begin(), part.end(), text + size);
        size += part.size();
    };
    std::string_view id;
    for (const Route& route : kRoutes) {
        if (!matches(route.path, path, id)) continue;
        append(route.method);
        append(is_get(route) ? ", HEAD, " : ", ");
    }
    if (size > 0) append("OPTIONS");
    Methods methods;
    (void)methods.assign({text, size});
    return methods;
}

Outcome dispatch(ApiState& api, RequestContext& request) {
    for (const Route& route : kRoutes) {
        if (serves(route, request.http.method) &&
            matches(route.path, request.http.path, request.id)) {
            return route.handler(api, request);
        }
    }
    return answer_without_route(request);
}

}  // namespace cmagent::ui
