#include "agent/cm/response.h"

#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/names.h"
#include "agent/base/wipe.h"

namespace cmagent::cm {

using namespace std::string_view_literals;

namespace {

using F = ResponseFault;
constexpr Named<F> kFaultNames[] = {
    {F::none, "none"},
    {F::not_http, "not-http"},
    {F::bad_header, "bad-header"},
    {F::head_too_long, "head-too-long"},
    {F::too_many_interim, "too-many-interim"},
    {F::bad_length, "bad-length"},
    {F::conflicting_framing, "conflicting-framing"},
    {F::bad_chunk, "bad-chunk"},
    {F::truncated, "truncated"},
};
constexpr auto kFaults = names_of<kFaultNames>();

// The fields that are looked at, those first whose values are kept.
enum class KnownField : std::uint8_t {
    location,
    date,
    expires,
    content_type,
    retry_after,
    connection,
    proxy_connection,
    content_length,
    transfer_encoding,
    other,
};
constexpr Named<KnownField> kFieldNames[] = {
    {KnownField::location, "location"},
    {KnownField::date, "date"},
    {KnownField::expires, "expires"},
    {KnownField::content_type, "content-type"},
    {KnownField::retry_after, "retry-after"},
    {KnownField::connection, "connection"},
    {KnownField::proxy_connection, "proxy-connection"},
    {KnownField::content_length, "content-length"},
    {KnownField::transfer_encoding, "transfer-encoding"},
    {KnownField::other, ""},  // no field has an empty name
};
constexpr auto kFields = names_of<kFieldNames>();

constexpr std::string_view kBlanks = " \t";

KnownField field_of(std::string_view name) {
    std::size_t number = 0;
    while (number < static_cast<std::size_t>(KnownField::other) &&
           !same_ignoring_case(name, kFields[static_cast<KnownField>(number)])) {
        ++number;
    }
    return static_cast<KnownField>(number);
}

constexpr std::string_view kStatusLineStart = "HTTP/";

// False as soon as no status line can become of it. Empty lines may go before one.
bool may_be_status_line(std::string_view line) {
    const std::string_view start = slice(line, 0, kStatusLineStart.size());
    return same_ignoring_case(start, slice(kStatusLineStart, 0, start.size())) ||
           line.find_first_not_of("\r\n"sv) == std::string_view::npos;
}

// 0.9 and 1.0, 1.1 and later, and 2, which a gateway has copied from its own upstream.
bool is_version(std::string_view version) {
    if (version == "2"sv) return true;
    return version.size() == 3 && version[0] >= '0' && version[0] <= '2' && version[1] == '.' &&
           is_digit(version[2]);
}

bool begins_blank(std::string_view text) {
    return !text.empty() && is_blank(text.front());
}

// The status behind the version and any blanks. Nothing need part it from the reason (RFC 9112 §4).
std::optional<std::size_t> read_status(std::string_view rest) {
    const std::string_view status = trim_blanks(rest);
    const std::string_view digits = slice(status, 0, 3);
    if (digits.size() != 3 || (status.size() > 3 && is_digit(status[3]))) return std::nullopt;
    return read_size(digits, 10, 999);
}

bool is_token(std::string_view name) {
    return !name.empty() && all_of(name, is_token_character);
}

// Whether a list of tokens (RFC 9110 §5.6.1) names `token`.
bool list_names(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        if (same_ignoring_case(take_until(list, ','), token)) return true;
    }
    return false;
}

// RFC 9110 §15.2, §15.3.5, §15.4.5. After 101 the connection no longer speaks HTTP.
bool is_interim(int status) {
    return status / 100 == 1 && status != 101;
}
bool never_has_body(int status) {
    return status == 101 || status == 204 || status == 304;
}

}  // namespace

std::string_view response_fault_name(ResponseFault fault) {
    return kFaults[fault];
}

void ResponseReader::reset() {
    wipe(head_, line_end_);
    wipe(body_buffer_.data, body_seen_ < body_buffer_.size ? body_seen_ : body_buffer_.size);
    state_ = State::status_line;
    fault_ = ResponseFault::none;
    started_ = head_complete_ = false;
    keep_alive_ = true;
    framing_ = {};
    status_ = 0;
    interim_ = left_ = body_seen_ = line_start_ = line_end_ = field_start_ = 0;
    for (std::string_view& value : kept_) value = {};
}

