#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/core/core.h"
#include "agent/ui/caller.h"
#include "agent/ui/reply.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {

// The sessions that a caller may see, in the order in which they were asked for. UIs poll this: it is
// written anew only when one of them has changed.
class SessionList {
  public:
    SessionList() {}  // text_ stays as it is: pages that nobody needs are never touched

    // Changes with everything that the list shows to this caller.
    [[nodiscard]] static ETag tag(const core::Core& core, const Caller& caller);

    void answer(Reply& reply, const core::Core& core, const ETag& tag);

  private:
    // Some twenty sessions of everyday; longer lists are written each time.
    static constexpr std::size_t kMaxKept = 8 * kKiB;

    ETag tag_;  // of what is kept; empty: nothing
    std::size_t size_ = 0;
    char text_[kMaxKept];
};

}  // namespace cmagent::ui
