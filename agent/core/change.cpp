#include "agent/core/change.h"

namespace cmagent::core {

cm::Metadata::Pair find_immutable(const Session& session, const cm::Metadata& pairs) {
    for (const cm::Metadata::Pair pair : pairs) {
        const std::string_view known = session.stream.metadata.get(pair.name);
        const bool changes = known.data() != nullptr && known != pair.value;
        if (cm::is_immutable(pair.name) && changes) return pair;
    }
    return {};
}

namespace {

Refusal change_metadata(Session& session, const cm::Metadata& pairs) {
    if (!find_immutable(session, pairs).name.empty()) return Refusal::immutable_metadata;
    if (!session.stream.add(pairs)) return Refusal::invalid_field;
    session.progress.metadata_changed = true;
    return Refusal::none;
}

}  // namespace

Refusal change(Session& session, const Change& event, Ledgers& ledgers) {
    if (event.metadata != nullptr) {
        const Refusal refusal = change_metadata(session, *event.metadata);
        if (refusal != Refusal::none) return refusal;
    }
    if (event.paused != Change::Paused::unchanged)
        pause(event.paused == Change::Paused::yes, session, ledgers);
    ledgers.outbox.announce(Notice::session_updated, session);
    return Refusal::none;
}

bool pause(bool paused, Session& session, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    if (paused == progress.paused) return false;
    progress.paused = paused;
    progress.pause_at = paused ? ledgers.now + ledgers.settings->pause : kNever;
    progress.paused_wall_ms = ledgers.wall_ms();
    progress.was_paused = true;
    progress.metadata_changed = progress.metadata_changed || ledgers.settings->tell_pause;
    ledgers.outbox.save();
    return true;
}

}  // namespace cmagent::core
