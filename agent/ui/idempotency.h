#pragma once
// Starts that carried an Idempotency-Key: a UI that asks again because it has heard nothing does not
// take a second slot (contract.md).

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/core/session.h"
#include "agent/ui/caller.h"

namespace cmagent::ui {

class Idempotency {
  public:
    static constexpr std::size_t kMaxKey = 128;
    static constexpr std::size_t kKept = 16;  // as many sessions as can be open; the oldest goes
    static constexpr Millis kLife = 10 * kMinute;  // contract.md

    struct Start {
        Text<kMaxKey> key;
        std::uint64_t digest = 0;  // of the body
        Time until{};
        core::Ticket ticket = 0;  // not decided yet
        Text<16> session;         // decided in the viewer's favour
    };

    // Null: this key is new.
    [[nodiscard]] const Start* find(std::string_view key, Time now) const;
    void add(std::string_view key, std::uint64_t digest, core::Ticket ticket, Time now);
    // The start became this session; an empty id: it did not, and may be tried anew.
    void settle(core::Ticket ticket, std::string_view session);

  private:
    Start starts_[kKept];
};

// FNV-1a: tells bodies of one client apart, defends against nobody.
[[nodiscard]] std::uint64_t digest(std::string_view body);

}  // namespace cmagent::ui
