#pragma once
#include "agent/base/back_off.h"
#include "agent/lib/event_reader.h"
#include "agent/lib/local_call.h"

namespace cmagent::lib {

// GET /v1/events, opened again and again as long as it is wanted: from the last event on, after
// pauses that grow.
class EventSource {
  public:
    // The longest data of an event (contract.md, "Events": 12 KiB of violations) and its other
    // members.
    static constexpr std::size_t kRoom = std::size_t{13} * 1024 + EventReader::kBesidesData;
    // The head comes at once from a daemon that is well.
    static constexpr Millis kHead = 10 * kSecond;
    // A daemon that is restarted is back within half a second.
    static constexpr Millis kFirstPause = kSecond / 2;
    static constexpr Millis kLongestPause = 10 * kSecond;

    enum class News : std::uint8_t { none, event, connected, lost };

    // `target` is read at each opening.
    EventSource(const Peer& peer, int epoll, const Target& target)
        : target_(target), call_(peer, epoll, answer_), reader_({room_, kRoom}) {}

    // Whether it is wanted from now on.
    void want(bool wanted);
    // One thing that has happened, until there is none. event() lives until the next call.
    [[nodiscard]] News advance(Time now);
    [[nodiscard]] ServerEvent event() const { return event_; }
    // Why it was lost, or is not there: see LocalCall; "answer" where there was one, but no events.
    [[nodiscard]] const char* reason() const { return reason_; }
    // There was an answer, but no events.
    [[nodiscard]] bool refused() const { return refused_; }
    [[nodiscard]] Time deadline() const;

  private:
    [[nodiscard]] News lose(const char* reason, Time now);

    char answer_[512];  // a refusal is not read
    char room_[kRoom];
    const Target& target_;
    LocalCall call_;
    EventReader reader_;
    BackOff pause_{kFirstPause, kLongestPause};
    ServerEvent event_;
    const char* reason_ = "";
    bool wanted_ = false;
    bool connected_ = false;
    bool refused_ = false;
    Time silent_ = kNever;  // when the stream is dead if nothing comes
    Text<32> last_;
};

}  // namespace cmagent::lib
