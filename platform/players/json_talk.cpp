#include "platform/players/json_talk.h"

#include <sys/un.h>

#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/text.h"

namespace cmagent::platform {

JsonTalk::JsonTalk(const char* words, const char* path)
    : Talk({false, true}), words_(words), path_(path) {}

SocketAddress JsonTalk::address() const {
    sockaddr_un local = {};
    local.sun_family = AF_UNIX;
    const std::size_t size = std::strlen(path_);
    if (size >= sizeof local.sun_path) return {};
    std::memcpy(local.sun_path, path_, size);
    SocketAddress address;
    std::memcpy(&address.storage, &local, sizeof local);
    address.size = sizeof local;
    return address;
}

Heard::Set JsonTalk::begin(TextWriter& out) {
    value_.clear();
    signs_ = 0;
    write(Word::greeting, out);
    return Heard::kOpen;
}

void JsonTalk::say(Order order, TextWriter& out) {
    constexpr char kLast = '9';
    if (order != Order::none) number_ = number_ == kLast ? '1' : static_cast<char>(number_ + 1);
    write(Word::question + static_cast<std::size_t>(order), out);
}

void JsonTalk::write(std::size_t word, TextWriter& out) const {
    for (const char c : nth_word(words_, word)) {
        if (c == '#') {
            out << number_;
        } else {
            out << c;
        }
    }
}

Heard::Set JsonTalk::take(std::string_view bytes, TextWriter&) {
    Heard::Set heard = 0;
    for (const char c : bytes) {
        const JsonPath::At at = value_.feed(c);
        if (at == JsonPath::At::within) continue;
        for (std::size_t sign = Word::answer_sign; sign < Word::count; ++sign) {
            if (shows(sign)) signs_ |= static_cast<std::uint16_t>(1U << sign);
        }
        if (at == JsonPath::At::object) heard |= understand();
    }
    return heard;
}

bool JsonTalk::shows(std::size_t sign) const {
    char bytes[JsonPath::kMaxText];
    TextWriter writer(bytes);
    write(sign, writer);
    std::string_view wanted = writer.view();
    std::string_view text = value_.text();
    if (slice(wanted, wanted.size() - 1) == "*") {
        wanted.remove_suffix(1);
        text = slice(text, 0, wanted.size());
    }
    return same_ignoring_case(wanted, text);
}

// The object is over.
Heard::Set JsonTalk::understand() {
    const unsigned signs = signs_;
    const auto has = [signs](std::size_t sign) { return (signs >> sign & 1U) != 0; };
    signs_ = 0;
    const bool refused = has(Word::error_sign) && !has(Word::under_way_sign);
    if (has(Word::answer_sign)) {
        if (refused) return Heard::kRefused;
        return has(Word::idle_sign) || has(Word::also_idle_sign) ? Heard::kIdle : Heard::kPlaying;
    }
    if (has(Word::taken_sign) && refused) return Heard::kRefused;
    return has(Word::taken_sign) || has(Word::news_sign) ? Heard::kMoved : Heard::Set{0};
}

}  // namespace cmagent::platform
