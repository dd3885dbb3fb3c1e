#pragma once
// The viewer ends a stream of the household without watching here (contract.md, "Ending a stream").
//
// CM ends the stream of another box only for a start that names its termination code. Such a start
// is a session that nobody wants from the first moment on: its lease is `withdrawn`, so that CM's
// grant leads to the DELETE, an unclear outcome to the look-up, and the API never shows it. The
// caller's ticket waits in Progress::ticket, and is answered when CM was told of the end.

#include <cstddef>
#include <cstdint>

#include "agent/base/text.h"
#include "agent/cm/limits.h"
#include "agent/core/event.h"
#include "agent/core/looks.h"
#include "agent/core/outbox.h"
#include "agent/core/refusal.h"
#include "agent/json/read.h"

namespace cmagent::core {

struct Ledgers;

// The callers who wait for the look that names their stream and its code.
class StreamEnds {
  public:
    // A viewer ends one stream after the other.
    static constexpr std::size_t kMax = 4;

    struct Record {
        Ticket ticket = 0;  // 0: free
        LookIndex look = 0;
        Text<cm::kMaxSessionId> stream;
    };

    // Nullptr: there is no room.
    [[nodiscard]] Record* find_free();
    void abandon(Ticket ticket);
    // The account is logged out, and its looks are about to be forgotten.
    void refuse(const Logout& logout, const Looks& looks, Outbox& outbox);
    void refuse_all(Refusal refusal, Outbox& outbox);

    [[nodiscard]] Record* begin() { return records_; }
    [[nodiscard]] Record* end() { return records_ + kMax; }
    [[nodiscard]] const Record* begin() const { return records_; }
    [[nodiscard]] const Record* end() const { return records_ + kMax; }

  private:
    Record records_[kMax] = {};
};

// Decided later: `done`, `refused` or `limited` with the event's ticket. `tokens`
// (cm::kMaxBodyTokens) are free again after the call.
[[nodiscard]] Refusal end_stream(const EndStream& event, Ledgers& ledgers, json::Tokens tokens);

// The look was made, well or ill: those who wait for it go on.
void end_streams_of(const Look& look, Ledgers& ledgers, json::Tokens tokens);

}  // namespace cmagent::core
