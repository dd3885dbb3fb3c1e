#pragma once
#include <cstddef>

#include "agent/base/list.h"
#include "agent/base/time.h"
#include "agent/core/owner.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

struct Ledgers;

// Who listens to the events; observers do not (contract.md, "Owner"). When somebody was there for the
// last time stands with what is his: a crowd of callers forgets nobody.
class Presence {
  public:
    static constexpr std::size_t kMaxListeners = 8;  // contract.md, "Events"
    // The windows of one UI listen together: one listener for his owner and for these
    // (contract.md, "Owner").
    using Others = List<Owner, 7>;
    // An entry for each owner of each listener, nobody's too.
    using Listening = List<Owner, kMaxListeners*(1 + Others::capacity())>;

    void listen(const Listening& listening) { listening_ = listening; }
    // An event stream of this owner is open; for nobody's: any is.
    [[nodiscard]] bool listens(const Owner& owner) const;

  private:
    Listening listening_;
};

// These listen from now on, and no others.
void note_listeners(const Presence::Listening& listening, Ledgers& ledgers);
// The owner has called, or somebody a session by its id. Another call without a key tells nothing of
// anybody.
void note_call(const Owner& owner, std::string_view session, Ledgers& ledgers);
// When the owner is taken for lost, who was there at `seen_at`; kNever: he listens.
[[nodiscard]] Time lost_at(const StreamRequest& stream, Time seen_at, const Ledgers& ledgers);

}  // namespace cmagent::core
