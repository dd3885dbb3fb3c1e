#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/core/core.h"
#include "agent/ui/caller.h"
#include "agent/ui/event_rooms.h"
#include "agent/ui/events.h"
#include "platform/api/http.h"

namespace cmagent::ui {

// One listener of GET /v1/events, as text/event-stream (HTML standard, "Server-sent events"). It
// holds a place in Events, and the text of one event at most: a listener that reads too slowly is
// sent `reset`.
class EventStream final : public platform::HttpSource {
  public:
    // The silence after which a comment line shows that the agent lives.
    static constexpr Millis kCommentEvery = 15 * kSecond;  // contract.md, "Local HTTP API"

    // How often it is looked whether the listener takes what it is given, and how long it may take
    // nothing (contract.md, "Owner").
    static constexpr Millis kLookEvery = 15 * kSecond;
    static constexpr Millis kMayStall = 45 * kSecond;

    // `tokens` are needed while an event is written only.
    void bind(const Events& events, const core::Core& core, json::Tokens tokens,
              EventRooms& rooms) {
        events_ = &events, core_ = &core, tokens_ = tokens, rooms_ = &rooms;
    }

    [[nodiscard]] bool open() const { return open_; }
    // Of one that is open.
    [[nodiscard]] platform::HttpTicket ticket() const { return ticket_; }
    [[nodiscard]] const Caller& caller() const { return caller_; }
    [[nodiscard]] Caller& caller() { return caller_; }
    // For whom it listens besides.
    [[nodiscard]] const core::Presence::Others& others() const { return others_; }
    // The answer to the request of this ticket: from the event after `since` on; `padded`: behind a
    // comment of 2 KiB.
    void start(platform::HttpTicket ticket, const Caller& caller,
               const core::Presence::Others& others, std::uint64_t since, bool padded, Time now);

    [[nodiscard]] Time comment_due() const { return open_ ? last_said_ + kCommentEvery : kNever; }
    void comment(Time now);
    [[nodiscard]] Time look_due() const { return open_ ? looked_at_ + kLookEvery : kNever; }
    // Notes how many bytes the listener has not acknowledged. False: it has acknowledged nothing for
    // kMayStall, though bytes waited for it.
    [[nodiscard]] bool keeps_up(std::size_t unacknowledged, Time now);
    // Whether there are bytes to take.
    [[nodiscard]] bool ready() const;
    void note_time(Time now) { now_ = now; }

    [[nodiscard]] Taken take(char* into, std::size_t size) override;
    void gone() override;

  private:
    [[nodiscard]] Buffer room();
    void leave_room();
    void refill();
    void tell(const Event* event);  // null: `reset`
    void say(std::string_view text);

    const Events* events_ = nullptr;
    const core::Core* core_ = nullptr;
    json::Tokens tokens_{};
    EventRooms* rooms_ = nullptr;
    bool open_ = false;
    bool comment_ = false;
    platform::HttpTicket ticket_ = 0;
    Caller caller_;
    core::Presence::Others others_;
    std::uint64_t heard_ = 0;  // the id of the last event that was said
    Time now_{};
    Time last_said_{};
    Time looked_at_{};
    Timer stalls_since_;             // not set: all bytes were acknowledged, or more than before
    std::int64_t given_ = 0;         // bytes
    std::int64_t acknowledged_ = 0;  // of them, less what frames them
    std::size_t size_ = 0;
    std::size_t taken_ = 0;
    char* text_ = nullptr;  // a room; null: all of the text was taken
};

}  // namespace cmagent::ui
