#pragma once
// Every refusal that the local API can give (RFC 9457), in one table: its code, its status, its
// title, and what the viewer is told.

#include <cstdint>
#include <string_view>

#include "agent/base/names.h"
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
    not_permitted,
    // --- the state of things ---
    stream_limit,
    replaced,
    immutable_metadata,
    session_ended,
    conflict_over,
    precondition_failed,
    idempotency_mismatch,
    missing_metadata,
    throttled,
    too_many_sessions,
    too_many_listeners,
    busy,
    shutting_down,
    internal,
    // --- CM ---
    cm_protocol,
    cm_credentials,
    cm_tls,
    cm_unreachable,
    cm_timeout,
    clock_not_set,
};
inline constexpr std::size_t kProblems = kCountOf<Problem>;

struct ProblemRow {
    Problem problem;
    std::string_view code;  // stable, for programs
    int status;
    std::string_view title;  // for developers: English
    TextId detail;           // for the viewer
};
[[nodiscard]] ProblemRow row(Problem problem);

[[nodiscard]] Problem problem_of(core::Refusal refusal);
[[nodiscard]] Problem problem_of(platform::HttpRefusal refusal);

// Opens the document and writes the members that every problem has; the caller may add others, then
// closes it. `reason` is for the integrator, and may be empty.
void begin_problem(json::Writer& writer, Problem problem, const Language& language,
                   std::string_view reason, const TextValues& places = {});
// The same with another text for the viewer than the table's.
void begin_problem(json::Writer& writer, Problem problem, std::string_view detail,
                   std::string_view reason);

}  // namespace cmagent::ui
