#pragma once
// Starts that carried an Idempotency-Key: a UI that asks again because the answer was lost does not
// take a second slot (contract.md, "Idempotency-Key").

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "agent/ui/caller.h"

namespace cmagent::ui {

class Idempotency {
  public:
    static constexpr std::size_t kMaxKey = 128;
    static constexpr std::size_t kKept = core::kMaxSessions;  // one for each; the oldest goes
    static constexpr Millis kLife = 10 * kMinute;             // contract.md, "Idempotency-Key"

    struct KeptStart {
        Text<kMaxKey> key;
        std::uint64_t digest = 0;  // of the body
        Time until{};              // forgotten then
        core::Ticket ticket = 0;   // of the start while it is undecided; then 0
        Text<16> session;          // of the start that was granted
    };

    // Null: this key is new.
    [[nodiscard]] const KeptStart* find(std::string_view key, Time now) const;
    void add(std::string_view key, std::uint64_t digest, core::Ticket ticket, Time now);
    // The start is decided: it became this session. An empty id: it was refused, and may be tried
    // anew.
    void conclude(core::Ticket ticket, std::string_view session);

  private:
    KeptStart starts_[kKept];
};

// A digest that tells the bodies of one client apart: see Fnv1a.
[[nodiscard]] std::uint64_t digest(std::string_view body);

}  // namespace cmagent::ui
