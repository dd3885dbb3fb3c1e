#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/text.h"
#include "agent/cm/answer.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/core/event.h"
#include "agent/core/outbox.h"
#include "agent/core/refusal.h"
#include "agent/core/required_names.h"
#include "agent/core/session_table.h"
#include "agent/core/settings.h"

namespace cmagent::core {

// The UI's questions to CM that concern no session (GET /v1/streams, GET /v1/metadata). Each is
// asked once, and its first answer counts, good or bad.
class Queries {
  public:
    // As many as the local API lets wait beside the starts; one more is refused.
    static constexpr std::size_t kMaxQueries = 8;

    // A list that is known already is told without asking CM.
    [[nodiscard]] Refusal ask(const Query& event, const Settings& settings,
                              const RequiredNames& required, Outbox& outbox);
    // The exchange belongs to a query whose caller still waits.
    [[nodiscard]] bool awaits(ExchangeId exchange) const { return find(exchange) != nullptr; }
    // Only for an exchange that awaits() knows.
    void answered(ExchangeId exchange, const cm::Answer& answer, RequiredNames& required,
                  Outbox& outbox);
    // False: the query is no longer wanted, or the exchange belongs to no query.
    [[nodiscard]] bool describe(ExchangeId exchange, const Settings& settings,
                                cm::Request& into) const;
    void abandon(Ticket ticket, Outbox& outbox);
    void refuse_all(Refusal refusal, Outbox& outbox);

  private:
    static constexpr std::size_t kFirstSlot = SessionTable::kRecords;

    struct Record {
        Ticket ticket = 0;  // 0: free
        cm::Call call{};
        std::uint8_t application = 0;
        ExchangeId exchange = 0;
        Text<cm::kMaxIdp> idp;
        Text<cm::kMaxSubject> subject;
    };

    [[nodiscard]] const Record* find(ExchangeId exchange) const;

    Record records_[kMaxQueries] = {};
};

}  // namespace cmagent::core
