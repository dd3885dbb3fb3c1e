#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/text.h"
#include "agent/cm/advice.h"
#include "agent/cm/limits.h"

namespace cmagent::core {

// The last conflicts, for support: no personal data (contract.md, "State on flash").
class History {
  public:
    static constexpr std::size_t kMaxEntries = 100;

    struct Entry {
        // The first rule that was violated; empty: there is none, or its name is too long to keep.
        Text<cm::kMaxName> rule;
        std::int64_t wall_ms = 0;
    };

    // The newest entry, to be filled in; where there is no room it takes the place of the oldest.
    Entry& add() { return entries_[count_++ % kMaxEntries]; }
    void add(const cm::Evaluation& evaluation, std::int64_t wall_ms);

    [[nodiscard]] std::size_t size() const { return count_ < kMaxEntries ? count_ : kMaxEntries; }
    // From the oldest, 0, on.
    [[nodiscard]] const Entry& operator[](std::size_t number) const {
        return entries_[(count_ - size() + number) % kMaxEntries];
    }

  private:
    std::size_t count_ = 0;  // of all that were ever added
    Entry entries_[kMaxEntries] = {};
};

}  // namespace cmagent::core
