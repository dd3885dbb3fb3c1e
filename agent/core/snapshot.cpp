// What survives a power cut, and what becomes of it in the next run (contract.md, "State on flash").
//
//   {"sessions":[{"id","application","player","idp","subject","cm","reference","playback","reason","wall",
//                 "metadata":{…}}],
//    "conflicts":[{"rule","wall"}],"listened"}
//
// `cm` is missing where CM had not answered yet. `playback` is there while the picture may be on the screen: `playing`
// is resumed, anything else is stopped once more, for `reason`: `idle` too, whose start may have been granted after this
// was written. Without it the session is only to be given back. `listened` says that a UI was listening to events. The
// text holds subjects: whoever stores it sees to its privacy.

#include "agent/base/hex.h"
#include "agent/core/core.h"
#include "agent/core/reference.h"
#include "agent/json/write.h"

namespace cmagent::core {
namespace {

void write_session(json::Writer& out, const Session& session, const Settings& settings,
                   bool with_metadata) {
    const StreamRequest& stream = session.stream;
    out.begin_object();
    out.member("id", session.id.view());
    out.member("application", settings.applications[stream.application].name.view());
    out.member("player", settings.players[stream.player].name.view());
    out.member("idp", stream.idp.view());
    out.member("subject", stream.subject.view());
    if (!session.cm_id.empty()) out.member("cm", session.cm_id.view());
    if (session.progress.reference != 0)
        out.member("reference", name_for(session.progress.reference).view());
    const bool undecided = session.shown() && session.progress.playback == Playback::idle;
    if (undecided || session.on_screen()) out.member("playback", name(session.progress.playback));
    if (session.progress.end_reason != EndReason::none)
        out.member("reason", name(session.progress.end_reason));
    out.key("wall").number(session.progress.started_wall_ms);
    if (with_metadata) {
        out.key("metadata").begin_object();
        for (const cm::Metadata::Pair pair : stream.metadata) out.key(pair.name).string(pair.value);
        out.end_object();
    }
    out.end_object();
}

json::Item member(json::Item object, const char* name) {
    return json::GetObjectItemCaseSensitive(object, name);
}

bool read_text(json::Item object, const char* name, AnyText into) {
    const json::String text = json::GetStringValue(member(object, name));
    return text && unescape(text, into);
}

std::int64_t read_wall(json::Item object) {
    return json::GetIntegerValue(member(object, "wall")).value_or(0);
}

EndReason reason_by_name(json::Item text) {
    for (std::size_t i = 1; i < kCountOf<EndReason>; ++i) {
        const auto reason = static_cast<EndReason>(i);
        if (json::GetStringValue(text).equals(name(reason))) return reason;
    }
    return EndReason::none;
}

// What the crash may have left on the screen.
Playback playback_by_name(json::Item text) {
    const json::String kept = json::GetStringValue(text);
    if (!kept) return Playback::untouched;
    return kept.equals(name(Playback::playing)) ? Playback::playing : Playback::stopping;
}

template <class Named>
std::uint8_t index_by_name(const Named* list, std::size_t count, json::Item name) {
    for (std::size_t i = 0; i < count; ++i) {
        if (json::GetStringValue(name).equals(list[i].name.view()))
            return static_cast<std::uint8_t>(i);
    }
    return 0;  // the configuration has changed: the default is the best guess
}

}  // namespace

std::size_t Core::snapshot(Buffer into) const {
    // With everything if it fits; metadata is what can be done without.
    for (const bool with_metadata : {true, false}) {
        json::Writer out(into);
        out.begin_object();
        out.key("sessions").begin_array();
        for (const Session& session : sessions_) {
            const bool open = session.progress.used && !session.closed();
            if (open) write_session(out, session, *settings_, with_metadata);
        }
        out.end_array();
        out.key("conflicts").begin_array();
        const std::size_t kept = history_count_ < kHistory ? history_count_ : kHistory;
        for (std::size_t i = history_count_ - kept; i < history_count_; ++i) {
            const PastConflict& past = history_[i % kHistory];
            out.begin_object()
                .key("rule")
                .string(past.rule.view())
                .key("wall")
                .number(past.wall_ms)
                .end_object();
        }
        out.end_array();
        out.key("listened").boolean(listened_);
        out.end_object();
        if (out.ok()) return out.size();
    }
    return 0;
}

void Core::handle(const Begin& event, Time now) {
    now_ = now;
    if (event.rebooted) quiet_until_ = now_ + startup_delay(random_);
    const json::Parsed kept = json::parse(event.kept, scratch());
    if (!kept) return;
    for (const json::Item item : json::ArrayForEach(member(kept.root, "conflicts"))) {
        PastConflict& past = history_[history_count_++ % kHistory];
        past.wall_ms = read_wall(item);
        (void)read_text(item, "rule", past.rule);
    }
    listened_ = !event.rebooted && json::IsTrue(member(kept.root, "listened"));
    // A UI that does not come back has gone with the daemon (hazards.md 23).
    if (listened_) listeners_gone_at_ = now_;
    std::size_t restored = 0;
    for (const json::Item item : json::ArrayForEach(member(kept.root, "sessions"))) {
        if (restored++ == kRecords) break;
        restore(item, event);
    }
}

void Core::restore(json::Item item, const Begin& event) {
    Session& session = allocate();
    StreamRequest& stream = session.stream;
    const bool readable = read_text(item, "id", session.id) && read_text(item, "idp", stream.idp) &&
                          read_text(item, "subject", stream.subject);
    Text<16> reference;
    if (read_text(item, "reference", reference))
        session.progress.reference = read_hex(reference.view()).value_or(0);
    (void)read_text(item, "cm", session.cm_id);
    stream.application = index_by_name(settings_->applications, settings_->application_count,
                                       member(item, "application"));
    stream.player =
        index_by_name(settings_->players, settings_->player_count, member(item, "player"));
    session.progress.started_wall_ms = read_wall(item);
    session.progress.end_reason = reason_by_name(member(item, "reason"));
    for (const json::Item pair : json::ArrayForEach(member(item, "metadata"))) {
        Text<cm::kMaxName> name;
        Text<cm::kMaxValue> value;
        if (unescape(pair.name(), name) && json::IsString(pair) &&
            unescape(json::GetStringValue(pair), value)) {
            (void)stream.metadata.set(name.view(), value.view());
        }
    }
    const Playback playback = playback_by_name(member(item, "playback"));
    const bool over = event.rebooted || playback == Playback::untouched;
    const bool nameless = session.cm_id.empty() && session.progress.reference == 0;
    if (!readable || (over && nameless)) {
        session.progress.used = false;
    } else if (over) {
        give_back(session, event.rebooted);
    } else {
        take_up(session, playback, event.resume);
    }
}

// Nothing plays any more. Where CM had not answered the start yet, it is asked whether it took it.
void Core::give_back(Session& session, bool rebooted) {
    const bool named = !session.cm_id.empty();
    session.progress.hidden = true;
    session.progress.lease = named ? Lease::releasing : Lease::withdrawn;
    session.progress.call = named ? cm::Call::end : cm::Call::running_streams;
    session.progress.forgotten_at = now_ + Pace::kLongestLife;
    // After a reboot a whole region may have got its power back.
    const Time at = now_ + (rebooted ? give_back_delay(random_) : 0);
    step(session, rebooted ? ExchangeEvent::plan : ExchangeEvent::ask, at);
}

// The daemon alone has crashed; the player may have gone on. What CM held is asked for at once (contract.md,
// "Heartbeats"): how long the lease still lives is unknown. Where CM had not been reached yet it is as with a silent
// re-start: playing goes on while a session is looked or asked for.
void Core::take_up(Session& session, Playback playback, bool resume) {
    Session::Progress& progress = session.progress;
    const bool named = !session.cm_id.empty();
    const cm::Call unnamed = progress.reference == 0 ? cm::Call::start : cm::Call::running_streams;
    progress.lease = named ? Lease::held : Lease::renewing;
    progress.call = named ? cm::Call::heartbeat : unnamed;
    progress.names_held = static_cast<std::uint8_t>(session.stream.metadata.size());
    progress.names_sent = progress.names_held;
    progress.began_at = now_;
    if (named) progress.pace.granted(cm::kUnknownLifetime, now_);
    step(session, PlaybackEvent::allow);
    if (playback == Playback::stopping) {
        if (!named) ask(session, progress.call);  // what it is called, to end it
        return stop(session, EndReason::shutdown);
    }
    touch(session, Notice::session_started);
    if (!resume) return stop(session, EndReason::shutdown);
    ask(session, progress.call);
}

}  // namespace cmagent::core
