// What survives a power cut, and what becomes of it in the next run (contract.md, "State on flash").
//
//   {"sessions":[{"id","application","player","idp","subject","cm","reference","over","wall","metadata":{…}}],
//    "conflicts":[{"rule","wall"}]}
//
// `cm` is missing where CM had not answered yet, `over` marks what is to be given back, never resumed. The text
// holds subjects: whoever stores it sees to its privacy.

#include "agent/core/core.h"
#include "agent/core/reference.h"
#include "agent/json/write.h"

namespace cmagent::core {
namespace {

void write_session(json::Writer& out, const Session& session, const Settings& settings,
                   bool with_metadata) {
    const Wanted& wanted = session.wanted;
    out.begin_object();
    out.key("id").string(session.id.view());
    out.key("application").string(settings.applications[wanted.application].name.view());
    out.key("player").string(settings.players[wanted.player].name.view());
    out.key("idp").string(wanted.idp.view());
    out.key("subject").string(wanted.subject.view());
    if (!session.cm_id.empty()) out.key("cm").string(session.cm_id.view());
    if (session.at.reference != 0)
        out.key("reference").string(name_for(session.at.reference).view());
    out.key("over").boolean(session.at.hidden || session.at.playback != Playback::playing);
    out.key("wall").number(session.at.started_wall_ms);
    if (with_metadata) {
        out.key("metadata").begin_object();
        for (const cm::Metadata::Pair pair : wanted.metadata) out.key(pair.name).string(pair.value);
        out.end_object();
    }
    out.end_object();
}

std::uint64_t reference_from(std::string_view digits) {
    std::uint64_t number = 0;
    for (const char c : digits) {
        const bool letter = c >= 'a';
        number = number << 4 | static_cast<std::uint64_t>(letter ? c - 'a' + 10 : c - '0');
    }
    return number;
}

template <std::size_t N>
bool read_text(json::Item object, std::string_view member, Text<N>& into) {
    const json::String text =
        json::GetStringValue(json::GetObjectItemCaseSensitive(object, member));
    return text && unescape(text, into);
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
            const bool owed = session.at.used && session.at.lease != Lease::gone;
            if (owed) write_session(out, session, *settings_, with_metadata);
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
        out.end_object();
        if (out.ok()) return out.size();
    }
    return 0;
}

void Core::handle(const Begin& event, Time now) {
    if (event.rebooted) quiet_until_ = now + startup_delay(random_);
    const json::Parsed kept = json::parse(event.kept, scratch());
    if (!kept) return;
    for (const json::Item item : json::ArrayForEach(json::GetObjectItem(kept.root, "conflicts"))) {
        PastConflict& past = history_[history_count_++ % kHistory];
        past.wall_ms = json::GetIntegerValue(json::GetObjectItem(item, "wall")).value_or(0);
        (void)read_text(item, "rule", past.rule);
    }
    std::size_t restored = 0;
    for (const json::Item item : json::ArrayForEach(json::GetObjectItem(kept.root, "sessions"))) {
        if (restored++ == kMaxSessions) break;
        restore(item, event, now);
    }
}

void Core::restore(json::Item item, const Begin& event, Time now) {
    Session& session = allocate();
    Wanted& wanted = session.wanted;
    const bool readable = read_text(item, "id", session.id) && read_text(item, "idp", wanted.idp) &&
                          read_text(item, "subject", wanted.subject);
    Text<16> reference;
    if (read_text(item, "reference", reference))
        session.at.reference = reference_from(reference.view());
    const bool named = read_text(item, "cm", session.cm_id) && !session.cm_id.empty();
    if (!readable || (!named && session.at.reference == 0)) {
        session.at.used = false;
        return;
    }
    wanted.application = index_by_name(settings_->applications, settings_->application_count,
                                       json::GetObjectItem(item, "application"));
    wanted.player = index_by_name(settings_->players, settings_->player_count,
                                  json::GetObjectItem(item, "player"));
    session.at.started_wall_ms =
        json::GetIntegerValue(json::GetObjectItem(item, "wall")).value_or(0);
    for (const json::Item pair : json::ArrayForEach(json::GetObjectItem(item, "metadata"))) {
        Text<cm::kMaxName> name;
        Text<cm::kMaxValue> value;
        if (unescape(pair.name(), name) && json::IsString(pair) &&
            unescape(json::GetStringValue(pair), value)) {
            (void)wanted.metadata.set(name.view(), value.view());
        }
    }
    const bool over = event.rebooted || !json::IsFalse(json::GetObjectItem(item, "over"));
    take_up(session, named, over, event.resume, now);
}

// A session of an earlier run: resumed where playback may have gone on, else given back.
void Core::take_up(Session& session, bool named, bool over, bool resume, Time now) {
    session.at.hidden = over;
    if (!named) {
        // Its start had no answer when the power went: CM is asked whether it took it.
        session.at.hidden = true;
        session.at.lease = Lease::withdrawn;
        session.at.horizon = now + Pace::kLongestLife;
        return ask(session, cm::Call::running_streams, now);
    }
    if (over) {
        session.at.lease = Lease::releasing;
        session.at.horizon = now + Pace::kLongestLife;
        return ask(session, cm::Call::end, now);
    }
    // contract.md, "Heartbeats": after a crash the first heartbeat goes at once. How long the lease still lives is unknown.
    session.at.lease = Lease::held;
    session.at.pace.granted(cm::kUnknownLifetime, now);
    step(session, PlaybackEvent::allow, now);
    touch(session, Notice::session_started);
    if (!resume) return stop(session, EndReason::shutdown, now);
    ask(session, cm::Call::heartbeat, now);
}

}  // namespace cmagent::core
