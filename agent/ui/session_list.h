#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/core/core.h"
#include "agent/ui/caller.h"
#include "agent/ui/reply.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {

// The list of the sessions that a caller may see, in the order of their starts. UIs poll it: its
// text is written anew only when a session has changed.
class SessionList {
  public:
    SessionList() {}  // text_ stays as it is: untouched pages cost no memory

    // Changes whenever the list that this caller sees changes.
    [[nodiscard]] static ETag tag(const core::Core& core, const Caller& caller);

    void answer(Reply& reply, const core::Core& core, const ETag& tag);

  private:
    // Enough for some twenty ordinary sessions; a longer list is written each time.
    static constexpr std::size_t kMaxKept = 8 * kKiB;

    ETag tag_;  // of the text that is kept; empty: none is
    std::size_t size_ = 0;
    char text_[kMaxKept];
};

}  // namespace cmagent::ui
