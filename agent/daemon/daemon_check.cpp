// What the daemon's sockets, files and log come to in a check (contract.md, "check").

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/daemon/daemon.h"

namespace cmagent::daemon {
namespace {

struct CheckedFile {
    const char* key;
    const char* file;  // "": none
    bool used = true;
};

}  // namespace

void Daemon::check_box(ui::CheckList& into) {
    using platform::ListenFault;
    for (std::size_t i = 0; i < listener_.count(); ++i) {
        const ListenFault fault = listener_.look(i);
        const ui::Checked result = fault == ListenFault::none      ? ui::Checked::ok
                                   : fault == ListenFault::removed ? ui::Checked::fault
                                                                   : ui::Checked::warning;
        into.add("listen", listener_.address(i), result,
                 fault == ListenFault::none ? "is served" : listen_fault_text(fault));
    }
    const config::Texts& entries = started_.http.listen;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if ((late_ >> i & 1U) == 0) continue;
        into.add("listen", entries[i], ui::Checked::warning,
                 listen_fault_text(ListenFault::family_missing));
    }
    const config::Trust& trust = started_.trust;
    const bool tls = started_.endpoint.tls;
    const CheckedFile files[] = {{"cm.caFile", trust.ca_file, tls},
                                 {"cm.clientCertFile", trust.client_cert_file, tls},
                                 {"cm.clientKeyFile", trust.client_key_file, tls},
                                 {"http.tokenFile", current_->http.token_file}};
    for (const CheckedFile& file : files) {
        if (file.file[0] == '\0' || !file.used) continue;
        const bool readable = access(file.file, R_OK) == 0;
        char bytes[320];
        TextWriter says(bytes, WhenFull::cut);
        says << file.file << ": " << (readable ? "can be read" : std::strerror(errno));
        into.add("file", file.key, readable ? ui::Checked::ok : ui::Checked::warning, says.view(),
                 readable ? "" : "let the daemon's user read it: SIGHUP cannot");
    }
    if (const std::uint32_t lost = lines_.lost(); lost > 0) {
        char bytes[64];
        TextWriter says(bytes);
        says << "lines were lost: " << lost;
        into.add("log", {}, ui::Checked::warning, says.view(),
                 "see that what reads the log keeps up, and that its disk has room");
    }
    if (read_again_.at() != kNever) {
        into.add("configuration", {}, ui::Checked::warning,
                 "SIGHUP did not take what is in the files: another one is in use",
                 "see the log; cmagentd --check-config names the line");
    }
}

}  // namespace cmagent::daemon