std::size_t ResponseReader::feed(const char* bytes, std::size_t size) {
    std::string_view rest(bytes, size);
    if (!rest.empty()) started_ = true;
    while (!rest.empty() && state_ < State::complete) rest.remove_prefix(take(rest));
    return size - rest.size();
}

void ResponseReader::feed_end() {
    if (state_ == State::body_until_end) state_ = State::complete;
    feed_break();
}

void ResponseReader::feed_break() {
    if (state_ < State::complete) fail(ResponseFault::truncated);
}

std::string_view ResponseReader::body() const {
    return body_too_long() ? std::string_view{} : std::string_view{body_buffer_.data, body_seen_};
}

// What a trailer section says is of no use, and the body is whole at the last chunk (RFC 9112 §8).
void ResponseReader::fail(ResponseFault fault) {
    keep_alive_ = false;
    const bool whole = state_ == State::trailers;
    state_ = whole ? State::complete : State::broken;
    if (!whole) fault_ = fault;
}

std::size_t ResponseReader::take(std::string_view bytes) {
    const bool in_body = state_ == State::body_of_length || state_ == State::body_until_end ||
                         state_ == State::chunk_data;
    return in_body ? take_body(bytes) : take_line(bytes);
}

std::size_t ResponseReader::take_line(std::string_view bytes) {
    const std::size_t end = bytes.find('\n');
    const bool ends = end != std::string_view::npos;
    const std::size_t size = ends ? end + 1 : bytes.size();
    const std::size_t room = state_ < State::body_of_length ? kMaxHead : sizeof head_;
    if (size > room - line_end_) {
        fail(in_chunks() ? ResponseFault::bad_chunk : ResponseFault::head_too_long);
        return size;
    }
    std::memcpy(head_ + line_end_, bytes.data(), size);
    line_end_ += size;
    const std::string_view line(head_ + line_start_, line_end_ - line_start_);
    if (state_ == State::status_line && !may_be_status_line(line)) {
        fail(ResponseFault::not_http);
    } else if (ends) {
        on_line(line);
    }
    return size;
}

std::size_t ResponseReader::take_body(std::string_view bytes) {
    const bool limited = state_ != State::body_until_end;
    const std::size_t size = limited && left_ < bytes.size() ? left_ : bytes.size();
    if (size <= body_buffer_.size && body_seen_ <= body_buffer_.size - size) {
        std::memcpy(body_buffer_.data + body_seen_, bytes.data(), size);
    }
    body_seen_ += size;
    if (limited) left_ -= size;
    if (body_seen_ > kMaxDiscarded) {
        give_up_body();
    } else if (limited && left_ == 0) {
        state_ = state_ == State::chunk_data ? State::chunk_end : State::complete;
    }
    return size;
}

void ResponseReader::on_line(std::string_view line) {
    std::size_t end = line.size() - 1;
    while (end > 0 && line[end - 1] == '\r') --end;
    const std::string_view text = slice(line, 0, end);
    const bool exact = line.size() - end == 2 && text.find('\r') == std::string_view::npos;
    if (text.find('\0') != std::string_view::npos) {
        return fail(in_chunks() ? ResponseFault::bad_chunk : ResponseFault::bad_header);
    }
    if (!exact) keep_alive_ = false;
    const std::size_t start = line_start_;
    // The lines of the head stay, for the fields are views of them; a chunk's line is overwritten.
    in_chunks() ? line_end_ = line_start_ : line_start_ = line_end_;
    switch (state_) {
        case State::status_line:
            return text.empty() ? void() : on_status_line(text);
        case State::fields:
            for (char* c = head_ + start; c < head_ + line_end_; ++c) {
                if (*c == '\r' || *c == '\n') *c = ' ';
            }
            return on_field_line(text, start);
        case State::chunk_line:
            return on_chunk_line(text, exact);
        case State::chunk_end:
            return text.empty() ? void(state_ = State::chunk_line) : fail(ResponseFault::bad_chunk);
        default:  // a field of the trailer section: nothing in it is of use
            if (text.empty()) state_ = State::complete;
    }
}

void ResponseReader::on_status_line(std::string_view line) {
    const std::string_view rest = slice(line, kStatusLineStart.size());
    const std::string_view version = slice(rest, 0, rest.find_first_of(kBlanks));
    const auto status = read_status(slice(rest, version.size()));
    if (!is_version(version) || !status) return fail(ResponseFault::not_http);
    status_ = static_cast<int>(*status);
    // HTTP/1.0 keeps a connection only by private arrangement: not relied on.
    framing_.old = version.front() == '0' || version == "1.0"sv;
    if (framing_.old || version.front() == '2') keep_alive_ = false;
    field_start_ = line_start_;
    state_ = State::fields;
}

