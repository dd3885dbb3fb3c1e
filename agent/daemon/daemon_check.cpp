// What the daemon's sockets, files and log come to in a check (contract.md, "check").

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/daemon/daemon.h"

namespace cmagent::daemon {
namespace {

using platform::ListenFault;
using ui::Checked;

void check_sockets(const platform::SocketListener& listener, ui::CheckList& into) {
    for (std::size_t i = 0; i < listener.count(); ++i) {
        const ListenFault fault = listener.look(i);
        const Checked result = fault == ListenFault::none      ? Checked::ok
                               : fault == ListenFault::removed ? Checked::fault
                                                               : Checked::warning;
        into.add("listen", listener.address(i), result,
                 fault == ListenFault::none ? "is served" : listen_fault_text(fault));
    }
}

void check_file(const char* key, const char* file, ui::CheckList& into) {
    if (file[0] == '\0') return;
    const bool readable = access(file, R_OK) == 0;
    char bytes[320];
    TextWriter says(bytes, WhenFull::cut);
    says << file << ": " << (readable ? "can be read" : std::strerror(errno));
    into.add("file", key, readable ? Checked::ok : Checked::warning, says.view(),
             readable ? "" : "let the daemon's user read it: SIGHUP cannot");
}

// Without TLS nothing reads them.
void check_trust(const config::Configuration& started, ui::CheckList& into) {
    if (!started.endpoint.tls) return;
    check_file("cm.caFile", started.trust.ca_file, into);
    check_file("cm.clientCertFile", started.trust.client_cert_file, into);
    check_file("cm.clientKeyFile", started.trust.client_key_file, into);
}

void check_log(std::uint32_t lost, ui::CheckList& into) {
    if (lost == 0) return;
    char bytes[64];
    TextWriter says(bytes);
    says << "lines were lost: " << lost;
    into.add("log", {}, Checked::warning, says.view(),
             "see that what reads the log keeps up, and that its disk has room");
}

}  // namespace

void Daemon::check_box(ui::CheckList& into) {
    check_sockets(listener_, into);
    const config::Texts& entries = started_.http.listen;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if ((late_ >> i & 1U) == 0) continue;
        into.add("listen", entries[i], Checked::warning,
                 listen_fault_text(ListenFault::family_missing));
    }
    for (const char* file : current_->files) check_file("configuration", file, into);
    check_trust(started_, into);
    check_file("device.deviceIdFile", current_->device_id_file, into);
    check_file("http.tokenFile", current_->http.token_file, into);
    check_log(lines_.lost(), into);
    if (read_again_.at() != kNever) {
        into.add("configuration", {}, Checked::warning,
                 "SIGHUP did not take what is in the files: another one is in use",
                 "see the log; cmagentd --check-config names the line");
    }
}

}  // namespace cmagent::daemon
