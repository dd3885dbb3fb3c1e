#pragma once
// What the requests ask for, read strictly: an unknown member, a wrong type, a text that is too long
// or holds control characters is refused by name (contract.md: 422 invalid-field).

#include <cstddef>
#include <optional>
#include <string_view>

#include "agent/cm/limits.h"
#include "agent/cm/metadata.h"
#include "agent/cm/request.h"
#include "agent/core/event.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "agent/json/read.h"
#include "agent/json/text.h"
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
using RequestTokens = json::Token[kMaxRequestTokens];

struct StartRequest {
    core::Wanted wanted;
    cm::Codes terminate;
    Text<16> replaces;
};
[[nodiscard]] Decoded decode_start(std::string_view body, const core::Settings& settings,
                                   RequestTokens& tokens, StartRequest& into);

struct ChangeRequest {
    bool has_metadata = false;
    cm::Metadata metadata;
    core::Change::Paused paused = core::Change::Paused::unchanged;
};
[[nodiscard]] Decoded decode_change(std::string_view body, RequestTokens& tokens,
                                    ChangeRequest& into);

[[nodiscard]] Decoded decode_resolve(std::string_view body, RequestTokens& tokens, cm::Codes& into);

struct Subject {
    std::uint8_t application = 0;
    Text<cm::kMaxIdp> idp;
    Text<cm::kMaxSubject> subject;
};
[[nodiscard]] Decoded decode_logout(std::string_view body, RequestTokens& tokens, Subject& into);

// From a query: GET /v1/streams and GET /v1/metadata.
[[nodiscard]] Decoded decode_streams(std::string_view query, const core::Settings& settings,
                                     Subject& into);
[[nodiscard]] Decoded decode_application(std::string_view query, const core::Settings& settings,
                                         std::uint8_t& into);

// From the query of GET /v1/events.
struct Listening {
    bool poll = false;
    std::optional<std::uint64_t> since;
    std::int64_t timeout_s = 0;
};
[[nodiscard]] Decoded decode_listening(std::string_view query, Listening& into);

}  // namespace cmagent::ui
