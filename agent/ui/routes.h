#pragma once
// Every route of the local API in one table (contract.md, "Local HTTP API"). A new route is a row
// and a declaration here, its handler in one of *_routes.cpp, and its description in openapi.yaml.

#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/ui/api_state.h"
#include "agent/ui/parsed_request.h"
#include "agent/ui/request_context.h"

namespace cmagent::ui {

// The condition that holds when a handler is called. dispatch() answers a request that does not
// meet it.
enum class Needs : std::uint8_t {
    nothing,
    session,            // RequestContext::session is there and the caller may see it; else 404
    unchanged_session,  // the same, and If-Match names its present state where it is sent; else 412
    conflict,           // RequestContext::conflict is there and the caller may see it; else 404
    unchanged_conflict,  // the same, and If-Match as above
};

// Answers the request, or adds a PendingRequest: the answer then comes later.
using Handler = void (*)(ApiState& api, RequestContext& request);

struct Route {
    // The texts are kept in the row: pointers to them would cost more.
    char method[7];
    char path[26];  // may hold one {id}
    Needs needs;
    RequestForm form;  // its fields are RequestContext::parsed; a fault is 422
    Handler handler;
};

// session_routes.cpp
void start_session(ApiState& api, RequestContext& request);
void list_sessions(ApiState& api, RequestContext& request);
void show_session(ApiState& api, RequestContext& request);
void change_session(ApiState& api, RequestContext& request);
void end_session(ApiState& api, RequestContext& request);
void confirm_stopped(ApiState& api, RequestContext& request);
void log_out(ApiState& api, RequestContext& request);
// conflict_routes.cpp
void show_conflict(ApiState& api, RequestContext& request);
void resolve_conflict(ApiState& api, RequestContext& request);
void give_up_conflict(ApiState& api, RequestContext& request);
// service_routes.cpp
void show_streams(ApiState& api, RequestContext& request);
void end_running_stream(ApiState& api, RequestContext& request);
void show_outlook(ApiState& api, RequestContext& request);
void show_required_metadata(ApiState& api, RequestContext& request);
void show_history(ApiState& api, RequestContext& request);
void show_status(ApiState& api, RequestContext& request);
void show_check(ApiState& api, RequestContext& request);
void show_health(ApiState& api, RequestContext& request);
void show_metrics(ApiState& api, RequestContext& request);
// event_routes.cpp
void show_events(ApiState& api, RequestContext& request);
// resource_routes.cpp
void show_page(ApiState& api, RequestContext& request);
void show_client(ApiState& api, RequestContext& request);
void show_description(ApiState& api, RequestContext& request);

// A build may do without some: toolchains/features.cmake.
inline constexpr Route kRoutes[] = {
    {"POST", "/v1/sessions", Needs::nothing, kStart, start_session},
    {"GET", "/v1/sessions", Needs::nothing, kNoForm, list_sessions},
    {"GET", "/v1/sessions/{id}", Needs::session, kNoForm, show_session},
    {"PATCH", "/v1/sessions/{id}", Needs::unchanged_session, kChange, change_session},
    {"DELETE", "/v1/sessions/{id}", Needs::unchanged_session, kNoForm, end_session},
    {"POST", "/v1/sessions/{id}/stopped", Needs::session, kNoForm, confirm_stopped},
    {"GET", "/v1/conflicts/{id}", Needs::conflict, kNoForm, show_conflict},
    {"POST", "/v1/conflicts/{id}", Needs::unchanged_conflict, kResolve, resolve_conflict},
    {"DELETE", "/v1/conflicts/{id}", Needs::conflict, kNoForm, give_up_conflict},
    {"POST", "/v1/logout", Needs::nothing, kLogout, log_out},
    {"GET", "/v1/streams", Needs::nothing, kStreams, show_streams},
    {"DELETE", "/v1/streams/{id}", Needs::nothing, kOneStream, end_running_stream},
    {"GET", "/v1/outlook", Needs::nothing, kOutlook, show_outlook},
    {"GET", "/v1/metadata", Needs::nothing, kApplication, show_required_metadata},
    {"GET", "/v1/history", Needs::nothing, kHistory, show_history},
    {"GET", "/v1/status", Needs::nothing, kNoForm, show_status},
#if CMAGENT_CHECK
    {"GET", "/v1/check", Needs::nothing, kNoForm, show_check},
#endif
    {"GET", "/v1/events", Needs::nothing, kListening, show_events},
    {"GET", "/healthz", Needs::nothing, kNoForm, show_health},
#if CMAGENT_METRICS
    {"GET", "/metrics", Needs::nothing, kNoForm, show_metrics},
#endif
#if CMAGENT_ASSETS
    {"GET", "/v1/openapi.json", Needs::nothing, kNoForm, show_description},
    {"GET", "/cmagent.js", Needs::nothing, kNoForm, show_client},
    {"GET", "/", Needs::nothing, kNoForm, show_page},
#endif
};

// Serves the request by its route. A request without one is answered here: OPTIONS and the
// preflight of a browser, 404, and 405 with Allow.
void dispatch(ApiState& api, RequestContext& request);

// For a handler that shows what may not have changed since: 304, where the client has the text that
// the tag stands for (RFC 9110 §13.1.2). False: it is to be told.
[[nodiscard]] bool not_modified(RequestContext& request, const ETag& tag);

}  // namespace cmagent::ui
