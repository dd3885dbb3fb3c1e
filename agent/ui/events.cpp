#include "agent/ui/events.h"

#include <algorithm>
#include <iterator>

#include "agent/base/names.h"
#include "agent/ui/conflict_json.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {
namespace {

struct EventRow {
    core::Notice notice;
    char name[16];
    void (*write)(json::Writer& writer, const Event& event, const core::Core& core,
                  const Caller& caller);
    bool with_violations;
};

// The message for the viewer, and the terminator as long as the session is kept.
void write_reason(json::Writer& writer, const Event& event, const core::Core& core,
                  const Caller& caller, bool with_terminator) {
    const core::Session* const session = core.ledgers().sessions.find(event.subject.view());
    const core::Terminator* const terminator = session == nullptr ? nullptr : &session->terminator;
    const ComposedText message = end_message(event.end_reason, terminator, caller.wording());
    if (!message.empty()) writer.member("message", message);
    if (terminator == nullptr) return;
    writer.member_if_any("cmMessage", terminator->message);
    if (!with_terminator || terminator->empty()) return;
    write_terminator(writer.key("terminator"), *terminator);
}

void write_state(json::Writer& writer, const Event& event, const core::Core&, const Caller&) {
    writer.member("sessionId", event.subject);
    writer.member("state", core::name(event.state));
    writer.key("paused").boolean(event.paused);
    writer.member_if_any("conflictId", event.related);
}

void write_stop(json::Writer& writer, const Event& event, const core::Core& core,
                const Caller& caller) {
    writer.member("sessionId", event.subject);
    writer.member("reason", core::name(event.end_reason));
    write_reason(writer, event, core, caller, true);
}

void write_end(json::Writer& writer, const Event& event, const core::Core& core,
               const Caller& caller) {
    writer.member("sessionId", event.subject);
    writer.member("endReason", core::name(event.end_reason));
    write_reason(writer, event, core, caller, false);
    writer.member("playback", core::name(event.playback));
    const core::Session* const session = core.ledgers().sessions.find(event.subject.view());
    if (session != nullptr) write_replacement(writer, *session, core, caller);
}

void write_conflict(json::Writer& writer, const Event& event, const core::Core&, const Caller&) {
    writer.member("conflictId", event.subject);
    writer.key("attempt").number(event.attempt);
    writer.member_if_any("sessionId", event.related);
}

void write_slot_free(json::Writer& writer, const Event& event, const core::Core&, const Caller&) {
    writer.member("conflictId", event.subject);
}

void write_logout(json::Writer& writer, const Event& event, const core::Core&, const Caller&) {
    if (!event.subject.empty()) writer.member("sessionId", event.subject);
    writer.member("action", "logout");
}

void write_reachable(json::Writer& writer, const Event& event, const core::Core&, const Caller&) {
    writer.key("reachable").boolean(event.notice == core::Notice::cm_reachable);
}

constexpr EventRow kRows[] = {
    {core::Notice::session_started, "session-started", write_state, false},
    {core::Notice::session_updated, "session-updated", write_state, false},
    {core::Notice::playback_stop, "playback-stop", write_stop, true},
    {core::Notice::session_ended, "session-ended", write_end, true},
    {core::Notice::conflict, "conflict", write_conflict, false},
    {core::Notice::slot_free, "slot-free", write_slot_free, false},
    {core::Notice::logout, "obligation", write_logout, false},
    {core::Notice::cm_reachable, "cm", write_reachable, false},
    {core::Notice::cm_unreachable, "cm", write_reachable, false},
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
                 const Caller& caller, json::Tokens tokens) {
    const EventRow& kind = row(event.notice);
    writer.begin_object();
    kind.write(writer, event, core, caller);
    if (kind.with_violations && !event.related.empty()) {
        writer.member("conflictId", event.related);
        const core::Conflict* const conflict = core.ledgers().conflicts.find(event.related.view());
        if (conflict != nullptr && tokens.size > 0)
            write_violations_of(writer, *conflict, caller, core, tokens);
    }
    writer.end_object();
}

// A free place, or that of the oldest event of the application that has the most: one that does a
// lot pushes nothing of the others out.
Event& Events::place() {
    std::size_t counts[core::kMaxApplications] = {};
    for (const Event& event : events_) {
        for (std::size_t i = 0; i < core::kMaxApplications; ++i)
            counts[i] += event.id != 0 && event.applications.has(i) ? 1 : 0;
    }
    const auto most = static_cast<std::size_t>(
        std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts));
    Event* oldest = nullptr;
    for (Event& event : events_) {
        if (event.id == 0) return event;
        if (!event.applications.has(most)) continue;
        if (oldest == nullptr || event.id < oldest->id) oldest = &event;
    }
    return *oldest;
}

void Events::add(Event event) {
    event.id = ++last_;
    Event& kept = place();
    for (std::size_t i = 0; i < core::kMaxApplications; ++i) {
        if (kept.applications.has(i)) lost_[i] = std::max(lost_[i], kept.id);
    }
    kept = event;
}

std::uint64_t Events::kept_since(const Caller& caller) const {
    std::uint64_t since = first_;
    for (std::size_t i = 0; i < core::kMaxApplications; ++i) {
        if (caller.applications.has(i)) since = std::max(since, lost_[i]);
    }
    return since;
}

bool Events::has_all_since(std::uint64_t id, const Caller& caller) const {
    return id >= kept_since(caller) && id <= last_;
}

const Event* Events::next(std::uint64_t id, const Caller& caller) const {
    const Event* first = nullptr;
    for (const Event& event : events_) {
        if (event.id <= id || !event.concerns(caller)) continue;
        if (first == nullptr || event.id < first->id) first = &event;
    }
    return first;
}

}  // namespace cmagent::ui
