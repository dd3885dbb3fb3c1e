#include "agent/config/values.h"

#include <arpa/inet.h>

#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/ui/texts.h"

namespace cmagent::config {
namespace {

bool is_port(std::string_view text) {
    return read_decimal(text, UINT16_MAX).has_value();
}

bool is_address(int family, std::string_view text) {
    char terminated[INET6_ADDRSTRLEN] = {};
    unsigned char address[sizeof(in6_addr)];
    if (text.empty() || text.size() >= sizeof terminated) return false;
    std::memcpy(terminated, text.data(), text.size());
    return inet_pton(family, terminated, address) == 1;
}

// What stands between brackets at the start; the rest remains in `text`.
std::string_view take_brackets(std::string_view& text) {
    const std::size_t end = text.find(']');
    if (slice(text, 0, 1) != "[" || end == std::string_view::npos) return {};
    const std::string_view inside = slice(text, 1, end - 1);
    text = slice(text, end + 1);
    return inside;
}

bool is_name_character(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
}

// Subtags of letters and digits between hyphens, the first of letters (RFC 5646 §2.1, roughly).
bool is_language_tag(std::string_view text) {
    const std::size_t hyphen = text.find('-');
    const std::string_view primary = slice(text, 0, hyphen);
    if (primary.size() < 2 || !all_of(primary, is_letter)) return false;
    while (text.size() > primary.size()) {
        const std::size_t last = text.rfind('-');
        const std::string_view subtag = slice(text, last + 1);
        if (subtag.empty() || subtag.size() > 8 || !all_of(subtag, is_alphanumeric)) return false;
        text = slice(text, 0, last);
    }
    return primary.size() <= 8;
}

// In the order of cm::UrlFault, behind `none`.
constexpr char kUrlRules[] =
    "must start with https://\0"
    "must have a host name or an address behind //\0"
    "must have a port from 1 to 65535, or none\0"
    "must start with https://; http:// is for loopback only\0"
    "must have neither a query nor a fragment\0"
    "must have neither a user nor a password\0"
    "must have a path of at most 256 bytes, percent-encoded";
static_assert(count_words(kUrlRules) == static_cast<std::size_t>(cm::UrlFault::bad_path));

}  // namespace

Why read_url(std::string_view url, cm::Endpoint& into) {
    const auto fault = static_cast<std::size_t>(cm::parse_url(url, into));
    return fault == 0 ? nullptr : nth_word(kUrlRules, fault - 1).data();
}

bool is_application_id(std::string_view text) {
    return !text.empty() && text.find(':') == std::string_view::npos;
}

bool is_pin(std::string_view text) {
    constexpr std::string_view kPrefix = "sha256/";
    // 32 bytes are 43 characters and one of padding; the last character carries four bits of the sixteen that
    // are left, and two that are zero.
    constexpr std::size_t kDigest = 44;
    constexpr std::string_view kLast = "AEIMQUYcgkosw048";
    const std::string_view digest = slice(text, kPrefix.size());
    if (slice(text, 0, kPrefix.size()) != kPrefix || digest.size() != kDigest) return false;
    const auto is_base64 = [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; };
    return all_of(slice(digest, 0, kDigest - 1), is_base64) && digest.back() == '=' &&
           kLast.find(digest[kDigest - 2]) != std::string_view::npos;
}

bool is_listen_address(std::string_view text) {
    constexpr std::string_view kUnix = "unix:";
    if (slice(text, 0, kUnix.size()) == kUnix) {
        const std::string_view path = slice(text, kUnix.size());
        return path.size() > 1 && path.front() == '/' && path.size() <= kMaxSocketPath;
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || !is_port(slice(text, colon + 1))) return false;
    std::string_view host = slice(text, 0, colon);
    if (slice(host, 0, 1) != "[") return is_address(AF_INET, host);
    const std::string_view inside = take_brackets(host);
    return is_address(AF_INET6, inside) && host.empty();
}

bool is_origin(std::string_view text) {
    const std::size_t separator = text.find("://");
    if (separator == std::string_view::npos || text.size() > kMaxOrigin) return false;
    const auto is_scheme = [](char c) {
        return (is_alphanumeric(c) || c == '+' || c == '-' || c == '.') && c == to_lower(c);
    };
    const std::string_view scheme = slice(text, 0, separator);
    if (scheme.empty() || !is_letter(scheme.front()) || !all_of(scheme, is_scheme)) return false;

    const std::string_view host = slice(text, separator + 3);
    return is_host(host) && all_of(host, [](char c) { return c == to_lower(c); });
}

bool is_host(std::string_view text) {
    const bool bracketed = slice(text, 0, 1) == "[";
    const std::size_t colon = text.find(':', bracketed ? text.find(']') : 0);
    const bool port = colon != std::string_view::npos;
    if (port && !is_port(slice(text, colon + 1))) return false;
    std::string_view name = slice(text, 0, colon);
    if (!bracketed) {
        return !name.empty() && name.size() <= kMaxHttpHost && all_of(name, is_name_character);
    }
    const std::string_view inside = take_brackets(name);
    return is_address(AF_INET6, inside) && name.empty();
}

bool is_language(std::string_view tag) {
    static constexpr ui::Language kNone{};
    return is_language_tag(tag) && &ui::find_language(tag, kNone) != &kNone;
}

}  // namespace cmagent::config
