#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/party.h"
#include "agent/core/settings.h"

namespace cmagent::core {

class SessionTable;

// How often each caller has CM asked (contract.md, "Shares"): a flood from one leaves the others
// theirs. What is refused is not counted, and CM does not hear of it.
class Rates {
  public:
    enum Kind : std::uint8_t { start, question };

    // More than sessions, so that a caller who has one is remembered beside a few who have none.
    static constexpr std::size_t kParties = kMaxSessions + 8;

    // Counts one more of the party where it may; then 0, else how long it has to wait. Who calls by
    // a key that CM has granted nothing draws from the anonymous ones' bucket as well: such keys
    // cost nothing, and many of them are to have no more than one.
    [[nodiscard]] Millis take(Kind kind, Party party, const Settings& settings,
                              const SessionTable& sessions, Time now);
    // What the last refusal was told to wait.
    [[nodiscard]] Millis wait() const { return wait_; }
    // It is no key of which CM has never heard.
    [[nodiscard]] bool knows(Party party) const {
        const Entry* const entry = find(party);
        return !party.by_key() || (entry != nullptr && entry->granted);
    }
    // CM has granted the party something.
    void note_granted(Party party, const SessionTable& sessions, Time now);

  private:
    struct Entry {
        Party party;
        bool granted = false;
        Time used_at{};
        Time full_at[2] = {};
    };

    [[nodiscard]] const Entry* find(Party party) const;
    [[nodiscard]] Entry& place(Party party, const SessionTable& sessions);
    [[nodiscard]] static int worth(const Entry& entry, const SessionTable& sessions);

    Millis wait_ = 0;
    Entry anonymous_;
    Entry entries_[kParties] = {};
};

}  // namespace cmagent::core
