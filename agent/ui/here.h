#pragma once
#include <string_view>

#include "agent/core/core.h"
#include "agent/core/own_streams.h"
#include "agent/ui/caller.h"

namespace cmagent::ui {

// Which streams of CM are sessions of this box, as far as the caller may know (contract.md,
// "Violation"): `here`. Without a box there are none.
class Here {
  public:
    Here() = default;
    Here(const core::SessionTable& sessions, IndexSet visible)
        : sessions_(&sessions), visible_(visible) {}

    // The id of the session, while its picture may be on the screen; empty: none, or not the
    // caller's. A view of the session.
    template <class Stream>  // cm::ConflictingSession, cm::RunningStream
    [[nodiscard]] std::string_view id_of(const Stream& stream) const {
        return sessions_ == nullptr ? std::string_view()
                                    : id_of(core::own_session(*sessions_, stream));
    }

  private:
    [[nodiscard]] std::string_view id_of(const core::Session* session) const {
        const bool here = session != nullptr && session->shown() && session->on_screen() &&
                          visible_.has(session->stream.application);
        return here ? session->id.view() : std::string_view();
    }

    const core::SessionTable* sessions_ = nullptr;
    IndexSet visible_;
};

[[nodiscard]] inline Here here_for(const Caller& caller, const core::Core& core) {
    return {core.ledgers().sessions, caller.applications};
}

}  // namespace cmagent::ui
