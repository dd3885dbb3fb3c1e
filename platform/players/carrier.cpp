#include "platform/players/carrier.h"

#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/text.h"
#include "agent/base/wipe.h"
#include "platform/linux/file.h"

namespace cmagent::platform {
namespace {

constexpr std::uint32_t kEndless = UINT32_MAX;
// Of a chunk or a body; what is longer is read to the connection's end.
constexpr std::uint32_t kLongest = kEndless - 1;

// RFC 6455 §1.3: the key of its example, for a key is there to protect proxies from scripts, and
// here are neither. That the answer fits shows that a WebSocket answers. The mask is zero likewise.
constexpr char kUpgrade[] =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr char kAccept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view kMask{"\0\0\0\0", 4};

constexpr unsigned kText = 0x81;  // the last, and only, frame of a text
constexpr unsigned kMasked = 0x80;
constexpr unsigned kClose = 8;
constexpr unsigned kPing = 9;
constexpr unsigned kPong = 0x8A;
// RFC 6455 §5.2: a length up to 125 stands in the second byte, else these say how many bytes hold it.
constexpr unsigned kLengthOfTwo = 126;
constexpr unsigned kLengthOfEight = 127;

unsigned number(char c) {
    return static_cast<unsigned char>(c);
}
char byte(std::size_t number) {
    return static_cast<char>(number & 0xFF);
}

}  // namespace

char Carrier::kind_of(const char* address) {
    return std::strstr(address, "://") == nullptr ? '\0' : *address;
}

Carrier::Carrier(const char* address, const char* secret_file)
    : address_(address), secret_file_(secret_file), kind_(kind_of(address)) {}

// HOST:PORT/PATH
std::string_view Carrier::host() const {
    return std::strstr(address_, "://") + 3;
}

SocketAddress Carrier::address() const {
    if (kind_ != '\0') return parse_socket_address(slice(host(), 0, host().find('/')));
    return unix_address(address_);
}

// --- What is sent ---

bool Carrier::begin(TextWriter& out) {
    part_ = Part::status;
    size_ = 0;
    const bool bare = kind_ == '\0' || kind_ == 't';
    left_ = bare ? kEndless : 0;
    if (kind_ == 'w') {
        write_head("GET ", out);
        out << kUpgrade;
    }
    return kind_ != 'w';
}

void Carrier::wrap(std::string_view text, TextWriter& out) const {
    if (kind_ == 'w') {
        out << byte(kText);
        if (text.size() < kLengthOfTwo) {
            out << byte(kMasked | text.size());
        } else {
            out << byte(kMasked | kLengthOfTwo) << byte(text.size() >> 8) << byte(text.size());
        }
        out << kMask;
    } else if (kind_ == 'h') {
        write_head("POST ", out);
        out << "Content-Type: application/json\r\nContent-Length: " << text.size();
        write_token("\r\nAuthorization: Bearer ", out);
        out << "\r\n\r\n";
    }
    out << text;
}

// Up to the end of the first fields. In an upgrade Thunder looks for a token in the query alone.
void Carrier::write_head(const char* method, TextWriter& out) const {
    const std::string_view authority = slice(host(), 0, host().find('/'));
    const std::string_view path = slice(host(), authority.size());
    out << method << (path.empty() ? "/" : path);
    if (kind_ == 'w') write_token("?token=", out);
    out << " HTTP/1.1\r\nHost: " << authority << "\r\n";
}

// Read anew each time: tokens are changed while the daemon runs.
void Carrier::write_token(const char* before, TextWriter& out) const {
    if (*secret_file_ == '\0') return;
    char bytes[1024];
    std::string_view text = read_file(secret_file_, bytes).text;
    const std::string_view token = cmagent::take_line(text);
    if (!token.empty() && all_of(token, is_visible)) out << before << token;
    wipe(bytes, sizeof bytes);
}

// --- What has come ---

Carrier::Byte Carrier::take(char c, TextWriter& out) {
    if (left_ > 0) {
        if (left_ != kEndless) left_--;
        if (part_ != Part::frame) {
            const bool last = left_ == 0 && part_ == Part::status;
            return last ? Byte::last : Byte::of_text;
        }
        if (opcode_ < kClose) return Byte::of_text;
        if (size_ < kLengthOfTwo - 1) line_[size_++] = c;
        if (left_ == 0) reply(out);
    } else if (part_ == Part::frame) {
        take_frame_head(c, out);
    } else if (c == '\n') {
        return take_line();
    } else if (c != '\r' && size_ < sizeof line_) {
        line_[size_++] = c;
    }
    return Byte::of_carrier;
}

Carrier::Byte Carrier::take_line() {
    const std::string_view line{line_, size_};
    size_ = 0;
    switch (part_) {
        case Part::status:
            status_ = 0;
            if (slice(line, 0, 5) != "HTTP/") return Byte::refusing;
            status_ = static_cast<std::uint16_t>(read_decimal(slice(line, 9, 3), 999).value_or(0));
            part_ = Part::fields;
            chunked_ = accepted_ = false;
            length_ = kEndless;
            return Byte::of_carrier;
        case Part::fields:
            return line.empty() ? end_head() : take_field(line);
        case Part::chunk:
            return take_chunk(line);
        default:
            if (line.empty()) part_ = Part::status;
            return Byte::of_carrier;
    }
}

Carrier::Byte Carrier::take_field(std::string_view value) {
    const std::string_view name = take_until(value, ':');
    value = trim_blanks(value);
    if (same_ignoring_case(name, "content-length")) {
        length_ = static_cast<std::uint32_t>(read_decimal(value, kLongest).value_or(kEndless));
    } else if (same_ignoring_case(name, "transfer-encoding")) {
        chunked_ = true;
    } else if (same_ignoring_case(name, "sec-websocket-accept")) {
        accepted_ = value == kAccept;
    }
    return Byte::of_carrier;
}

Carrier::Byte Carrier::end_head() {
    const int kind = status_ / 100;
    part_ = Part::status;
    if (kind == 1 && status_ != 101) return Byte::of_carrier;
    if (kind_ == 'w') {
        if (status_ != 101 || !accepted_) return Byte::refusing;
        part_ = Part::frame;
        return Byte::opening;
    }
    if (kind != 2) return Byte::refusing;
    if (chunked_) {
        part_ = Part::chunk;
    } else {
        left_ = length_;
        if (left_ == 0) return Byte::last;
    }
    return Byte::of_carrier;
}

// RFC 9112 §7.1. Behind a chunk's text stands an empty line.
Carrier::Byte Carrier::take_chunk(std::string_view line) {
    if (line.empty()) return Byte::of_carrier;
    const auto size = read_size(take_until(line, ';'), 16, kLongest);
    if (!size) return Byte::refusing;
    left_ = static_cast<std::uint32_t>(*size);
    if (left_ > 0) return Byte::of_carrier;
    part_ = Part::trailer;
    return Byte::last;
}

// Of a length of eight bytes the lower four are enough.
void Carrier::take_frame_head(char c, TextWriter& out) {
    line_[size_++] = c;
    if (size_ < 2) return;
    const unsigned length = number(line_[1]) & 0x7F;
    const unsigned more = length == kLengthOfTwo ? 2 : length == kLengthOfEight ? 8 : 0;
    if (size_ < 2 + more) return;
    left_ = more == 0 ? length : 0;
    for (unsigned i = 0; i < more; ++i) left_ = left_ << 8 | number(line_[2 + i]);
    opcode_ = number(line_[0]) & 0x0F;
    size_ = 0;
    if (left_ == 0 && opcode_ >= kClose) reply(out);
}

// RFC 6455 §5.5: a ping is answered with what stood in it, a close likewise.
void Carrier::reply(TextWriter& out) {
    const unsigned opcode = opcode_ == kPing ? kPong : opcode_ | kMasked;
    if (opcode_ <= kPing)
        out << byte(opcode) << byte(kMasked | size_) << kMask << std::string_view{line_, size_};
    size_ = 0;
}

}  // namespace cmagent::platform
