#include "agent/ui/status_json.h"

#include "agent/cm/answer.h"

namespace cmagent::ui {
namespace {

void write_left(json::Writer& writer, const char* name, Time until, Time now) {
    if (until == kNever) return;
    writer.key(name).number(until < now ? 0 : until - now);
}

void write_last_answer(json::Writer& writer, const core::Session::Progress& progress, Time now) {
    if (progress.last_answer_at == Time{}) return;
    writer.key("lastAnswer").begin_object();
    writer.member("meaning", cm::meaning_name(progress.last_meaning));
    if (progress.last_status != 0) writer.key("status").number(progress.last_status);
    writer.key("agoMs").number(now - progress.last_answer_at);
    writer.end_object();
}

void write_lease(json::Writer& writer, const core::Session& session, Time now) {
    const core::Session::Progress& progress = session.progress;
    const bool heartbeat_planned = progress.call == cm::Call::heartbeat;
    writer.begin_object();
    writer.member("id", session.id);
    writer.member("state", core::name(session.state()));
    writer.member("lease", core::name(progress.lease));
    if (progress.lease == core::Lease::held)
        write_left(writer, "expiresInMs", progress.pace.expires(), now);
    if (heartbeat_planned) write_left(writer, "nextHeartbeatInMs", progress.exchange_at, now);
    write_last_answer(writer, progress, now);
    writer.end_object();
}

}  // namespace

void write_status(json::Writer& writer, ApiState& api, const Caller& caller, Time now) {
    writer.begin_object();
    writer.member("version", CMAGENT_VERSION);
    writer.key("uptimeSeconds").number((now - api.started) / kSecond);
    writer.key("cm").begin_object();
    writer.key("reachable").boolean(api.core.ledgers().credit.reachable());
    writer.end_object();
    writer.key("clockSet").boolean(api.clock_set());
    writer.key("listeners").number(static_cast<std::int64_t>(api.listeners(caller.applications)));
    writer.key("sessions").begin_array();
    for (const core::Session& session : api.core.ledgers().sessions) {
        if (session.live() && caller.sees(session.stream)) {
            write_lease(writer, session, now);
        }
    }
    writer.end_array().end_object();
}

}  // namespace cmagent::ui
