#pragma once
// Every problem that the local API can answer with (RFC 9457), in one table: its code, its status,
// its title, and the text for the viewer. A new problem is an enumerator and a row here, and its
// code in openapi.yaml and client/cmagent.d.ts; a refusal of the core is mapped to it in
// problem.cpp.

#include <cstdint>
#include <iterator>
#include <string_view>

#include "agent/core/action.h"
#include "agent/json/write.h"
#include "agent/ui/texts.h"
#include "platform/api/http.h"

namespace cmagent::ui {

enum class Problem : std::uint8_t {
    // --- the request ---
    malformed_request,
    malformed_json,
    invalid_field,  // with field and reason
    not_found,
    no_such_session,
    no_such_conflict,
    no_such_stream,
    method_not_allowed,
    unsupported_media_type,
    request_too_slow,
    body_too_long,
    target_too_long,
    head_too_long,
    // --- who may call ---
    misdirected,
    origin_not_allowed,
    token_missing,
    not_allowed,
    not_owner,
    // --- the state of things ---
    stream_limit,
    would_displace,
    replaced,
    immutable_metadata,
    session_ended,
    conflict_over,
    code_not_offered,
    precondition_failed,
    idempotency_mismatch,
    missing_metadata,
    throttled,
    too_many_requests,
    too_many_sessions,
    too_many_listeners,
    busy,
    shutting_down,
    internal,
    // --- CM ---
    cm_protocol,
    cm_rejected,
    cm_credentials,
    cm_tls,
    cm_unreachable,
    cm_timeout,
    clock_not_set,
};

struct ProblemRow {
    Problem problem;
    std::string_view code;  // stable, for programs
    int status;
    std::string_view title;  // for developers: English
    TextId detail;           // for the viewer, unless somebody else is to blame than usual
};
// In the order of Problem. For the compiler: at run time row() reads a smaller form of it.
inline constexpr ProblemRow kProblems[] = {
    {Problem::malformed_request, "malformed-request", 400,
     "The HTTP request can be read in two ways", TextId::app_fault},
    {Problem::malformed_json, "malformed-json", 400, "The body is not JSON, or has a name twice",
     TextId::app_fault},
    {Problem::invalid_field, "invalid-field", 422, "A member or parameter is not as it must be",
     TextId::app_fault},
    {Problem::not_found, "not-found", 404, "There is nothing at this path", TextId::gone},
    {Problem::no_such_session, "no-such-session", 404, "No such session", TextId::gone},
    {Problem::no_such_conflict, "no-such-conflict", 404, "No such conflict", TextId::gone},
    {Problem::no_such_stream, "no-such-stream", 404,
     "CM lists no such stream, or none that can be ended", TextId::gone},
    {Problem::method_not_allowed, "method-not-allowed", 405, "Not with this method",
     TextId::app_fault},
    {Problem::unsupported_media_type, "unsupported-media-type", 415,
     "The body must be application/json", TextId::app_fault},
    {Problem::request_too_slow, "request-too-slow", 408, "The request took more than 10 s",
     TextId::busy},
    {Problem::body_too_long, "body-too-long", 413, "The body has more than 64 KiB",
     TextId::app_fault},
    {Problem::target_too_long, "target-too-long", 414, "The target has more than 4 KiB",
     TextId::app_fault},
    {Problem::head_too_long, "head-too-long", 431, "The header fields have more than 16 KiB",
     TextId::app_fault},

    {Problem::misdirected, "misdirected", 421,
     "The Host is neither loopback nor in http.allowedHosts", TextId::not_permitted},
    {Problem::origin_not_allowed, "origin-not-allowed", 403,
     "The Origin is not in http.allowedOrigins", TextId::not_permitted},
    {Problem::token_missing, "token-missing", 401, "A token of http.tokenFile is needed",
     TextId::not_permitted},
    {Problem::not_allowed, "not-allowed", 403,
     "The token is for some applications or players only, and this is not for them",
     TextId::not_permitted},
    {Problem::not_owner, "not-owner", 403, "The clientKey is not the one of its start",
     TextId::not_permitted},

    {Problem::stream_limit, "stream-limit", 409, "The limit of simultaneous streams is reached",
     TextId::cannot_watch},
    {Problem::would_displace, "would-displace", 409,
     "CM lets the latest win: to end this stream might end another, too",
     TextId::would_end_another},
    {Problem::replaced, "replaced", 409, "A later start has taken its place, or it was ended",
     TextId::replaced},
    {Problem::immutable_metadata, "immutable-metadata", 409,
     "CM does not let this metadata change during a session", TextId::app_fault},
    {Problem::session_ended, "session-ended", 409, "The session has ended", TextId::gone},
    {Problem::conflict_over, "conflict-over", 410,
     "The conflict was resolved, given up, or is too old", TextId::choice_over},
    {Problem::code_not_offered, "code-not-offered", 422,
     "A code is not among those that the conflict offers now", TextId::list_outdated},
    {Problem::precondition_failed, "precondition-failed", 412,
     "If-Match does not name the present state", TextId::changed_meanwhile},
    {Problem::idempotency_mismatch, "idempotency-mismatch", 422,
     "The Idempotency-Key was used with another body", TextId::app_fault},
    {Problem::missing_metadata, "missing-metadata", 422, "CM requires metadata that is missing",
     TextId::metadata_missing},
    {Problem::throttled, "throttled", 429, "CM throttles this subject", TextId::throttled},
    {Problem::too_many_requests, "too-many-requests", 429, "This caller asks too often",
     TextId::throttled},
    {Problem::too_many_sessions, "too-many-sessions", 503,
     "session.maxSessions sessions are there already, or this caller's share of them",
     TextId::too_many_sessions},
    {Problem::too_many_listeners, "too-many-listeners", 503,
     "8 listeners are there already, or this caller's share of them", TextId::busy},
    {Problem::busy, "busy", 503, "Too much is waiting already, or this caller's share of it",
     TextId::busy},
    {Problem::shutting_down, "shutting-down", 503, "The agent is about to end",
     TextId::shutting_down},
    {Problem::internal, "internal", 500, "The agent could not make an answer",
     TextId::internal_fault},

    {Problem::cm_protocol, "cm-protocol", 502, "The answer was not CM's",
     TextId::service_not_understood},
    {Problem::cm_rejected, "cm-rejected", 502, "CM does not accept the request",
     TextId::service_rejects},
    {Problem::cm_credentials, "cm-credentials", 502, "CM does not accept the application id",
     TextId::service_refuses_app},
    {Problem::cm_tls, "cm-tls", 502, "No trusted TLS connection to CM", TextId::service_not_secure},
    {Problem::cm_unreachable, "cm-unreachable", 503, "CM cannot be reached",
     TextId::service_unreachable},
    {Problem::cm_timeout, "cm-timeout", 504, "CM did not answer", TextId::service_silent},
    {Problem::clock_not_set, "clock-not-set", 503,
     "The clock is before the build date: no certificate can be judged", TextId::clock_not_set},
};
[[nodiscard]] ProblemRow row(Problem problem);

[[nodiscard]] Problem problem_of(core::Refusal refusal);
[[nodiscard]] Problem problem_of(platform::HttpRefusal refusal);

// Opens the document and writes the members that every problem has; the caller may add others, and
// closes it. `reason` is for the integrator, and may be empty. `blame`: who can mend it, where CM
// was asked.
void begin_problem(json::Writer& writer, Problem problem, const Language& language,
                   std::string_view reason, cm::Blame blame = cm::Blame::none,
                   const TextValues& values = {});
// The same with another text for the viewer than the table's.
void begin_problem(json::Writer& writer, Problem problem, std::string_view detail,
                   std::string_view reason, cm::Blame blame = cm::Blame::none);

}  // namespace cmagent::ui
