#include "agent/daemon/preparation.h"

#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/base/characters.h"
#include "agent/daemon/agent_log.h"
#include "agent/daemon/log_line.h"
#include "platform/linux/file.h"
#include "platform/linux/listener.h"
#include "platform/linux/priority.h"
#include "platform/linux/process_guard.h"
#include "platform/linux/program.h"
#include "platform/players/list.h"

namespace cmagent::daemon {

using platform::LogLevel;

namespace {

// contract.md, "Secrets".
void warn_of_open_file(platform::Log& log, const char* key, const char* file) {
    if (file[0] == '\0' || !platform::is_open_to_others(file)) return;
    LogLine(log, LogLevel::warning)
        << key << ": " << file << " is open to every user of the box: chmod o-rw";
}

// The same file may stand at two keys: it is the key's own text that is compared.
const char* key_of(const platform::TlsTrust& trust, const char* file) {
    if (file == trust.ca_file) return "cm.caFile: ";
    if (file == trust.client_cert_file) return "cm.clientCertFile: ";
    return file == trust.client_key_file ? "cm.clientKeyFile: " : "";
}

}  // namespace

bool read_trust(const config::Configuration& from, platform::TlsContext& into, platform::Log& log,
                const char* consequence) {
    if (!from.endpoint.tls) return true;
    platform::TlsTrust trust;
    trust.ca_file = from.trust.ca_file;
    trust.client_cert_file = from.trust.client_cert_file;
    trust.client_key_file = from.trust.client_key_file;
    for (const std::string_view pin : from.trust.pins) trust.pins[trust.pin_count++] = pin;
    const platform::TlsLoaded loaded = into.load(trust);
    if (!loaded.ok) {
        LogLine(log, LogLevel::error)
            << consequence << key_of(trust, loaded.file) << loaded.problem.view();
        return false;
    }
    LogLine(log, LogLevel::info) << loaded.roots << " root certificates trusted";
    warn_of_open_file(log, "cm.clientKeyFile", trust.client_key_file);
    if (loaded.unreadable > 0) {
        LogLine(log, LogLevel::warning)
            << loaded.unreadable
            << " root certificates of cm.caFile cannot be read here and are not trusted";
    }
    for (std::string_view rest = loaded.unreadable_roots.view(); !rest.empty();) {
        LogLine(log, LogLevel::warning) << "cm.caFile: " << take_line(rest);
    }
    if (loaded.client_ends_soon) {
        LogLine(log, LogLevel::warning)
            << "cm.clientCertFile: days until the certificate ends: " << loaded.client_days;
    }
    return true;
}

bool read_tokens(const config::Configuration& from, TokenFile& into, platform::Log& log,
                 const char* consequence) {
    const char* const name = from.http.token_file;
    if (const config::ConfigurationFault fault = into.read(name)) {
        char text[1024];
        LogLine(log, LogLevel::error)
            << consequence << "http.tokenFile: " << print(fault, {text, sizeof text});
        return false;
    }
    warn_of_open_file(log, "http.tokenFile", name);
    return true;
}

platform::AdapterFault command_fault(const platform::AdapterSettings& settings) {
    for (const auto& key : platform::PlayerDrivers::kAdapters.keys) {
        const char* const text = settings.text(key.name);
        if (key.kind != platform::AdapterKey::Kind::command || text[0] == '\0') continue;
        const char* const why = platform::program_fault(text);
        if (why != nullptr) return {key.name, why};
    }
    return {};
}

int Preparation::read() {
    if (!read_trust(configuration_, into_.tls, into_.log, "")) return EX_CONFIG;
    if (!read_tokens(configuration_, into_.tokens, into_.log, "")) return EX_CONFIG;
    return find_accounts();
}

int Preparation::find_accounts() {
    const char* const user = configuration_.user;
    const char* const group = configuration_.http.socket_group;
    const bool changes = user[0] != '\0' && platform::is_root();
    if (changes) user_ = platform::find_user(user);
    if (changes && !user_) return refuse("process.user", user, "the box has no such user");
    group_ = platform::find_group(group);
    if (group[0] == '\0' || group_) return EX_OK;
    return refuse("http.socketGroup", group, "the box has no such group");
}

platform::SocketRights Preparation::rights() const {
    using Rights = platform::SocketRights;
    return {static_cast<std::uint32_t>(configuration_.http.socket_mode),
            group_.value_or(Rights::kOwn), user_ ? user_->id : Rights::kOwn};
}

int Preparation::check_sockets() {
    for (const std::string_view entry : configuration_.http.listen) {
        const platform::ListenFault fault = platform::folder_fault(entry, rights());
        if (fault == platform::ListenFault::none) continue;
        LogLine(into_.log, LogLevel::error)
            << "http.listen: " << entry << ": " << listen_fault_text(fault);
        return EX_UNAVAILABLE;
    }
    return EX_OK;
}

// A thread or a child that is started later has to leave what is not for it (contract.md, "Priority").
void Preparation::take_priority() {
    if (platform::set_niceness(configuration_.nice) != 0) {
        LogLine(into_.log, LogLevel::info)
            << "process.nice: " << int{configuration_.nice} << " is not permitted: it stays "
            << platform::niceness();
    }
    const int refusal = configuration_.realtime ? platform::set_realtime() : 0;
    if (refusal != 0) {
        LogLine(into_.log, LogLevel::warning)
            << "process.realtime: " << std::strerror(refusal)
            << ": root may, and under the unit who takes its example realtime.conf";
    }
    platform::give_up_right_to_priority();
}

int Preparation::become_user() {
    take_priority();
    if (user_ && !platform::become(*user_)) {
        return refuse("process.user", configuration_.user,
                      "the system does not let it become this user");
    }
    if (platform::is_root()) {
        into_.log.write(LogLevel::warning, "runs as root: process.user names a user of its own");
    }
    return find_players();
}

// The players' commands can be run, and no two players are the same one: a stop of the one would stop
// what the other shows.
int Preparation::find_players() {
    const platform::AdapterSettings* const adapters = configuration_.adapters;
    for (std::size_t i = 0; i < configuration_.settings.player_count; ++i) {
        for (const auto& key : platform::PlayerDrivers::kAdapters.keys) {
            const bool text = key.kind == platform::AdapterKey::Kind::text;  // a secret's file
            if (text) warn_of_open_file(into_.log, key.name, adapters[i].text(key.name));
        }
        if (const platform::AdapterFault fault = command_fault(adapters[i]))
            return refuse_player(i, fault.key, fault.why);
        for (std::size_t j = 0; j < i; ++j) {
            if (!adapters[i].is_at_place_of(adapters[j])) continue;
            return refuse_player(i, adapters[i].place_key(), "is another player's");
        }
    }
    return EX_OK;
}

int Preparation::refuse_player(std::size_t player, const char* key, const char* why) {
    char bytes[64];
    TextWriter name({bytes, sizeof bytes - 1}, WhenFull::cut);
    name << "player";
    if (player > 0) name << "s." << configuration_.settings.players[player].name.view();
    name << "." << key;
    bytes[name.view().size()] = '\0';
    return refuse(bytes, configuration_.adapters[player].text(key), why);
}

void Preparation::check_state() {
    const char* const dir = configuration_.state_dir;
    const bool closed = access(dir, R_OK | X_OK) != 0;
    if (!closed && access(dir, W_OK) == 0) return;
    LogLine(into_.log, LogLevel::error)
        << kInMemory << ": " << (closed ? "open the folder: " : "open: ") << std::strerror(errno)
        << "; " << kStateRemedy;
}

int Preparation::refuse(const char* key, const char* value, const char* why) {
    LogLine(into_.log, LogLevel::error) << key << ": " << value << ": " << why;
    return EX_CONFIG;
}

}  // namespace cmagent::daemon
