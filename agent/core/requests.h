#pragma once
#include "agent/cm/metadata.h"
#include "agent/cm/request.h"
#include "agent/core/lease.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"

namespace cmagent::core {

// The call that a session makes again after an attempt that decided nothing.
[[nodiscard]] constexpr cm::Call call_for(Lease lease) {
    switch (lease) {
        case Lease::held:
        case Lease::overdue:
            return cm::Call::heartbeat;
        case Lease::releasing:
            return cm::Call::end;
        default:
            return cm::Call::start;
    }
}

// The requests of sessions to CM, each put together when the link can write it.
class Requests {
  public:
    // The request that the session has in flight; the session notes which of its metadata go with
    // it. The views of `into` live until the next call. The link may ask again, when a kept
    // connection turns out to be dead.
    void describe(Session& session, const Settings& settings, cm::Request& into);

  private:
    cm::Metadata outgoing_{};
};

}  // namespace cmagent::core
