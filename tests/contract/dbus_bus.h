#pragma once
// A bus of D-Bus as a test writes it down: messages in either byte order, and what was said to it.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace cmagent::contract {

// Bytes of D-Bus, aligned from their own beginning on.
class Marshalled {
  public:
    explicit Marshalled(bool big = false) : big_(big) {}

    Marshalled& byte(unsigned value) {
        bytes += static_cast<char>(value);
        return *this;
    }
    Marshalled& align(std::size_t to) {
        while (bytes.size() % to != 0) byte(0);
        return *this;
    }
    Marshalled& number(std::uint32_t value) {
        align(4);
        for (unsigned i = 0; i < 4; ++i) byte(value >> 8 * (big_ ? 3 - i : i) & 0xff);
        return *this;
    }
    Marshalled& string(const std::string& text) {
        number(static_cast<std::uint32_t>(text.size()));
        bytes += text + '\0';
        return *this;
    }
    Marshalled& signature(const std::string& text) {
        byte(static_cast<unsigned>(text.size()));
        bytes += text + '\0';
        return *this;
    }

    std::string bytes;

  private:
    bool big_;
};

// A message of the bus, or of a player by way of it.
struct Message {
    unsigned type = 2;
    std::uint32_t reply_to = 0;
    std::string sender = "org.freedesktop.DBus";
    std::string error;
    std::string member;
    std::string signature;
    std::string body;
    bool big = false;
    // A field more, in front of all others: its code and its value with the signature.
    std::string strange = {};

    [[nodiscard]] std::string bytes() const {
        Marshalled out(big);
        out.byte(big ? 'B' : 'l').byte(type).byte(1).byte(1);
        out.number(static_cast<std::uint32_t>(body.size())).number(77);
        Marshalled fields(big);
        fields.bytes = strange;
        const auto text = [&fields](unsigned code, const std::string& value) {
            if (!value.empty()) fields.align(8).byte(code).signature("s").string(value);
        };
        text(7, sender);
        text(4, error);
        text(3, member);
        if (!signature.empty()) fields.align(8).byte(8).signature("g").signature(signature);
        if (reply_to != 0) fields.align(8).byte(5).signature("u").number(reply_to);
        out.number(static_cast<std::uint32_t>(fields.bytes.size()));
        out.bytes += fields.bytes;
        return out.align(8).bytes + body;
    }
};

inline Message signal(const std::string& member, const std::string& sender = ":1.9") {
    Message message;
    message.type = 4;
    message.member = member;
    message.sender = sender;
    return message;
}

inline Message error(std::uint32_t to, const std::string& name,
                     const std::string& sender = "org.freedesktop.DBus") {
    Message message;
    message.type = 3;
    message.reply_to = to;
    message.error = name;
    message.sender = sender;
    return message;
}

// The answer to Get.
inline Message says(std::uint32_t to, const std::string& status, const std::string& sender,
                    bool big = false) {
    Message message;
    message.reply_to = to;
    message.sender = sender;
    message.signature = "v";
    message.big = big;
    message.body = Marshalled(big).signature("s").string(status).bytes;
    return message;
}

// The answer to ListNames.
inline Message lists(std::uint32_t to, const std::vector<std::string>& names, bool big = false) {
    Marshalled list(big);
    list.number(0);
    for (const std::string& name : names) list.string(name);
    const Marshalled size =
        Marshalled(big).number(static_cast<std::uint32_t>(list.bytes.size() - 4));
    list.bytes.replace(0, 4, size.bytes);
    Message message;
    message.reply_to = to;
    message.signature = "as";
    message.big = big;
    message.body = list.bytes;
    return message;
}

// A call as the bus reads it, in the byte order of the box.
struct Call {
    std::string destination, path, interface, member, signature;
    std::vector<std::string> arguments;
    std::uint32_t serial = 0;
};

// Takes one call from the front. Whatever is not as the specification says makes it a call without a
// member.
inline Call take_call(std::string& said) {
    const auto number = [&said](std::size_t at) {
        std::uint32_t value = 0;
        if (at + 4 <= said.size()) std::memcpy(&value, said.data() + at, 4);
        return value;
    };
    const auto aligned = [](std::size_t at, std::size_t to) { return (at + to - 1) / to * to; };
    Call call;
    const std::size_t fields_end = 16 + number(12);
    const std::size_t end = aligned(fields_end, 8) + number(4);
    if (said.size() < 16 || end > said.size()) {
        said.clear();
        return call;
    }
    call.serial = number(8);
    for (std::size_t at = 16; at < fields_end;) {
        at = aligned(at, 8);
        const int code = said[at];
        const bool is_signature = said[at + 2] == 'g';
        at += 4;
        const std::size_t size = is_signature ? static_cast<unsigned char>(said[at]) : number(at);
        const std::string value = said.substr(at + (is_signature ? 1 : 4), size);
        at += size + (is_signature ? 2 : 5);
        if (code == 1) call.path = value;
        if (code == 2) call.interface = value;
        if (code == 3) call.member = value;
        if (code == 6) call.destination = value;
        if (code == 8) call.signature = value;
    }
    for (std::size_t at = aligned(fields_end, 8); at < end;) {
        at = aligned(at, 4);
        const std::size_t size = number(at);
        call.arguments.push_back(said.substr(at + 4, size));
        at += size + 5;
    }
    said.erase(0, end);
    return call;
}

}  // namespace cmagent::contract
