#pragma once
#include "agent/base/back_off.h"
#include "agent/config/configuration.h"
#include "agent/core/core.h"
#include "agent/daemon/agent.h"
#include "agent/daemon/check.h"
#include "agent/daemon/folded_log.h"
#include "agent/daemon/options.h"
#include "agent/daemon/players.h"
#include "agent/daemon/token_file.h"
#include "agent/link/link.h"
#include "agent/ui/local_api.h"
#include "platform/linux/clock.h"
#include "platform/linux/listener.h"
#include "platform/linux/log.h"
#include "platform/linux/poller.h"
#include "platform/linux/processes.h"
#include "platform/linux/resolver.h"
#include "platform/linux/signals.h"
#include "platform/linux/store.h"
#include "platform/linux/supervisor.h"
#include "platform/linux/tcp_stream.h"
#include "platform/linux/timers.h"
#include "platform/linux/worker.h"
#include "platform/mbedtls/tls_context.h"
#include "platform/mbedtls/tls_stream.h"
#include "platform/microhttpd/port.h"

namespace cmagent::daemon {

class Preparation;

// The composition root and the loop: the only place that names both decisions and drivers. A port
// to another system replaces the drivers here. One object, in static storage, for the life of the
// process.
class Daemon final : platform::SignalListener, BoxChecks {
  public:
    // `core` is an object of its own: it is zero at the start, and pages that it never needs are
    // never touched.
    Daemon(core::Core& core, config::Configuration& configuration, const Options& options,
           FoldedLog& log, platform::QueuedLog& lines);

    // Until a signal ends it. Returns the exit status (sysexits).
    [[nodiscard]] int run();

  private:
    [[nodiscard]] platform::Stream& stream(std::size_t connection);
    void introduce();
    void show_facts();
    // A reload was taken, or refused.
    void show_configuration(bool taken, Time now);
    [[nodiscard]] int start();
    void configure_api();
    [[nodiscard]] bool own_state();
    [[nodiscard]] int open_sockets(Preparation& preparation);
    [[nodiscard]] bool listen(const platform::SocketRights& rights);
    [[nodiscard]] bool may_come(platform::ListenFault fault, std::string_view entry);
    void tell_address(std::size_t index);
    void listen_late(Time now);
    [[nodiscard]] bool lacks_tokens(const config::LocalPort& http, const char* before);
    void turn();
    void stop();
    void send_last_events();
    // False: the configuration is unchanged, for there is a fault.
    [[nodiscard]] bool reload();
    void try_reload(Time now);
    void on_signal(int signal) override;
    void check_box(ui::CheckList& into) override;
    [[nodiscard]] std::int64_t next_deadline() const;

    config::Configuration& started_;  // the one that the process was started with
    config::Configuration* current_;  // the same, or the one that was read on SIGHUP
    const Options options_;
    FoldedLog& log_;
    platform::QueuedLog& lines_;  // below log_
    core::Core& core_;

    bool ending_ = false;
    bool gives_back_ = false;  // an orderly end: the sessions, to CM
    std::int64_t end_by_ = 0;  // when an orderly end gives up
    BackOff listen_again_;
    unsigned late_ = 0;   // a bit for each entry of http.listen that waits for its family
    BackOff read_again_;  // a configuration that was wrong on SIGHUP

    TokenFile token_file_;

    platform::LinuxClock clock_;
    platform::EpollPoller poller_;
    platform::Signals signals_;
    platform::TimerfdTimers timers_;
    platform::ChildProcesses processes_;
    platform::Worker names_;  // of the resolver
    platform::Worker flash_;  // of the store
    platform::SystemResolver resolver_;
    platform::TlsContext tls_;
    platform::TcpStream tcp_[3];  // two of the link, and the check's
    platform::TlsStream secure_[3];
    platform::FileStore store_;
    platform::NotifySupervisor supervisor_;
    platform::MicrohttpdPort port_;
    platform::SocketListener listener_;
    link::LinkSettings link_settings_;
    link::Link link_;
    Players players_;
    ui::DaemonCounter link_counters_[8];
    ui::LocalApi api_;
    Agent agent_;
    Checks check_;
    json::Token tokens_[cm::kMaxBodyTokens];  // of the answer of CM that is being told
};

}  // namespace cmagent::daemon
