#pragma once
#include "agent/base/time.h"
#include "platform/api/resolver.h"

namespace cmagent::link {

// What is known of the addresses of CM's name: those that the resolver told last, and what became of
// each. Of all connections to CM; all zero at the start.
class AddressBook {
  public:
    // So long a resolver's answer serves where it cannot give another (contract.md, "Connections to
    // CM"). TLS says who is there: an answer that is out of date costs an attempt.
    static constexpr Millis kKept = 60 * kMinute;

    // The resolver has told `answer`, which is not empty. What is known of an address that is told
    // again is kept.
    void learn(const platform::Addresses& answer, Time now);
    [[nodiscard]] bool knows_any(Time now) const;
    // Those that were told last, in the order in which they are to be tried: the one that worked last,
    // those that have not failed since they worked, as they were told; then those that have failed,
    // the one whose failure is the longest ago first.
    [[nodiscard]] platform::Addresses arranged() const;

    void note_worked(const platform::Address& address);
    void note_failed(const platform::Address& address, Time now);

  private:
    // Of one that failed: when. Else 0; of the one that worked last kWorked.
    static constexpr Millis kWorked = -1;

    [[nodiscard]] Millis* rank_of(const platform::Address& address);

    platform::Addresses told_;
    Millis ranks_[platform::kMaxAddresses] = {};  // the lowest is tried first
    Time told_at_;
};

}  // namespace cmagent::link
