#include "platform/microhttpd/head.h"

#include <algorithm>
#include <iterator>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/text.h"
#include "platform/microhttpd/limits.h"

namespace cmagent::platform {
namespace {

// A request with two of any of these fields could be read in two ways: by the agent and by a proxy
// in front of it, or by the guard and by the route.
constexpr char kSingleFields[][18] = {
    "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Origin", "Authorization",
};

constexpr std::string_view kHost = "Host";
constexpr std::string_view kScheme = "http://";

// Takes the next line, without its CR LF, off `rest`; empty at the end.
std::string_view take_field_line(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\r'), rest.size());
    const std::string_view line = slice(rest, 0, end);
    rest = slice(rest, end + 2);
    return line;
}

struct HeaderField {
    std::string_view name;
    std::string_view value;  // never a null view, which stands for no field
    bool has_colon = false;
};

// Takes the next field off `rest`. False: there is none.
bool take_field(std::string_view& rest, HeaderField& into) {
    const std::string_view line = take_field_line(rest);
    const std::size_t colon = std::min(line.find(':'), line.size());
    into.name = slice(line, 0, colon);
    into.value = trim_blanks(slice(line, colon + 1));
    if (into.value.empty()) into.value = slice(line, 0, 0);
    into.has_colon = colon < line.size();
    return !line.empty();
}

// Between name and colon there may be nothing, and a line that begins with a blank goes on with the
// one before it (RFC 9112 §5.1, §5.2): others read both otherwise.
bool is_sound(const HeaderField& field) {
    return field.has_colon && !field.name.empty() && all_of(field.name, is_token_character) &&
           all_of(field.value, is_field_character);
}

bool is_target_character(char c) {
    return is_visible(c) && c != '#';  // a fragment stays with its client (RFC 9110 §4.2.5)
}

}  // namespace

std::string_view Head::get(const char* name) const {
    const std::string_view wanted(name);
    if (!authority_.empty() && same_ignoring_case(wanted, kHost)) return authority_;
    std::string_view rest = fields_;
    HeaderField field;
    while (take_field(rest, field)) {
        if (same_ignoring_case(field.name, wanted)) return field.value;
    }
    return {};
}

std::size_t Head::count(const char* name) const {
    std::string_view rest = fields_;
    HeaderField field;
    std::size_t found = 0;
    while (take_field(rest, field)) found += same_ignoring_case(field.name, name) ? 1 : 0;
    return found;
}

bool Head::persists() const {
    bool close = false;
    bool keep = speaks_1_1_;
    std::string_view rest = fields_;
    HeaderField field;
    while (take_field(rest, field)) {
        if (!same_ignoring_case(field.name, "Connection")) continue;
        while (!field.value.empty()) {
            const std::string_view option = take_until(field.value, ',');
            close = close || same_ignoring_case(option, "close");
            keep = keep || same_ignoring_case(option, "keep-alive");
        }
    }
    return keep && !close;
}

bool Head::waits_for_interim() const {
    return speaks_1_1_ && (has_chunks_ || length_ > 0) &&
           same_ignoring_case(get("Expect"), "100-continue");
}

std::optional<HttpRefusal> Head::read(std::string_view text) {
    clear();
    std::string_view target;
    const std::string_view line = take_field_line(text);
    fields_ = text;
    if (!read_request_line(line, target)) return HttpRefusal::malformed;
    if (target.size() >= kMaxTarget) return HttpRefusal::target_too_long;
    if (!read_target(target)) return HttpRefusal::malformed;
    return read_fields();
}

// RFC 9112 §3: one space between the three parts.
bool Head::read_request_line(std::string_view line, std::string_view& target) {
    const std::size_t first = std::min(line.find(' '), line.size());
    const std::size_t last = std::min(line.find(' ', first + 1), line.size());
    method_ = slice(line, 0, first);
    target = slice(line, first + 1, last - std::min(first + 1, last));
    const std::string_view version = slice(line, last + 1);
    speaks_1_1_ = version == "HTTP/1.1";
    return !method_.empty() && all_of(method_, is_token_character) &&
           all_of(target, is_target_character) && (speaks_1_1_ || version == "HTTP/1.0");
}

// RFC 9112 §3.2: a path, a whole URL, or "*" for OPTIONS. CONNECT names no path: it is refused.
bool Head::read_target(std::string_view target) {
    if (target == "*") {
        path_ = target;
        return method_ == "OPTIONS";
    }
    if (same_ignoring_case(slice(target, 0, kScheme.size()), kScheme)) {
        const std::string_view rest = slice(target, kScheme.size());
        const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
        authority_ = slice(rest, 0, end);
        target = slice(rest, end);
        if (authority_.empty()) return false;
    } else if (slice(target, 0, 1) != "/") {
        return false;
    }
    const std::size_t mark = std::min(target.find('?'), target.size());
    path_ = mark == 0 ? std::string_view("/") : slice(target, 0, mark);
    query_ = slice(target, mark + 1);
    return true;
}

std::optional<HttpRefusal> Head::read_fields() {
    std::string_view values[std::size(kSingleFields)];
    std::string_view rest = fields_;
    HeaderField field;
    while (take_field(rest, field)) {
        if (!is_sound(field)) return HttpRefusal::malformed;
        for (std::size_t i = 0; i < std::size(kSingleFields); ++i) {
            if (!same_ignoring_case(field.name, kSingleFields[i])) continue;
            if (values[i].data() != nullptr) return HttpRefusal::malformed;
            values[i] = field.value;
        }
    }
    const auto& [host, length, coding, type, origin, credentials] = values;
    if (speaks_1_1_ && host.data() == nullptr) return HttpRefusal::malformed;
    has_chunks_ = coding.data() != nullptr;
    if (has_chunks_) {
        const bool readable =
            speaks_1_1_ && length.data() == nullptr && same_ignoring_case(coding, "chunked");
        return readable ? std::nullopt : std::optional(HttpRefusal::malformed);
    }
    if (length.data() == nullptr) return std::nullopt;
    const auto announced = read_size(length, 10, kMaxBody);
    if (!announced) return HttpRefusal::malformed;
    length_ = *announced;
    if (length_ > kMaxBody) return HttpRefusal::body_too_long;
    return std::nullopt;
}

}  // namespace cmagent::platform
