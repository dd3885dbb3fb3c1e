#pragma once
// Bodies and queries of requests, read strictly: an unknown field, a wrong type, a text that is too
// long or holds control characters is refused by name (contract.md: 422 invalid-field).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/names.h"
#include "agent/base/text.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/core/event.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "agent/json/read.h"
#include "agent/ui/caller.h"
#include "agent/ui/problem.h"

namespace cmagent::ui {

// The first fault of a request that cannot be read. A field within another is written as
// "metadata.channel".
struct Fault {
    Problem problem = Problem::invalid_field;
    Text<96> field;
    std::string_view reason;  // stable, for programs and integrators: "too-long", "1:17: …"
    Text<96> where;           // of malformed-json: line, column and fault, in place of `reason`

    [[nodiscard]] std::string_view why() const { return where.empty() ? reason : where.view(); }
};
using Decoded = std::optional<Fault>;  // nothing: the request could be read

// The largest request that makes sense has 32 pairs of metadata and 8 codes: under 100 tokens.
inline constexpr std::size_t kMaxRequestTokens = 512;

// The fields that a body or a query may have.
enum class RequestField : std::uint8_t {
    idp,
    subject,
    application,
    player,
    replaces,
    client_version,
    metadata,
    terminate,
    paused,
    wait,
    refresh,
    since,
    timeout_seconds,
    access_token,  // the guard has read it
    client_key,
    also,  // the clientKey of another window, as often as there is one
    observer,
};
inline constexpr std::size_t kRequestFields = kCountOf<RequestField>;

// The fields that a request may and must have, and whether its body or its query carries them.
struct RequestForm {
    enum class Source : std::uint8_t { none, body, query };
    // A set of fields, one bit each. Every query may have a clientKey.
    using FieldSet = std::uint32_t;
    static_assert(kRequestFields <= 8 * sizeof(FieldSet));

    template <class... Members>
    [[nodiscard]] static constexpr FieldSet fields(Members... members) {
        return static_cast<FieldSet>((0U | ... | (1U << static_cast<unsigned>(members))));
    }
    [[nodiscard]] constexpr bool allows(RequestField field) const {
        return (allowed & fields(field)) != 0;
    }
    [[nodiscard]] constexpr bool requires_field(RequestField field) const {
        return (required & fields(field)) != 0;
    }

    Source source = Source::none;
    FieldSet allowed = 0;
    FieldSet required = 0;
    // Other parameters of the query are what its client adds for itself, and are passed over.
    bool open = false;
};

// The forms of all requests, for the rows of routes.h.
inline constexpr RequestForm kNoForm;  // body and query are not read
inline constexpr RequestForm::FieldSet kAccount =
    RequestForm::fields(RequestField::idp, RequestField::subject);
inline constexpr RequestForm kStart = {
    RequestForm::Source::body,
    kAccount | RequestForm::fields(RequestField::application, RequestField::player,
                                   RequestField::replaces, RequestField::client_version,
                                   RequestField::metadata, RequestField::terminate,
                                   RequestField::client_key),
    kAccount};
inline constexpr RequestForm kChange = {
    RequestForm::Source::body, RequestForm::fields(RequestField::metadata, RequestField::paused)};
inline constexpr RequestForm kResolve = {
    RequestForm::Source::body, RequestForm::fields(RequestField::terminate, RequestField::wait)};
inline constexpr RequestForm kLogout = {RequestForm::Source::body, kAccount, kAccount};
inline constexpr RequestForm kStreams = {
    RequestForm::Source::query,
    kAccount | RequestForm::fields(RequestField::client_key, RequestField::application,
                                   RequestField::refresh),
    kAccount};
inline constexpr RequestForm kOneStream = {
    RequestForm::Source::query,
    kAccount | RequestForm::fields(RequestField::client_key, RequestField::application), kAccount};
// A start that is not made: its metadata are parameters, `metadata.NAME`.
inline constexpr RequestForm kOutlook = {
    RequestForm::Source::query,
    kAccount | RequestForm::fields(RequestField::client_key, RequestField::application,
                                   RequestField::refresh, RequestField::metadata),
    kAccount};
inline constexpr RequestForm kApplication = {
    RequestForm::Source::query,
    RequestForm::fields(RequestField::client_key, RequestField::application)};
inline constexpr RequestForm kHistory = {
    RequestForm::Source::query, RequestForm::fields(RequestField::client_key, RequestField::since)};
inline constexpr RequestForm kListening = {
    RequestForm::Source::query,
    RequestForm::fields(RequestField::client_key, RequestField::also, RequestField::since,
                        RequestField::timeout_seconds, RequestField::access_token,
                        RequestField::observer),
    0, true};

// How a place is to be waited for.
struct WaitWish {
    std::int64_t seconds = 0;
    bool start = false;
};

// The fields of a request. A field that the request does not have keeps the value that it has here.
struct ParsedRequest {
    cm::Codes terminate;
    Text<16> replaces;
    bool has_metadata = false;
    core::Change::Paused paused = core::Change::Paused::unchanged;
    std::optional<WaitWish> wait;
    bool refresh = false;
    bool poll = false;              // a long poll rather than an event stream
    bool observer = false;          // listens for nobody
    bool kept = false;              // since the oldest event that is kept
    core::Presence::Others others;  // for whom a listener listens, too
    std::optional<std::uint64_t> since;
    std::int64_t timeout_s = 0;
    core::StreamRequest stream;
};

// An application or a player that the caller may not use is as if it were not configured; so is the
// default one, which a request that names none asks for. `tokens` are used during the call only.
[[nodiscard]] Decoded decode_body(std::string_view body, RequestForm form,
                                  const core::Settings& settings, const Caller& caller,
                                  json::Tokens tokens, ParsedRequest& into);
[[nodiscard]] Decoded decode_query(std::string_view query, RequestForm form,
                                   const core::Settings& settings, const Caller& caller,
                                   ParsedRequest& into);

}  // namespace cmagent::ui
