#include "agent/daemon/daemon.h"

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#include <iterator>

#include "agent/base/bytes.h"
#include "agent/daemon/configuration_file.h"
#include "agent/daemon/log_line.h"
#include "platform/api/entropy.h"
#include "platform/linux/file.h"

namespace cmagent::daemon {

using platform::LogLevel;

namespace {

constexpr std::int64_t kShutdownMs = 3'000;  // contract.md, "SIGTERM and SIGINT"
// A hundred tokens of a hundred characters, and remarks.
constexpr std::size_t kMaxTokenFile = 16 * kKiB;
constexpr std::int64_t kLastRoundMs = 10;
constexpr std::int64_t kFlushMs = 1'000;  // two writes to flash that syncs in 500 ms

// False: the file of tokens cannot be read, or is too long. Then no token is known. `into` is a
// view of static storage: the local API keeps it.
bool read_tokens(const char* name, std::string_view& into) {
    static char tokens[kMaxTokenFile + 1];
    const platform::FileText file = platform::read_file(name, {tokens, sizeof tokens});
    if (file.problem != nullptr || file.text.size() > kMaxTokenFile) return false;
    into = file.text;
    return true;
}

}  // namespace

Daemon::Daemon(core::Core& core, config::Configuration& configuration, const Options& options,
               platform::StreamLog& log)
    : started_(configuration),
      current_(&configuration),
      options_(options),
      log_(log),
      core_(core),
      signals_(poller_),
      timers_(poller_, clock_),
      processes_(signals_),
      worker_(poller_),
      resolver_(worker_),
      tls_(clock_),
      secure_{{tcp_[0], tls_}, {tcp_[1], tls_}},
      store_(worker_, configuration.state_dir, agent_),
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
    if (const int status = start(); status != EX_OK) return status;
    while (!ending_) turn();
    stop();
    // A resolver that hangs does not hold up the end.
    if (worker_.busy()) ::_exit(EX_OK);
    return EX_OK;
}

int Daemon::start() {
    std::uint64_t seed = 0;
    if (!poller_.ok() || !signals_.ok() || !timers_.ok() || !worker_.start() ||
        !platform::entropy(&seed, sizeof seed)) {
        log_.write(LogLevel::error, "the system refuses descriptors, threads or entropy");
        return EX_SOFTWARE;
    }
    if (started_.endpoint.tls && !load_trust()) return EX_CONFIG;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.listen(signal, *this);
    core_.configure(started_.settings);
    core_.seed(seed);
    core_.listen(&agent_);
    players_.build(started_, {poller_, processes_, timers_}, agent_);
    if (!configure_api()) {
        LogLine(log_, LogLevel::error)
            << "http.tokenFile cannot be read: " << started_.http.token_file;
        return EX_CONFIG;
    }
    api_.show_counters({link_counters_, std::size(link_counters_)});
    api_.start(seed, {clock_.boot_ms()});
    if (!port_.start(api_) || !listen()) return EX_UNAVAILABLE;
    agent_.begin(started_.on_restart == config::OnRestart::resume);
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
    if (loaded.unreadable > 0) {
        LogLine(log_, LogLevel::warning)
            << loaded.unreadable
            << " root certificates of cm.caFile cannot be read here and are not trusted";
    }
    return true;
}

// False: the tokens are not known, and every call that needs one is refused.
bool Daemon::configure_api() {
    const config::LocalPort& http = current_->http;
    ui::ApiSettings settings;
    settings.allowed_hosts = {http.allowed_hosts.begin(), http.allowed_hosts.size()};
    settings.allowed_origins = {http.allowed_origins.begin(), http.allowed_origins.size()};
    settings.language = current_->language;
    settings.cm_messages = current_->cm_messages;
    settings.needs_token = http.token_file[0] != '\0';
    const bool known = !settings.needs_token || read_tokens(http.token_file, settings.tokens);
    api_.configure(settings);
    return known;
}

// One entry that works is enough; the log names each that does not, and why (contract.md,
// "Configuration").
bool Daemon::listen() {
    const std::size_t adopted = listener_.adopt();
    if (adopted == 0) {
        for (const std::string_view entry : started_.http.listen) {
            const platform::ListenFault fault = listener_.listen(entry);
            if (fault == platform::ListenFault::none) continue;
            LogLine(log_, LogLevel::warning)
                << "http.listen: " << entry << ": " << listen_fault_text(fault);
        }
    }
    for (std::size_t i = 0; i < listener_.count(); ++i) {
        const std::string_view address = listener_.address(i);
        LogLine(log_, LogLevel::info)
            << "listening on " << (address.front() == 'u' ? "" : "http://") << address;
    }
    if (listener_.count() > 0) return true;
    log_.write(LogLevel::error, "no entry of http.listen works");
    return false;
}

std::int64_t Daemon::next_deadline() const {
    std::int64_t at = agent_.next_deadline().ms;
    const auto sooner = [&at](std::int64_t other) { at = other < at ? other : at; };
    sooner(port_.next_deadline());
    sooner(api_.next_deadline().ms);
    if (supervisor_.alive_every_ms() > 0) sooner(alive_at_);
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
    port_.on_time(now);
    agent_.turn();
    if (supervisor_.alive_every_ms() > 0 && alive_at_ <= now) {
        supervisor_.alive();
        alive_at_ = now + supervisor_.alive_every_ms();
    }
    if (end_by_ > 0 && (agent_.idle() || end_by_ <= now)) ending_ = true;
}

void Daemon::on_signal(int signal) {
    if (signal == SIGHUP) return reload();
    if (end_by_ > 0) return;
    supervisor_.stopping();
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

void Daemon::reload() {
    // Two, for the one in use stays as it is until the other is read. Static here: on a box that is
    // never told to reload, their pages are never touched.
    static config::Configuration spare[2];
    config::Configuration& next = current_ == &spare[0] ? spare[1] : spare[0];
    if (const config::ConfigurationFault fault = read_configuration(options_.file, next)) {
        char text[1024];
        LogLine(log_, LogLevel::error)
            << "configuration unchanged: " << print(fault, options_.file, {text, sizeof text});
        return;
    }
    for (const config::KeyPath& key : config::keep_fixed(started_, next)) {
        LogLine(log_, LogLevel::warning) << key.view() << " takes effect after a restart";
    }
    current_ = &next;
    core_.configure(next.settings);
    link_settings_.connect_timeout = next.settings.connect_timeout;
    link_settings_.request_timeout = next.settings.request_timeout;
    if (!configure_api()) {
        log_.write(LogLevel::error, "http.tokenFile cannot be read: nobody may call");
    }
    log_.set_level(options_.log_level.value_or(next.log_level));
    log_.write(LogLevel::info, "configuration read again");
}

}  // namespace cmagent::daemon
