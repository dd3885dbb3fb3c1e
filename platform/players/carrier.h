#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text_writer.h"
#include "platform/linux/socket_address.h"

namespace cmagent::platform {

// What carries the texts of a language to a player, and back:
//
//     PATH                a unix socket; texts one behind the other, as they are
//     tcp://HOST:PORT     the same over TCP
//     ws://HOST:PORT/P    WebSocket (RFC 6455): a frame for each text; they may come in pieces
//     http://HOST:PORT/P  HTTP/1.1 (RFC 9112): a POST for each text, one after the other
class Carrier {
  public:
    // What a byte that has come means.
    enum class Byte : std::uint8_t {
        of_carrier,
        of_text,
        last,      // the same, and the answer ends here (HTTP)
        opening,   // of the carrier: from now on texts may be said
        refusing,  // of the carrier: there is no talking over it, see status()
    };

    // The texts must live as long as this. `secret_file` holds a token; empty: there is none.
    Carrier(const char* address, const char* secret_file);

    // How a driver's address begins, for one that has a scheme; 0: it is a path.
    [[nodiscard]] static char kind_of(const char* address);

    [[nodiscard]] bool in_turns() const { return kind_ == 'h'; }
    [[nodiscard]] SocketAddress address() const;

    // There is a new connection. True: texts may be said at once.
    [[nodiscard]] bool begin(TextWriter& out);
    void wrap(std::string_view text, TextWriter& out) const;
    // What the carrier itself is asked is answered into `out`.
    [[nodiscard]] Byte take(char c, TextWriter& out);

    // Of HTTP; 0: it is none.
    [[nodiscard]] int status() const { return status_; }

  private:
    enum class Part : std::uint8_t { status, fields, chunk, trailer, frame };

    [[nodiscard]] std::string_view host() const;
    void write_head(const char* method, TextWriter& out) const;
    void write_token(const char* before, TextWriter& out) const;
    [[nodiscard]] Byte take_line();
    [[nodiscard]] Byte take_field(std::string_view line);
    [[nodiscard]] Byte take_chunk(std::string_view line);
    [[nodiscard]] Byte end_head();
    void take_frame_head(char c, TextWriter& out);
    void reply(TextWriter& out);

    const char* const address_;
    const char* const secret_file_;
    const char kind_;  // of the scheme, its first letter

    Part part_ = Part::status;
    bool chunked_ = false;
    bool accepted_ = false;
    unsigned char opcode_ = 0;  // of a frame
    std::uint8_t size_ = 0;     // of line_
    std::uint16_t status_ = 0;
    std::uint32_t length_ = 0;  // of a body
    std::uint32_t left_ = 0;    // of the text that has begun
    char line_[128] = {};       // cut off; or the head of a frame; or what stands in a ping
};

}  // namespace cmagent::platform
