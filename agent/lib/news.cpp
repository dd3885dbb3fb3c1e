// What Picture makes of the daemon's events.

#include <cstring>

#include "agent/lib/picture.h"

namespace cmagent::lib {
namespace {

using json::GetObjectItemCaseSensitive;

json::String text_of(json::Item object, const char* name) {
    return json::GetStringValue(GetObjectItemCaseSensitive(object, name));
}

}  // namespace

bool Picture::take_news(EventSource::News news, cmagent_event& into) {
    if (news == EventSource::News::event) return take_event(stream_.event(), into);
    const bool connected = news == EventSource::News::connected;
    // A daemon without a place for a listener sees by other calls that we are there.
    if (connected || stream_.refused()) look_again();
    if (told_ && heard_ == connected) return false;
    told_ = true;
    heard_ = connected;
    into.kind = connected ? CMAGENT_CONNECTED : CMAGENT_DISCONNECTED;
    into.reason = connected ? "" : stream_.reason();
    return true;
}

// Something may have been missed.
void Picture::look_again() {
    if (state_ == CMAGENT_PLAYING || state_ == CMAGENT_STOPPING) wishes_.add(Wish::look);
    if (waiting_) wishes_.add(Wish::sweep);
}

bool Picture::take_event(const ServerEvent& event, cmagent_event& into) {
    if (event.name == "reset") look_again();
    const json::Parsed parsed = json::parse(event.data, memory_.tokens);
    if (!parsed) return false;
    const json::String session = text_of(parsed.root, "sessionId");
    if (!session_.empty() && session.equals(session_.view())) {
        return take_own(event, parsed.root, into);
    }
    const json::String conflict = text_of(parsed.root, "conflictId");
    if (conflict_.open() && conflict.equals(conflict_.id())) {
        return take_of_conflict(event, parsed.root, into);
    }
    // Its answer may be on its way yet.
    if (session && state_ == CMAGENT_STARTING) doubtful_ = true;
    return pass_on(event, static_cast<bool>(session) || static_cast<bool>(conflict), into);
}

bool Picture::take_own(const ServerEvent& event, json::Item data, cmagent_event& into) {
    if (event.name == "playback-stop") return ordered(data, "reason", into);
    if (event.name == "session-ended") return over(data, into);
    if (event.name != "session-updated") return false;
    into.kind = CMAGENT_CHANGED;
    into.session = session_text_;
    into.session_state = take_text(data, "state");
    into.paused = json::IsTrue(GetObjectItemCaseSensitive(data, "paused"));
    return true;
}

bool Picture::take_of_conflict(const ServerEvent& event, json::Item data, cmagent_event& into) {
    if (state_ != CMAGENT_IDLE) return false;
    if (event.name == "slot-free") {
        into.kind = CMAGENT_SLOT_FREE;
        return true;
    }
    if (event.name == "conflict") wishes_.add(Wish::read_conflict);
    SessionId id;
    if (event.name != "session-started" || !unescape(text_of(data, "sessionId"), id)) return false;
    started(id.view(), into);
    return true;
}

bool Picture::pass_on(const ServerEvent& event, bool of_somebody, cmagent_event& into) {
    const bool fits = event.name.size() < sizeof name_ && event.data.size() < EventSource::kRoom;
    if (!fits || (of_somebody && !watch_)) return false;
    std::memcpy(name_, event.name.data(), event.name.size());
    name_[event.name.size()] = '\0';
    // The event is in memory of the stream's, which has room behind it.
    const_cast<char*>(event.data.data())[event.data.size()] = '\0';
    into.kind = CMAGENT_NEWS;
    into.name = name_;
    into.data = event.data.data();
    return true;
}

}  // namespace cmagent::lib
