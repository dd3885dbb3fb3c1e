#pragma once
#include <cstddef>

#include "agent/base/time.h"

namespace cmagent::core {

// Whether a UI listens to the events. A UI that once listened and listens no more has crashed, or
// was closed (hazards.md 23); a UI that never listened is not missed.
class Presence {
  public:
    void note(std::size_t listeners, Time now) {
        if (listeners > 0) gone_since_ = kNever;
        if (listeners == 0 && listeners_ > 0) gone_since_ = now;
        listeners_ = listeners;
        listened_ = listened_ || listeners > 0;
    }
    // `listened` of the run before. A UI that does not come back has gone with the daemon.
    void restore(bool listened, Time now) {
        listened_ = listened;
        if (listened) gone_since_ = now;
    }

    // Since when no UI listens; kNever: a UI listens now, or none ever did.
    [[nodiscard]] Time gone_since() const { return gone_since_; }
    // A UI has listened, in this run or before a crash.
    [[nodiscard]] bool listened() const { return listened_; }

  private:
    std::size_t listeners_ = 0;
    Timer gone_since_;
    bool listened_ = false;
};

}  // namespace cmagent::core
