#pragma once
// The state on flash (contract.md, "State on flash"): from the ledgers to text, and from text to
// plain structs. Nothing is decided here, but in restore.h.
//
//   {"sessions":[{"id","application","player","idp","subject","clientVersion","owner","party",
//                 "cm","reference","playback","unclaimed","reason","conflict","wall","paused","pausedAt",
//                 "metadata":{…}}],
//    "history":[…],
//    "limits":[{"application","rule","attribute","counted","channel","displaces","least","most",
//               "wall"}],
//    "leases":[{"application","life","since","wall"}],
//    "conflicts":[{"id","application","player","idp","subject","clientVersion","owner","party",
//                  "attempt","entry","until","wall","session","told","failed":[…],"metadata":{…},
//                  "body"}],
//    "outage":{"since","wall","lent"},"salt",
//    "refused":[{"account","since","wall","limit"}]}
//
// `party` is who had asked, by a digest; it is missing where that was nobody in particular.
// `cm` is missing where CM had not answered yet. `playback` is there while the picture may be on
// the screen: `playing` is resumed; what has a `reason` is stopped once more; anything else may have
// been granted, and told, after this was written, and is looked for. Without it the session is only to be
// given back. `paused` is there from the first pause on, which began at `pausedAt`. The history is
// as the API shows it; earlier releases kept it under the name of the conflicts. Of the conflicts,
// the newest first, those are kept that are open, as many as there is room for; `until` is by the
// clock of this boot, `body` is missing where it is longer than kMaxKeptBody. Limits that were
// learnt without a clock are not there: their age would not be known.
// `owner` is missing where nobody has given a key. The text holds subjects: the store sees to its
// privacy.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/core/ledgers.h"
#include "agent/core/playback.h"
#include "agent/core/session.h"
#include "agent/json/read.h"

namespace cmagent::core {

inline constexpr std::size_t kMaxKeptBody = 8 * kKiB;  // contract.md, "Conflict"

// The size of the text; 0 when `into` is too small.
[[nodiscard]] std::size_t write_snapshot(const Ledgers& ledgers, Buffer into);

// The content of the text; nothing where the text is no JSON. Views of the text and the tokens.
struct Snapshot {
    json::Item sessions;   // for read_session()
    json::Item history;    // for read_entry()
    json::Item conflicts;  // for read_conflict()
    json::Item limits;     // for read_limit()
    json::Item leases;     // for read_lease()
    json::Item outage;     // for read_outage(); none: there was none
    json::Item refused;    // for read_refusal()
    std::uint64_t salt = 0;
};
[[nodiscard]] Snapshot read_snapshot(std::string_view text, json::Tokens tokens);

// What the stream of a session or of a conflict is. A string that the text lacks is none.
struct KeptStream {
    json::String application;  // names of the configuration
    json::String player;
    std::uint64_t party = 0;
    json::String idp;
    json::String subject;
    json::String client_version;
    Owner owner;
    json::Item metadata;
};

// One session of the text.
struct KeptSession : KeptStream {
    json::String id;
    json::String cm_id;
    std::uint64_t reference = 0;
    bool on_screen = false;  // the picture may be on the screen
    bool playing = false;    // … and was to go on
    bool unclaimed = false;  // … though nobody was heard of it since it was found on flash
    EndReason end_reason = EndReason::none;
    json::String conflict;  // whose 409 has ended it
    std::int64_t wall_ms = 0;
    bool paused = false;
    bool was_paused = false;
    std::int64_t paused_wall_ms = 0;
};
[[nodiscard]] KeptSession read_session(json::Item item);

// One conflict of the text.
struct KeptConflict : KeptStream {
    json::String id;
    std::int64_t attempt = 0;
    std::int64_t entry = 0;
    Time until{};
    std::int64_t wall_ms = 0;
    json::String session;
    bool told = false;
    json::Item failed;
    json::String body;
};
[[nodiscard]] KeptConflict read_conflict(json::Item item);

// The outage that had begun, and an account that CM had refused. `since` is by the clock of the boot
// that has written it, `wall` by the box's; 0: it had none.
struct KeptOutage {
    Time since{};
    std::int64_t wall_ms = 0;
    bool lent = false;
};
[[nodiscard]] KeptOutage read_outage(json::Item item);
struct KeptRefusal {
    Time since{};
    std::int64_t wall_ms = 0;
    bool limit = false;
    std::uint64_t account = 0;
};
[[nodiscard]] KeptRefusal read_refusal(json::Item item);

// One entry of the history. A number that the text lacks is -1, the id 0.
struct KeptEntry {
    std::int64_t id = 0;
    History::Kind kind = History::Kind::denied;
    Outcome outcome = Outcome::none;
    EndReason end_reason = EndReason::none;
    Playback playback = Playback::idle;
    std::int64_t attempt = 0;
    std::int64_t listed = 0;
    std::int64_t threshold = -1;
    std::int64_t heard_to_stop_ms = -1;
    std::int64_t stop_to_verified_ms = -1;
    std::int64_t wall_ms = 0;
    json::String application;
    json::String rule;
    json::String policy;
    json::String attribute;
};
[[nodiscard]] KeptEntry read_entry(json::Item item);

// One limit of the text; a number that the text lacks is 0.
struct KeptLimit {
    json::String application;
    json::String rule;
    json::String attribute;
    cm::Counted counted{};
    bool of_channel = false;
    bool displaces = false;
    std::int64_t at_least = 0;
    std::int64_t at_most = 0;
    std::int64_t wall_ms = 0;
};
[[nodiscard]] KeptLimit read_limit(json::Item item);

// How long CM keeps the sessions of an application, as it was learnt. `since` as of an outage.
struct KeptLease {
    json::String application;
    Millis life = 0;
    Time since{};
    std::int64_t wall_ms = 0;
};
[[nodiscard]] KeptLease read_lease(json::Item item);

}  // namespace cmagent::core
