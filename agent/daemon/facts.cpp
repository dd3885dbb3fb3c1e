// What the local API tells of the parts of the daemon that it does not know.

#include <algorithm>
#include <iterator>

#include "agent/daemon/daemon.h"
#include "agent/daemon/version.h"
#include "platform/mbedtls/library.h"

namespace cmagent::daemon {
namespace {

Span<const char* const> files_of(const config::Configuration& configuration) {
    return {configuration.files.begin(), configuration.files.size()};
}

}  // namespace

void Daemon::show_facts() {
    const link::LinkCounters& link = link_.counters();
    const ui::DaemonCounter counters[] = {
        {"cm_connections_total", "Connections to CM that were opened.", &link.connections},
        {"cm_handshakes_total", "Handshakes of TLS with CM.", &link.handshakes[0], "kind=\"full\""},
        {"cm_handshakes_total", "", &link.handshakes[1], "kind=\"resumed\""},
        {"cm_connection_failures_total", "Connections to CM that could not be opened.",
         &link.failures},
        {"cm_requests_total", "Requests to CM, repetitions included.", &link.requests},
        {"cm_repetitions_total", "Requests repeated for a dead connection.", &link.repetitions},
        {"cm_sent_bytes_total", "Bytes sent to CM.", &link.bytes_sent},
        {"cm_received_bytes_total", "Bytes received from CM.", &link.bytes_received},
    };
    static_assert(sizeof counters == sizeof link_counters_);
    std::copy(std::begin(counters), std::end(counters), link_counters_);
    ui::DaemonFacts& facts = api_.facts();
    facts.build = kBuild;
    facts.tls_library = platform::tls_library();
    facts.http_library = platform::MicrohttpdPort::library();
    facts.host = started_.endpoint.host;
    facts.state_dir = started_.state_dir;
    facts.counters = link_counters_;
    facts.call_times = link.times;
    facts.configuration.files = files_of(started_);
    facts.configuration.read_at = {clock_.boot_ms()};
    if (!started_.endpoint.tls) return;
    facts.ca_file = started_.trust.ca_file;
    facts.chain = &tls_.chain().seen();
    facts.roots = &tls_.trusted();
}

void Daemon::show_configuration(bool taken, Time now) {
    ui::ConfigurationFacts& facts = api_.facts().configuration;
    facts.files = files_of(*current_);
    facts.fault = taken ? Text<512>() : log_.newest_error();
    if (!taken) return;
    facts.read_at = now;
    ++facts.taken;
}

}  // namespace cmagent::daemon
