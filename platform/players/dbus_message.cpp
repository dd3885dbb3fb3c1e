#include "platform/players/dbus_message.h"

#include <algorithm>
#include <cstring>

namespace cmagent::platform {
namespace {

constexpr bool kBigBox = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
constexpr std::uint32_t kHead = 16;  // what has a fixed size: up to the length of the fields
constexpr std::uint32_t kMaxMessage = 1U << 27;  // of the specification
constexpr std::uint32_t kMaxName = 255;          // likewise

constexpr std::uint32_t aligned(std::uint32_t at, std::uint32_t to) {
    return (at + to - 1) & ~(to - 1);
}

class Writer {
  public:
    explicit Writer(char* into) : into_(into) {}

    void bytes(const char* from, std::size_t count) {
        const std::size_t fits = std::min(count, kMaxDbusCall - size_);
        std::memcpy(into_ + size_, from, fits);
        size_ += static_cast<std::uint32_t>(fits);
    }
    void align(std::uint32_t to) {
        while (size_ % to != 0) bytes("", 1);
    }
    void put(std::uint32_t at, std::uint32_t value) {
        std::memcpy(into_ + at, &value, sizeof value);
    }
    void string(std::string_view text) {
        align(4);
        const auto length = static_cast<std::uint32_t>(text.size());
        bytes(reinterpret_cast<const char*>(&length), sizeof length);
        bytes(text.data(), text.size());
        bytes("", 1);
    }
    // Full is as good as too long: no call of ours is.
    [[nodiscard]] std::uint32_t size() const { return size_; }

  private:
    char* const into_;
    std::uint32_t size_ = 0;
};

}  // namespace

std::size_t write_dbus_call(const DbusCall& call, std::uint32_t serial,
                            char (&into)[kMaxDbusCall]) {
    Writer out(into);
    // A call, of version 1; what is not known yet is put in below.
    static constexpr char kBegin[kHead + 1] = {kBigBox ? 'B' : 'l', 1, 0, 1};
    // By DbusCall::Text: the code of the field, and the signature of its value.
    static constexpr char kFields[][5] = {"\1\1o", "\6\1s", "\2\1s", "\3\1s"};
    out.bytes(kBegin, kHead);
    out.put(8, serial);
    for (std::size_t i = 0; i < DbusCall::kTexts; ++i) {
        out.align(8);
        out.bytes(kFields[i], 4);
        out.string(call.texts[i]);
    }
    std::size_t count = 0;
    for (const std::string_view argument : call.arguments) count += argument.empty() ? 0 : 1;
    if (count > 0) {
        out.align(8);
        out.bytes("\10\1g", 4);
        out.bytes(count == 1 ? "\1s" : "\2ss", count + 2);
    }
    out.put(12, out.size() - kHead);
    out.align(8);
    const std::uint32_t body = out.size();
    for (std::size_t i = 0; i < count; ++i) out.string(call.arguments[i]);
    out.put(4, out.size() - body);
    return out.size() < kMaxDbusCall ? out.size() : 0;
}

void DbusReader::clear() {
    size_ = skip_ = 0;
    in_names_ = false;
}

void DbusReader::drop(std::uint32_t count) {
    size_ -= count;
    std::memmove(bytes_, bytes_ + count, size_);
}

std::uint32_t DbusReader::number(std::uint32_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes_ + at, sizeof value);
    return big_ == kBigBox ? value : __builtin_bswap32(value);
}

std::string_view DbusReader::take_line() {
    const std::string_view all(bytes_, size_);
    const std::size_t end = all.find("\r\n");
    if (end == std::string_view::npos) return {};
    skip_ = static_cast<std::uint32_t>(end) + 2;
    return {bytes_, end};
}

DbusReader::Part DbusReader::next() {
    for (;;) {
        const std::uint32_t here = std::min(skip_, size_);
        drop(here);
        skip_ -= here;
        if (skip_ > 0) return Part::none;
        const Part part = in_names_ ? next_name() : next_message();
        // Nothing to be told of it, and there may be more behind it.
        if (part == Part::none && skip_ > 0) continue;
        return part;
    }
}

DbusReader::Part DbusReader::next_name() {
    if (names_left_ == 0) {
        in_names_ = false;
        return Part::end;
    }
    if (size_ < 4) return Part::none;
    const std::uint32_t length = number(0);
    if (length > kMaxName || length + 5 > names_left_) return Part::broken;
    const std::uint32_t whole = std::min(aligned(length + 5, 4), names_left_);
    if (size_ < whole) return Part::none;
    text_ = {bytes_ + 4, length};
    skip_ = whole;
    names_left_ -= whole;
    return Part::name;
}

DbusReader::Part DbusReader::next_message() {
    if (size_ < kHead) return Part::none;
    big_ = bytes_[0] == 'B';
    const std::uint32_t body = number(4);
    const std::uint32_t fields = number(12);
    const bool known = (big_ || bytes_[0] == 'l') && bytes_[3] == 1;
    if (!known || body > kMaxMessage || fields > kMaxMessage) return Part::broken;
    const std::uint32_t head = aligned(kHead + fields, 8);
    if (head <= kSize && size_ < head) return Part::none;
    const bool whole = head + body <= kSize;
    const bool readable = head <= kSize && read_fields(kHead + fields);
    const bool names = readable && fields_[kSignature] == "as" && body >= 4;
    if (readable && !names && whole && size_ < head + body) return Part::none;
    skip_ = head + (names ? 4 : body);
    if (!readable) return Part::none;
    in_names_ = names;
    names_left_ = body - 4;
    text_ = whole && fields_[kSignature] == "v" ? variant(head, body) : std::string_view{};
    return Part::message;
}

// The fields from kHead to `end`, which were received. False: one of them cannot be read.
bool DbusReader::read_fields(std::uint32_t end) {
    reply_serial_ = 0;
    for (std::string_view& field : fields_) field = {};
    for (std::uint32_t at = kHead; at < end;) {
        at = aligned(at, 8);
        // Its code, and the signature of its value: one letter. The shortest value is a signature.
        if (at + 6 > end || bytes_[at + 1] != 1) return false;
        const auto code = static_cast<std::uint8_t>(bytes_[at]);
        const char type = bytes_[at + 2];
        const bool short_text = type == 'g';
        at += 4;
        if (!short_text && at + 4 > end) return false;
        const std::uint32_t value = short_text ? static_cast<std::uint8_t>(bytes_[at]) : number(at);
        at += short_text ? 1 : 4;
        if (type == 'u') {
            if (code == kReplySerial) reply_serial_ = value;
            continue;
        }
        const bool text = short_text || type == 's' || type == 'o';
        if (!text || value >= end - at) return false;
        if (code < kFields) fields_[code] = {bytes_ + at, value};
        at += value + 1;
    }
    return true;
}

std::string_view DbusReader::variant(std::uint32_t at, std::uint32_t size) const {
    if (size < 9 || std::memcmp(bytes_ + at, "\1s", 3) != 0) return {};
    const std::uint32_t length = number(at + 4);
    if (length > size - 9) return {};
    return {bytes_ + at + 8, length};
}

}  // namespace cmagent::platform
