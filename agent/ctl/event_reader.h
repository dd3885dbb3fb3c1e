#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/text.h"
#include "agent/json/read.h"

namespace cmagent::ctl {

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
    // Takes bytes off the front of `bytes` until an event is complete: true, and its views live
    // until the next call. False: all bytes were taken. An event without data, or with a line that
    // is too long, is left out.
    [[nodiscard]] bool next(std::string_view& bytes, ServerEvent& into);
    // Forgets an unfinished event: the bytes of another stream follow.
    void begin_stream();

  private:
    // "data: " and as much as any body of the local API may have.
    static constexpr std::size_t kMaxLine = json::kMaxText + 8;

    void take_line(std::string_view line);
    void begin_event();

    std::size_t line_size_ = 0;  // over kMaxLine: the line is too long
    bool ended_ = false;         // the event was handed out
    bool unusable_ = false;
    Text<32> id_;  // kept from event to event
    Text<64> name_;
    std::size_t data_size_ = 0;
    char data_[kMaxLine];
    char line_[kMaxLine];
};

}  // namespace cmagent::ctl
