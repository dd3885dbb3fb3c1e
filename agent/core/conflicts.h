#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/core/history.h"
#include "agent/core/refusal.h"
#include "agent/core/stream_request.h"
#include "agent/core/wait.h"
#include "agent/json/read.h"

namespace cmagent::core {

inline constexpr std::size_t kMaxConflicts = 8;        // contract.md, "Conflict"
inline constexpr Millis kConflictLife = 10 * kMinute;  // … after CM's last 409

// A 409 of CM, to whatever it answered, and what it takes to watch all the same. What conflicts fill
// lies in one page, and CM's answer in those behind (static-storage.md).
struct Conflict {
    Text<16> id;
    bool used = false;
    Outcome outcome = Outcome::none;  // open: the viewer may still decide
    // The UI knows of it: not while the agent itself has chosen and waits for CM.
    bool told = false;
    std::uint8_t index = 0;          // its place, by which actions name it
    std::uint32_t attempt = 0;       // 409s so far
    std::uint64_t serial = 0;        // of all conflicts of this run, in order; not 0
    std::uint32_t entry = 0;         // its entry in the history
    std::uint64_t version = 0;       // random: another one with everything that the API shows
    std::int64_t heard_wall_ms = 0;  // when CM's last 409 came; 0: the box had no clock
    Timer until;                     // kConflictLife after it
    Wait wait;                       // for a place
    Text<16> session;                // whose playback a 409 has ended; empty: nobody's
    std::size_t body_size = 0;
    cm::Codes failed;  // went with the start that the last 409 answered, and freed no place
    StreamRequest stream;
    alignas(kPage) char body[cm::kMaxBody] = {};

    // Its id is still known, so that the answer is 410, not 404.
    [[nodiscard]] bool over() const { return outcome != Outcome::open; }
    // When it is forgotten: not while somebody waits for a place.
    [[nodiscard]] Time expires() const {
        return wait.on() ? later(until, wait.until) : Time(until);
    }
    // CM's last evaluation result, as it came; empty when it could not be read. Read with
    // cm::Evaluation.
    [[nodiscard]] std::string_view text() const { return {body, body_size}; }

    // Wipes everything but that it was: the id is still known.
    void forget();
};

// The conflicts that a viewer may still decide, and the last ones that are over. Each lives until
// its outcome: see resolve.h.
class Conflicts {
  public:
    // One 409.
    struct Limit {
        std::string_view body;              // 64 KiB at the most
        const cm::Codes* failed = nullptr;  // that went with the start; nullptr: it was no start
        std::int64_t wall_ms = 0;
        Time now{};
        std::uint64_t random = 0;
    };

    // The place for the next conflict of the party: a free one, or that of the oldest conflict,
    // first of those that are over, then of its own. A party whose share is spent has its own
    // places only. A conflict that is still open must be concluded before open().
    [[nodiscard]] Conflict& place(Party party);
    // To be renewed at once: the conflict has no 409 yet.
    void open(Conflict& place, const StreamRequest& stream, std::uint64_t id);
    // CM has said 409, for the first time or again.
    static void renew(Conflict& conflict, const Limit& limit);

    [[nodiscard]] const Conflict& operator[](std::uint8_t index) const { return conflicts_[index]; }
    // Nullptr where the id is unknown; a conflict that is over is found too.
    [[nodiscard]] const Conflict* find(std::string_view id) const;
    [[nodiscard]] Conflict* find(std::string_view id);
    [[nodiscard]] const Conflict* find(std::uint64_t serial) const;
    [[nodiscard]] Conflict* find(std::uint64_t serial);

    // Whether a conflict is kept whose entry in the history this is.
    [[nodiscard]] bool has_entry(std::uint32_t entry) const;

    // All places, those that are not used too.
    [[nodiscard]] Conflict* begin() { return conflicts_; }
    [[nodiscard]] Conflict* end() { return conflicts_ + kMaxConflicts; }
    [[nodiscard]] const Conflict* begin() const { return conflicts_; }
    [[nodiscard]] const Conflict* end() const { return conflicts_ + kMaxConflicts; }

  private:
    std::uint64_t opened_ = 0;  // so far
    Conflict conflicts_[kMaxConflicts] = {};
};

// The reason why `by` cannot resolve this conflict, which is nullptr where its id is unknown, with
// these codes; none: he can. `tokens` (cm::kMaxBodyTokens) are free again after the call.
[[nodiscard]] Refusal judge(const Conflict* conflict, const Owner& by, const cm::Codes& codes,
                            json::Tokens tokens);

}  // namespace cmagent::core
