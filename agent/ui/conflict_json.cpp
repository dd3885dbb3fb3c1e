#include "agent/ui/conflict_json.h"

#include "agent/base/hash.h"
#include "agent/cm/date_time.h"
#include "agent/ui/evaluation_json.h"

namespace cmagent::ui {
namespace {

// A moment by the wall clock of CM's last 409.
auto wall_of(const core::Conflict& conflict, Time moment) {
    const Millis after = moment - conflict.until + core::kConflictLife;
    return cm::write_rfc3339(conflict.heard_wall_ms + after);
}

}  // namespace

void write_conflict(json::Writer& writer, const core::Conflict& conflict) {
    const std::int64_t at = conflict.heard_wall_ms;
    writer.member("conflictId", conflict.id);
    if (at > 0) {
        writer.member("at", cm::write_rfc3339(at));
        writer.member("expiresAt", wall_of(conflict, conflict.expires()));
    }
    writer.key("attempt").number(conflict.attempt);
    writer.key("failed").begin_array();
    for (std::size_t i = 0; i < conflict.failed.count; ++i) writer.string(conflict.failed.list[i]);
    writer.end_array();
    writer.member_if_any("sessionId", conflict.session);
    if (!conflict.wait.on()) return;
    writer.key("wait").begin_object();
    if (at > 0) writer.member("until", wall_of(conflict, conflict.wait.until));
    writer.key("start").boolean(conflict.wait.start);
    writer.end_object();
}

void write_violations_of(json::Writer& writer, const core::Conflict& conflict, const Caller& caller,
                         const core::Core& core, json::Tokens tokens) {
    const cm::Evaluation evaluation = cm::Evaluation::read(conflict.text(), tokens);
    write_violations(writer.key("violations"), evaluation, caller.wording(),
                     here_for(caller, core));
}

ETag etag(const core::Conflict& conflict, const cm::Evaluation& evaluation, const Caller& caller,
          const core::Core& core) {
    const Here here = here_for(caller, core);
    Fnv1a hash;
    hash.add(conflict.version);
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& one : advice.conflicts) hash.add(here.id_of(one));
    }
    return etag(hash.value(), *caller.language);
}

}  // namespace cmagent::ui
