#include "agent/daemon/daemon.h"

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>

#include "agent/base/bytes.h"
#include "agent/base/wipe.h"
#include "agent/daemon/configuration_file.h"
#include "agent/daemon/log_line.h"
#include "agent/daemon/preparation.h"
#include "platform/api/entropy.h"
#include "platform/linux/priority.h"
#include "platform/linux/residence.h"
#include "platform/mbedtls/library.h"

namespace cmagent::daemon {

using platform::ListenFault;
using platform::LogLevel;

namespace {

constexpr const char* kUnchanged = "configuration unchanged: ";
constexpr std::int64_t kShutdownMs = 3'000;  // contract.md, "SIGTERM and SIGINT"
// For the last events to leave, in as many turns as it takes.
constexpr std::int64_t kLastNewsMs = 30;
constexpr std::int64_t kLastRoundMs = 10;
// As deep as a turn goes with what a caller has sent and what goes to the flash.
constexpr std::size_t kDeepest = 32 * kKiB;
// Of a turn while clients ask all the time: about as long as it takes to answer four of them.
constexpr std::int64_t kRestUs = 100;
constexpr std::int64_t kFlushMs = 1'000;        // two writes to flash that syncs in 500 ms
constexpr Millis kLongestPause = 30 * kSecond;  // contract.md, "Said until heard"
// For the daemon that had the state before, which may take kShutdownMs and kFlushMs to end.
constexpr std::int64_t kPatienceMs = 5'000;

void list_files(LogLine& line, const config::Configuration& configuration) {
    const char* separator = ": ";
    for (const char* const file : configuration.files) {
        line << separator << file;
        separator = ", ";
    }
}

// Whether the kernel prefers the loop to the box's apps. One that takes all of a processor then is soon
// made to wait for several ms, whatever is ready (contract.md, "Priority").
bool goes_first(const config::Configuration& configuration) {
    return configuration.realtime || platform::niceness() < 0;
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
      listen_again_(kSecond, kLongestPause),
      read_again_(kSecond, kLongestPause),
      signals_(poller_),
      timers_(poller_, clock_),
      processes_(signals_, poller_),
      names_(poller_),
      flash_(poller_),
      resolver_(names_),
      tls_(clock_),
      secure_{{tcp_[0], tls_}, {tcp_[1], tls_}, {tcp_[2], tls_}},
      store_(flash_, configuration.state_dir, agent_),
      port_(poller_, clock_),
      listener_(poller_, port_),
      link_settings_{configuration.endpoint, configuration.settings.connect_timeout,
                     configuration.settings.request_timeout},
      link_({link_settings_, resolver_, poller_, clock_, tokens_}, stream(0), stream(1), agent_),
      api_(core, clock_, port_),
      agent_({core, link_, players_, api_, store_, clock_, log, configuration.endpoint}),
      check_({{link_settings_, resolver_, poller_, clock_, stream(2), tokens_, core,
               tls_.chain().seen()},
              configuration,
              {poller_, processes_, timers_},
              flash_,
              api_,
              *this}) {}

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

// The first line of the log (contract.md, "Log"). The applications' ids may be secrets.
void Daemon::introduce() {
    LogLine line(log_, LogLevel::info);
    line << "cmagentd " CMAGENT_VERSION ", " << started_.endpoint.host << ", applications default";
    for (std::size_t i = 1; i < started_.settings.application_count; ++i) {
        line << ' ' << started_.settings.applications[i].name.view();
    }
    line << ", mbedTLS " << platform::tls_library() << ", libmicrohttpd "
         << platform::MicrohttpdPort::library();
    list_files(line, started_);  // which may be more than a line holds
}

int Daemon::start() {
    introduce();
    struct {
        core::Entropy core;
        std::uint64_t events;
    } seed;
    if (!poller_.ok() || !signals_.ok() || !timers_.ok() ||
        !platform::entropy(&seed, sizeof seed)) {
        log_.write(LogLevel::error, "the system refuses descriptors (ulimit -n) or entropy");
        return EX_SOFTWARE;
    }
    Preparation preparation(started_, {tls_, token_file_, log_});
    if (const int status = preparation.read(); status != EX_OK) return status;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) signals_.listen(signal, *this);
    if (!own_state()) return EX_UNAVAILABLE;
    core_.configure(started_.settings);
    core_.seed(seed.core);
    core_.listen(&agent_);
    players_.build(started_, {poller_, processes_, timers_}, agent_);
    show_facts();
    api_.check_by(check_);
    api_.start(seed.events, {clock_.boot_ms()});
    if (!port_.start(api_)) {
        log_.write(LogLevel::error, "the system refuses what the HTTP server needs");
        return EX_UNAVAILABLE;
    }
    if (const int status = open_sockets(preparation); status != EX_OK) {
        listener_.close();
        return status;
    }
    // Threads come last: each would have a user of its own to change.
    if (!names_.start() || !flash_.start() || !lines_.start()) {
        log_.write(LogLevel::error, "the system refuses threads (ulimit -u)");
        return EX_SOFTWARE;
    }
    agent_.begin(started_.on_restart == config::OnRestart::resume);
    configure_api();  // which ends the sessions whose tokens have gone meanwhile
    supervisor_.ready();
    platform::leave_unused_behind();
    return EX_OK;
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
            << ": cannot be locked: nobody sees whether another daemon uses it, too";
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
int Daemon::open_sockets(Preparation& preparation) {
    if (!listen(preparation.rights())) return EX_UNAVAILABLE;
    if (lacks_tokens(started_.http, "")) return EX_CONFIG;
    return preparation.become_user();
}

// Sockets of the supervisor's take the place of all entries. The port is ours or nobody's: an entry
// that cannot be had is not left to a stranger (contract.md, "http.listen").
bool Daemon::listen(const platform::SocketRights& rights) {
    const ListenFault passed = listener_.adopt();
    if (passed != ListenFault::none) return may_come(passed, "LISTEN_FDS");
    const config::Texts& entries = started_.http.listen;
    const bool ours = listener_.count() == 0;
    for (std::size_t i = 0; ours && i < entries.size(); ++i) {
        const ListenFault fault = listener_.listen(entries[i], rights);
        if (fault != ListenFault::none && !may_come(fault, entries[i])) return false;
        if (fault == ListenFault::family_missing) late_ |= 1U << i;
    }
    if (late_ != 0) listen_again_.fail({clock_.boot_ms()});
    for (std::size_t i = 0; i < listener_.count(); ++i) tell_address(i);
    if (listener_.count() > 0) return true;
    log_.write(LogLevel::error,
               "http.listen: the box lacks the address families of all entries, or there is none "
               "and the supervisor has passed no socket");
    return false;
}

void Daemon::tell_address(std::size_t index) {
    const std::string_view address = listener_.address(index);
    LogLine(log_, LogLevel::info) << "listening on " << (address.front() == 'u' ? "" : "http://")
                                  << address;
}

// Whether it is only that the box does not have yet what an entry needs. Told in any case.
bool Daemon::may_come(ListenFault fault, std::string_view entry) {
    const bool may = fault == ListenFault::family_missing || fault == ListenFault::not_local;
    LogLine(log_, may ? LogLevel::warning : LogLevel::error)
        << "http.listen: " << entry << ": " << listen_fault_text(fault);
    return may;
}

// The entries whose family of addresses the box did not have, such as IPv6 that is a module of the
// kernel's. One that another program has taken meanwhile is his.
void Daemon::listen_late(Time now) {
    const config::Texts& entries = started_.http.listen;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if ((late_ >> i & 1U) == 0) continue;
        const ListenFault fault = listener_.listen(entries[i], {});
        if (fault == ListenFault::family_missing) continue;
        late_ ^= 1U << i;
        if (fault != ListenFault::none) (void)may_come(fault, entries[i]);
        if (fault == ListenFault::none) tell_address(listener_.count() - 1);
    }
    late_ != 0 ? listen_again_.fail(now) : listen_again_.end();
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
    sooner(check_.next_deadline().ms);
    sooner(read_again_.at().ms);
    sooner(listen_again_.at().ms);
    if (end_by_ > 0) sooner(end_by_);
    return at;
}

void Daemon::turn() {
    const std::int64_t at = next_deadline();
    const std::int64_t left = at - clock_.boot_ms();
    lines_.flush();  // of the start, or of the turn before: when all else of it is done
    poller_.wait(at >= kNever.ms ? -1 : left < 0 ? 0 : left);
    const std::int64_t now = clock_.boot_ms();
    agent_.turn();
    api_.facts().dropped_lines = lines_.lost();
    api_.on_time({now});
    if (const std::uint32_t wrong = api_.take_wrong_tokens({now}); wrong > 0)
        LogLine(log_, LogLevel::warning) << "calls with a wrong token within a minute: " << wrong;
    port_.on_time(now);
    agent_.turn();
    check_.on_time({now});
    log_.on_time({now});
    if (read_again_.begin({now})) try_reload({now});
    if (listen_again_.begin({now})) listen_late({now});
    supervisor_.on_time(now);
    if (platform::take_realtime_loss()) {
        log_.write(LogLevel::warning,
                   "process.realtime: given back until the next start, for the loop computed for "
                   "1 s without a pause");
    }
    if (end_by_ > 0 && (agent_.idle() || end_by_ <= now)) ending_ = true;
    if (port_.take_quiet()) platform::leave_unused_behind();
    if (port_.pressed() && goes_first(started_)) platform::rest(kRestUs);
    wipe_stack<kDeepest>();  // forms with a subject and a key, the text for the flash
}

void Daemon::on_signal(int signal) {
    if (end_by_ > 0) return;
    if (signal == SIGHUP) {
        supervisor_.reloading();
        read_again_.end();
        try_reload({clock_.boot_ms()});
        api_.facts().configuration.refused += read_again_.at() == kNever ? 0 : 1;
        return supervisor_.ready();
    }
    supervisor_.stopping();
    read_again_.end();
    listen_again_.end();
    listener_.close();
    end_by_ = clock_.boot_ms() + kShutdownMs;
    log_.write(LogLevel::info, "ending");
    gives_back_ = signal != SIGUSR2 && current_->on_shutdown == config::OnShutdown::end;
    if (gives_back_) return agent_.shut_down();
    ending_ = true;
}

void Daemon::stop() {
    if (gives_back_ && !agent_.idle()) {
        log_.write(LogLevel::warning,
                   "not everything could be ended in time; sessions at CM lapse by themselves");
    }
    send_last_events();
    port_.stop();
    link_.close();
    check_.stop();
    processes_.kill_all();
    agent_.keep();
    store_.flush(kFlushMs);
}

// Listeners to events learn how their sessions ended before the port closes. The daemon does not
// wait for a listener that does not read.
void Daemon::send_last_events() {
    const std::int64_t until = clock_.boot_ms() + kLastNewsMs;
    std::int64_t now = 0;
    while ((now = clock_.boot_ms()) < until) {
        api_.on_time({now});
        port_.on_time(now);
        poller_.wait(port_.next_deadline() <= now ? 0 : kLastRoundMs);
    }
}

// A file may be wrong because it is still being written: the order stands until it was carried out.
void Daemon::try_reload(Time now) {
    const bool taken = reload();
    show_configuration(taken, now);
    taken ? read_again_.end() : read_again_.fail(now);
}

bool Daemon::reload() {
    // Two, for the one in use stays as it is until the other is read. Static here: on a box that is
    // never told to reload, their pages are never touched.
    static config::Configuration spare[2];
    config::Configuration& next = current_ == &spare[0] ? spare[1] : spare[0];
    if (const config::ConfigurationFault fault = read_configuration(options_.places, next)) {
        char text[1024];
        LogLine(log_, LogLevel::error) << kUnchanged << print(fault, {text, sizeof text});
        return false;
    }
    const config::FixedKeys fixed = config::keep_fixed(started_, next);
    if (lacks_tokens(next.http, kUnchanged)) return false;
    if (!read_tokens(next, token_file_, log_, kUnchanged)) return false;
    // A key that is root's alone, which this process is no longer, must not keep the rest from being
    // read.
    const bool trusted = read_trust(next, tls_, log_, "trust unchanged: ");
    for (const config::FixedKey& key : fixed) {
        LogLine line(log_, LogLevel::warning);
        line << key.path.view() << " takes effect after a restart";
        if (key.origin.file != nullptr)
            line << " (" << key.origin.file << ":" << key.origin.line << ")";
    }
    current_ = &next;
    core_.configure(next.settings);
    link_settings_.connect_timeout = next.settings.connect_timeout;
    link_settings_.request_timeout = next.settings.request_timeout;
    configure_api();
    log_.set_level(options_.log_level.value_or(next.log_level));
    if (!trusted) return false;
    LogLine line(log_, LogLevel::info);
    line << "configuration read again";
    list_files(line, next);
    return true;
}

}  // namespace cmagent::daemon
