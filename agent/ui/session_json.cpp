#include "agent/ui/session_json.h"

#include <algorithm>

#include "agent/base/characters.h"
#include "agent/base/hash.h"
#include "agent/base/hex.h"
#include "agent/base/text_writer.h"
#include "agent/cm/date_time.h"
#include "agent/ui/violation_line.h"

namespace cmagent::ui {
namespace {

constexpr std::size_t kStateDigits = 16;

// Of an end by CM: who has done it, where somebody has.
TextId text_of(const TextValues& terminator, bool remote) {
    if (!remote) return TextId::playback_ended;
    const bool device = !terminator.device.empty();
    const bool app = !terminator.app.empty();
    if (device) return app ? TextId::stopped_by_device_app : TextId::stopped_by_device;
    return app ? TextId::stopped_by_app : TextId::stopped_by_nobody;
}

TextId text_of(core::EndReason reason, const TextValues& terminator, bool remote) {
    switch (reason) {
        case core::EndReason::remote_termination:
            return text_of(terminator, remote);
        case core::EndReason::displaced:
            return TextId::displaced;
        case core::EndReason::denied:
            return TextId::denied;
        case core::EndReason::unreachable:
            return TextId::unreachable_too_long;
        case core::EndReason::logout:
            return TextId::logged_out;
        case core::EndReason::paused:
            return TextId::paused_too_long;
        case core::EndReason::ui_lost:
            return TextId::app_lost;
        case core::EndReason::shutdown:
            return TextId::device_ends;
        case core::EndReason::ended_here:
            return TextId::ended_here;
        case core::EndReason::replaced:
            return TextId::replaced_here;
        case core::EndReason::revoked:
            return TextId::app_revoked;
        case core::EndReason::none:
        case core::EndReason::user:
        case core::EndReason::player_exited:
            break;
    }
    return TextId::playback_ended;
}

// CM's own words about the end, where ours would say nothing of it or the operator prefers CM's.
std::string_view words_of_cm(core::EndReason reason, const core::Terminator& terminator,
                             CmMessages cm_messages) {
    if (reason != core::EndReason::remote_termination) return {};
    const bool theirs = cm_messages == CmMessages::prefer ||
                        (cm_messages == CmMessages::after && !terminator.remote);
    return theirs ? terminator.message.view() : std::string_view();
}

}  // namespace

ComposedText end_message(core::EndReason reason, const core::Terminator* terminator,
                         const Wording& wording) {
    if (reason == core::EndReason::none) return {};
    TextValues values;
    if (terminator != nullptr) {
        ComposedText text;
        (void)text.assign(words_of_cm(reason, *terminator, wording.cm_messages));  // always fits
        if (!text.empty()) return text;
        values.device = terminator->device_name.view();
        values.app = terminator->application_name.view();
    }
    const bool remote = terminator != nullptr && terminator->remote;
    const TextId ours = text_of(reason, values, remote);
    const bool refused = reason == core::EndReason::displaced || reason == core::EndReason::denied;
    if (!refused || terminator == nullptr) return compose(wording.language, ours, values);
    // CM's rule says more, and need not be about who else is watching.
    const ViolationLine why = line_of(terminator->limit, terminator->message.view(), wording);
    if (why.telling == Telling::nothing) return compose(wording.language, ours);
    const bool of_others = why.kind != ViolationKind::other;
    return join(compose(wording.language, of_others ? ours : TextId::playback_ended), why.text);
}

void write_terminator(json::Writer& writer, const core::Terminator& terminator) {
    writer.begin_object();
    writer.member_if_any("deviceName", terminator.device_name);
    writer.member_if_any("applicationName", terminator.application_name);
    writer.member_if_any("channel", terminator.channel);
    writer.member_if_any("startedAt", terminator.started_at);
    writer.member_if_any("sessionId", terminator.session_id);
    writer.end_object();
}

void write_metadata(json::Writer& writer, const cm::Metadata& metadata) {
    writer.begin_object();
    for (const cm::Metadata::Pair pair : metadata) writer.key(pair.name).string(pair.value);
    writer.end_object();
}

const core::Session* replacement_of(const core::Session& session, const core::Core& core,
                                    const Caller& caller) {
    const core::Session* const replacement = core.ledgers().sessions.replacement_of(session);
    return replacement != nullptr && caller.sees(replacement->stream) ? replacement : nullptr;
}

void write_replacement(json::Writer& writer, const core::Session& session, const core::Core& core,
                       const Caller& caller) {
    const core::Session* const replacement = replacement_of(session, core, caller);
    if (replacement != nullptr) writer.member("replacedBy", replacement->id);
}

void write_session(json::Writer& writer, const core::Session& session, const core::Core& core,
                   const Caller& caller) {
    const core::EndReason reason = session.progress.end_reason;
    writer.begin_object();
    writer.member("id", session.id);
    writer.member("state", core::name(session.state()));
    writer.member_if_any("application",
                         core.settings().applications[session.stream.application].name);
    writer.member("idp", session.stream.idp);
    write_metadata(writer.key("metadata"), session.stream.metadata);
    writer.key("paused").boolean(session.progress.paused);
    if (session.progress.started_wall_ms > 0) {
        writer.member("startedAt", cm::write_rfc3339(session.progress.started_wall_ms));
    }
    writer.member_if_any("cmSessionId", session.cm_id);
    writer.member_if_any("endReason", core::name(reason));
    writer.member_if_any("message", end_message(reason, &session.terminator, caller.wording()));
    writer.member_if_any("cmMessage", session.terminator.message);
    writer.member_if_any("conflictId", session.conflict);
    if (!session.terminator.empty()) write_terminator(writer.key("terminator"), session.terminator);
    if (core::is_final(session.progress.playback)) {
        writer.member("playback", core::name(session.progress.playback));
    }
    write_replacement(writer, session, core, caller);
    if (caller.owner) writer.key("own").boolean(session.stream.owner == caller.owner);
    writer.end_object();
}

ETag etag(const core::Session& session, const core::Core& core, const Caller& caller) {
    // Serials are of this run, and ids of no other: two runs do not share an ETag of one path. What
    // takes the session's place, or does not after all, changes nothing of the session itself.
    const core::Session* const replacement = replacement_of(session, core, caller);
    Fnv1a hash;
    hash.add(session.progress.serial);
    hash.add(std::uint64_t{session.progress.revision});
    if (replacement != nullptr) hash.add(replacement->progress.serial);
    const char* const told = session.stream.owner == caller.owner ? ".own" : ".other";
    return etag(hash.value(), *caller.language, caller.owner ? told : "");
}

ETag etag(std::uint64_t state, const Language& language, std::string_view whose) {
    char text[ETag::capacity()];
    TextWriter out(text);
    out << '"';
    write_hex(out, state, kStateDigits);
    out << '.' << language.tag << whose << '"';
    ETag tag;
    (void)tag.assign(out.view());
    return tag;
}

bool names_text(std::string_view field, const ETag& tag) {
    while (!field.empty()) {
        std::string_view one = take_until(field, ',');
        if (slice(one, 0, 2) == "W/") one.remove_prefix(2);
        if (one == "*" || one == tag.view()) return true;
    }
    return false;
}

bool names_state(std::string_view field, const ETag& tag) {
    // The quote, the state, and the full stop.
    const std::string_view state = slice(tag.view(), 0, 1 + kStateDigits + 1);
    while (!field.empty()) {
        const std::string_view one = take_until(field, ',');
        if (one == "*" || slice(one, 0, state.size()) == state) return true;
    }
    return false;
}

}  // namespace cmagent::ui
