#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/advice.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/cm/response.h"
#include "agent/json/read.h"

namespace cmagent::cm {

// The outcome of a call: cm-api.md, "What each answer means for the box", and contract.md, "Reading
// a 409".
enum class Meaning : std::uint8_t {
    // 2xx: playing is allowed (start: with a usable Location), or the session is over (end: also
    // 404 and 410)
    granted,
    listed,      // 200 of running_streams and metadata, with a list that can be read
    conflict,    // 409 with a body of type JSON, a broken one too, or without a body
    terminated,  // 410 with remote-termination advice: ended from elsewhere, on purpose
    revoked,     // 410 with other advice, with a body that cannot be read, with a logout
    vanished,    // 410 without a body or with one that says nothing, 404
    throttled,   // 429
    incomplete,  // to a start or a heartbeat: 400 with the obligation refresh/metadata
    invalid,     // 400 without it: a fault of the request
    // 401, 403, 402 and 451: this application, or this household's place, is not to watch
    unauthorized,
    unreachable,  // no address, no connection, 5xx: nothing was decided, CM cannot be reached
    // a start went out, and nothing came that says whether CM has taken it (contract.md, "Outcome
    // unknown")
    unclear,
    // HTML, a redirect, an unreadable or unexpected answer: another server speaks (502 cm-protocol)
    not_cm,
    insecure,       // TLS failed (502 cm-tls)
    clock_not_set,  // TLS cannot be judged yet (503 clock-not-set)
    busy,           // nothing was asked: the call waited too long in our own line (503 busy)
};
[[nodiscard]] std::string_view meaning_name(Meaning meaning);  // "granted" …: for logs and metrics

// Who can mend that an answer is not the one that was asked for (contract.md, "Problems").
enum class Blame : std::uint8_t { none, household, app, service, network };
[[nodiscard]] std::string_view blame_name(Blame blame);  // "household" …; empty for none

// Who may have answered: anybody on the way, or what stands behind the certificate of CM, as which
// no captive portal can speak.
enum class Channel : std::uint8_t { open, verified };
[[nodiscard]] Blame blame_of(Meaning meaning, Channel channel);

// CM did as it was asked.
[[nodiscard]] bool is_success(Meaning meaning);
// CM itself has answered, be it with a refusal: it can be reached.
[[nodiscard]] bool is_word_of_cm(Meaning meaning);
// The request itself is at fault, or who asks: 400, 401, 403 and their like.
[[nodiscard]] bool finds_fault(Meaning meaning);

// A life time that CM did not give, that is unreadable or not positive (hazards.md 1 to 3).
inline constexpr std::int64_t kUnknownLifetime = -1;

// An answer as the core takes it, with what its body says: the body is parsed once, by
// read_answer().
//
// `body`, `evaluation` and `list` are views of the response's buffer and of the tokens that
// read_answer() was given. Both belong to the link, and both are used again for the next answer. So
// the views live while the link tells of this answer: during Core::handle(Answered) and until all
// actions that it caused were polled and done. A text that is needed longer is copied: the core
// keeps the body of a 409, because the UI may ask for it again.
struct Answer {
    Meaning meaning = Meaning::unreachable;
    Blame blame = Blame::none;
    int status = 0;                               // 0: none came
    Text<kMaxSessionId> session;                  // start: CM's id
    std::int64_t lifetime_ms = kUnknownLifetime;  // Expires − Date of this answer, not clamped
    std::int64_t date_ms = 0;  // its Date, milliseconds since 1970; 0: none that can be read
    std::string_view body;     // JSON text; empty where there is none or it is not to be read
    Evaluation evaluation;     // of a 4xx; without advice and obligations where the body is none
    json::Item list;           // with `listed`: the body, for RunningStreams or RequiredMetadata
    // With `unclear`: what the answer is where CM has not taken the start. `unclear`: none came.
    Meaning otherwise = Meaning::unclear;
    bool logout = false;  // the body carries the obligation authentication/logout
    // To a start or a heartbeat: the body carries the obligation cm/refresh metadata.
    bool refresh = false;
    // For the integrator, stable, a literal: "content-type", "certificate-expired", "not-http" …
    std::string_view reason;
    // For the log, where there is no response: the address and the system's or the library's word
    // for what went wrong. Lives as `body` does.
    std::string_view detail;
};

// The type of a body by which CM is told from a captive portal (hazards.md 6): application/json,
// text/json or any …+json (RFC 6839 §3.1), with or without parameters.
[[nodiscard]] bool is_json_type(std::string_view content_type);

// Reads a response to `call`. The response may have broken off or be unreadable. Of the answer to a
// start the head alone decides, once it is complete; of others that to a heartbeat or an end which
// has succeeded, and a 4xx of type JSON, with an unreadable body. Anything else is `not_cm` with the
// fault, or `lost(call, …)`; to a start it is `unclear`. Over a verified channel some statuses count
// whatever the type of the body: a gateway of CM's has refused with a page of its own. `tokens`
// (kMaxBodyTokens) must stay as they are while the answer is used.
[[nodiscard]] Answer read_answer(Call call, Channel channel, const ResponseReader& response,
                                 json::Tokens tokens);

// The answer where there is no response. `reason` is a literal. `verified`: CM itself is at fault.
[[nodiscard]] Answer no_response(Meaning meaning, std::string_view reason,
                                 Channel channel = Channel::open);

// The request went out, at least in part, and no answer came: `unclear` for a start, `unreachable`
// for the calls that may be repeated; or what has come instead of it.
[[nodiscard]] Answer lost(Call call, std::string_view reason, Meaning instead = Meaning::unclear,
                          Channel channel = Channel::open);

// The last path segment of a Location that is not empty, where it is a usable session id (1 to 128
// of A-Z a-z 0-9 . _ ~ -, not "." or ".."), else an empty view (hazards.md 15).
[[nodiscard]] std::string_view session_id_in(std::string_view location);

}  // namespace cmagent::cm
