#include "agent/ui/events.h"

#include "agent/base/names.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {
namespace {

struct EventRow {
    core::Notice notice;
    char name[16];
    void (*write)(json::Writer& writer, const Event& event, const core::Core& core,
                  const Language& language);
};

// The message for the viewer, and the terminator as long as the session is kept.
void write_reason(json::Writer& writer, const Event& event, const core::Core& core,
                  const Language& language, bool with_terminator) {
    const core::Session* const session = core.ledgers().sessions.find(event.subject.view());
    const core::Terminator* const terminator = session == nullptr ? nullptr : &session->terminator;
    const ComposedText message = end_message(event.end_reason, terminator, language);
    if (!message.empty()) writer.member("message", message.view());
    if (!with_terminator || terminator == nullptr || terminator->empty()) return;
    write_terminator(writer.key("terminator"), *terminator);
}

void write_state(json::Writer& writer, const Event& event, const core::Core&, const Language&) {
    writer.member("sessionId", event.subject.view());
    writer.member("state", core::name(event.state));
    writer.key("paused").boolean(event.paused);
}

void write_stop(json::Writer& writer, const Event& event, const core::Core& core,
                const Language& language) {
    writer.member("sessionId", event.subject.view());
    writer.member("reason", core::name(event.end_reason));
    write_reason(writer, event, core, language, true);
}

void write_end(json::Writer& writer, const Event& event, const core::Core& core,
               const Language& language) {
    writer.member("sessionId", event.subject.view());
    writer.member("endReason", core::name(event.end_reason));
    write_reason(writer, event, core, language, false);
    writer.member("playback", core::name(event.playback));
    const core::Session* const session = core.ledgers().sessions.find(event.subject.view());
    if (session != nullptr) write_replacement(writer, *session, core);
}

void write_conflict(json::Writer& writer, const Event& event, const core::Core&, const Language&) {
    writer.member("conflictId", event.subject.view());
}

void write_logout(json::Writer& writer, const Event& event, const core::Core&, const Language&) {
    if (!event.subject.empty()) writer.member("sessionId", event.subject.view());
    writer.member("action", "logout");
}

void write_reachable(json::Writer& writer, const Event& event, const core::Core&, const Language&) {
    writer.key("reachable").boolean(event.notice == core::Notice::cm_reachable);
}

constexpr EventRow kRows[] = {
    {core::Notice::session_started, "session-started", write_state},
    {core::Notice::session_updated, "session-updated", write_state},
    {core::Notice::playback_stop, "playback-stop", write_stop},
    {core::Notice::session_ended, "session-ended", write_end},
    {core::Notice::conflict, "conflict", write_conflict},
    {core::Notice::logout, "obligation", write_logout},
    {core::Notice::cm_reachable, "cm", write_reachable},
    {core::Notice::cm_unreachable, "cm", write_reachable},
};
static_assert(lists_all(kRows, &EventRow::notice));

const EventRow& row(core::Notice notice) {
    return kRows[static_cast<std::size_t>(notice)];
}

}  // namespace

std::string_view event_name(core::Notice notice) {
    return row(notice).name;
}

void write_event(json::Writer& writer, const Event& event, const core::Core& core,
                 const Language& language) {
    writer.begin_object();
    row(event.notice).write(writer, event, core, language);
    writer.end_object();
}

void Events::add(Event event) {
    event.id = ++last_;
    ring_[event.id % kKept] = event;
}

bool Events::has_all_since(std::uint64_t id) const {
    return id >= first_ && id <= last_ && last_ - id <= kKept;
}

const Event* Events::next(std::uint64_t id, const Caller& caller) const {
    for (std::uint64_t candidate = id + 1; candidate <= last_; ++candidate) {
        const Event& event = ring_[candidate % kKept];
        if (event.id == candidate && event.concerns(caller)) return &event;
    }
    return nullptr;
}

}  // namespace cmagent::ui
