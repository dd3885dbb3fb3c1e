#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"

namespace cmagent::lib {

// An event of GET /v1/events.
struct ServerEvent {
    std::string_view id;
    std::string_view name;
    std::string_view data;
};

// Reads `text/event-stream` (HTML standard §9.2.6) from bytes as they come in any portions, as far
// as the daemon uses it: lines end in LF or CRLF, and an event has one line of data.
class EventReader {
  public:
    // What a buffer needs besides the longest data: the names of the fields, and the lines behind
    // the data.
    static constexpr std::size_t kBesidesData = 128;

    // An event stream carries a comment every 15 s: a stream without three of them is dead.
    static constexpr Millis kSilence = 45 * kSecond;

    // `buffer` holds the data of an event and the line that is being read; it must live as long as
    // the reader.
    explicit constexpr EventReader(Buffer buffer) : buffer_(buffer) {}

    // Takes bytes off the front of `bytes` until an event is complete: true, and its views live
    // until the next call. False: all bytes were taken. An event without data, or that is too long
    // for the buffer, is left out.
    [[nodiscard]] bool next(std::string_view& bytes, ServerEvent& into);
    // Forgets an unfinished event: the bytes of another stream follow.
    void begin_stream();

  private:
    void take_byte(char c);
    void take_line(std::string_view line);
    void begin_event();

    Buffer buffer_;  // the data, and right behind it the line
    std::size_t data_size_ = 0;
    std::size_t line_size_ = 0;  // over what is left of the buffer: the line is too long
    bool ended_ = false;         // the event was handed out
    bool unusable_ = false;
    Text<32> id_;  // kept from event to event
    Text<64> name_;
};

}  // namespace cmagent::lib
