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
    [[nodiscard]] bool begin(Time now);
    void fail(Time now);
    // It has worked, or is given up.
    void end();

  private:
    Millis first_;
    Millis longest_;
    Millis pause_ = 0;
    Timer at_;
};

}  // namespace cmagent
