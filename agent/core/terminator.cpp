#include "agent/core/terminator.h"

#include "agent/base/text_writer.h"
#include "agent/json/one_line.h"

namespace cmagent::core {
namespace {

void keep_sentence(const json::String& text, Text<cm::kMaxMessage>& into) {
    char bytes[cm::kMaxMessage];
    TextWriter out(bytes, WhenFull::mark);
    write_one_line(out, text);
    (void)into.assign(out.view());
}

}  // namespace

void Terminator::note(const cm::Evaluation& evaluation) {
    for (const cm::Advice& advice : evaluation.advice()) {
        const cm::Limit one = cm::limit_of(advice);
        const bool tells_more = one.number > 0 || limit.counted == cm::Counted::nothing;
        if (limit.number == 0 && tells_more) limit = one;
        remote = advice.kind == cm::AdviceKind::remote_termination;
        if (message.empty() || remote) keep_sentence(advice.message, message);
        if (!remote) continue;
        (void)read_name(advice.terminator.device_name, device_name);
        (void)read_name(advice.terminator.application_name, application_name);
        (void)read_name(advice.terminator.channel, channel);
        (void)read_name(advice.terminator.started_at, started_at);
        (void)read_name(advice.terminator.session_id, session_id);
        return;
    }
}

void Terminator::clear() {
    device_name.clear();
    application_name.clear();
    channel.clear();
    started_at.clear();
    session_id.clear();
    message.clear();
    limit = {};
    remote = false;
}

bool Terminator::empty() const {
    return device_name.empty() && application_name.empty() && channel.empty() &&
           started_at.empty() && session_id.empty();
}

}  // namespace cmagent::core