// A field ends where a line begins that does not continue it (RFC 9112 §5.2): the ends of its lines
// have become blanks.
void ResponseReader::on_field_line(std::string_view line, std::size_t start) {
    const std::string_view field(head_ + field_start_, start - field_start_);
    if (begins_blank(line)) {
        keep_alive_ = false;
        for (std::size_t i = start; i < line_end_ && is_blank(head_[i]); ++i) head_[i] = ' ';
        return field.empty() ? fail(ResponseFault::bad_header) : void();
    }
    if (!field.empty()) on_field(field);
    field_start_ = start;
    if (line.empty()) on_head_complete();
}

void ResponseReader::on_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = trim_blanks(slice(line, 0, colon));
    const bool named = colon < line.size() && is_token(name);
    if (!named || name.size() != colon) keep_alive_ = false;
    if (!named) return;
    const std::string_view value = trim_blanks(slice(line, colon + 1));

    const auto field = static_cast<std::size_t>(field_of(name));
    if (field < kKept) {
        if (kept_[field].empty()) kept_[field] = value;
        return;
    }
    switch (static_cast<KnownField>(field)) {
        case KnownField::connection:
        case KnownField::proxy_connection:
            if (list_names(value, "close"sv)) keep_alive_ = false;
            return;
        case KnownField::content_length:
            return framing_.add_lengths(value);
        case KnownField::transfer_encoding:
            return framing_.add_codings(value);
        default:  // any other field
            return;
    }
}

// RFC 9112 §6.3: the same length twice is harmless, two lengths are an attack or a fault.
void ResponseReader::Framing::add_lengths(std::string_view list) {
    while (!list.empty()) {
        const std::string_view item = take_until(list, ',');
        if (item.empty()) continue;
        const auto given = read_size(item, 10, kMaxDiscarded);
        if (!given || (length_given && given != length)) return void(fault = F::bad_length);
        length_given = true;
        length = *given;
    }
    if (!length_given) fault = F::bad_length;
}

void ResponseReader::Framing::add_codings(std::string_view list) {
    coded = true;
    while (!list.empty()) {
        const std::string_view item = take_until(list, ',');
        if (item.empty()) continue;
        chunked = same_ignoring_case(item, "chunked"sv);
    }
}

// RFC 9112 §6.1, §6.3.
void ResponseReader::Framing::judge() {
    if (coded && (length_given || old)) fault = F::conflicting_framing;
}

void ResponseReader::on_head_complete() {
    if (!is_interim(status_)) return frame_body();
    if (interim_ == kMaxInterim) return fail(ResponseFault::too_many_interim);
    const std::size_t seen = interim_ + 1;
    reset();
    started_ = true;
    interim_ = seen;
}

// RFC 9112 §6.3, in its order.
void ResponseReader::frame_body() {
    const bool bodiless = never_has_body(status_);
    framing_.judge();
    head_complete_ = true;
    if (!bodiless && framing_.fault != F::none) return fail(framing_.fault);
    if (bodiless) {
        state_ = State::complete;
        keep_alive_ = keep_alive_ && status_ != 101;
    } else if (framing_.chunked) {
        state_ = State::chunk_line;
    } else if (!framing_.length_given) {
        state_ = State::body_until_end;
        keep_alive_ = false;
    } else if (framing_.length > kMaxDiscarded) {
        give_up_body();
    } else {
        left_ = framing_.length;
        state_ = left_ == 0 ? State::complete : State::body_of_length;
    }
}

// `exact`: it ends in CR LF. What others would go on with is not known behind an extension.
void ResponseReader::on_chunk_line(std::string_view line, bool exact) {
    const std::size_t end = line.find(';');
    const bool unsure = end != std::string_view::npos && !exact;
    const auto size = read_size(trim_blanks(slice(line, 0, end)), 16, kMaxDiscarded);
    if (!size || begins_blank(line) || unsure || line.size() > kMaxChunkLine) {
        return fail(ResponseFault::bad_chunk);
    }
    if (*size > kMaxDiscarded) return give_up_body();
    left_ = *size;
    state_ = left_ == 0 ? State::trailers : State::chunk_data;
}

void ResponseReader::give_up_body() {
    body_seen_ = kMaxDiscarded + 1;
    keep_alive_ = false;
    state_ = State::complete;
}

}  // namespace cmagent::cm
