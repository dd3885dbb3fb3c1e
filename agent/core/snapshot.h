#pragma once
// The state on flash (contract.md, "State on flash"): from the ledgers to text, and from text to
// plain structs. Nothing is decided here, but in restore.h.
//
//   {"sessions":[{"id","application","player","idp","subject","cm","reference","playback",
//                 "reason","wall","metadata":{…}}],
//    "conflicts":[{"rule","wall"}],"listened"}
//
// `cm` is missing where CM had not answered yet. `playback` is there while the picture may be on
// the screen: `playing` is resumed, anything else is stopped once more, for `reason`: `idle` too,
// whose start may have been granted after this was written. Without it the session is only to be
// given back. `listened` says that a UI was listening to events. The text holds subjects: the store
// sees to its privacy.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/core/ledgers.h"
#include "agent/core/playback.h"
#include "agent/core/session.h"
#include "agent/json/read.h"

namespace cmagent::core {

// The size of the text; 0 when `into` is too small.
[[nodiscard]] std::size_t write_snapshot(const Ledgers& ledgers, Buffer into);

// The content of the text; nothing where the text is no JSON. Views of the text and the tokens.
struct Snapshot {
    json::Item sessions;   // for read_session()
    json::Item conflicts;  // for read_conflict()
    bool listened = false;
};
[[nodiscard]] Snapshot read_snapshot(std::string_view text, json::Tokens tokens);

// One session of the text. A string that the text lacks is none.
struct KeptSession {
    json::String id;
    json::String application;  // names of the configuration
    json::String player;
    json::String idp;
    json::String subject;
    json::String cm_id;
    std::uint64_t reference = 0;
    bool on_screen = false;  // the picture may be on the screen
    bool playing = false;    // … and was to go on
    EndReason end_reason = EndReason::none;
    std::int64_t wall_ms = 0;
    json::Item metadata;
};
[[nodiscard]] KeptSession read_session(json::Item item);

struct KeptConflict {
    json::String rule;
    std::int64_t wall_ms = 0;
};
[[nodiscard]] KeptConflict read_conflict(json::Item item);

}  // namespace cmagent::core
