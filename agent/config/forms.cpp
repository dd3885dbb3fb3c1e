#include "agent/config/forms.h"

#include "agent/base/base64.h"
#include "agent/base/characters.h"
#include "agent/base/host.h"
#include "agent/base/names.h"
#include "agent/ui/texts.h"

namespace cmagent::config {
namespace {

constexpr std::string_view kUnix = "unix:";

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

// RFC 7617 §2: the user name of HTTP Basic has no colon.
bool is_application_id(std::string_view text) {
    return !text.empty() && text.size() <= cm::kMaxApplicationId &&
           text.find(':') == std::string_view::npos;
}

// "sha256/" and the base64 (RFC 4648 §4) of 32 bytes.
bool is_pin(std::string_view text) {
    constexpr std::string_view kPrefix = "sha256/";
    // 32 bytes are 43 digits and one of padding. The last digit carries the four bits that are left
    // of 256, and two that are zero.
    constexpr std::size_t kDigest = 44;
    const std::string_view digest = slice(text, kPrefix.size());
    if (slice(text, 0, kPrefix.size()) != kPrefix || digest.size() != kDigest) return false;
    const auto is_base64 = [](char c) { return kBase64Digits.find(c) != std::string_view::npos; };
    return all_of(slice(digest, 0, kDigest - 1), is_base64) && digest.back() == '=' &&
           kBase64Digits.find(digest[kDigest - 2]) % 4 == 0;
}

// "127.0.0.1:8790", "[::1]:8790" or "unix:/run/cmagent.sock".
bool is_listen_address(std::string_view text) {
    if (slice(text, 0, kUnix.size()) == kUnix) {
        const std::string_view path = slice(text, kUnix.size());
        return path.size() > 1 && path.front() == '/' && path.size() <= kMaxSocketPath;
    }
    const std::optional<HostAndPort> split = split_host_and_port(text);
    if (!split || !read_port(split->port)) return false;
    return split->bracketed ? is_ipv6_address(split->host) : is_ipv4_address(split->host);
}

// A name, an IPv4 address, or an IPv6 address in brackets; with or without a port.
bool is_host(std::string_view text) {
    const std::optional<HostAndPort> split = split_host_and_port(text);
    return split && cmagent::is_host(*split) && (!split->has_port() || read_port(split->port));
}

// As a browser writes an origin (RFC 6454 §6.2): scheme and host in lower case, the port where it
// is not the scheme's own, nothing behind it.
bool is_origin(std::string_view text) {
    if (is_opaque_origin(text)) return true;
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

// Rights to read and to write, of the owner, the group and all others: "0660".
bool is_rights(std::string_view text) {
    const auto is_right = [](char c) { return c == '0' || c == '2' || c == '4' || c == '6'; };
    return text.front() == '0' && all_of(text, is_right);
}

// A language that is compiled in, or a variety of one.
bool is_language(std::string_view tag) {
    static constexpr ui::Language kNone{};
    return is_language_tag(tag) && &ui::find_language(tag, kNone) != &kNone;
}

using U = cm::UrlFault;
constexpr Named<U> kUrlRuleRows[] = {
    {U::none, ""},
    {U::not_http, "must start with https://"},
    {U::no_host, "must have a host name or an address behind //"},
    {U::bad_port, "must have a port from 1 to 65535, or none"},
    {U::plain_beyond_loopback, "must start with https://; http:// is for loopback only"},
    {U::has_query, "must have neither a query nor a fragment"},
    {U::has_credentials, "must have neither a user nor a password"},
    {U::bad_path, "must have a path of at most 256 bytes, percent-encoded"},
};
constexpr auto kUrlRules = names_of<kUrlRuleRows>();

}  // namespace

bool is_opaque_origin(std::string_view origin) {
    return origin == "null" || origin == "file://";
}

bool is_exposed(std::string_view address) {
    const std::optional<HostAndPort> split = split_host_and_port(address);
    return slice(address, 0, kUnix.size()) != kUnix && !(split && is_loopback(split->host));
}

BrokenRule read_url(std::string_view url, cm::Endpoint& into) {
    const cm::UrlFault fault = cm::parse_url(url, into);
    return fault == cm::UrlFault::none ? nullptr : kUrlRules[fault].data();
}

BrokenRule check_form(Key::Kind kind, std::string_view text) {
    const auto unless = [](bool taken, BrokenRule why) { return taken ? nullptr : why; };
    switch (kind) {
        case Key::Kind::application_id:
            return unless(is_application_id(text), "must be 1 to 128 bytes, without a colon");
        case Key::Kind::account:
            return unless(all_of(text, is_unreserved) && slice(text, 0, 1) != "-",
                          "must be a name of letters, digits and -._~");
        case Key::Kind::rights:
            return unless(is_rights(text),
                          "must be 0 and three octal digits, to read (4) and to write (2), such as "
                          "0660");
        case Key::Kind::pins:
            return unless(is_pin(text), "must be sha256/ and the base64 of 32 bytes");
        case Key::Kind::listen_addresses:
            return unless(is_listen_address(text),
                          "must be 127.0.0.1:8790, [::1]:8790 or unix:/path in form");
        case Key::Kind::origins:
            return unless(is_origin(text),
                          "must be https://host or https://host:port in form, in lower case, or "
                          "null or file://");
        case Key::Kind::hosts:
            return unless(is_host(text),
                          "must be a host name or an address, a port behind it or not");
        case Key::Kind::language:
            return unless(is_language(text),
                          "must be a language that is compiled in, such as en, or a variety of "
                          "one, such as en-GB");
        default:
            return nullptr;
    }
}

}  // namespace cmagent::config
