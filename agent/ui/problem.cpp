#include "agent/ui/problem.h"

#include "agent/base/packed.h"
#include "agent/base/text_writer.h"

namespace cmagent::ui {
namespace {

constexpr ProblemRow kRows[] = {
    {Problem::malformed_request, "malformed-request", 400,
     "The HTTP request can be read in two ways", TextId::app_fault},
    {Problem::malformed_json, "malformed-json", 400, "The body is not JSON, or has a name twice",
     TextId::app_fault},
    {Problem::invalid_field, "invalid-field", 422, "A member or parameter is not as it must be",
     TextId::app_fault},
    {Problem::not_found, "not-found", 404, "There is nothing at this path", TextId::gone},
    {Problem::no_such_session, "no-such-session", 404, "No such session", TextId::gone},
    {Problem::no_such_conflict, "no-such-conflict", 404, "No such conflict", TextId::gone},
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
    {Problem::head_too_long, "head-too-long", 431, "The header fields have more than 8 KiB",
     TextId::app_fault},

    {Problem::misdirected, "misdirected", 421,
     "The Host is neither loopback nor in http.allowedHosts", TextId::not_permitted},
    {Problem::origin_not_allowed, "origin-not-allowed", 403,
     "The Origin is not in http.allowedOrigins", TextId::not_permitted},
    {Problem::token_missing, "token-missing", 401, "A token of http.tokenFile is needed",
     TextId::not_permitted},
    {Problem::not_permitted, "not-permitted", 403, "The token is not for this application",
     TextId::not_permitted},

    {Problem::stream_limit, "stream-limit", 409, "The limit of simultaneous streams is reached",
     TextId::limit_reached},
    {Problem::replaced, "replaced", 409, "A later start has taken its place, or it was ended",
     TextId::replaced},
    {Problem::immutable_metadata, "immutable-metadata", 409,
     "CM does not let this metadata change during a session", TextId::app_fault},
    {Problem::session_ended, "session-ended", 409, "The session has ended", TextId::gone},
    {Problem::conflict_over, "conflict-over", 410,
     "The conflict was resolved, given up, or is too old", TextId::gone},
    {Problem::precondition_failed, "precondition-failed", 412,
     "If-Match does not name the present state", TextId::changed_meanwhile},
    {Problem::idempotency_mismatch, "idempotency-mismatch", 422,
     "The Idempotency-Key was used with another body", TextId::app_fault},
    {Problem::missing_metadata, "missing-metadata", 422, "CM requires metadata that is missing",
     TextId::metadata_missing},
    {Problem::throttled, "throttled", 429, "CM throttles this subject", TextId::throttled},
    {Problem::too_many_sessions, "too-many-sessions", 503,
     "session.maxSessions sessions are there already", TextId::too_many_sessions},
    {Problem::too_many_listeners, "too-many-listeners", 503, "8 listeners are there already",
     TextId::busy},
    {Problem::busy, "busy", 503, "Too much is waiting for CM already", TextId::busy},
    {Problem::shutting_down, "shutting-down", 503, "The agent is about to end",
     TextId::shutting_down},
    {Problem::internal, "internal", 500, "The agent could not make an answer",
     TextId::internal_fault},

    {Problem::cm_protocol, "cm-protocol", 502, "The answer was not CM's",
     TextId::service_not_understood},
    {Problem::cm_credentials, "cm-credentials", 502, "CM does not accept the application id",
     TextId::service_refuses_app},
    {Problem::cm_tls, "cm-tls", 502, "No trusted TLS connection to CM", TextId::service_not_secure},
    {Problem::cm_unreachable, "cm-unreachable", 503, "CM cannot be reached",
     TextId::service_unreachable},
    {Problem::cm_timeout, "cm-timeout", 504, "CM did not answer", TextId::service_silent},
    {Problem::clock_not_set, "clock-not-set", 503,
     "The clock is before the build date: no certificate can be judged", TextId::clock_not_set},
};

static_assert(lists_all(kRows, &ProblemRow::problem));

constexpr auto kCodes = pack<kRows, &ProblemRow::code>();
constexpr auto kTitles = pack<kRows, &ProblemRow::title>();

struct Numbers {
    std::uint16_t status[kProblems] = {};
    TextId detail[kProblems] = {};
};
constexpr Numbers kNumbers = [] {
    Numbers numbers;
    for (std::size_t i = 0; i < kProblems; ++i) {
        numbers.status[i] = static_cast<std::uint16_t>(kRows[i].status);
        numbers.detail[i] = kRows[i].detail;
    }
    return numbers;
}();

struct RefusalRow {
    core::Refusal refusal;
    Problem problem;
};

constexpr RefusalRow kRefusals[] = {
    {core::Refusal::none, Problem::internal},
    {core::Refusal::no_such_session, Problem::no_such_session},
    {core::Refusal::no_such_conflict, Problem::no_such_conflict},
    {core::Refusal::conflict_over, Problem::conflict_over},
    {core::Refusal::code_not_offered, Problem::invalid_field},
    {core::Refusal::immutable_metadata, Problem::immutable_metadata},
    {core::Refusal::invalid_field, Problem::invalid_field},
    {core::Refusal::missing_metadata, Problem::missing_metadata},
    {core::Refusal::throttled, Problem::throttled},
    {core::Refusal::replaced, Problem::replaced},
    {core::Refusal::stream_limit, Problem::stream_limit},
    {core::Refusal::too_many_sessions, Problem::too_many_sessions},
    {core::Refusal::too_many_queries, Problem::busy},
    {core::Refusal::cm_protocol, Problem::cm_protocol},
    {core::Refusal::cm_credentials, Problem::cm_credentials},
    {core::Refusal::cm_tls, Problem::cm_tls},
    {core::Refusal::cm_unreachable, Problem::cm_unreachable},
    {core::Refusal::cm_timeout, Problem::cm_timeout},
    {core::Refusal::clock_not_set, Problem::clock_not_set},
    {core::Refusal::shutting_down, Problem::shutting_down},
};
static_assert(lists_all(kRefusals, &RefusalRow::refusal));

}  // namespace

ProblemRow row(Problem problem) {
    const auto i = static_cast<std::size_t>(problem);
    return {problem, kCodes[i], kNumbers.status[i], kTitles[i], kNumbers.detail[i]};
}

Problem problem_of(core::Refusal refusal) {
    return kRefusals[static_cast<std::size_t>(refusal)].problem;
}

Problem problem_of(platform::HttpRefusal refusal) {
    switch (refusal) {
        case platform::HttpRefusal::malformed:
            return Problem::malformed_request;
        case platform::HttpRefusal::too_slow:
            return Problem::request_too_slow;
        case platform::HttpRefusal::body_too_long:
            return Problem::body_too_long;
        case platform::HttpRefusal::target_too_long:
            return Problem::target_too_long;
        case platform::HttpRefusal::head_too_long:
            return Problem::head_too_long;
    }
    return Problem::malformed_request;
}

void begin_problem(json::Writer& writer, Problem problem, const Language& language,
                   std::string_view reason, const TextValues& places) {
    begin_problem(writer, problem, compose(language, row(problem).detail, places).view(), reason);
}

void begin_problem(json::Writer& writer, Problem problem, std::string_view detail,
                   std::string_view reason) {
    const ProblemRow known = row(problem);
    char bytes[64];
    TextWriter type(bytes);
    type << "urn:cmagent:problem:" << known.code;
    writer.begin_object();
    writer.member("type", type.view());
    writer.member("title", known.title);
    writer.key("status").number(known.status);
    writer.member("detail", detail);
    writer.member("code", known.code);
    if (!reason.empty()) writer.member("reason", reason);
}

}  // namespace cmagent::ui
