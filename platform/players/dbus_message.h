#pragma once
// As much of D-Bus as a client of MPRIS speaks (D-Bus Specification 0.42, "Message Protocol"):
// calls whose arguments are strings, and what a bus sends. Why no library does it: dbus.md.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/span.h"

namespace cmagent::platform {

struct DbusCall {
    enum Text : std::uint8_t { path, destination, interface, member, kTexts };

    std::string_view texts[kTexts];
    std::string_view arguments[2];  // those that are not empty, from the first on
};

// The longest call that we make: the rule of a match, with a name in it.
inline constexpr std::size_t kMaxDbusCall = 768;

// Writes the call in the byte order of the box: how many bytes it has; 0 where it does not fit.
[[nodiscard]] std::size_t write_dbus_call(const DbusCall& call, std::uint32_t serial,
                                          char (&into)[kMaxDbusCall]);

// Cuts what a bus sends into parts, in either byte order. Memory does not grow with what is sent: a
// list of names is handed out name by name, and of a message that is longer than the buffer the
// head alone. A message whose head is longer, or has a field of a kind that the specification does
// not know, is passed over. Views are valid until the next call.
class DbusReader {
  public:
    enum class Part : std::uint8_t {
        none,     // more bytes are needed
        message,  // what the accessors say
        name,     // text(): one of the list of the last message
        end,      // of that list
        broken,   // this is not D-Bus: nothing can be read any more
    };
    enum Type : std::uint8_t { method_return = 2, error = 3, signal = 4 };

    void clear();
    // Where to receive to; and how much was received. Empty only where a line does not end.
    [[nodiscard]] Buffer room() { return {bytes_ + size_, kSize - size_}; }
    void add(std::size_t count) { size_ += static_cast<std::uint32_t>(count); }
    // To be called until it gives `none`, before anything else is received.
    [[nodiscard]] Part next();
    // Before the first message the bus speaks in lines: takes one, without its end. None: empty.
    [[nodiscard]] std::string_view take_line();

    [[nodiscard]] std::uint8_t type() const { return static_cast<std::uint8_t>(bytes_[1]); }
    [[nodiscard]] std::uint32_t reply_serial() const { return reply_serial_; }
    [[nodiscard]] std::string_view error_name() const { return fields_[kErrorName]; }
    [[nodiscard]] std::string_view sender() const { return fields_[kSender]; }
    // A name; or of a message the string in the variant that is all its body, else empty.
    [[nodiscard]] std::string_view text() const { return text_; }

  private:
    static constexpr std::uint32_t kSize = 512;
    enum Field : std::uint8_t {
        kErrorName = 4,
        kReplySerial = 5,
        kSender = 7,
        kSignature = 8,
        kFields = 10
    };

    void drop(std::uint32_t count);
    [[nodiscard]] std::uint32_t number(std::uint32_t at) const;
    [[nodiscard]] bool read_fields(std::uint32_t end);
    [[nodiscard]] Part next_name();
    [[nodiscard]] Part next_message();
    [[nodiscard]] std::string_view variant(std::uint32_t at, std::uint32_t size) const;

    char bytes_[kSize];
    std::uint32_t size_ = 0;
    std::uint32_t skip_ = 0;        // bytes that nobody needs any more, received or not
    std::uint32_t names_left_ = 0;  // bytes of the list
    bool in_names_ = false;
    bool big_ = false;  // the byte order of the message
    std::uint32_t reply_serial_ = 0;
    std::string_view fields_[kFields];
    std::string_view text_;
};

}  // namespace cmagent::platform
