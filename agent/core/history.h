#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/advice.h"
#include "agent/core/playback.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "agent/json/write.h"

namespace cmagent::core {

// A number from 0 on that may not be known. All zero where it is not.
class Known {
  public:
    constexpr Known() = default;
    // Not known where it is negative, or beyond 32 bits.
    constexpr Known(std::int64_t number)
        : kept_(number < 0 || number >= UINT32_MAX ? 0 : static_cast<std::uint32_t>(number + 1)) {}
    explicit constexpr operator bool() const { return kept_ != 0; }
    [[nodiscard]] constexpr std::int64_t value() const { return std::int64_t{kept_} - 1; }

  private:
    std::uint32_t kept_ = 0;
};

// What became of a conflict (contract.md, "History").
enum class Outcome : std::uint8_t {
    none,        // the entry is of no conflict
    open,        // the viewer may still decide
    chosen,      // a start with the viewer's codes was granted
    waited,      // a start was granted after waiting for a place
    gave_up,     // nobody wants it any more
    granted,     // a start was granted without ending anything
    expired,     // nobody has decided
    taken_over,  // a start was granted with codes that the agent used by itself
};
[[nodiscard]] std::string_view name(Outcome outcome);

// The last things that went another way than the viewer wanted, for support: no personal data, no
// codes, nothing of what was watched (contract.md, "History").
class History {
  public:
    static constexpr std::size_t kMaxEntries = 100;

    enum class Kind : std::uint8_t {
        denied,            // a limit, to a start; or CM has ended the credit
        terminated,        // ended by somebody
        displaced,         // ended by a limit
        restarted,         // started again, silently
        on_credit,         // went on, or began, without CM
        stop_unconfirmed,  // a stop of which no other entry tells
    };

    struct Entry {
        std::uint32_t id = 0;  // grows; 0: there is no entry
        Kind kind = Kind::denied;
        Outcome outcome = Outcome::none;
        EndReason end_reason = EndReason::none;  // of the session, where it has ended
        Playback playback = Playback::idle;      // … how it is known to be off; idle: not yet
        std::uint8_t application = 0;            // index into Settings::applications
        std::uint8_t attempt = 0;                // of a conflict: how many 409 so far
        std::uint16_t listed = 0;  // of a conflict: sessions that count against the rule
        Known threshold;
        Known heard_to_stop_ms;     // from CM's answer to the order to stop
        Known stop_to_verified_ms;  // from that order until playback was off
        std::int64_t wall_ms = 0;   // 0: the box had no clock
        // CM's names, cut where they are longer; a control character stands as '?'.
        Text<64> rule;
        Text<40> policy;
        Text<32> attribute;

        // Takes the first violation whose rule has a name, else the first one.
        void note(const cm::Evaluation& evaluation);
    };
    static_assert(sizeof(Entry) <= 200);

    // A new entry, to be filled in; where there is no room it takes the place of the oldest.
    Entry& add(Kind kind) { return take(last_ + 1, kind); }
    // The same under an id that is larger than every one before.
    Entry& take(std::uint32_t id, Kind kind);
    // Ids below this one are never given again, even if the entries that had them are lost.
    void go_on_from(std::uint32_t id) { last_ = id; }

    // Nullptr: there is none of this id, or none any more.
    [[nodiscard]] Entry* find(std::uint32_t id);
    // The largest id so far.
    [[nodiscard]] std::uint32_t last() const { return last_; }

    [[nodiscard]] std::size_t size() const { return count_ < kMaxEntries ? count_ : kMaxEntries; }
    // From the oldest, 0, on.
    [[nodiscard]] const Entry& operator[](std::size_t number) const {
        return entries_[(count_ - size() + number) % kMaxEntries];
    }

  private:
    std::size_t count_ = 0;  // of all that were ever added
    std::uint32_t last_ = 0;
    Entry entries_[kMaxEntries] = {};
};
[[nodiscard]] std::string_view name(History::Kind kind);

// As contract.md, "History": what is known of the entry. The state on flash has the same form.
void write(json::Writer& out, const History::Entry& entry, const Settings& settings);

}  // namespace cmagent::core
