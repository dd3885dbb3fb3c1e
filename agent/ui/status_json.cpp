#include "agent/ui/status_json.h"

#include "agent/base/characters.h"
#include "agent/cm/answer.h"
#include "agent/cm/date_time.h"
#include "agent/cm/remedy.h"
#include "agent/ui/problem.h"

namespace cmagent::ui {
namespace {

void write_left(json::Writer& writer, const char* name, Time until, Time now) {
    if (until == kNever) return;
    writer.key(name).number(until < now ? 0 : until - now);
}

// The moment by the box's clock; nothing where it has none.
void write_moment(json::Writer& writer, const char* name, Time at, ApiState& api, Time now) {
    if (at == Time{} || !api.clock_set()) return;
    writer.member(name, cm::write_rfc3339(api.clock.wall_ms() - (now - at)));
}

// "192.0.2.1:443" of "192.0.2.1:443: Connection refused"; empty where no address was tried.
std::string_view address_in(std::string_view detail) {
    const std::string_view begin = slice(detail, 0, detail.find(": "));
    const bool address = !begin.empty() && (is_digit(begin[0]) || begin[0] == '[');
    return address ? begin : std::string_view();
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

void write_failure(json::Writer& writer, ApiState& api, const Caller& caller, Time now) {
    const core::Failure& failure = api.core.ledgers().calls.newest_failure();
    writer.key("lastError");
    if (failure.count == 0 || !caller.applications.has(failure.application)) {
        writer.null();
        return;
    }
    const std::string_view address = address_in(failure.detail.view());
    const std::size_t words = address.empty() ? 0 : address.size() + 2;
    writer.begin_object();
    writer.member("code", row(problem_of(core::refusal_for(failure.meaning))).code);
    writer.member("reason", failure.reason);
    if (failure.status != 0) writer.key("status").number(failure.status);
    writer.member_if_any("message", cm::remedy_for(failure.meaning, failure.reason));
    const core::Application& application = api.core.settings().applications[failure.application];
    writer.member("application", core::shown_name(application.name));
    writer.member("host", api.facts.host);
    writer.member_if_any("address", address);
    writer.member_if_any("detail", slice(failure.detail.view(), words));
    write_moment(writer, "at", failure.at, api, now);
    writer.key("agoMs").number(now - failure.at);
    writer.key("count").number(failure.count);
    writer.end_object();
}

void write_certificate(json::Writer& writer, ApiState& api) {
    writer.key("certificate");
    const platform::CertificateFacts* const first =
        api.facts.chain == nullptr ? nullptr : api.facts.chain->first_to_end();
    if (first == nullptr) {
        writer.null();
        return;
    }
    writer.begin_object();
    writer.member("subject", first->subject);
    writer.member("issuer", first->issuer);
    writer.member("notAfter", cm::write_rfc3339(first->ends * 1000));
    if (api.clock_set()) writer.key("daysLeft").number(first->days_left(api.clock.wall_ms()));
    writer.end_object();
}

void write_roots(json::Writer& writer, const DaemonFacts& facts) {
    writer.key("roots");
    if (facts.roots == nullptr) {
        writer.null();
        return;
    }
    writer.begin_object();
    writer.member("file", facts.ca_file);
    writer.key("trusted").number(static_cast<std::int64_t>(facts.roots->trusted));
    writer.key("unreadable").number(static_cast<std::int64_t>(facts.roots->unreadable));
    writer.end_object();
}

void write_applications(json::Writer& writer, const core::Core& core, const Caller& caller) {
    writer.key("applications").begin_object();
    for (std::size_t i = 0; i < core.settings().application_count; ++i) {
        if (!caller.applications.has(i)) continue;
        writer.key(core::shown_name(core.settings().applications[i].name));
        writer.string(core::name(core.ledgers().registrations[i]));
    }
    writer.end_object();
}

void write_cm(json::Writer& writer, ApiState& api, const Caller& caller, Time now) {
    const core::Credit& credit = api.core.ledgers().credit;
    writer.key("cm").begin_object();
    writer.member("host", api.facts.host);
    writer.key("reachable");
    if (credit.reach() == core::Reach::unknown) {
        writer.string("unknown");
    } else {
        writer.boolean(credit.reachable());
    }
    write_moment(writer, "since", credit.reach_since(), api, now);
    write_failure(writer, api, caller, now);
    write_certificate(writer, api);
    write_roots(writer, api.facts);
    write_applications(writer, api.core, caller);
    writer.end_object();
}

// null: there is none.
void write_words(json::Writer& writer, const char* name, ConstText words) {
    writer.key(name);
    words.view().empty() ? writer.null() : writer.string(words);
}

void write_state(json::Writer& writer, ApiState& api, Time now) {
    const StateFacts& state = api.facts.state;
    writer.key("state").begin_object();
    writer.member("dir", api.facts.state_dir);
    writer.key("onFlash").boolean(state.on_flash);
    write_words(writer, "lastError", state.error);
    write_moment(writer, "since", state.since, api, now);
    writer.end_object();
}

void write_configuration(json::Writer& writer, ApiState& api, Time now) {
    const ConfigurationFacts& facts = api.facts.configuration;
    writer.key("configuration").begin_object();
    writer.key("files").begin_array();
    for (const char* const file : facts.files) writer.string(file);
    writer.end_array();
    write_moment(writer, "readAt", facts.read_at, api, now);
    writer.key("reloads").number(static_cast<std::int64_t>(facts.taken));
    write_words(writer, "refused", facts.fault);
    writer.end_object();
}

// What tells of the whole box.
void write_box(json::Writer& writer, ApiState& api, Time now) {
    write_state(writer, api, now);
    writer.key("log").begin_object();
    writer.key("droppedLines").number(static_cast<std::int64_t>(api.facts.dropped_lines));
    writer.end_object();
    write_configuration(writer, api, now);
}

}  // namespace

void write_status(json::Writer& writer, ApiState& api, const Caller& caller, Time now) {
    writer.begin_object();
    writer.member("version", CMAGENT_VERSION);
    writer.member("build", api.facts.build);
    writer.key("uptimeSeconds").number((now - api.started) / kSecond);
    write_cm(writer, api, caller, now);
    writer.key("clockSet").boolean(api.clock_set());
    if (caller.sees_all()) write_box(writer, api, now);
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
