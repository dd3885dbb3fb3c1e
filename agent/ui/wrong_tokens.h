#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"

namespace cmagent::ui {

// Guesses at tokens: noticed, and made slow (contract.md, "Shares", "Wrong tokens"). A right token
// never waits, so that nobody can be locked out.
class WrongTokens {
  public:
    static constexpr std::size_t kFree = 5;         // within a minute
    static constexpr Millis kPause = kSecond;       // before the answer to any more
    static constexpr std::size_t kMostWaiting = 4;  // at a time

    // One more. True: its answer is to wait.
    [[nodiscard]] bool note(Time now) {
        Time& oldest = last_[total_ % kFree];
        const bool slow = total_ >= kFree && now - oldest < kMinute;
        oldest = now;
        ++total_;
        if (told_at_ == kNever) told_at_ = now + kMinute;
        return slow;
    }
    // When those of a minute are to be told; kNever: there are none.
    [[nodiscard]] Time told_at() const { return told_at_; }
    // How many there were since the last time; 0: it is not yet time to tell.
    [[nodiscard]] std::uint32_t take_untold(Time now) {
        if (now < told_at_) return 0;
        told_at_ = kNever;
        const std::uint32_t count = total_ - told_;
        told_ = total_;
        return count;
    }
    [[nodiscard]] std::uint32_t total() const { return total_; }

  private:
    std::uint32_t total_ = 0;
    std::uint32_t told_ = 0;
    Timer told_at_;
    Time last_[kFree] = {};
};

}  // namespace cmagent::ui
