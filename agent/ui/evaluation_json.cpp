#include "agent/ui/evaluation_json.h"

#include <string_view>

#include "agent/cm/members.h"
#include "agent/core/pause.h"
#include "agent/ui/violation_line.h"

namespace cmagent::ui {
namespace {

using json::String;
using json::Writer;

void write_item(Writer& writer, const char* name, json::Item item) {
    if (item) writer.key(name).value(item);
}

void write_words(Writer& writer, const char* name, const cm::Words& words) {
    if (words.empty()) return;
    writer.key(name).begin_array();
    for (const String word : words) writer.string(word);
    writer.end_array();
}

void write_conflict(Writer& writer, const cm::ConflictingSession& conflict, const Here& here) {
    writer.begin_object();
    if (cm::is_usable(conflict.value)) writer.member_if_any("value", conflict.value);
    writer.member_if_any("sessionId", conflict.session_id);
    if (!conflict.repeated) writer.member_if_any("terminationCode", conflict.termination_code);
    writer.member_if_any("startedAt", conflict.started_at);
    writer.member_if_any("deviceName", conflict.device_name);
    writer.member_if_any("channel", conflict.channel);
    writer.member_if_any("applicationName", conflict.application_name);
    write_item(writer, "metadata", conflict.metadata);
    writer.member_if_any("here", here.id_of(conflict));
    writer.member_if_any("pausedSince", core::paused_since(conflict.metadata));
    writer.end_object();
}

void write_violation(Writer& writer, const cm::Advice& violation, const Wording& wording,
                     const Here& here) {
    const ViolationLine line = line_of(violation, wording);
    writer.begin_object();
    writer.member("kind", name(line.kind));
    writer.member("line", line.text);
    if (!violation.type.equals("rule-violation")) writer.member_if_any("type", violation.type);
    write_item(writer, "attributes", violation.attributes);
    writer.member_if_any("message", violation.message);
    // RFC 5646 §2.2.1: undetermined. CM tells the language of no message.
    if (violation.message) writer.member("messageLanguage", "und");
    writer.member_if_any("policy", violation.policy);
    writer.member_if_any("rule", violation.rule);
    writer.member_if_any("attribute", violation.attribute);
    write_item(writer, "threshold", violation.threshold);
    write_item(writer, "current", violation.current);
    write_words(writer, "scope", violation.scope);
    writer.key("conflicts").begin_array();
    for (const bool paused : {true, false}) {
        for (const cm::ConflictingSession& conflict : violation.conflicts) {
            if (core::is_paused(conflict.metadata) == paused)
                write_conflict(writer, conflict, here);
        }
    }
    writer.end_array();
    if (violation.more_conflicts > 0) {
        writer.key("moreConflicts").number(static_cast<std::int64_t>(violation.more_conflicts));
    }
    writer.end_object();
}

}  // namespace

void write_violations(Writer& writer, const cm::Evaluation& evaluation, const Wording& wording,
                      const Here& here) {
    writer.begin_array();
    for (const cm::Advice& advice : evaluation.advice()) {
        if (is_shown(advice)) write_violation(writer, advice, wording, here);
    }
    writer.end_array();
}

void write_terminator(Writer& writer, const cm::RemoteTerminator& terminator) {
    writer.begin_object();
    writer.member_if_any("deviceName", terminator.device_name);
    writer.member_if_any("applicationName", terminator.application_name);
    writer.member_if_any("channel", terminator.channel);
    writer.member_if_any("startedAt", terminator.started_at);
    writer.member_if_any("sessionId", terminator.session_id);
    writer.end_object();
}

void write_termination(Writer& writer, const cm::Evaluation& evaluation) {
    for (const cm::Advice& advice : evaluation.advice()) {
        if (advice.kind != cm::AdviceKind::remote_termination) continue;
        writer.begin_object();
        writer.member_if_any("message", advice.message);
        write_terminator(writer.key("terminator"), advice.terminator);
        writer.end_object();
        return;
    }
    writer.null();
}

void write_obligations(Writer& writer, const cm::Evaluation& evaluation) {
    writer.begin_array();
    for (const cm::Obligation& obligation : evaluation.obligations()) {
        writer.begin_object();
        writer.member_if_any("namespace", obligation.name_space);
        writer.member_if_any("action", obligation.action);
        write_words(writer, "arguments", obligation.arguments);
        write_item(writer, "id", obligation.id);
        writer.member_if_any("fulfillOn", obligation.fulfill_on);
        write_item(writer, "attributes", obligation.attributes);
        writer.end_object();
    }
    writer.end_array();
}

}  // namespace cmagent::ui
