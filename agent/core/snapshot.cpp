#include "agent/core/snapshot.h"

#include "agent/base/hex.h"
#include "agent/base/names.h"
#include "agent/core/reference.h"
#include "agent/json/write.h"

namespace cmagent::core {
namespace {

void write_session(json::Writer& out, const Session& session, const Settings& settings,
                   bool with_metadata) {
    const StreamRequest& stream = session.stream;
    const Session::Progress& progress = session.progress;
    out.begin_object();
    out.member("id", session.id.view());
    out.member("application", settings.applications[stream.application].name.view());
    out.member("player", settings.players[stream.player].name.view());
    out.member("idp", stream.idp.view());
    out.member("subject", stream.subject.view());
    if (!session.cm_id.empty()) out.member("cm", session.cm_id.view());
    if (progress.reference != 0) out.member("reference", name_for(progress.reference).view());
    const bool undecided = session.shown() && session.undecided();
    if (undecided || session.on_screen()) out.member("playback", name(progress.playback));
    if (progress.end_reason != EndReason::none) out.member("reason", name(progress.end_reason));
    out.key("wall").number(progress.started_wall_ms);
    if (with_metadata) {
        out.key("metadata").begin_object();
        for (const cm::Metadata::Pair pair : stream.metadata) out.key(pair.name).string(pair.value);
        out.end_object();
    }
    out.end_object();
}

void write_conflicts(json::Writer& out, const History& history) {
    out.key("conflicts").begin_array();
    for (std::size_t i = 0; i < history.size(); ++i) {
        const History::Entry& entry = history[i];
        out.begin_object();
        out.member("rule", entry.rule.view());
        out.key("wall").number(entry.wall_ms);
        out.end_object();
    }
    out.end_array();
}

json::Item member(json::Item object, const char* name) {
    return json::GetObjectItemCaseSensitive(object, name);
}

json::String text_of(json::Item object, const char* name) {
    return json::GetStringValue(member(object, name));
}

std::int64_t wall_of(json::Item object) {
    return json::GetIntegerValue(member(object, "wall")).value_or(0);
}

std::uint64_t reference_of(const json::String& text) {
    Text<16> digits;
    return text && unescape(text, digits) ? read_hex(digits.view()).value_or(0) : 0;
}

EndReason reason_of(const json::String& text) {
    for (std::size_t i = 1; i < kCountOf<EndReason>; ++i) {
        const auto reason = static_cast<EndReason>(i);
        if (text.equals(name(reason))) return reason;
    }
    return EndReason::none;
}

}  // namespace

std::size_t write_snapshot(const Ledgers& ledgers, Buffer into) {
    // Metadata can be done without: they are left out where the whole does not fit.
    for (const bool with_metadata : {true, false}) {
        json::Writer out(into);
        out.begin_object();
        out.key("sessions").begin_array();
        for (const Session& session : ledgers.sessions) {
            if (!session.closed()) write_session(out, session, *ledgers.settings, with_metadata);
        }
        out.end_array();
        write_conflicts(out, ledgers.history);
        out.key("listened").boolean(ledgers.presence.listened());
        out.end_object();
        if (out.ok()) return out.size();
    }
    return 0;
}

Snapshot read_snapshot(std::string_view text, json::Tokens tokens) {
    const json::Parsed parsed = json::parse(text, tokens);
    Snapshot snapshot;
    snapshot.sessions = member(parsed.root, "sessions");
    snapshot.conflicts = member(parsed.root, "conflicts");
    snapshot.listened = json::IsTrue(member(parsed.root, "listened"));
    return snapshot;
}

KeptSession read_session(json::Item item) {
    KeptSession kept;
    kept.id = text_of(item, "id");
    kept.application = text_of(item, "application");
    kept.player = text_of(item, "player");
    kept.idp = text_of(item, "idp");
    kept.subject = text_of(item, "subject");
    kept.cm_id = text_of(item, "cm");
    kept.reference = reference_of(text_of(item, "reference"));
    const json::String playback = text_of(item, "playback");
    kept.on_screen = static_cast<bool>(playback);
    kept.playing = playback && playback.equals(name(Playback::playing));
    kept.end_reason = reason_of(text_of(item, "reason"));
    kept.wall_ms = wall_of(item);
    kept.metadata = member(item, "metadata");
    return kept;
}

KeptConflict read_conflict(json::Item item) {
    return {text_of(item, "rule"), wall_of(item)};
}

}  // namespace cmagent::core
