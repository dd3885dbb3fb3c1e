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
    {F::bad_coding, "bad-coding"},
    {F::bad_chunk, "bad-chunk"},
    {F::truncated, "truncated"},
};
constexpr auto kFaults = names_of<kFaultNames>();

// The fields that are looked at.
enum class KnownField : std::uint8_t {
    location,
    date,
    expires,
    content_type,
    connection,
    content_length,
    transfer_encoding,
    other,
};
constexpr Named<KnownField> kFieldNames[] = {
    {KnownField::location, "location"},
    {KnownField::date, "date"},
    {KnownField::expires, "expires"},
    {KnownField::content_type, "content-type"},
    {KnownField::connection, "connection"},
    {KnownField::content_length, "content-length"},
    {KnownField::transfer_encoding, "transfer-encoding"},
    {KnownField::other, ""},  // no field has an empty name
};
constexpr auto kFields = names_of<kFieldNames>();

KnownField field_of(std::string_view name) {
    std::size_t number = 0;
    while (number < static_cast<std::size_t>(KnownField::other) &&
           !same_ignoring_case(name, kFields[static_cast<KnownField>(number)])) {
        ++number;
    }
    return static_cast<KnownField>(number);
}

void keep_first(std::string_view& kept, std::string_view value) {
    if (kept.data() == nullptr) kept = value;
}

constexpr std::string_view kStatusLineStart = "HTTP/1.";

// The status in a line that starts as one (RFC 9112 §4), also without the space that should follow.
// 0 where there is none.
int read_status(std::string_view line) {
    constexpr std::size_t kStatusAt = kStatusLineStart.size() + 2;  // behind the minor version
    if (line.size() < kStatusAt + 3 || !is_digit(line[kStatusAt - 2])) return 0;
    if (line[kStatusAt - 1] != ' ' || slice(line, kStatusAt + 3, 1).find_first_not_of(' ') == 0) {
        return 0;
    }
    const auto status = read_decimal(slice(line, kStatusAt, 3), 599);
    return status && *status >= 100 ? static_cast<int>(*status) : 0;
}

bool may_be_status_line(std::string_view line) {
    const std::string_view start = slice(line, 0, kStatusLineStart.size());
    return start == slice(kStatusLineStart, 0, start.size());
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
    return status < 200 && status != 101;
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
    interim_ = left_ = body_seen_ = line_start_ = line_end_ = 0;
    location_ = date_ = expires_ = content_type_ = {};
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

void ResponseReader::fail(ResponseFault fault) {
    if (fault == ResponseFault::none) return;
    state_ = State::broken;
    fault_ = fault;
    keep_alive_ = false;
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
    if (size > kMaxHead - line_end_) {
        fail(ResponseFault::head_too_long);
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
    const bool in_chunks = state_ == State::chunk_line || state_ == State::chunk_end;
    const bool crlf = line.size() >= 2 && line[line.size() - 2] == '\r';
    const std::string_view text = slice(line, 0, crlf ? line.size() - 2 : 0);
    if (!crlf || !all_of(text, is_field_character)) {
        return fail(in_chunks ? ResponseFault::bad_chunk : ResponseFault::bad_header);
    }
    // The lines of the head stay, for the fields are views of them; a chunk's line is overwritten.
    in_chunks ? line_end_ = line_start_ : line_start_ = line_end_;
    switch (state_) {
        case State::status_line:
            return on_status_line(text);
        case State::fields:
            return text.empty() ? on_head_complete() : on_field(text);
        case State::chunk_line:
            return on_chunk_line(text);
        case State::chunk_end:
            return text.empty() ? void(state_ = State::chunk_line) : fail(ResponseFault::bad_chunk);
        default:  // a field of the trailer section: nothing in it is of use
            if (text.empty()) state_ = State::complete;
    }
}

void ResponseReader::on_status_line(std::string_view line) {
    status_ = read_status(line);
    if (status_ == 0) return fail(ResponseFault::not_http);
    // HTTP/1.0 keeps a connection only by private arrangement: not relied on.
    keep_alive_ = line[kStatusLineStart.size()] != '0';
    state_ = State::fields;
}

void ResponseReader::on_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = slice(line, 0, colon);
    if (colon == std::string_view::npos || !is_token(name)) return fail(ResponseFault::bad_header);
    const std::string_view value = trim_blanks(slice(line, colon + 1));

    switch (field_of(name)) {
        case KnownField::location:
            return keep_first(location_, value);
        case KnownField::date:
            return keep_first(date_, value);
        case KnownField::expires:
            return keep_first(expires_, value);
        case KnownField::content_type:
            return keep_first(content_type_, value);
        case KnownField::connection:
            if (list_names(value, "close"sv)) keep_alive_ = false;
            return;
        case KnownField::content_length:
            return fail(framing_.add_length(value));
        case KnownField::transfer_encoding:
            return fail(framing_.add_coding(value));
        default:  // any other field
            return;
    }
}

// RFC 9112 §6.3: the same length twice is harmless, two lengths are an attack or a fault.
ResponseFault ResponseReader::Framing::add_length(std::string_view value) {
    const auto given = read_size(value, 10, kMaxDiscarded);
    const bool contradicts = length_given && given != length;
    if (!given || contradicts) return ResponseFault::bad_length;
    length_given = true;
    length = *given;
    return ResponseFault::none;
}

ResponseFault ResponseReader::Framing::add_coding(std::string_view value) {
    if (chunked || !same_ignoring_case(value, "chunked"sv)) return ResponseFault::bad_coding;
    chunked = true;
    return ResponseFault::none;
}

void ResponseReader::on_head_complete() {
    if (framing_.chunked && framing_.length_given) return fail(ResponseFault::conflicting_framing);
    if (!is_interim(status_)) return frame_body();
    if (interim_ == kMaxInterim) return fail(ResponseFault::too_many_interim);
    const std::size_t seen = interim_ + 1;
    reset();
    started_ = true;
    interim_ = seen;
}

// RFC 9112 §6.3, in its order.
void ResponseReader::frame_body() {
    head_complete_ = true;
    if (never_has_body(status_)) {
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

void ResponseReader::on_chunk_line(std::string_view line) {
    const auto size = read_size(trim_blanks(slice(line, 0, line.find(';'))), 16, kMaxDiscarded);
    if (!size || line.size() > kMaxChunkLine) return fail(ResponseFault::bad_chunk);
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
