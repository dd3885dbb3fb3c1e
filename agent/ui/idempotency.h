#pragma once
// Starts that carried an Idempotency-Key: a UI that asks again because the answer was lost does not
// take a second slot (contract.md, "Idempotency-Key").

#include <cstddef>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/core/party.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "platform/api/digest.h"

namespace cmagent::ui {

class Idempotency {
  public:
    static constexpr std::size_t kMaxKey = 128;
    static constexpr std::size_t kKept = core::kMaxSessions;  // one for each; the oldest goes
    static constexpr Millis kLife = 10 * kMinute;             // contract.md, "Idempotency-Key"

    struct KeptStart {
        Text<kMaxKey> key;
        core::Party party;        // whose key it is
        platform::Digest body;    // the SHA-256 of it
        Time until{};             // forgotten then
        core::Ticket ticket = 0;  // of the start while it is undecided; then 0
        Text<16> session;         // of the start that was granted
    };

    // Null: this key is new to the party: what another one calls so is another one's.
    [[nodiscard]] const KeptStart* find(core::Party party, std::string_view key, Time now) const;
    void add(core::Party party, std::string_view key, std::string_view body, core::Ticket ticket,
             Time now);
    // The start is decided: it became this session. An empty id: it was refused, and may be tried
    // anew.
    void conclude(core::Ticket ticket, std::string_view session);

  private:
    [[nodiscard]] KeptStart& place(core::Party party, Time now);

    KeptStart starts_[kKept];
};

}  // namespace cmagent::ui
