#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/limits.h"
#include "agent/core/event.h"
#include "agent/core/refusal.h"
#include "agent/core/stream_request.h"
#include "agent/json/read.h"

namespace cmagent::core {

inline constexpr std::size_t kMaxConflicts = 8;        // contract.md: kept, the oldest goes first
inline constexpr Millis kConflictLife = 10 * kMinute;  // contract.md, "Local HTTP API"

// A start that met the limit: CM's body, and the viewer's wish.
struct Conflict {
    Text<16> id;
    bool used = false;
    // Resolved, given up, or too old: its id is still known, so that the answer is 410, not 404.
    bool over = false;
    std::uint8_t index = 0;    // its place, by which actions name it
    std::uint64_t serial = 0;  // of all conflicts of this run, in order
    std::uint32_t entry = 0;   // its entry in the history
    Timer until;
    std::size_t body_size = 0;
    StreamRequest stream;
    char body[cm::kMaxBody] = {};

    // CM's evaluation result, as it came; empty when it could not be read. Read with
    // cm::Evaluation.
    [[nodiscard]] std::string_view text() const { return {body, body_size}; }
};

// The conflicts that a viewer may still decide, and the last ones that are over.
class Conflicts {
  public:
    // Takes a free place, or that of the oldest conflict, first of those that are over. `body` is
    // 64 KiB at the most.
    Conflict& open(const StreamRequest& stream, std::string_view body, std::uint64_t id, Time now);
    static void close(Conflict& conflict) { conflict.over = true; }
    void close(const Logout& logout);

    [[nodiscard]] const Conflict& operator[](std::uint8_t index) const { return conflicts_[index]; }
    // Nullptr where the id is unknown; a conflict that is over is found too.
    [[nodiscard]] const Conflict* find(std::string_view id) const;
    [[nodiscard]] Conflict* find(std::string_view id);

    // Whether a conflict is kept whose entry in the history this is.
    [[nodiscard]] bool has_entry(std::uint32_t entry) const;

    [[nodiscard]] Time next_deadline() const;
    void handle_timeout(Time now);

  private:
    [[nodiscard]] Conflict& place();

    std::uint64_t opened_ = 0;  // so far
    Conflict conflicts_[kMaxConflicts] = {};
};

// The reason why these codes cannot resolve this conflict, which is nullptr where its id is
// unknown; none: they can. `tokens` (cm::kMaxBodyTokens) are free again after the call.
[[nodiscard]] Refusal judge(const Conflict* conflict, const cm::Codes& codes, json::Tokens tokens);

}  // namespace cmagent::core
