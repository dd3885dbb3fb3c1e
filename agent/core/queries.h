#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/core/event.h"
#include "agent/core/outbox.h"
#include "agent/core/refusal.h"
#include "agent/core/required_names.h"
#include "agent/core/session_table.h"
#include "agent/core/settings.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

struct Ledgers;

// The UI's questions to CM that concern no session (GET /v1/streams, GET /v1/metadata). Each is
// asked once, and its first answer counts, good or bad. Those that ask for the streams of one
// account share one call, which is the look's.
class Queries {
  public:
    static constexpr std::size_t kFirstSlot = SessionTable::kRecords;
    // As many as the local API lets wait beside the starts; one more is refused.
    static constexpr std::size_t kMaxQueries = 8;

    // A list that is known already is told without asking CM.
    [[nodiscard]] Refusal ask(const Query& event, Ledgers& ledgers);
    // The exchange belongs to a query of its own whose caller still waits.
    [[nodiscard]] bool awaits(ExchangeId exchange) const { return find(exchange) != nullptr; }
    // These only for an exchange that awaits() knows.
    [[nodiscard]] std::uint8_t application_of(ExchangeId exchange) const {
        return find(exchange)->stream.application;
    }
    void answered(ExchangeId exchange, const cm::Answer& answer, Ledgers& ledgers);
    // False: the query is no longer wanted, or the exchange belongs to no query.
    [[nodiscard]] bool describe(ExchangeId exchange, const Settings& settings,
                                cm::Request& into) const;
    // The look was made, well or ill: all who wait for it are told.
    void looked(LookIndex look, Outbox& outbox);
    void refuse(LookIndex look, Refusal refusal, Outbox& outbox);
    void abandon(Ticket ticket, Outbox& outbox);
    // What the caller of an answered query had asked for; until the next event.
    [[nodiscard]] const StreamRequest& stream_of(std::uint8_t query) const {
        return records_[query].stream;
    }
    void refuse_all(Refusal refusal, Outbox& outbox);

    struct Record {
        Ticket ticket = 0;        // 0: free
        LookIndex look = 0;       // that is waited for, where `exchange` is 0
        ExchangeId exchange = 0;  // of GET /metadata
        StreamRequest stream;

        [[nodiscard]] bool awaits(LookIndex wanted) const {
            return ticket != 0 && exchange == 0 && look == wanted;
        }
    };
    [[nodiscard]] const Record* begin() const { return records_; }
    [[nodiscard]] const Record* end() const { return records_ + kMaxQueries; }

  private:
    [[nodiscard]] Record* find_free();

    [[nodiscard]] const Record* find(ExchangeId exchange) const;

    Record records_[kMaxQueries] = {};
};

}  // namespace cmagent::core
