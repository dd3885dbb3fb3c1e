#include "platform/players/json_player.h"

#include "agent/base/characters.h"
#include "agent/base/host.h"
#include "agent/base/text.h"

namespace cmagent::platform {

// A name would have to be looked up, which takes its time, and may lead out of the box.
AdapterFault JsonPlayer::check_url(const AdapterSettings& settings) {
    constexpr char kSchemes[] = "tcp\0ws\0http";
    const std::string_view url = settings.text(kUrl);
    const std::size_t colon = url.find("://");
    std::size_t scheme = 0;
    while (scheme < 3 && nth_word(kSchemes, scheme) != slice(url, 0, colon)) ++scheme;
    if (scheme == 3 || !all_of(url, is_visible)) {
        return {kUrl, "must be tcp://, ws:// or http:// and an address of this box"};
    }
    std::string_view rest = slice(url, colon + 3);
    const std::string_view authority = slice(rest, 0, rest.find('/'));
    const auto split = split_host_and_port(authority);
    const auto port = split ? read_port(split->port) : std::nullopt;
    if (port.value_or(0) == 0 || !is_loopback(split->host) ||
        !(split->bracketed ? is_ipv6_address(split->host) : is_ipv4_address(split->host))) {
        return {kUrl, "must be of this box alone: 127.0.0.1:PORT or [::1]:PORT behind the scheme"};
    }
    return {};
}

}  // namespace cmagent::platform
