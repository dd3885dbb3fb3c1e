#include "agent/daemon/agent_log.h"

#include "agent/base/names.h"
#include "agent/cm/remedy.h"
#include "agent/daemon/log_line.h"

namespace cmagent::daemon {
namespace {

using cm::Call;
using platform::LogLevel;
using M = cm::Meaning;

constexpr Named<Call> kCallRows[] = {
    {Call::start, "start"},
    {Call::heartbeat, "heartbeat"},
    {Call::end, "end"},
    {Call::running_streams, "look"},
    {Call::metadata, "question for metadata"},
};
constexpr auto kCalls = names_of<kCallRows>();

// A warning is what a viewer has noticed or soon will; that a session is ended by CM's rules is none.
// A conflict has a line of its own, with its outcome.
struct MeaningRow {
    M meaning;
    LogLevel level;
};
constexpr MeaningRow kMeaningRows[] = {
    {M::granted, LogLevel::debug},         {M::listed, LogLevel::debug},
    {M::conflict, LogLevel::debug},        {M::terminated, LogLevel::info},
    {M::revoked, LogLevel::info},          {M::vanished, LogLevel::info},
    {M::throttled, LogLevel::warning},     {M::incomplete, LogLevel::info},
    {M::invalid, LogLevel::warning},       {M::unauthorized, LogLevel::warning},
    {M::unreachable, LogLevel::warning},   {M::unclear, LogLevel::warning},
    {M::not_cm, LogLevel::warning},        {M::insecure, LogLevel::warning},
    {M::clock_not_set, LogLevel::warning}, {M::busy, LogLevel::warning},
};
static_assert(lists_all(kMeaningRows, &MeaningRow::meaning));

// Names come from CM. They are kept without control characters; quotes in them are escaped.
void put_quoted(TextWriter& line, std::string_view before, std::string_view name) {
    if (name.empty()) return;
    line << before << '"';
    for (const char c : name) line << (c == '"' || c == '\\' ? "\\" : "") << c;
    line << '"';
}

// Exchanges come with every heartbeat; a change of the lease or of playback is worth a line, and one
// in which a stop has not gone as it should, a warning.
LogLevel level_of(const core::Transition& transition) {
    if (transition.cycle == "exchange") return LogLevel::debug;
    const bool trouble = transition.to == core::name(core::Playback::backing) ||
                         transition.to == core::name(core::Playback::forcing) ||
                         transition.to == core::name(core::Playback::unconfirmed);
    return trouble ? LogLevel::warning : LogLevel::info;
}

}  // namespace

void AgentLog::tell(const platform::Store::Loaded& loaded) {
    if (loaded.damaged) {
        log_.write(LogLevel::warning,
                   "state: a damaged file was set aside; sessions of the last run lapse by "
                   "themselves");
    }
    if (loaded.other_version > 0) {
        LogLine(log_, LogLevel::warning) << "state: files of version " << loaded.other_version
                                         << " of their format, which another version of the agent "
                                            "has written, are left alone; the sessions in them "
                                            "lapse by themselves";
    }
    if (loaded.exposed) {
        log_.write(LogLevel::warning,
                   "state: others could read or replace what is kept; the files are the daemon's "
                   "alone again, state.dir should be, too (mode 0700)");
    }
}

AgentLog::Kept& AgentLog::place() {
    if (kept_ == kMostKept) tell_kept();
    return list_[kept_++];
}

void AgentLog::keep(const core::Transition& transition) {
    Kept& kept = place();
    kept.conflict = nullptr;
    kept.transition = transition;
    (void)kept.session.assign(transition.session);
    kept.transition.session = kept.session.view();
}

void AgentLog::keep(const core::History::Entry& conflict) {
    place().conflict = &conflict;
}

void AgentLog::tell_kept() {
    for (std::size_t i = 0; i < kept_; ++i) {
        const Kept& kept = list_[i];
        kept.conflict == nullptr ? tell(kept.transition) : tell(*kept.conflict);
    }
    kept_ = 0;
}

void AgentLog::tell(const core::Transition& transition) {
    LogLine(log_, level_of(transition))
        << "session " << transition.session << ": " << transition.cycle << " " << transition.from
        << " -> " << transition.to << " (" << transition.event << ")";
}

void AgentLog::tell(const core::History::Entry& conflict) {
    LogLine line(log_, LogLevel::info);
    line << "conflict: " << core::name(conflict.outcome);
    if (conflict.attempt > 1) line << " after " << conflict.attempt << " attempts";
    line << ", listed " << conflict.listed;
    if (conflict.threshold) line << ", threshold " << conflict.threshold.value();
    put_quoted(line, ", rule ", conflict.rule.view());
    put_quoted(line, ", policy ", conflict.policy.view());
    put_quoted(line, ", attribute ", conflict.attribute.view());
}

// What fails again and again is told as one trouble of all sessions.
void AgentLog::tell(const cm::Answer& answer, const cm::Request* request, Time now) {
    LogLevel level = kMeaningRows[static_cast<std::size_t>(answer.meaning)].level;
    const bool heard = cm::is_word_of_cm(answer.meaning);
    Lasting::Say say = Lasting::Say::begun;
    if (heard && unreachable_.end()) {
        LogLine line(log_, LogLevel::info);
        line << "cm: " << endpoint_.host << " is reachable again, after ";
        unreachable_.print(line, now);
    } else if (!heard && answer.meaning != M::busy) {
        say = unreachable_.again(now, answer.reason.data());
    }
    if (say == Lasting::Say::nothing) level = LogLevel::debug;
    LogLine line(log_, level);
    line << "cm: ";
    if (say == Lasting::Say::still) {
        line << "still unreachable for ";
        unreachable_.print(line, now);
        line << "; ";
    }
    put(line, answer, request);
}

// "heartbeat of news to cm.example: unreachable, connect-failed (192.0.2.1:443: Connection refused)".
void AgentLog::put(TextWriter& line, const cm::Answer& answer, const cm::Request* request) const {
    if (request != nullptr) {
        line << kCalls[request->call] << " of " << application_name(request->application_id)
             << " to ";
    }
    line << endpoint_.host << ": " << cm::meaning_name(answer.meaning);
    if (answer.status != 0) line << ", status " << answer.status;
    if (!answer.reason.empty()) line << ", " << answer.reason;
    if (!answer.detail.empty()) line << " (" << answer.detail << ")";
    const std::string_view remedy = cm::remedy_for(answer.meaning, answer.reason);
    if (!remedy.empty()) line << "; " << remedy;
}

void AgentLog::tell_saved(bool on_flash, std::string_view reason, Time now) {
    if (on_flash) {
        const bool lasted = off_flash_.lasts();
        (void)off_flash_.end();
        if (!lasted) return;
        LogLine line(log_, LogLevel::info);
        line << "state: on flash again, after ";
        return off_flash_.print(line, now);
    }
    const Lasting::Say say = off_flash_.again(now, nullptr);
    if (say == Lasting::Say::nothing) return;
    LogLine line(log_, LogLevel::error);
    line << kInMemory;
    if (say == Lasting::Say::still) {
        line << " for ";
        off_flash_.print(line, now);
    }
    line << ": " << reason << "; " << kStateRemedy;
}

std::string_view AgentLog::player_name(std::uint8_t player) const {
    return core::shown_name(core_.settings().players[player].name);
}

std::string_view AgentLog::application_name(std::string_view id) const {
    const core::Settings& settings = core_.settings();
    for (std::size_t i = 1; i < settings.application_count; ++i) {
        if (settings.applications[i].id == id) return settings.applications[i].name.view();
    }
    return core::kDefaultName;
}

void AgentLog::tell_output(std::uint8_t player, std::string_view text) {
    LogLine(log_, LogLevel::info) << "player " << player_name(player) << ": " << text;
}

void AgentLog::tell_unreached(std::uint8_t player) {
    LogLine(log_, LogLevel::warning)
        << "player " << player_name(player) << ": an order did not reach it; " << kPlayerRemedy;
}

// Once: an app that gives no key does so with every start.
void AgentLog::tell_started(const core::StreamRequest& stream) {
    const bool judged = stream.owner || !core_.settings().players[stream.player].is_ui;
    if (judged || told_of_nobodys_) return;
    told_of_nobodys_ = true;
    log_.write(LogLevel::warning,
               "session without a clientKey: nobody notices when its app has gone");
}

}  // namespace cmagent::daemon
