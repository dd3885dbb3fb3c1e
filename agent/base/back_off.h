#pragma once
#include "agent/base/time.h"

namespace cmagent {

// When something of the box that has failed is tried again: after a pause that doubles with each
// failure. (Attempts at CM have jitter and rules of their own: agent/core/pace.h.)
class BackOff {
  public:
    constexpr BackOff(Millis first, Millis longest) : first_(first), longest_(longest) {}

    // The next attempt is due at this moment; kNever: none is.
    [[nodiscard]] Time at() const { return at_; }
    // Whether an attempt is due. It begins then: none is due until it fails.
    [[nodiscard]] bool begin(Time now) {
        if (now < at_) return false;
        at_ = {};
        return true;
    }
    void fail(Time now) {
        pause_ = pause_ == 0 ? first_ : 2 * pause_;
        if (pause_ > longest_) pause_ = longest_;
        at_ = now + pause_;
    }
    // It has worked, or is given up.
    void end() {
        pause_ = 0;
        at_ = {};
    }

  private:
    Millis first_;
    Millis longest_;
    Millis pause_ = 0;
    Timer at_;
};

}  // namespace cmagent
