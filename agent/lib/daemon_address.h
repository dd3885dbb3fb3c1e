#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/host.h"

namespace cmagent::lib {

// The address at which the daemon listens: TCP, or a unix socket.
struct DaemonAddress {
    static constexpr std::size_t kMaxPath = 107;  // sockaddr_un

    std::string_view socket;     // path of the unix socket; empty: TCP
    std::string_view host;       // without brackets
    std::string_view port;       // "80" where the URL has none
    std::string_view authority;  // for the Host field
};

// "http://127.0.0.1:8790", "http://[::1]:8790/", "http://localhost:8790" or
// "unix:/run/cmagent.sock"; false where it is none of these. The views are of `url`, or of
// literals.
[[nodiscard]] bool parse_url(std::string_view url, DaemonAddress& into);

}  // namespace cmagent::lib
