#pragma once
// What the requests ask for, read strictly: an unknown member, a wrong type, a text that is too long
// or holds control characters is refused by name (contract.md: 422 invalid-field).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/core/event.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "agent/json/read.h"
#include "agent/ui/problem.h"

namespace cmagent::ui {

// Why a request cannot be read. A field within another is written as "metadata.channel".
struct Fault {
    Problem problem = Problem::invalid_field;
    Text<96> field;
    std::string_view reason;  // stable, for programs and integrators: "too-long", "1:17: …"
    Text<96> where;           // of malformed-json, what `reason` then shows

    [[nodiscard]] std::string_view why() const { return where.empty() ? reason : where.view(); }
};
using Decoded = std::optional<Fault>;  // nothing: it could be read

// The largest request that makes sense has 32 pairs of metadata and 8 codes: under 100 tokens.
inline constexpr std::size_t kMaxRequestTokens = 512;

// What a body or a query may name.
enum class RequestField : std::uint8_t {
    idp,
    subject,
    application,
    player,
    replaces,
    metadata,
    terminate,
    paused,
    since,
    timeout_seconds,
    access_token,  // the guard has read it
};
inline constexpr std::size_t kMembers = 11;

// A set of them.
using RequestFields = std::uint16_t;
template <class... Names>
[[nodiscard]] constexpr RequestFields members(Names... names) {
    return static_cast<RequestFields>((0U | ... | (1U << static_cast<unsigned>(names))));
}
static_assert(kMembers <= 8 * sizeof(RequestFields));

// What a request may and must name.
struct RequestForm {
    RequestFields allowed;
    RequestFields required;
};
inline constexpr RequestFields kSubject = members(RequestField::idp, RequestField::subject);
inline constexpr RequestForm kStart = {
    static_cast<RequestFields>(kSubject | members(RequestField::application, RequestField::player,
                                                  RequestField::replaces, RequestField::metadata,
                                                  RequestField::terminate)),
    kSubject};
inline constexpr RequestForm kChange = {members(RequestField::metadata, RequestField::paused), 0};
inline constexpr RequestForm kResolve = {members(RequestField::terminate),
                                         members(RequestField::terminate)};
inline constexpr RequestForm kLogout = {kSubject, kSubject};
inline constexpr RequestForm kStreams = {
    static_cast<RequestFields>(kSubject | members(RequestField::application)), kSubject};
inline constexpr RequestForm kApplication = {members(RequestField::application), 0};
inline constexpr RequestForm kListening = {
    members(RequestField::since, RequestField::timeout_seconds, RequestField::access_token), 0};

// What it says, whichever request it is. What it does not name stays as it is here.
struct ParsedRequest {
    core::StreamRequest stream;
    cm::Codes terminate;
    Text<16> replaces;
    bool has_metadata = false;
    core::Change::Paused paused = core::Change::Paused::unchanged;
    bool poll = false;  // a long poll rather than an event stream
    std::optional<std::uint64_t> since;
    std::int64_t timeout_s = 0;
};

// `scratch` is for the time of the call.
[[nodiscard]] Decoded decode_body(std::string_view body, RequestForm form,
                                  const core::Settings& settings, json::Tokens scratch,
                                  ParsedRequest& into);
[[nodiscard]] Decoded decode_query(std::string_view query, RequestForm form,
                                   const core::Settings& settings, ParsedRequest& into);

}  // namespace cmagent::ui
