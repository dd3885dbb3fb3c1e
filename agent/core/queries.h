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

// The UI's questions to CM that concern no session (GET /v1/streams, GET /v1/metadata): asked once,
// answered with what comes.
class Queries {
  public:
    // As many as the local API lets wait beside the starts; one more is refused.
    static constexpr std::size_t kMaxQueries = 8;

    // What is known already is answered without asking CM.
    [[nodiscard]] Refusal ask(const Query& event, const Settings& settings,
                              const RequiredNames& required, Outbox& outbox);
    // It is for a query that is still waited for.
    [[nodiscard]] bool awaits(ExchangeId exchange) const { return find(exchange) != nullptr; }
    // Only what awaits() says yes to.
    void answered(ExchangeId exchange, const cm::Answer& answer, RequiredNames& required,
                  Outbox& outbox);
    // False: it is no longer wanted, or is no query's.
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
