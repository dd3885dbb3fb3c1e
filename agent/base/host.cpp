#include "agent/base/host.h"

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/hex.h"
#include "agent/base/text.h"

namespace cmagent {
namespace {

bool is_host_name_character(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
}

// A number of an IPv4 address.
bool is_octet(std::string_view text) {
    const bool zero_in_front = text.size() > 1 && text.front() == '0';
    return !zero_in_front && read_decimal(text, UINT8_MAX);
}

// Up to four hexadecimal digits.
bool is_group(std::string_view text) {
    return text.size() <= 4 && read_hex(text);
}

}  // namespace

std::optional<HostAndPort> split_host_and_port(std::string_view text) {
    HostAndPort split;
    split.bracketed = slice(text, 0, 1) == "[";
    const std::size_t end = text.find(split.bracketed ? ']' : ':');
    split.host = slice(text, 0, end);
    std::string_view rest = slice(text, end);
    if (split.bracketed) {
        if (rest.empty()) return std::nullopt;
        split.host.remove_prefix(1);
        rest.remove_prefix(1);
    }
    if (rest.empty()) return split;
    if (rest.front() != ':') return std::nullopt;
    rest.remove_prefix(1);
    split.port = rest;
    return split;
}

std::optional<std::uint16_t> read_port(std::string_view text) {
    constexpr std::size_t kMaxDigits = 5;
    const auto port = read_decimal(text, UINT16_MAX);
    if (!port || text.size() > kMaxDigits) return std::nullopt;
    return static_cast<std::uint16_t>(*port);
}

bool is_ipv4_address(std::string_view text) {
    for (int dots = 0; dots < 3; ++dots) {
        const std::size_t dot = text.find('.');
        if (dot == std::string_view::npos || !is_octet(slice(text, 0, dot))) return false;
        text.remove_prefix(dot + 1);
    }
    return is_octet(text);
}

bool is_ipv6_address(std::string_view text) {
    constexpr int kGroups = 8;
    int groups = 0;
    bool gap = slice(text, 0, 2) == "::";  // stands for one group of zeros or more
    if (gap) text.remove_prefix(2);
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view part = slice(text, 0, colon);
        const bool last = colon == std::string_view::npos;
        if (last && is_ipv4_address(part)) {
            groups += 2;
            break;
        }
        if (!is_group(part)) return false;
        ++groups;
        if (last) break;
        text.remove_prefix(colon + 1);
        if (text.empty()) return false;
        if (text.front() != ':') continue;
        if (gap) return false;
        gap = true;
        text.remove_prefix(1);
    }
    return gap ? groups < kGroups : groups == kGroups;
}

bool is_host_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxHostName && all_of(text, is_host_name_character);
}

bool is_host(const HostAndPort& split) {
    return split.bracketed ? is_ipv6_address(split.host) : is_host_name(split.host);
}

bool is_loopback(std::string_view host) {
    return same_ignoring_case(host, "localhost") || host == "::1" ||
           (slice(host, 0, 4) == "127." && is_ipv4_address(host));
}

}  // namespace cmagent
