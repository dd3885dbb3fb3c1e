#include "agent/core/requests.h"

#include "agent/cm/date_time.h"
#include "agent/core/pause.h"
#include "agent/core/reference.h"

namespace cmagent::core {
namespace {

// Collects the pairs of a heartbeat: all but the immutable names that CM has already.
void collect_news(const Session& session, cm::Metadata& into) {
    into.clear();
    std::size_t number = 0;
    for (const cm::Metadata::Pair pair : session.stream.metadata) {
        const bool held = number++ < session.progress.names_held;
        if (!held || !cm::is_immutable(pair.name)) (void)into.set(pair.name, pair.value);
    }
}

// Of a session that was ever paused. What the app itself says under these names goes before.
void add_pause(const Session::Progress& progress, cm::Metadata& into) {
    if (!progress.was_paused || into.has(kPlayState)) return;
    (void)into.set(kPlayState, progress.paused ? kPaused : kPlaying);
    if (!progress.paused || progress.paused_wall_ms == 0 || into.has(kPausedSince)) return;
    (void)into.set(kPausedSince, cm::write_rfc3339(progress.paused_wall_ms).view());
}

}  // namespace

void Requests::describe(Session& session, const Settings& settings, cm::Request& into) {
    Session::Progress& progress = session.progress;
    into.call = progress.in_flight;
    into.application_id = settings.applications[session.stream.application].id.view();
    into.idp = session.stream.idp.view();
    into.subject = session.stream.subject.view();
    into.session = session.cm_id.view();
    into.client_version = session.stream.client_version.view();
    const bool has_news = progress.metadata_changed || progress.metadata_sent;
    if (into.call == cm::Call::start) {
        outgoing_ = session.stream.metadata;
        if (progress.reference != 0)
            (void)outgoing_.set(kReferenceName, name_for(progress.reference).view());
        into.terminate = &session.terminate;
        into.fresh = progress.once_more;
    } else if (into.call == cm::Call::heartbeat && has_news) {
        collect_news(session, outgoing_);
        progress.metadata_sent = true;
        progress.metadata_changed = false;
    } else {
        return;
    }
    if (settings.tell_pause) add_pause(progress, outgoing_);
    into.metadata = &outgoing_;
    progress.names_sent = static_cast<std::uint8_t>(session.stream.metadata.size());
}

}  // namespace cmagent::core
