#include "agent/daemon/daemon.h"

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "agent/base/bytes.h"
#include "agent/base/wipe.h"
#include "agent/daemon/configuration_file.h"
#include "agent/daemon/log_line.h"
#include "platform/api/entropy.h"
#include "platform/linux/file.h"
#include "platform/linux/process_guard.h"

namespace cmagent::daemon {

using platform::LogLevel;

namespace {

constexpr const char* kUnchanged = "configuration unchanged: ";
constexpr std::int64_t kShutdownMs = 3'000;  // contract.md, "SIGTERM and SIGINT"
constexpr std::int64_t kLastRoundMs = 10;
// As deep as a turn goes with what a caller has sent and what goes to the flash.
constexpr std::size_t kDeepest = 32 * kKiB;
constexpr std::int64_t kFlushMs = 1'000;        // two writes to flash that syncs in 500 ms
constexpr Millis kLongestPause = 30 * kSecond;  // contract.md, "Said until heard"
// For the daemon that had the state before, which may take kShutdownMs and kFlushMs to end.
constexpr std::int64_t kPatienceMs = 5'000;

// contract.md, "Secrets".
void warn_of_open_file(platform::Log& log, const char* key, const char* file) {
    if (file[0] == '\0' || !platform::is_open_to_others(file)) return;
    LogLine(log, LogLevel::warning)
        << key << ": " << file << " is open to every user of the box: chmod o-rw";
}

// False: the file of tokens cannot be used, which the log says.
bool read_tokens(platform::Log& log, const config::Configuration& from, TokenFile& into,
                 const char* consequence) {
    const char* const name = from.http.token_file;
    if (const config::ConfigurationFault fault = into.read(name)) {
        char text[1024];
        LogLine(log, LogLevel::error)
            << consequence << "http.tokenFile: " << print(fault, name, {text, sizeof text});
        return false;
    }
    warn_of_open_file(log, "http.tokenFile", name);
    return true;
}

}  // namespace

Daemon::Daemon(core::Core& core, config::Configuration& configuration, const Options& options,
               FoldedLog& log, platform::QueuedLog& lines)
    : started_(configuration),
      current_(&configuration),
      options_(options),
      log_(log),
      lines_(lines),
      core_(core),
      read_again_(kSecond, kLongestPause),
      signals_(poller_),
      timers_(poller_, clock_),
      processes_(signals_),
      names_(poller_),
      flash_(poller_),
      resolver_(names_),
      tls_(clock_),
      secure_{{tcp_[0], tls_}, {tcp_[1], tls_}},
      store_(flash_, configuration.state_dir, agent_),
      port_(poller_, clock_),
      listener_(poller_, port_),
      link_settings_{configuration.endpoint, configuration.settings.connect_timeout,
                     configuration.settings.request_timeout},
      link_({link_settings_, resolver_, poller_, clock_, tokens_}, stream(0), stream(1), agent_),
      link_counters_{
          {"cm_connections_total", "Connections to CM that were opened.",
           &link_.counters().connections},
          {"cm_connection_failures_total", "Connections to CM that could not be opened.",
           &link_.counters().failures},
          {"cm_requests_total", "Requests to CM, repetitions included.",
           &link_.counters().requests},
          {"cm_repetitions_total", "Requests repeated for a dead connection.",
           &link_.counters().repetitions},
          {"cm_sent_bytes_total", "Bytes sent to CM.", &link_.counters().bytes_sent},
          {"cm_received_bytes_total", "Bytes received from CM.", &link_.counters().bytes_received},
      },
      api_(core, clock_, port_),
      agent_({core, link_, players_, api_, store_, clock_, log}) {}

platform::Stream& Daemon::stream(std::size_t connection) {
    if (started_.endpoint.tls) return secure_[connection];
    return tcp_[connection];
}

int Daemon::run() {
    const int status = start();
    if (status == EX_OK) {
        while (!ending_) turn();
        stop();
    }
    log_.finish();
    lines_.finish();
    // A resolver that hangs does not hold up the end, nor does flash.
    if (names_.busy() || flash_.busy()) ::_exit(status);
    return status;
}

int Daemon::start() {
    struct {
        core::Entropy core;
        std::uint64_t events;
    } seed;
    if (!poller_.ok() || !signals_.ok() || !timers_.ok() ||
        !platform::entropy(&seed, sizeof seed)) {
        log_.write(LogLevel::error, "the system refuses descriptors or entropy");
        return EX_SOFTWARE;
    }
    if (started_.endpoint.tls && !load_trust()) return EX_CONFIG;
    if (!read_tokens(log_, started_, token_file_, "")) return EX_CONFIG;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.listen(signal, *this);
    if (!own_state()) return EX_UNAVAILABLE;
    core_.configure(started_.settings);
    core_.seed(seed.core);
    core_.listen(&agent_);
    players_.build(started_, {poller_, processes_, timers_}, agent_);
    api_.show_counters({link_counters_, std::size(link_counters_)});
    api_.start(seed.events, {clock_.boot_ms()});
    if (!port_.start(api_)) return EX_UNAVAILABLE;
    if (const int status = open_sockets(); status != EX_OK) {
        listener_.close();
        return status;
    }
    // Threads come last: each would have a user of its own to change.
    if (!names_.start() || !flash_.start() || !lines_.start()) {
        log_.write(LogLevel::error, "the system refuses threads");
        return EX_SOFTWARE;
    }
    agent_.begin(started_.on_restart == config::OnRestart::resume);
    configure_api();  // which ends the sessions whose tokens have gone meanwhile
    supervisor_.ready();
    return EX_OK;
}

bool Daemon::load_trust() {
    platform::TlsTrust trust;
    trust.ca_file = started_.trust.ca_file;
    trust.client_cert_file = started_.trust.client_cert_file;
    trust.client_key_file = started_.trust.client_key_file;
    for (const std::string_view pin : started_.trust.pins) trust.pins[trust.pin_count++] = pin;
    const platform::TlsLoaded loaded = tls_.load(trust);
    if (!loaded.ok) {
        LogLine(log_, LogLevel::error) << loaded.problem.view();
        return false;
    }
    LogLine(log_, LogLevel::info) << loaded.roots << " root certificates trusted";
    warn_of_open_file(log_, "cm.clientKeyFile", trust.client_key_file);
    if (loaded.unreadable > 0) {
        LogLine(log_, LogLevel::warning)
            << loaded.unreadable
            << " root certificates of cm.caFile cannot be read here and are not trusted";
    }
    return true;
}

// contract.md, "state.dir". A folder that is missing is the store's concern, which tries again.
bool Daemon::own_state() {
    platform::OwnFolder& folder = store_.folder();
    if (folder.await(kPatienceMs) == EWOULDBLOCK) {
        const auto holder = static_cast<std::int64_t>(folder.holder());
        LogLine line(log_, LogLevel::error);
        line << "state.dir: " << started_.state_dir << ": another process has locked it";
        if (holder > 0) line << " (" << holder << ")";
        line << ": a daemon that already runs; end it, or give this one a folder of its own";
        return false;
    }
    if (folder.lockless()) {
        LogLine(log_, LogLevel::warning)
            << "state.dir: " << started_.state_dir
            << ": no locks here: nobody sees whether another daemon uses it, too";
    }
    return true;
}

void Daemon::configure_api() {
    const config::LocalPort& http = current_->http;
    ui::ApiSettings settings;
    settings.allowed_hosts = {http.allowed_hosts.begin(), http.allowed_hosts.size()};
    settings.allowed_origins = {http.allowed_origins.begin(), http.allowed_origins.size()};
    settings.language = current_->language;
    settings.cm_messages = current_->cm_messages;
    settings.needs_token = http.token_file[0] != '\0';
    settings.tokens = token_file_.text();
    api_.configure(settings);
    token_file_.forget();
}

// Opens the sockets with the rights that the process was started with, and gives up those that it
// is not to have.
int Daemon::open_sockets() {
    const config::LocalPort& http = started_.http;
    const bool changes = started_.user[0] != '\0' && platform::is_root();
    const auto user = changes ? platform::find_user(started_.user) : std::nullopt;
    const auto group = platform::find_group(http.socket_group);
    if (changes && !user) return refuse("process.user", started_.user, "the box has no such user");
    if (http.socket_group[0] != '\0' && !group) {
        return refuse("http.socketGroup", http.socket_group, "the box has no such group");
    }
    using Rights = platform::SocketRights;
    if (!listen({static_cast<std::uint32_t>(http.socket_mode), group.value_or(Rights::kOwn),
                 user ? user->id : Rights::kOwn})) {
        return EX_UNAVAILABLE;
    }
    if (lacks_tokens(http, "")) return EX_CONFIG;
    if (user && !platform::become(*user)) {
        return refuse("process.user", started_.user, "the system does not let it become this user");
    }
    if (platform::is_root()) {
        log_.write(LogLevel::warning, "runs as root: process.user names a user of its own");
    }
    return EX_OK;
}

int Daemon::refuse(const char* key, const char* value, const char* why) {
    LogLine(log_, LogLevel::error) << key << ": " << value << ": " << why;
    return EX_CONFIG;
}

// Sockets of the supervisor's take the place of all entries. The port is ours or nobody's: an entry
// that cannot be had is not left to a stranger (contract.md, "http.listen").
bool Daemon::listen(const platform::SocketRights& rights) {
    const auto tell = [this](std::string_view what, platform::ListenFault fault) {
        const bool missing = fault == platform::ListenFault::family_missing;
        LogLine(log_, missing ? LogLevel::warning : LogLevel::error)
            << "http.listen: " << what << ": " << listen_fault_text(fault);
        return missing;
    };
    const platform::ListenFault passed = listener_.adopt();
    if (passed != platform::ListenFault::none) return tell("LISTEN_FDS", passed);
    if (listener_.count() == 0) {
        for (const std::string_view entry : started_.http.listen) {
            const platform::ListenFault fault = listener_.listen(entry, rights);
            if (fault != platform::ListenFault::none && !tell(entry, fault)) return false;
        }
    }
    for (std::size_t i = 0; i < listener_.count(); ++i) {
        const std::string_view address = listener_.address(i);
        LogLine(log_, LogLevel::info)
            << "listening on " << (address.front() == 'u' ? "" : "http://") << address;
    }
    if (listener_.count() > 0) return true;
    log_.write(LogLevel::error,
               "http.listen: the box lacks the address families of all entries, or there is none "
               "and the supervisor has passed no socket");
    return false;
}

// Whether the sockets let others in than the programs of this box, and `http` knows none of them:
// told then, with `before` in front.
bool Daemon::lacks_tokens(const config::LocalPort& http, const char* before) {
    if (http.token_file[0] != '\0') return false;
    for (std::size_t i = 0; i < listener_.count(); ++i) {
        if (!config::is_exposed(listener_.address(i))) continue;
        LogLine(log_, LogLevel::error)
            << before << "http.tokenFile: is missing: others than this box's programs may call";
        return true;
    }
    return false;
}

std::int64_t Daemon::next_deadline() const {
    std::int64_t at = agent_.next_deadline().ms;
    const auto sooner = [&at](std::int64_t other) { at = other < at ? other : at; };
    sooner(log_.next_deadline().ms);
    sooner(port_.next_deadline());
    sooner(api_.next_deadline().ms);
    sooner(supervisor_.next_deadline());
    sooner(read_again_.at().ms);
    if (end_by_ > 0) sooner(end_by_);
    return at;
}

void Daemon::turn() {
    const std::int64_t at = next_deadline();
    const std::int64_t left = at - clock_.boot_ms();
    poller_.wait(at >= kNever.ms ? -1 : left < 0 ? 0 : left);
    const std::int64_t now = clock_.boot_ms();
    agent_.turn();
    api_.on_time({now});
    if (const std::uint32_t wrong = api_.take_wrong_tokens({now}); wrong > 0)
        LogLine(log_, LogLevel::warning) << "calls with a wrong token within a minute: " << wrong;
    port_.on_time(now);
    agent_.turn();
    log_.on_time({now});
    if (read_again_.begin({now})) try_reload({now});
    supervisor_.on_time(now);
    lines_.flush();  // when all else of the turn is done
    if (end_by_ > 0 && (agent_.idle() || end_by_ <= now)) ending_ = true;
    wipe_stack<kDeepest>();  // forms with a subject and a key, the text for the flash
}

void Daemon::on_signal(int signal) {
    if (end_by_ > 0) return;
    if (signal == SIGHUP) {
        supervisor_.reloading();
        read_again_.end();
        try_reload({clock_.boot_ms()});
        return supervisor_.ready();
    }
    supervisor_.stopping();
    read_again_.end();
    listener_.close();
    end_by_ = clock_.boot_ms() + kShutdownMs;
    log_.write(LogLevel::info, "ending");
    if (current_->on_shutdown == config::OnShutdown::end) {
        agent_.shut_down();
    } else {
        ending_ = true;
    }
}

void Daemon::stop() {
    if (current_->on_shutdown == config::OnShutdown::end && !agent_.idle()) {
        log_.write(LogLevel::warning,
                   "not everything could be ended in time; sessions at CM lapse by themselves");
    }
    send_last_events();
    port_.stop();
    link_.close();
    processes_.kill_all();
    agent_.keep();
    store_.flush(kFlushMs);
}

// Listeners to events learn how their sessions ended before the port closes. The daemon does not
// wait for a listener that does not read.
void Daemon::send_last_events() {
    for (int round = 0; round < 3; ++round) {
        const std::int64_t now = clock_.boot_ms();
        api_.on_time({now});
        port_.on_time(now);
        poller_.wait(kLastRoundMs);
    }
}

// A file may be wrong because it is still being written: the order stands until it was carried out.
void Daemon::try_reload(Time now) {
    reload() ? read_again_.end() : read_again_.fail(now);
}

bool Daemon::reload() {
    // Two, for the one in use stays as it is until the other is read. Static here: on a box that is
    // never told to reload, their pages are never touched.
    static config::Configuration spare[2];
    config::Configuration& next = current_ == &spare[0] ? spare[1] : spare[0];
    if (const config::ConfigurationFault fault = read_configuration(options_.file, next)) {
        char text[1024];
        LogLine(log_, LogLevel::error)
            << kUnchanged << print(fault, options_.file, {text, sizeof text});
        return false;
    }
    const config::FixedKeys fixed = config::keep_fixed(started_, next);
    if (lacks_tokens(next.http, kUnchanged)) return false;
    if (!read_tokens(log_, next, token_file_, kUnchanged)) return false;
    for (const config::KeyPath& key : fixed) {
        LogLine(log_, LogLevel::warning) << key.view() << " takes effect after a restart";
    }
    current_ = &next;
    core_.configure(next.settings);
    link_settings_.connect_timeout = next.settings.connect_timeout;
    link_settings_.request_timeout = next.settings.request_timeout;
    configure_api();
    log_.set_level(options_.log_level.value_or(next.log_level));
    log_.write(LogLevel::info, "configuration read again");
    return true;
}

}  // namespace cmagent::daemon
